"""The sources of the current question: filled before the answer's first word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from pocketrag.domain import Passage, SearchResults
from pocketrag.tui.widgets.passage_card import PassageCard

_EMPTY = "The passages an answer rests on appear here, before its first word."


class PassageList(OptionList):
    """The passages, best first; Enter opens one in its document."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Open passage"),
        Binding("j", "cursor_down", show=False),
        Binding("k", "cursor_up", show=False),
    ]


class SourcesPanel(Vertical):
    """What was found for a question, with the sentences that bear on it highlighted."""

    @dataclass
    class PassageOpened(Message):
        """A passage is to be shown where it stands."""

        passage: Passage

    def __init__(self) -> None:
        super().__init__(id="sources")
        self._results: SearchResults | None = None
        self._compact = False

    def compose(self) -> ComposeResult:
        """Lay out a title, and what is there before the first passages; their list comes with them."""
        yield Static(Content.styled("Sources", "bold"), id="sources-title")
        yield Static(Content(_EMPTY), id="sources-empty")

    @property
    def passages(self) -> tuple[Passage, ...]:
        """The passages shown."""
        return self._results.passages if self._results else ()

    def show(self, results: SearchResults | None) -> None:
        """Show the passages found, or nothing yet."""
        if results is self._results:
            return
        self._results = results
        self._draw()

    def set_compact(self, compact: bool) -> None:
        """Draw each passage as one line, or as a card."""
        if compact != self._compact:
            self._compact = compact
            self._draw()

    @property
    def _cards(self) -> PassageList:
        """The list, which is made for the first passages: at the first paint there are none."""
        found = next(iter(self.query(PassageList)), None)
        if found is None:
            found = PassageList(id="passages", markup=False, compact=True)
            self.mount(found)
        return found

    def _draw(self) -> None:
        self.query_one("#sources-title", Static).update(self._title())
        self.set_class(bool(self.passages), "-filled")
        if not self.passages and not self.query(PassageList):
            return
        cards = self._cards
        best = max((passage.score for passage in self.passages), default=0.0)
        cards.clear_options()
        for index, passage in enumerate(self.passages):
            if index and not self._compact:
                cards.add_option(None)  # a rule between two cards
            cards.add_option(Option(PassageCard(passage, best, self._compact)))
        cards.highlighted = 0 if self.passages else None
        cards.scroll_home(animate=False)

    def _title(self) -> Content:
        title = Content.styled("Sources", "bold")
        if self._results is None:
            return title
        found = f"  {len(self.passages)} found in {self._results.search_ms:.0f} ms"
        blind = " · words only" if self._results.words_only else ""
        return title + Content.styled(found, "$foreground 60%") + Content.styled(blind, "$warning")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open the passage that was chosen."""
        event.stop()
        self.post_message(self.PassageOpened(self.passages[event.option_index]))
