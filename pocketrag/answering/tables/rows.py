"""Tables of a document, row by row, as they were read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from pocketrag.answering.checking.dates import Date
from pocketrag.answering.tables.cells import Number, column_of_days, column_of_numbers
from pocketrag.answering.words import stems, words
from pocketrag.domain import Block, BlockKind, Document

MOST_ROWS = 50_000
"""Rows of a table that are worked with; a longer one is no paper of a person's own."""

_CELLS = re.compile(r" ?\| ?")
"""What parts the cells of a row in a document's text (`reading/builder.py`)."""

TOTALS = frozenset(
    "total totals subtotal sum average mean gesamt gesamtsumme summe zwischensumme durchschnitt".split()
)
"""What the rows begin with that sum up others, folded: they are not added up with them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table."""

    number: int
    """Which of the table's, from 0."""
    block: Block
    cells: tuple[str, ...]
    """As many as the table has columns."""
    day: Date | None
    """Of its first column of days; None where there is none."""
    stems: frozenset[str]
    """Of its words."""


@dataclass(frozen=True)
class Table:
    """A table whose columns have names. What is told of all its rows is found once."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @cached_property
    def singles(self) -> tuple[Row, ...]:
        """The rows that do not sum up others."""
        return tuple(row for row in self.rows if not sums_up(row.cells))

    @cached_property
    def is_dated(self) -> bool:
        """Whether a column holds days."""
        return any(row.day for row in self.rows)

    @cached_property
    def year(self) -> int:
        """The year that all its days are of; 0 where they are of several, or of none."""
        years = {row.day.year for row in self.rows if row.day}
        return years.pop() if len(years) == 1 else 0

    @cached_property
    def numbers(self) -> tuple[list[Number | None] | None, ...]:
        """Of each column the number of each row; None for a column that is not of numbers."""
        width = range(len(self.columns))
        return tuple(column_of_numbers([row.cells[n] for row in self.rows]) for n in width)


def split_row(said: str) -> list[str]:
    """Return the cells of a row as it stands in a document's text.

    They are more than there are columns where a cell holds what parts them.
    """
    return _CELLS.split(said)


def filled(cells: Sequence[str], width: int) -> tuple[str, ...]:
    """Return the cells of a row with the empty ones at its end, which the text leaves out."""
    return (*cells, *[""] * (width - len(cells)))


def sums_up(cells: Sequence[str]) -> bool:
    """Whether a row of these cells sums up other rows."""
    said = words(next(filter(None, cells), ""))
    return bool(said) and said[0] in TOTALS


def tables(document: Document) -> Iterator[Table]:
    """Yield the tables of a document whose columns have names, in order."""
    blocks = (block for block in document.blocks if block.kind is BlockKind.TABLE and block.header)
    for _, grouped in groupby(blocks, key=_table):
        members = list(grouped)
        columns = tuple(split_row(members[0].header))
        told = [(block, split_row(document.text[block.start : block.end])) for block in members]
        rows = [(block, filled(cells, len(columns))) for block, cells in told if len(cells) <= len(columns)]
        if 0 < len(rows) <= MOST_ROWS:
            yield Table(columns, tuple(_rows(rows, len(columns))))


def _table(block: Block) -> tuple[object, ...]:
    place = block.place
    return block.header, place.sheet, place.slide, place.section


def _rows(rows: Sequence[tuple[Block, tuple[str, ...]]], width: int) -> Iterator[Row]:
    days = _days([cells for _, cells in rows], width)
    for n, (block, cells) in enumerate(rows):
        yield Row(n, block, cells, days[n], frozenset(stems(" ".join(cells))))


def _days(rows: Sequence[tuple[str, ...]], width: int) -> list[Date | None]:
    """Return the day of each row."""
    columns = (column_of_days([row[n] for row in rows]) for n in range(width))
    return next(filter(None, columns), [None] * len(rows))
