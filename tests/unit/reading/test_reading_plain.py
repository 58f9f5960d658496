"""Plain text: what is joined, what is kept in lines, which line a block begins in, and encodings."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pocketrag.domain import Document

ReadAs = Callable[[str, bytes], Document]
Shown = Callable[[Document], list[tuple[str, str]]]

LETTER = """HOUSE NOTES

The water main is under the stairs, behind the panel with the two brass
screws; a quarter turn to the right shuts it. Please do not force the han-
dle.

Hannah Merrin
7 Withy Lane
Harrowmere

Boiler
------
- bleed the radiators every
  autumn
- top up to 1.5 bar

1) first
2) second

tyres 205/55 R16
front 2.3 bar, rear 2.1 bar
"""


def test_layout(read_as: ReadAs, shown: Shown) -> None:
    document = read_as("a.txt", LETTER.replace("\n", "\r\n").encode())
    assert shown(document) == [
        ("heading1", "HOUSE NOTES"),
        (
            "paragraph",
            "The water main is under the stairs, behind the panel with the two brass screws; a quarter turn "
            "to the right shuts it. Please do not force the handle.",
        ),
        ("paragraph", "Hannah Merrin\n7 Withy Lane\nHarrowmere"),
        ("heading2", "Boiler"),
        ("list", "- bleed the radiators every autumn"),
        ("list", "- top up to 1.5 bar"),
        ("list", "1) first"),
        ("list", "2) second"),
        ("paragraph", "tyres 205/55 R16\nfront 2.3 bar, rear 2.1 bar"),
    ]
    assert [block.place.line for block in document.blocks] == [1, 3, 7, 11, 13, 15, 17, 18, 20]
    assert document.blocks[4].place.section == ("HOUSE NOTES", "Boiler")


def test_long_lines_are_paragraphs(read_as: ReadAs) -> None:
    lines = [f"{number} " + "word " * 60 for number in range(3)]
    document = read_as("a.txt", "\n".join(lines).encode())
    assert [block.place.line for block in document.blocks] == [1, 2, 3]


def test_columns_stay_in_lines(read_as: ReadAs) -> None:
    lines = [
        "Rent          840   due on the first of the month, by bank",
        "Gas and light  95   due on the fifteenth",
    ]
    assert read_as("a.txt", "\n".join(lines).encode()).text.count("\n") == 1


GERMAN = "Die Prüfung der Größe ergab: naïve Grüße aus Köln."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "utf-8"),
        (GERMAN, "utf-8-sig"),
        (GERMAN, "utf-16"),
        (GERMAN, "utf-16-le"),
        (GERMAN, "utf-16-be"),
        (GERMAN, "utf-32"),
        (GERMAN, "latin-1"),
        ("“Größe” – café, 5 €", "cp1252"),
        ("Это русский текст о погоде и природе. " * 8, "cp1251"),
        ("Это русский текст о погоде и природе. " * 8, "koi8-r"),
        ("これは日本語のテキストです。" * 20, "shift_jis"),
        ("这是中文文本，用来测试编码。" * 20, "gb18030"),
    ],
)
def test_encodings(read_as: ReadAs, text: str, encoding: str) -> None:
    assert read_as("a.txt", text.encode(encoding)).text == text.strip()


def test_a_bad_byte_in_utf8_costs_one_character(read_as: ReadAs) -> None:
    data = ("Größe und Länge über " * 20).encode() + b"\xff end"
    assert read_as("a.txt", data).text.startswith("Größe und Länge über Größe")
