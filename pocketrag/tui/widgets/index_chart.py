"""How indexing goes: how far it has come, how fast, how long it will take, and a small chart of its rate."""

from __future__ import annotations

from collections import deque
from typing import Final

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Sparkline, Static

from pocketrag.domain import IndexProgress
from pocketrag.plain import one_line
from pocketrag.wording import duration, progress_bar

_BAR: Final = 20


class IndexChart(Horizontal):
    """One line about a run of the indexer; not there while nothing is indexed."""

    def compose(self) -> ComposeResult:
        """Lay out words and chart."""
        yield Static(id="index-words")
        yield Sparkline(id="index-rates")

    def on_mount(self) -> None:
        """Show nothing yet."""
        self.display = False

    def show(self, progress: IndexProgress | None, rates: deque[float]) -> None:
        """Show how far indexing has come, and its latest rates in passages a second."""
        self.display = progress is not None
        if progress is not None:
            self.query_one("#index-words", Static).update(in_words(progress))
            self.query_one(Sparkline).data = list(rates) or [0.0]


def in_words(progress: IndexProgress) -> Content:
    """Return how far indexing has come, such as `412 of 1,000 files · 118 passages/s · 3 min left`."""
    left = progress.seconds_left
    parts = [
        f"{progress.files_done:,} of {progress.files_total:,} {progress.noun}",
        f"{progress.chunks_per_second:,.0f} passages/s",
        f"{duration(left)} left" if left is not None else "",
        one_line(progress.current.name) if progress.current else "",
    ]
    bar = Content.styled(progress_bar(progress, _BAR), "$accent on $foreground 15%")
    return bar + Content.styled("  " + " · ".join(filter(None, parts)), "$foreground 60%")
