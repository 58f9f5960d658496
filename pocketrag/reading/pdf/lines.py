"""Pieces of text with their places on a page → lines, with the wide gaps in them, free of page furniture.

Knows no PDF library.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from pocketrag.reading.normalise import BULLET_GLYPHS

_EDGE = 3
"""Lines from the top and from the bottom of a page that can be its header or footer."""
_REPEATED_PAGES, _REPEATED_SHARE = 3, 0.6
"""A line at the edge of this many pages, and this share of them, is page furniture."""
_KEPT_SHARE = 0.6
"""Share of the text that is left without furniture, at least."""
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:page|seite|página|pagina|p\.|s\.)? ?[-–—|]? ?#(?: ?(?:of|von|de|di|sur|/|\|) ?#)? ?[-–—|]?"
)
_HANGING = re.compile(
    r"[-•‣◦▪●○■–—*]|\d{1,2}(?:\.\d{1,2})+\.?|\d{1,3}[.)]|\((?:\d{1,3}|[a-z]|[ivx]+)\)|[a-z]\)|§+ ?\d+"
)
"""A number or bullet that hangs at the left of an item or clause: it does not make a table's column."""
_NARROW = frozenset(" !'(),-./:;I[]fijlrt|·’‘“”")
_WIDE = frozenset("ABCDEFGHKLMNOPQRSTUVWXYZ%&@mw—…")


class Piece(NamedTuple):
    """A stretch of text set in one go."""

    text: str
    """May end with a line end: pypdf puts one where the text moves down."""
    x: float
    """Where it begins, along the line, in points."""
    y: float
    """Height of its base line, in points, growing upward."""
    size: float
    """Height of its letters, in points."""
    bold: bool


class Cell(NamedTuple):
    """A stretch of a line with wide gaps around it."""

    x: float
    """Where it begins, in points."""
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page; more than one cell makes it look like a table's row."""

    cells: tuple[Cell, ...]
    """Its stretches between wide gaps."""
    pieces: tuple[Cell, ...]
    """The same text in the stretches it was set in, blanks kept."""
    y: float
    size: float
    bold: bool
    """Whether nearly all of its letters are."""
    right: float
    """Where it ends, estimated, in points."""
    running: bool = False
    """Whether it is a header or footer that runs through the pages."""

    @property
    def x(self) -> float:
        """Where it begins, in points."""
        return self.cells[0].x

    @property
    def text(self) -> str:
        """All of it, as running text."""
        return " ".join(cell.text for cell in self.cells)


Page = list[Line | None]
"""A page's lines in reading order; None for an empty line."""


def lines_of(pieces: Iterable[Piece]) -> Page:
    """Return the lines that the pieces make up."""
    page: Page = []
    for group in _lines(pieces):
        line = _line(group)
        if line is not None or (page and page[-1] is not None):
            page.append(line)
    return page


def _lines(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Yield the pieces line by line."""
    line: list[Piece] = []
    for piece in pieces:
        first, *others = piece.text.translate(BULLET_GLYPHS).split("\n")
        line.append(piece._replace(text=first))
        for text in others:
            yield line
            line = [piece._replace(text=text)]
    yield line


def _line(pieces: Sequence[Piece]) -> Line | None:
    """Return the line that some pieces make up, None where they hold nothing but blanks."""
    inked = [piece for piece in _with_blanks(pieces) if piece.text.strip()]
    if not inked:
        return None
    heaviest = max(inked, key=lambda piece: len(piece.text))
    letters = sum(len(piece.text) for piece in inked)
    return Line(
        cells=_cells(inked),
        pieces=tuple(Cell(piece.x, piece.text) for piece in inked),
        y=heaviest.y,
        size=heaviest.size,
        bold=sum(len(piece.text) for piece in inked if piece.bold) > 0.9 * letters,
        right=max(piece.x + piece.size * width_of(piece.text) for piece in inked),
    )


def _with_blanks(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces, mere blanks put behind the one before: where a blank stands means nothing."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and not piece.text.strip():
            joined[-1] = joined[-1]._replace(text=joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined


def _cells(pieces: Sequence[Piece]) -> tuple[Cell, ...]:
    """Return the stretches between gaps wider than a letter is high; estimates may err by 15%."""
    cells: list[Cell] = []
    end = 0.0
    for piece in pieces:
        if cells and piece.x - end <= piece.size + 0.15 * (end - cells[-1].x):
            cells[-1] = Cell(cells[-1].x, cells[-1].text + piece.text)
        else:
            cells.append(Cell(piece.x, piece.text))
        end = max(end, piece.x + piece.size * width_of(piece.text.strip()))
    cells = [Cell(x, text.strip()) for x, text in cells]
    if len(cells) == 2 and _HANGING.fullmatch(cells[0].text):
        return (Cell(cells[0].x, f"{cells[0].text} {cells[1].text}"),)
    return tuple(cells)


def width_of(text: str) -> float:
    """Return the estimated width in units of the letters' size; Helvetica's widths, roughly."""
    narrow = sum(letter in _NARROW for letter in text)
    wide = sum(letter in _WIDE or letter > "\u2e7f" for letter in text)
    return 0.3 * narrow + 0.75 * wide + 0.55 * (len(text) - narrow - wide)


def without_furniture(pages: Sequence[Page]) -> list[Page]:
    """Return the pages without page numbers, and with a running header or footer only where it first stands.

    There it goes to the page's end, out of the way of the text: an address in a footer can be looked
    for too. Nothing is taken away where that would be much of the text: then the pages are just alike.
    """
    edges = [_edges(page) for page in pages]
    counts = Counter(key for keys in edges for key in set(keys.values()))
    textful = sum(bool(keys) for keys in edges)
    needed = max(_REPEATED_PAGES, _REPEATED_SHARE * textful)
    running = {key for key, count in counts.items() if count >= needed}
    seen = {key for key in counts if _PAGE_NUMBER.fullmatch(key)}
    cleaned = []
    for page, keys in zip(pages, edges, strict=True):
        cleaned.append(_without(page, keys, running, seen))
        seen |= running & set(keys.values())
    return cleaned if _letters(cleaned) > _KEPT_SHARE * _letters(pages) else list(pages)


def _without(page: Page, keys: dict[int, str], running: set[str], seen: set[str]) -> Page:
    """Return a page without the edge lines in `seen`, those in `running` moved to its end."""
    body = [line for index, line in enumerate(page) if keys.get(index) not in running | seen]
    moved = [page[index] for index, key in sorted(keys.items()) if key in running - seen]
    return [*body, None, *(replace(line, running=True) for line in moved if line is not None)]


def _letters(pages: Sequence[Page]) -> int:
    return sum(len(line.text) for page in pages for line in page if line is not None)


def _edges(page: Page) -> dict[int, str]:
    """Return the lines nearest to the page's top and bottom: index, and text without its numbers."""
    places = sorted((line.y, index) for index, line in enumerate(page) if line is not None)
    near = {index for _, index in (*places[:_EDGE], *places[-_EDGE:])}
    lines = ((index, page[index]) for index in near)
    return {index: _key(line.text) for index, line in lines if line is not None and len(line.text) < 200}


def _key(text: str) -> str:
    return _NUMBER.sub("#", " ".join(text.lower().split()))
