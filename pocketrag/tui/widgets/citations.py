"""The sources under an answer: one line a citation, reachable by keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.css.styles import RulesMap
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from pocketrag.domain import Answer, Citation, Freshness
from pocketrag.plain import one_line
from pocketrag.tui.widgets.filling import Filling
from pocketrag.tui.widgets.passage_card import elided, elided_end, spread
from pocketrag.wording import freshness_in_words, place_in_words, source_in_words


class CitationLine(Filling):
    """A citation on one line: number, file, place, quote as far as there is room, and its check."""

    def __init__(self, citation: Citation, freshness: Freshness) -> None:
        self._citation = citation
        self._stale = freshness_in_words(freshness)

    def get_height(self, rules: RulesMap, width: int) -> int:
        """Return 1."""
        return 1

    def content(self, width: int) -> Content:
        """Return the line, `width` cells wide."""
        citation = self._citation
        check = (
            Content.styled("✓ verbatim", "$success")
            if citation.verified
            else Content.styled("≈ unverified", "$warning italic")
        )
        if self._stale:
            check = Content.styled(f"{self._stale} · ", "$warning") + check
        place = elided_end(place_in_words(citation.place), width // 3)
        room = width - check.cell_length - 6 - cell_len(place)
        left = Content.assemble(
            (f"{citation.marker}  ", "bold $accent"),
            (elided(source_in_words(citation), max(12, room)), ""),
            (f" · {place}" if place else "", "$foreground 60%"),
            (f"  “{one_line(citation.quote)}”", "$foreground 45% italic"),
        )
        return spread(left, check, width)


class CitationList(OptionList):
    """The citations of one answer; Enter opens one where it stands in its document."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Open source"),
        Binding("up,k", "cursor_up", "Previous", show=False),
        Binding("down,j", "cursor_down", "Next", show=False),
    ]

    @dataclass
    class Opened(Message):
        """A citation is to be shown where it stands."""

        citation: Citation
        answer: Answer

    @dataclass
    class Left(Message):
        """The cursor went over the list's edge: to the answer before (-1) or after (1)."""

        source: CitationList
        step: int

    def __init__(self, answer: Answer, standings: Sequence[Freshness]) -> None:
        self._answer = answer
        cited = zip(answer.citations, standings, strict=True)
        super().__init__(
            *(Option(CitationLine(citation, freshness)) for citation, freshness in cited),
            markup=False,
            compact=True,
        )

    @property
    def answer(self) -> Answer:
        """The answer whose citations these are."""
        return self._answer

    def action_cursor_up(self) -> None:
        """Move up, over the first line to the answer before."""
        if self.highlighted in {None, 0}:
            self.post_message(self.Left(self, -1))
        else:
            super().action_cursor_up()

    def action_cursor_down(self) -> None:
        """Move down, over the last line to the answer after."""
        if self.highlighted == self.option_count - 1:
            self.post_message(self.Left(self, 1))
        else:
            super().action_cursor_down()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open the citation that was chosen."""
        event.stop()
        self.post_message(self.Opened(self._answer.citations[event.option_index], self._answer))
