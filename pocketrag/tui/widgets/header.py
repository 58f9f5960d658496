"""The slim line at the top: whose library, how its index stands, which model answers."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Final

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from pocketrag.domain import (
    IndexProgress,
    LibraryStatus,
    LoadEvent,
    ModelLoading,
    ModelPreparing,
    ModelUnprepared,
)
from pocketrag.plain import one_line
from pocketrag.wording import counts_in_words, duration, plural, progress_bar

MARK: Final = "◧"
"""The product's mark: a page, half in the pocket."""

_BAR: Final = 8
_REMEMBERED: Final = 60
"""Rates of indexing that a chart shows."""
_GAP: Final = "   "


class HeaderBar(Widget):
    """Product and library on the left; index and model on the right."""

    status: reactive[LibraryStatus | None] = reactive(None)
    """The library as last told; None until it is open."""
    progress: reactive[IndexProgress | None] = reactive(None)
    """How far indexing has come; None while nothing is indexed."""
    waiting: reactive[str] = reactive("")
    """Why indexing waits, such as `on battery`; empty if it does not."""
    model: reactive[LoadEvent | None] = reactive(None)
    """What was last heard of a model."""
    trouble: reactive[str] = reactive("")
    """Why indexing stopped; empty if it did not."""

    def __init__(self, library: str) -> None:
        super().__init__()
        self._library = one_line(library)
        self.rates: deque[float] = deque(maxlen=_REMEMBERED)
        """The latest rates of indexing, passages a second."""

    def watch_progress(self, progress: IndexProgress | None) -> None:
        """Remember how fast it goes, until it is over."""
        if progress is None:
            self.rates.clear()
        else:
            self.rates.append(progress.chunks_per_second)

    def render(self) -> Content:
        """Return the line, the least useful parts left out until it fits."""
        bare = Content.assemble((f" {MARK} ", "bold $accent"), ("PocketRAG", "bold"))
        badge = Content.styled("  ⌂ offline", "$success") if self._stays_here else Content("")
        full = Content.assemble(bare, (f"  {self._library}", "$foreground 60%"), badge)
        name = bare + badge
        index, brief = self.index_state(), self.index_state(brief=True)
        for left, state, model in (
            (full, index, self.model_state()),
            (name, index, self.model_state()),
            (name, index, self.model_state(short=True)),
            (name, index, Content("")),
            (name, brief, Content("")),
            (bare, brief, Content("")),
        ):
            right = Content(_GAP).join([part for part in (state, model) if part.plain]) + " "
            space = self.size.width - left.cell_length - right.cell_length
            if space >= 2:
                return Content.assemble(left, " " * space, right)
        return bare

    @property
    def _stays_here(self) -> bool:
        """Whether it is known that nothing that is asked leaves this computer."""
        return self.status is not None and self.status.stays_here

    def index_state(self, brief: bool = False) -> Content:
        """Return how the index stands, such as `31 files · 609 passages · 2 failed`, or the last alone."""
        if self.progress is not None and not self.waiting:
            return self._progress_state(self.progress)
        if self.status is None:
            return Content.styled("opening…", "$foreground 60%")
        troubles = list(self._troubles(self.status))
        if brief and troubles:
            return Content.styled(" · ".join(troubles), "$warning")
        counts = Content.styled(counts_in_words(self.status.counts, self.status.chunks), "$foreground 60%")
        return counts + Content.styled("".join(f" · {text}" for text in troubles), "$warning")

    def _troubles(self, status: LibraryStatus) -> Iterator[str]:
        """Yield what a person may want to know of, the most urgent last."""
        if status.counts.failed:
            yield f"{status.counts.failed:,} failed"
        if status.polled:
            yield f"{plural(len(status.polled), 'folder')} not watched"
        if status.away:
            yield f"{len(status.away):,} away"
        if self.waiting:
            yield f"waiting: {self.waiting}"
        if self.trouble:
            yield "indexing stopped"
        if status.vectors.problem:
            yield "searching by words alone"
        if not status.stays_here:
            yield "leaves this computer"

    def _progress_state(self, progress: IndexProgress) -> Content:
        left = progress.seconds_left
        return Content.assemble(
            (f"indexing {progress.files_done:,}/{progress.files_total:,} ", "$foreground 60%"),
            (progress_bar(progress, _BAR), "$accent on $foreground 15%"),
            (f" {duration(left)} left" if left is not None else "", "$foreground 60%"),
        )

    def model_state(self, short: bool = False) -> Content:
        """Return the model and its state, such as `SmolLM2-135M-Instruct ready`, or the state alone."""
        if self.model is None:
            return Content("")
        name = one_line(self.model.name)
        if isinstance(self.model, ModelPreparing):
            return Content.styled("preparing…" if short else f"preparing {name}, once…", "$accent")
        if isinstance(self.model, ModelUnprepared):
            return Content.styled("as it came" if short else f"{name} as it came", "$warning")
        if isinstance(self.model, ModelLoading):
            return Content.styled("loading…" if short else f"loading {name}…", "$accent")
        return Content.assemble(
            ("● ", "$success"), ("ready" if short else f"{name} ready", "$foreground 60%")
        )
