"""The one place where text and offsets of a `Document` are made, so that they cannot disagree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pocketrag.domain import Block, BlockKind, Document, Place
from pocketrag.errors import NoText
from pocketrag.reading.normalise import normalise, normalise_code, one_line

NOWHERE = Place()
"""The place of a text in a format that has nothing but sections."""

MAX_HEADING = 200
"""Characters. What is longer is a paragraph that somebody made look like a heading."""

_TYPED_BULLET = re.compile(r"[•‣◦▪●○■] ?")
"""A bullet typed as a letter, in front of text that is a list's item anyway."""


class Row(NamedTuple):
    """One row of a table: its cells, and where it stands."""

    cells: Sequence[str]
    place: Place = NOWHERE


class DocumentBuilder:
    """Takes a file's pieces in reading order and gives back the `Document`.

    Every piece is normalised; a piece that is then empty leaves no trace. Blocks are joined with a
    blank line, rows of one table and items of one list with a line end. A block's `place.section`
    is filled in from the headings above it.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._blocks: list[Block] = []
        self._length = 0
        self._headings: list[tuple[int, str]] = []
        self._section: tuple[str, ...] = ()
        self._bare = self._placed = NOWHERE
        """The last block's place, without and with its section."""

    def __len__(self) -> int:
        """Return how many blocks there are so far."""
        return len(self._blocks)

    def heading(self, text: str, level: int, place: Place = NOWHERE) -> None:
        """Add a heading of depth `level` (from 1); what follows stands under it."""
        text = one_line(text)
        if len(text) > MAX_HEADING:
            self._add(BlockKind.PARAGRAPH, text, place)
        elif text:
            self.enter_section(text, level)
            self._add(BlockKind.HEADING, text, place, level=level)

    def enter_section(self, heading: str, level: int) -> None:
        """Begin a section, depth `level`, whose heading does not stand in the text itself."""
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        self._headings.append((level, heading))
        self._section = tuple(text for _, text in self._headings)

    def leave_sections(self) -> None:
        """Forget the headings so far: a new slide, sheet or part begins."""
        self._headings.clear()
        self._section = ()

    def paragraph(self, text: str, place: Place = NOWHERE) -> None:
        """Add running text; line ends in it are kept, so join wrapped lines before."""
        self._add(BlockKind.PARAGRAPH, normalise(text), place)

    def list_item(self, text: str, place: Place = NOWHERE, marker: str = "-") -> None:
        """Add one item of a list, its marker before it; consecutive items make one list."""
        text, marker = normalise(text), one_line(marker)
        bullet = _TYPED_BULLET.match(text)
        text = text[bullet.end() :] if bullet else text
        if text:
            self._add(BlockKind.LIST, f"{marker} {text}" if marker else text, place)

    def code(self, text: str, place: Place = NOWHERE) -> None:
        """Add preformatted text, its layout kept."""
        self._add(BlockKind.CODE, normalise_code(text), place)

    def table(self, header: Row | None, rows: Iterable[Row], *, continued: bool = False) -> None:
        """Add a table, one block a row: cells joined by ` | `, the header line on each data row.

        `continued`: the header stands further up already and is not added again.
        """
        joint, header_line = "\n\n", ""
        if header is not None:
            header_line = _row_text(header.cells)
            if header_line and not continued:
                self._add(BlockKind.TABLE, header_line, header.place)
                joint = "\n"
        for row in rows:
            text = _row_text(row.cells)
            if text:
                self._add(BlockKind.TABLE, text, row.place, header=header_line, joint=joint)
                joint = "\n"

    def build(
        self,
        *,
        title: str = "",
        author: str = "",
        date: str = "",
        pages: int | None = None,
        textless_pages: Sequence[int] = (),
    ) -> Document:
        """Return the document; raises `NoText` where nothing was added."""
        if not self._blocks:
            raise NoText("The file opened but holds no text.", "Nothing to do, unless it should hold some.")
        return Document(
            text="".join(self._parts),
            blocks=tuple(self._blocks),
            title=one_line(title),
            author=one_line(author),
            date=date,
            pages=pages,
            textless_pages=tuple(textless_pages),
        )

    def _add(
        self,
        kind: BlockKind,
        text: str,
        place: Place,
        *,
        level: int = 0,
        header: str = "",
        joint: str = "\n\n",
    ) -> None:
        if not text:
            return
        if self._blocks:
            if kind is BlockKind.LIST and self._blocks[-1].kind is BlockKind.LIST:
                joint = "\n"
            self._append(joint)
        start = self._length
        self._append(text)
        self._blocks.append(Block(kind, start, self._length, self._in_section(place), level, header))

    def _in_section(self, place: Place) -> Place:
        """Return the place with the headings above it; most blocks share both with the one before."""
        if not self._section:
            return place
        if place is not self._bare or self._placed.section is not self._section:
            self._bare, self._placed = place, place.in_section(self._section)
        return self._placed

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


def _row_text(cells: Sequence[str]) -> str:
    texts = [one_line(cell) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return " | ".join(texts).strip()
