"""Delimited values: the delimiter, the header, and rows numbered as records."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pocketrag.domain import Document

ReadAs = Callable[[str, bytes], Document]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_delimiter(read_as: ReadAs, delimiter: str) -> None:
    rows = [
        ["date", "payee", "amount"],
        ["2025-04-01", "Rent, Withy Lane", "-1285.00"],
        ["2025-04-02", "Shop", "-12,50"],
    ]
    data = "\r\n".join(
        delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row) for row in rows
    )
    document = read_as("a.csv", data.encode())
    assert document.text == (
        "date | payee | amount\n2025-04-01 | Rent, Withy Lane | -1285.00\n2025-04-02 | Shop | -12,50"
    )
    assert [block.place.row for block in document.blocks] == [1, 2, 3]
    assert document.blocks[2].header == "date | payee | amount"


def test_quotes_empty_records_and_no_header(read_as: ReadAs) -> None:
    document = read_as("a.csv", b'1,"two\nlines"\n\n3,"say ""no"""\n')
    assert document.text == '1 | two lines\n3 | say "no"'
    assert [block.place.row for block in document.blocks] == [1, 3]
    assert {block.header for block in document.blocks} == {""}


def test_a_quotation_mark_that_never_closes_does_not_swallow_the_file(read_as: ReadAs) -> None:
    lines = ["name,size", '"Tray 12,4', *(f"item {number} {'x' * 40},{number}" for number in range(40_000))]
    document = read_as("a.csv", "\n".join(lines).encode())
    assert len(document.blocks) == len(lines)


def test_western_encoding(read_as: ReadAs) -> None:
    assert "Müller | Größe" in read_as("a.csv", "Name;Maß\nMüller;Größe 5\n".encode("cp1252")).text
