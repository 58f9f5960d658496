"""Pieces of text with their places on a page → lines, with the wide gaps in them, free of page furniture.

Knows no PDF library.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

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
_WIDEST_BLANK, _EVEN = 2.5, 0.3
"""Units of the letters' size: a blank in a justified line, and how much blanks there differ, as estimated."""
_BOLD = ("bold", "black", "heavy", "demi", "cmbx")
_NARROW = frozenset(" !'(),-./:;I[]fijlrt|·’‘“”")
_WIDE = frozenset("ABCDEFGHKLMNOPQRSTUVWXYZ%&@mw—…")


class Piece(NamedTuple):
    """A stretch of text set in one go."""

    text: str
    x: float
    """Where it begins, along the line, in points."""
    right: float
    """Where it ends, in points; where that is an estimate, rather too far than too near."""
    y: float
    """Height of its base line, in points, growing upward."""
    size: float
    """Height of its letters, in points."""
    bold: bool
    turn: int = 0
    """The angle of its line, in degrees."""


class Cell(NamedTuple):
    """A stretch of a line with wide gaps around it."""

    x: float
    """Where it begins, in points."""
    right: float
    """Where it ends, in points."""
    text: str


@dataclass(slots=True, eq=False)  # lines are many, and kept in sets; frozen ones take longer to make
class Line:
    """One line of a page; more than one cell makes it look like a table's row."""

    text: str
    """All of it, as running text."""
    cells: tuple[Cell, ...]
    """Its stretches between wide gaps."""
    pieces: tuple[Cell, ...]
    """The same text in the stretches it was set in, blanks kept."""
    y: float
    size: float
    bold: bool
    """Whether nearly all of its letters are."""
    right: float
    """Where it ends, in points."""
    turn: int = 0
    """Its angle, in degrees."""
    aside: bool = False
    """Whether it stands beside the text: a header that runs through the pages, a stamp in the margin."""

    @property
    def x(self) -> float:
        """Where it begins, in points."""
        return self.cells[0].x


Page = list[Line | None]
"""A page's lines in reading order; None for an empty line."""


def lines_of(groups: Iterable[Sequence[Piece]]) -> Page:
    """Return the lines that the pieces make up, given line by line; those at an odd angle come last."""
    page: Page = []
    turns: Counter[int] = Counter()
    for pieces in groups:
        line = _line(pieces)
        if line is not None or (page and page[-1] is not None):
            page.append(line)
        if line is not None:
            turns[line.turn] += len(line.text)
    return page if len(turns) < 2 else _upright(page, turns.most_common(1)[0][0])


def _upright(page: Page, turn: int) -> Page:
    """Return the page with the lines at another angle than most put at its end."""
    aside = [replace(line, aside=True) for line in page if line is not None and line.turn != turn]
    return [*(line for line in page if line is None or line.turn == turn), None, *aside]


def _line(pieces: Sequence[Piece]) -> Line | None:
    """Return the line that some pieces make up, None where they hold nothing but blanks."""
    if len(pieces) == 1:
        return _line_of_one(pieces[0])
    inked = [piece for piece in _with_blanks(pieces) if piece.text.strip()]
    if not inked:
        return None
    heaviest = max(inked, key=lambda piece: len(piece.text))
    letters = sum(len(piece.text) for piece in inked)
    cells = _cells(inked)
    return Line(
        text=" ".join(cell.text for cell in cells),
        cells=cells,
        pieces=tuple(Cell(piece.x, piece.right, piece.text) for piece in inked),
        y=heaviest.y,
        size=heaviest.size,
        bold=sum(len(piece.text) for piece in inked if piece.bold) > 0.9 * letters,
        turn=heaviest.turn,
        right=max(piece.right for piece in inked),
    )


def _line_of_one(piece: Piece) -> Line | None:
    """Return the same of a single piece, as most lines are."""
    text, x, right, y, size, bold, turn = piece
    shown = text.strip()
    if not shown:
        return None
    return Line(shown, (Cell(x, right, shown),), (Cell(x, right, text),), y, size, bold, right, turn)


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
    """Return the stretches between gaps wider than a letter is high."""
    cells: list[Cell] = []
    end = 0.0
    for piece in pieces:
        end = max(end, piece.right) if cells else piece.right
        if cells and piece.x - cells[-1].right <= piece.size:
            cells[-1] = Cell(cells[-1].x, end, cells[-1].text + piece.text)
        else:
            cells.append(Cell(piece.x, end, piece.text))
    cells = [Cell(x, right, text.strip()) for x, right, text in cells]
    if len(cells) > 2 and _is_justified(cells, pieces[0].size):
        return (Cell(cells[0].x, end, " ".join(cell.text for cell in cells)),)
    if len(cells) == 2 and _HANGING.fullmatch(cells[0].text):
        return (Cell(cells[0].x, cells[1].right, f"{cells[0].text} {cells[1].text}"),)
    return tuple(cells)


def _is_justified(cells: Sequence[Cell], size: float) -> bool:
    """Whether single words stand at equal distances: few words, spread to fill a line."""
    gaps = [right.x - left.right for left, right in pairwise(cells)]
    even = max(gaps) < _WIDEST_BLANK * size and max(gaps) - min(gaps) < _EVEN * size
    return even and all(cell.text.isalpha() for cell in cells)


@lru_cache(maxsize=1024)
def is_bold(font: str) -> bool:
    """Whether a font's name says that its letters are bold."""
    name = font.lower()
    return any(word in name for word in _BOLD)


class _Widths(dict[str, float]):
    """Letters' estimated widths, in units of their size; Helvetica's, roughly."""

    def __missing__(self, letter: str) -> float:
        width = 0.75 if letter in _WIDE or letter > "\u2e7f" else 0.55
        return self.setdefault(letter, 0.3 if letter in _NARROW else width)


_WIDTHS = _Widths()
letter_width = _WIDTHS.__getitem__


def width_of(text: str) -> float:
    """Return the estimated width in units of the letters' size."""
    return sum(map(letter_width, text))


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
    return [*body, None, *(replace(line, aside=True) for line in moved if line is not None)]


def _letters(pages: Sequence[Page]) -> int:
    return sum(len(line.text) for page in pages for line in page if line is not None)


def _edges(page: Page) -> dict[int, str]:
    """Return the lines nearest to the page's top and bottom: index, and text without its numbers."""
    places = sorted((line.y, index) for index, line in enumerate(page) if line is not None and not line.aside)
    near = {index for _, index in (*places[:_EDGE], *places[-_EDGE:])}
    lines = ((index, page[index]) for index in near)
    return {index: _key(line.text) for index, line in lines if line is not None and len(line.text) < 200}


def _key(text: str) -> str:
    return _NUMBER.sub("#", " ".join(text.lower().split()))
