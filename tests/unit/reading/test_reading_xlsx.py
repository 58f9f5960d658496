"""Excel: sheets, rows, headers, and values the way a person sees them."""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import Workbook

from pocketrag.domain import Document

ReadAs = Callable[[str, bytes], Document]
Shown = Callable[[Document], list[tuple[str, str]]]


def _saved(book: Workbook) -> bytes:
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_values_are_written_as_a_person_sees_them(read_as: ReadAs) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["What", "Value"])
    for what, value in (
        ("whole", 12.0),
        ("part", 12.50),
        ("noise", 0.1 + 0.2),
        ("day", datetime.date(2025, 3, 14)),
        ("moment", datetime.datetime(2025, 3, 14, 9, 5)),
        ("time", datetime.time(9, 5)),
        ("yes", True),
        ("share", 0.195),
        ("broken", "#REF!"),
    ):
        sheet.append([what, value])
    sheet["B9"].number_format = "0.0%"
    sheet["B10"].data_type = "e"
    rows = read_as("a.xlsx", _saved(book)).text.split("\n")
    assert rows == [
        "What | Value",
        "whole | 12",
        "part | 12.5",
        "noise | 0.3",
        "day | 2025-03-14",
        "moment | 2025-03-14 09:05",
        "time | 09:05",
        "yes | TRUE",
        "share | 19.5%",
        "broken",
    ]


def test_sheets_captions_and_gaps(read_as: ReadAs, shown: Shown) -> None:
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "Budget"
    for row in (
        ["Household 2025"],
        [],
        [None, "Item", "Euro"],
        [None, "Rent", 840],
        [None, None, None],
        [None, "Gas", 95],
        [],
        [None, "Pot", "Target", "Saved"],
        [None, "Trip", 1800, 540],
    ):
        first.append(row)
    book.create_sheet("Empty")
    notes = book.create_sheet("Notes")
    notes["A5"] = "Ask about the boiler."
    document = read_as("a.xlsx", _saved(book))
    assert shown(document) == [
        ("heading1", "Budget"),
        ("paragraph", "Household 2025"),
        ("table", "Item | Euro"),
        ("table", "Rent | 840"),
        ("table", "Gas | 95"),
        ("table", "Pot | Target | Saved"),
        ("table", "Trip | 1800 | 540"),
        ("heading1", "Notes"),
        ("paragraph", "Ask about the boiler."),
    ]
    assert [block.place.row for block in document.blocks] == [None, 1, 3, 4, 6, 8, 9, None, 5]
    assert [block.header for block in document.blocks[2:7]] == [
        "",
        *["Item | Euro"] * 2,
        "",
        "Pot | Target | Saved",
    ]
    assert document.blocks[-1].place.sheet == "Notes"
    assert document.blocks[-1].place.section == ("Notes",)


def test_one_sheet_needs_no_heading(read_as: ReadAs, shown: Shown) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Only"
    sheet.append(["a", 1])
    document = read_as("a.xlsx", _saved(book))
    assert shown(document) == [("table", "a | 1")]
    assert document.blocks[0].place.sheet == "Only"


def test_details(read_as: ReadAs) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "x"
    book.properties.title = "Budget"
    book.properties.creator = "openpyxl"
    document = read_as("a.xlsx", _saved(book))
    assert (document.title, document.author) == ("Budget", "")


@pytest.mark.parametrize(
    ("left_out", "date"),
    [
        ("created|modified", ""),
        ("modified", "2024-05-06"),
        ("created", "2025-06-07"),
        ("neither", "2025-06-07"),
    ],
)
def test_a_workbook_has_the_date_that_it_states_and_no_other(
    read_as: ReadAs, left_out: str, date: str
) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["What", "Value"])
    book.properties.created = datetime.datetime(2024, 5, 6)
    book.save(stream := BytesIO())
    with zipfile.ZipFile(stream) as saved, zipfile.ZipFile(copied := BytesIO(), "w") as copy:
        for name in saved.namelist():
            part = saved.read(name).decode()
            part = re.sub(r"(?<=dcterms:W3CDTF\">)[^<]*(?=</dcterms:modified)", "2025-06-07T08:09:10Z", part)
            copy.writestr(name, re.sub(rf"<dcterms:({left_out}) .*?</dcterms:\1>", "", part))
    assert read_as("a.xlsx", copied.getvalue()).date == date
