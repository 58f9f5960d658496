"""Rows of cells → tables with their header, for every format that has rows (xlsx, csv, docx, pptx, html)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pocketrag.reading.builder import DocumentBuilder, Row

_NUMBER_LIKE = re.compile(
    r"[^A-Za-z]*\d[^A-Za-z]*(?:%|€|\$|£|EUR|USD|CHF|GBP|kWh|kg|km|h)?|TRUE|FALSE", re.IGNORECASE
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_MAX_LABEL = 80
"""Characters; what is longer is no column's name."""


def is_header(cells: Sequence[str]) -> bool:
    """Whether a first row names the columns: two cells or more, each filled with a short text, not a number.

    The corner may be empty, and years may be columns (`Item | 2023 | 2024`).
    """
    first, *others = cells or ("",)
    years = [cell for cell in others if _YEAR.fullmatch(cell)]
    labels = others if len(years) < 2 else [cell for cell in others if cell not in years]
    corner = _is_label(first) or (not first and len(cells) > 2)
    return bool(others) and corner and all(_is_label(cell) for cell in labels)


def add_table(builder: DocumentBuilder, rows: Sequence[Row], *, header_marked: bool = False) -> None:
    """Add a table whose first row is its header if the file marks it so or if it looks like one."""
    rows = [row for row in map(_trimmed, rows) if row.cells]
    if len(rows) > 1 and (header_marked or is_header(rows[0].cells)):
        builder.table(rows[0], rows[1:])
    else:
        builder.table(None, rows)


def add_sheet(builder: DocumentBuilder, rows: Sequence[Row]) -> None:
    """Add what stands on a sheet: lines of text, and tables set apart by empty rows.

    A table without a header of its own, after a gap in the one before, keeps that one's header.
    """
    known: Row | None = None
    for region in _regions(rows):
        captions, body = _split_captions(region)
        for row in captions:
            builder.paragraph(row.cells[0], row.place)
        if _has_own_header(body, known):
            known = body[0]
            builder.table(known, body[1:])
        else:
            if known is not None and _width(body) > len(known.cells):
                known = None
            builder.table(known, body, continued=True)


def _has_own_header(body: Sequence[Row], known: Row | None) -> bool:
    """Whether the first row is a header; after another table, only if what is below holds numbers."""
    if len(body) < 2 or not is_header(body[0].cells):
        return False
    return known is None or any(not _is_label(cell) for row in body[1:] for cell in row.cells if cell)


def _split_captions(region: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Return the lines of text above a table (a title, a note), and the table."""
    alone = 0
    while alone < len(region) and len(region[alone].cells) == 1:
        alone += 1
    return list(region[:alone]), list(region[alone:])


def _regions(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield the runs of rows between empty ones, each without the empty columns at its left."""
    region: list[Row] = []
    for row in (*map(_trimmed, rows), Row(())):
        if row.cells:
            region.append(row)
        elif region:
            margin = min(_margin(row.cells) for row in region)
            yield [Row(row.cells[margin:], row.place) for row in region]
            region = []


def _trimmed(row: Row) -> Row:
    """Return the row without the empty cells at its end."""
    cells = [cell.strip() for cell in row.cells]
    while cells and not cells[-1]:
        cells.pop()
    return Row(cells, row.place)


def _margin(cells: Sequence[str]) -> int:
    return next(i for i, cell in enumerate(cells) if cell)


def _width(rows: Sequence[Row]) -> int:
    return max((len(row.cells) for row in rows), default=0)


def _is_label(cell: str) -> bool:
    return bool(cell) and len(cell) <= _MAX_LABEL and not _NUMBER_LIKE.fullmatch(cell)
