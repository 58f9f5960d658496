"""JSON, lines of JSON, and Jupyter notebooks."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from pocketrag.domain import Document
from pocketrag.errors import Damaged, NoText, ReadingError

ReadAs = Callable[[str, bytes], Document]
Shown = Callable[[Document], list[tuple[str, str]]]


def test_an_object(read_as: ReadAs, shown: Shown) -> None:
    value = {
        "title": "Meters",
        "currency": "EUR",
        "owner": {"name": "Ann", "since": 2019, "active": True, "tags": ["mill", "water"]},
        "readings": [{"day": "2025-05-01", "kwh": 12.5}, {"day": "2025-05-02", "kwh": None}],
        "notes": [{"text": "x" * 300, "by": {"name": "Bo"}}],
    }
    document = read_as("a.json", json.dumps(value).encode())
    assert shown(document) == [
        ("paragraph", "title: Meters\ncurrency: EUR"),
        ("paragraph", "owner.name: Ann\nowner.since: 2019\nowner.active: true\nowner.tags: mill, water"),
        ("heading1", "readings"),
        ("table", "day | kwh"),
        ("table", "2025-05-01 | 12.5"),
        ("table", "2025-05-02"),
        ("heading1", "notes"),
        ("paragraph", "text: " + "x" * 300),
        ("paragraph", "by.name: Bo"),
    ]
    assert document.blocks[4].header == "day | kwh"
    assert document.blocks[8].place.row == 1
    assert document.title == "Meters"


def test_a_list_is_read_record_by_record(read_as: ReadAs) -> None:
    document = read_as("a.json", b'\xef\xbb\xbf[{"a": 1}, {"a": [2, {"b": "z"}]}, "three"]')
    assert [(document.text[b.start : b.end], b.place.row) for b in document.blocks] == [
        ("a: 1", 1),
        ("a[1]: 2\na[2].b: z", 2),
        ("three", 3),
    ]


def test_lines_of_json(read_as: ReadAs) -> None:
    document = read_as("a.jsonl", b'{"q": "Who?"}\n\nnot json\n{"q": "When?", "n": 2}\n')
    assert [(document.text[b.start : b.end], b.place.line) for b in document.blocks] == [
        ("q: Who?", 1),
        ("not json", 3),
        ("q: When?\nn: 2", 4),
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"[" * 100_000 + b"]" * 100_000, Damaged),
        (b'{"a": ' * 100_000, Damaged),
        (b"{}", NoText),
        (b'{"a": null}', NoText),
    ],
)
def test_broken_and_empty_json(read_as: ReadAs, data: bytes, expected: type[ReadingError]) -> None:
    with pytest.raises(expected):
        read_as("a.json", data)


def test_what_is_not_quite_json_is_read_as_it_stands(read_as: ReadAs, shown: Shown) -> None:
    text = '{\n  // the rent\n  "rent": 840,\n}'
    assert shown(read_as("a.json", text.encode())) == [("code", text)]


def test_odd_numbers_and_depth(read_as: ReadAs) -> None:
    assert read_as("a.json", b"[" + b"9" * 10_000 + b"]").text == "9" * 10_000
    assert "NaN" not in read_as("b.json", b'{"a": 1e400, "b": "x"}').text
    deep = '{"a": ' * 100 + "1" + "}" * 100
    assert read_as("c.json", deep.encode()).text.endswith("(nested too deeply)")


def test_a_notebook(read_as: ReadAs, shown: Shown) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Rent\n", "\n", "Per **month**."]},
        {
            "cell_type": "code",
            "source": "print(840)\nx = 1",
            "outputs": [{"text": ["840\n"]}, {"data": {"image/png": "AAAA", "text/plain": "1"}}],
        },
        {"cell_type": "raw", "source": "raw text"},
        "no cell",
    ]
    document = read_as("a.ipynb", json.dumps({"cells": cells, "metadata": 3}).encode())
    assert shown(document) == [
        ("heading1", "Rent"),
        ("paragraph", "Per month."),
        ("code", "print(840)\nx = 1"),
        ("code", "840"),
        ("code", "1"),
        ("paragraph", "raw text"),
    ]
    assert [block.place.row for block in document.blocks] == [1, 1, 2, 2, 2, 3]
    assert document.blocks[2].place.section == ("Rent",)
    assert document.title == "Rent"


def test_what_is_no_notebook(read_as: ReadAs) -> None:
    for data in (b'{"a": 1}', b"[]", b'{"cells"'):
        with pytest.raises(Damaged):
            read_as("a.ipynb", data)
