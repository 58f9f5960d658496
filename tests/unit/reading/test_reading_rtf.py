"""Rich text: structure, characters of many kinds, and files that are broken on purpose."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pocketrag.domain import Document
from pocketrag.errors import Damaged, NoText, ReadingError
from pocketrag.reading.reader import parse

ReadAs = Callable[[str, bytes], Document]
Shown = Callable[[Document], list[tuple[str, str]]]

LETTER = rb"""{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial Cyr;}}
{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}{\s2 Title;}{\*\cs10 Default;}}
{\info{\title Lease of the mill}{\author Ann Poole}{\revtim\yr2025\mo3\dy14\hr9}}
{\header page header}
\pard\s2 Lease\par
\pard\s1 Rent\par
\pard The rent is \b 840\b0  euros, caf\'e9 \u8364? in
 all.{\v hidden}{\deleted old}{\footnote Heating apart.}\par
{\f1 \'cf\'f0\'e8\'e2\'e5\'f2}\par
\pard\ls1{\listtext\'b7\tab}Keys\par
\pard\ls1{\listtext 2.\tab}Bins\par
\pard{\field{\*\fldinst HYPERLINK "http://x"}{\fldrslt a link}}{\pict 00ff00}{\*\unknown gone}\par
\trowd\intbl Month\cell Due\cell\row\trowd\intbl May\par now\cell 840\cell\row
\pard\u-10179?\u-8704? end}"""


@pytest.mark.parametrize("name", ["letter.rtf", "letter.doc", "letter"])
def test_a_letter(read_as: ReadAs, shown: Shown, name: str) -> None:
    document = read_as(name, LETTER)
    assert shown(document) == [
        ("heading1", "Lease"),
        ("heading1", "Rent"),
        ("paragraph", "The rent is 840 euros, café € in all."),
        ("paragraph", "Привет"),
        ("list", "- Keys"),
        ("list", "2. Bins"),
        ("paragraph", "a link"),
        ("table", "Month | Due"),
        ("table", "May now | 840"),
        ("paragraph", "😀 end"),
        ("paragraph", "Footnote 1: Heating apart."),
    ]
    assert document.blocks[2].place.section == ("Rent",)
    assert document.blocks[8].header == "Month | Due"
    assert (document.title, document.author, document.date) == (
        "Lease of the mill",
        "Ann Poole",
        "2025-03-14",
    )


def test_binary_data_is_passed_over(read_as: ReadAs) -> None:
    assert read_as("a.rtf", b"{\\rtf1 a{\\pict\\bin6 }}}}}}}b}").text == "ab"


def test_characters_split_between_tokens(read_as: ReadAs) -> None:
    text = b"{\\rtf1{\\fonttbl{\\f0\\fcharset128 Mincho;}}\\f0 \\'93\\'fa\\'96\\'7b}"
    assert read_as("a.rtf", text).text == "日本"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"{\\rtf1 " + b"{" * 200_000, Damaged),
        (b"{\\rtf1 }}}}}}", NoText),
        (b"{\\rtf1\\ansicpg99999999\\f77\\s-3\\u99999999999 \\bin-5", ReadingError),
        (b"{\\rtf", ReadingError),
    ],
)
def test_broken_files(read_as: ReadAs, data: bytes, expected: type[ReadingError]) -> None:
    with pytest.raises(expected):
        read_as("a.rtf", data)


def test_text_after_the_end_is_kept(read_as: ReadAs) -> None:
    assert read_as("a.rtf", b"{\\rtf1 one\\par} two \\par three\\").text == "one\n\ntwo\n\nthree"


def test_a_star_that_does_not_begin_a_group_hides_nothing() -> None:
    assert parse(b"{\\rtf1 Before \\*\\unknownword after.}", ".rtf").text == "Before after."
    assert parse(b"{\\rtf1 Before {\\*\\unknownword hidden}after.}", ".rtf").text == "Before after."
