"""OpenDocument tables → rows of cells, for sheets as for tables within texts and slides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element

from pocketrag.domain import Place
from pocketrag.errors import TooLarge
from pocketrag.reading.builder import NOWHERE, Row
from pocketrag.reading.office.odf_text import HEADING, PARAGRAPH, name, names, number, text_of
from pocketrag.reading.xml_tree import deeper

_ROW_GROUPS = names("table", "table-header-rows table-rows table-row-group")
_CELL, _COVERED = name("table", "table-cell"), name("table", "covered-table-cell")
_MAX_REPEATED = 2_000
"""Times that a filled row or cell is repeated at most; programs fill whole columns this way."""
_MAX_CELLS = 2_000_000
"""Cells of a table."""


def table_rows(table: Element, place: Place = NOWHERE) -> Iterator[Row]:
    """Yield every row that holds something, and one empty row for each gap.

    Rows are counted if `place` names a sheet.
    """
    position, cells_left = 1, _MAX_CELLS
    for row in rows_of(table):
        times = number(row, name("table", "number-rows-repeated"), 1)
        texts = _cells(row)
        for repeat in range(min(times, _MAX_REPEATED) if texts else 1):
            cells_left -= len(texts)
            if cells_left < 0:
                raise TooLarge("The table has too many cells.", "Split it, or export what matters as CSV.")
            at = replace(place, row=position + repeat) if place.sheet is not None else place
            yield Row(texts, at)
        position += times


def marks_header(table: Element) -> bool:
    """Whether the table says that its first rows are its header."""
    return table.find(name("table", "table-header-rows")) is not None


def rows_of(table: Element, depth: int = 0) -> Iterator[Element]:
    """Yield the table's row elements, those in groups too."""
    depth = deeper(depth)
    for child in table:
        if child.tag == name("table", "table-row"):
            yield child
        elif child.tag in _ROW_GROUPS:
            yield from rows_of(child, depth)


def cells_of(row: Element) -> Iterator[Element]:
    """Yield a row's cell elements, without those that another one covers."""
    return (child for child in row if child.tag == _CELL)


def _cells(row: Element) -> list[str]:
    texts: list[str] = []
    for cell in row:
        if cell.tag not in {_CELL, _COVERED}:
            continue
        text = _shown(cell) if cell.tag == _CELL else ""
        times = number(cell, name("table", "number-columns-repeated"), 1)
        texts.extend([text] * min(times, _MAX_REPEATED))
        if len(texts) > 20 * _MAX_REPEATED:
            raise TooLarge("The table has too many cells.", "Split it, or export what matters as CSV.")
    while texts and not texts[-1].strip():
        texts.pop()
    return texts


def _shown(cell: Element) -> str:
    """Return a cell's text as its program showed it; of a date, the ISO form."""
    day = cell.get(name("office", "date-value"), "")
    if day:
        return day.removesuffix("T00:00:00").replace("T", " ")
    lines = [text_of(paragraph) for paragraph in paragraphs_of(cell)]
    return "\n".join(lines) or cell.get(name("office", "string-value"), "")


def paragraphs_of(node: Element, depth: int = 0) -> Iterator[Element]:
    """Yield the paragraphs in a cell, lists and frames within it included, comments not."""
    depth = deeper(depth)
    for child in node:
        if child.tag in {PARAGRAPH, HEADING}:
            yield child
        elif child.tag != name("office", "annotation"):
            yield from paragraphs_of(child, depth)
