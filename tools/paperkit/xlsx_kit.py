"""Drawing of a paper as a workbook with openpyxl."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from paperkit.markup import Directive, Heading, Paper, Para, Table

_INT = re.compile(r"-?\d+$")
_FLOAT = re.compile(r"-?\d+\.\d+$")
_DATE = re.compile(r"\d{4}-\d\d-\d\d$")


def value_of(text: str) -> str | int | float | date | None:
    """Return a cell's text as the number or date it looks like; ``'`` keeps text."""
    if not text:
        return None
    if text.startswith("'"):
        return text[1:]
    if _INT.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    if _DATE.match(text):
        return date.fromisoformat(text)
    return text


def _fill(sheet: Worksheet, table: Table) -> None:
    """Append a table's rows to a sheet, with a shaded heading row."""
    first = sheet.max_row + 1 if sheet.max_row > 1 or sheet["A1"].value else 1
    for offset, row in enumerate(table.rows):
        for column, text in enumerate(row, start=1):
            cell = sheet.cell(row=first + offset, column=column, value=value_of(text))
            if isinstance(cell.value, date):
                cell.number_format = "yyyy-mm-dd"
            if isinstance(cell.value, str) and len(text) > 40:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
            if offset == 0:
                cell.font = Font(bold=True)
                cell.fill = PatternFill("solid", fgColor="DDE3DC")


def _columns(sheet: Worksheet, text: str) -> None:
    """Set the column widths that an ``@widths`` line gives."""
    for index, width in enumerate(text.split()):
        sheet.column_dimensions["ABCDEFGHIJKLMNOP"[index]].width = float(width)


def _metadata(book: Workbook, paper: Paper) -> None:
    """Put the paper's own title, author and dates into the file."""
    book.properties.title = paper.get("title")
    book.properties.creator = book.properties.lastModifiedBy = paper.get("author")
    book.properties.created = paper.date


def write_xlsx(paper: Paper, path: Path) -> None:
    """Write the paper to ``path`` as a workbook, one sheet per ``==`` line."""
    book = Workbook()
    sheet: Worksheet = book.worksheets[0]
    started = False
    for block in paper.blocks:
        if isinstance(block, Heading):
            sheet = book.create_sheet(block.text) if started else sheet
            sheet.title = block.text
            started = True
        elif isinstance(block, Table):
            _fill(sheet, block)
        elif isinstance(block, Directive) and block.name == "freeze":
            sheet.freeze_panes = block.text
        elif isinstance(block, Directive):
            _columns(sheet, block.text)
        elif isinstance(block, Para):
            sheet.append([block.text])
    _metadata(book, paper)
    book.save(str(path))
