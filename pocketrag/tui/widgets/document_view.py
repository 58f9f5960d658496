"""A document's stored text, drawn row by row as it is scrolled into view."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from pocketrag.domain import BlockKind, Document, Span
from pocketrag.plain import one_line, plain
from pocketrag.tui.widgets.document_layout import (
    TAB,
    Row,
    laid_out,
    margin_notes,
    row_at,
)
from pocketrag.tui.widgets.passage_card import elided_end

_MARGIN: Final = 11
"""Cells for the page markers at the left."""
_MEASURE: Final = 96
"""Cells of text at most: longer lines are hard to read."""
_KIND_CLASSES: Final = {
    BlockKind.HEADING: "document--heading",
    BlockKind.PARAGRAPH: "document--text",
    BlockKind.LIST: "document--text",
    BlockKind.TABLE: "document--table",
    BlockKind.CODE: "document--code",
}


class DocumentView(ScrollView, can_focus=True):
    """The text with its evidence highlighted; only the rows in view are ever drawn."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "document--text",
        "document--heading",
        "document--table",
        "document--code",
        "document--margin",
        "document--mark",
        "document--current",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", show=False),
        Binding("k", "scroll_up", show=False),
        Binding("space", "page_down", show=False),
        Binding("g", "scroll_home", show=False),
        Binding("G", "scroll_end", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._document: Document | None = None
        self._text = ""
        self._rows: list[Row] = []
        self._notes: dict[int, str] = {}
        self._marks: tuple[Span, ...] = ()
        self._current = -1
        self._width = 0

    def show(self, document: Document, marks: tuple[Span, ...]) -> None:
        """Show a document, these spans highlighted."""
        self._document, self._marks = document, marks
        self._text = plain(document.text)
        self._notes = margin_notes(document)
        self._width = 0
        self._lay_out()

    def mark(self, marks: tuple[Span, ...]) -> None:
        """Highlight these spans, in order and not nested, instead of those before."""
        self._marks, self._current = marks, -1
        self.refresh()

    @property
    def top(self) -> int:
        """The offset of what is seen first."""
        return self._rows[min(round(self.scroll_y), len(self._rows) - 1)].start if self._rows else 0

    @property
    def current(self) -> int:
        """The index of the highlighted span that was gone to last; -1 for none."""
        return self._current

    def go_to(self, index: int) -> None:
        """Scroll so that a highlighted span is seen, a third from the top, and make it the current one."""
        self._current = index
        self.refresh()
        if self._rows and 0 <= index < len(self._marks):
            self.show_position(self._marks[index].start)

    def show_position(self, position: int) -> None:
        """Scroll so that an offset of the text is seen, a third from the top."""
        row = row_at(self._rows, position)
        self.scroll_to(y=max(0, row - self.size.height // 3), animate=False, force=True)

    def on_resize(self, event: events.Resize) -> None:
        """Cut the text anew when the width has changed, and stay where one was."""
        self._lay_out()

    def _lay_out(self) -> None:
        width = max(10, min(_MEASURE, self.scrollable_content_region.width - _MARGIN - 1))
        if self._document is None or width == self._width or not self.size:
            return
        top = self.top
        self._width = width
        self._rows = laid_out(self._text, self._document.blocks, width)
        self.virtual_size = Size(width + _MARGIN, len(self._rows))
        self.scroll_to(y=row_at(self._rows, top), animate=False, force=True)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one line of what is in view."""
        width = self.scrollable_content_region.width
        index = round(self.scroll_y) + y
        base = self.visual_style.rich_style
        if index >= len(self._rows):
            return Strip.blank(width, base)
        row = self._rows[index]
        beside = " " * ((width - self._width - _MARGIN) // 2)  # as much at the left as at the right
        segments = [Segment(beside + self._margin(index, row), self._style("document--margin"))]
        segments.extend(self._segments(row))
        return Strip(segments).adjust_cell_length(width, base)

    def _margin(self, index: int, row: Row) -> str:
        if row.continued:
            return " " * _MARGIN
        first = index == 0 or self._rows[index - 1].block != row.block
        note = elided_end(one_line(self._notes.get(row.block, "")), _MARGIN - 2) if first else ""
        return f"{' ' * (_MARGIN - 2 - cell_len(note))}{note}  "

    def _segments(self, row: Row) -> Iterator[Segment]:
        blocks = self._document.blocks if self._document else ()
        kind = blocks[row.block].kind if 0 <= row.block < len(blocks) else BlockKind.PARAGRAPH
        looks = _KIND_CLASSES[kind]
        plain_style = self._style(looks)
        at = row.start
        first = bisect_right(self._marks, row.start, key=lambda mark: mark.end)
        for number in range(first, len(self._marks)):
            mark = self._marks[number]
            start, end = max(at, mark.start), min(row.end, mark.end)
            if mark.start >= row.end:
                break
            if start >= end:
                continue
            yield self._segment(at, start, plain_style)
            name = "document--current" if number == self._current else "document--mark"
            yield self._segment(start, end, self._style(looks, name))
            at = end
        yield self._segment(at, row.end, plain_style)

    def _segment(self, start: int, end: int, style: Style) -> Segment:
        return Segment(self._text[start:end].replace("\t", TAB), style)

    def _style(self, *names: str) -> Style:
        return self.get_visual_style(*names).rich_style
