"""Excel workbooks → a `Document` whose places are sheets and rows. Owns openpyxl."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml.constants import ARC_CORE

from pocketrag.domain import Document, Place
from pocketrag.errors import Damaged, TooLarge
from pocketrag.reading.builder import DocumentBuilder, Row
from pocketrag.reading.details import iso_date, usable_author, usable_title
from pocketrag.reading.grid import add_sheet
from pocketrag.reading.office.xlsx_drawings import add_drawn

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

_MAX_CELLS = 3_000_000
"""Filled cells of a workbook; a million take about 1 GB as blocks further on."""


def read_xlsx(data: bytes) -> Document:
    """Return the sheets as tables of the values last calculated, the way a person sees them."""
    began = _now()
    try:
        book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, BadZipFile, KeyError, ValueError, TypeError) as error:
        raise Damaged(
            f"The workbook is damaged ({error}).", "Open it in its program and save it anew."
        ) from error
    builder, package = DocumentBuilder(), book._archive
    cells_left = _MAX_CELLS
    for sheet in book.worksheets:
        builder.leave_sections()
        rows = list(_rows(sheet, cells_left))
        cells_left -= sum(len(row.cells) for row in rows)
        if rows and len(book.worksheets) > 1:
            builder.heading(sheet.title, 1, Place(sheet=sheet.title))
        add_sheet(builder, rows)
        add_drawn(builder, package, sheet._worksheet_path, Place(sheet=sheet.title))
    if ARC_CORE not in package.namelist():  # then openpyxl makes author and date up
        return builder.build()
    details = book.properties
    return builder.build(
        title=usable_title(details.title),
        author=usable_author(details.creator),
        date=iso_date(
            next((day for day in (details.modified, details.created) if _stated(day, began)), None)
        ),
    )


def _now() -> datetime.datetime:
    """Return the moment as openpyxl writes it: in UTC, and without saying so."""
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)


def _stated(moment: datetime.datetime | None, began: datetime.datetime) -> bool:
    """Whether a workbook states a moment: for one that it does not, openpyxl takes that of opening it."""
    return moment is not None and not began <= moment <= _now()


def _rows(sheet: ReadOnlyWorksheet, cells_left: int) -> Iterator[Row]:
    """Yield every row up to the last one, empty ones too: the gaps tell tables apart."""
    sheet.reset_dimensions()  # what a file claims of its size may be a million rows, or too little
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        texts = [_shown(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        cells_left -= len(texts)
        if cells_left < 0:
            raise TooLarge("The workbook has too many cells.", "Split it, or export what matters as CSV.")
        yield Row(texts, Place(sheet=sheet.title, row=number))


def _shown(cell: Cell) -> str:
    """Return a cell's value as text."""
    value = cell.value
    match value:
        case None:
            return ""
        case str():
            return "" if cell.data_type == "e" else value
        case bool():
            return str(value).upper()
        case int() | float():
            return _number(value, cell.number_format)
        case datetime.datetime():
            midnight = value.time() == datetime.time()
            return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="minutes")
        case datetime.time():
            return value.isoformat(timespec="minutes")
        case _:
            return str(value)


def _number(value: float, shape: str) -> str:
    """Return a number without trailing zeros or binary noise; a share shown as percent, as percent."""
    if "%" in shape:
        return f"{value * 100:.10g}%"
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.15g}"
