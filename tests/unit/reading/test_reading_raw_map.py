"""Where a text stands in its file: exact where it says so, and nearly everywhere."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pocketrag.domain import Document
from pocketrag.reading.raw_map import raw_span
from pocketrag.reading.reader import parse

MARKDOWN = """# The boiler

It was **serviced** in March,
and [the next visit](https://example.org) is due in May.

| part | price |
|------|-------|
| pump | 85.00 |

- a first point
- a *second* point
"""
HTML = (
    "<html><head><title>Boiler</title></head><body><nav>Home</nav><h1>The boiler</h1>"
    "<p>It was <b>serviced</b> in M&auml;rz; cost &lt; 90.</p><p>The next visit is due.</p></body></html>"
)
FILES = {
    ".md": MARKDOWN,
    ".html": HTML,
    ".txt": "A first line\nthat goes on here.\n\nSecond para-\ngraph.\n",
    ".csv": "part,price\npump,85.00\nvalve,7.30\n",
    ".py": 'def total(prices):\n\t"""Return the sum."""\n\treturn sum(prices)\n',
    ".rst": "Boiler\n======\n\nIt was *serviced* in March.\n",
    ".tex": "\\section{Boiler}\nIt was \\emph{serviced} in March.\n",
    ".json": '{"boiler": {"serviced": "March", "cost": 90}}',
    ".srt": "1\n00:00:01,000 --> 00:00:02,000\nIt was serviced.\n",
}


def alike(text: str) -> str:
    """Return the text with every blank a plain one, each in its place."""
    return "".join(" " if letter in "\t\n\r\xa0" else letter for letter in text)


def checked(document: Document, data: bytes) -> float:
    """Return the share of the text's letters that are mapped; runs are in order, exact but for blanks."""
    assert document.raw is not None
    decoded = data.decode(document.raw.encoding, errors="replace")
    last = 0
    for start, there, length in document.raw.runs:
        assert start >= last
        assert alike(document.text[start : start + length]) == alike(decoded[there : there + length])
        last = start + length
    mapped = "".join(document.text[s : s + n] for s, _, n in document.raw.runs)
    letters = sum(letter.isalnum() for letter in document.text)
    return sum(letter.isalnum() for letter in mapped) / max(1, letters)


@pytest.mark.parametrize(("suffix", "text"), FILES.items())
def test_runs_are_exact_and_cover_nearly_all(suffix: str, text: str) -> None:
    assert checked(parse(text.encode(), suffix), text.encode()) > 0.75


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_offsets_count_characters_of_the_files_own_encoding(encoding: str) -> None:
    data = "Die Kündigung gilt ab März.\r\n\r\nGrüße aus Köln.\r\n".encode(encoding)
    document = parse(data, ".txt")
    assert checked(document, data) == 1.0
    assert document.raw is not None
    begin = document.text.index("Grüße")
    span = raw_span(document.raw, begin, begin + 5)
    assert span is not None
    assert data.decode(document.raw.encoding)[slice(*span)] == "Grüße"


def test_a_page_is_mapped_in_the_encoding_that_it_declares() -> None:
    data = '<meta charset="windows-1251"><p>Съезд</p>'.encode("cp1251")
    document = parse(data, ".html")
    assert document.raw is not None
    assert document.raw.encoding == "cp1251"
    assert checked(document, data) == 1.0


def test_a_quote_is_found_with_the_marks_inside_it() -> None:
    document = parse(MARKDOWN.encode(), ".md")
    assert document.raw is not None
    begin = document.text.index("serviced in March")
    span = raw_span(document.raw, begin, begin + len("serviced in March"))
    assert span is not None
    assert MARKDOWN[slice(*span)] == "serviced** in March"


def test_a_wrapped_paragraph_is_one_stretch_of_its_file() -> None:
    file = "The boiler was serviced\nin March, the next\tvisit is due in May.\n\nSee you then.\n"
    document = parse(file.encode(), ".txt")
    assert document.raw is not None
    first, second = (file.index(words) for words in ("The boiler", "See you"))
    paragraph = len("The boiler was serviced in March, the next visit is due in May.")
    assert document.raw.runs == ((0, first, paragraph), (paragraph + 2, second, len("See you then.")))


def test_what_was_made_while_reading_stands_nowhere() -> None:
    document = parse(FILES[".csv"].encode(), ".csv")
    assert document.raw is not None
    begin = document.text.index(" | ")
    assert raw_span(document.raw, begin, begin + 3) is None


def _records() -> list[dict[str, object]]:
    """Return records of the same keys, each with a text of its own, and one that stands in each of them."""
    return [
        {"guest": {"name": f"Guest {n}", "home": {"town": "Aachen"}}, "note": f"Asked {n} times for the key."}
        for n in range(60)
    ]


@pytest.mark.parametrize(
    ("suffix", "file"),
    [
        (".json", json.dumps(_records(), indent=2)),
        (".jsonl", "\n".join(map(json.dumps, _records()))),
    ],
    ids=["JSON", "lines of JSON"],
)
def test_values_under_keys_that_are_said_again_are_found_in_their_own_record(suffix: str, file: str) -> None:
    document = parse(file.encode(), suffix)
    assert document.raw is not None
    for n, block in enumerate(document.blocks):
        note = f"Asked {n} times for the key."
        for words, before in ((note, ""), ("Aachen", f'"Guest {n}"')):
            begin = document.text.index(words, block.start, block.end)
            expected = file.index(words, file.index(before) if before else 0)
            assert raw_span(document.raw, begin, begin + len(words)) == (expected, expected + len(words))


def test_a_file_that_is_no_text_has_no_map() -> None:
    assert parse(b"{\\rtf1 The boiler was serviced in March.}", ".rtf").raw is None


@given(
    st.text(st.sampled_from("ab é字\n-*_#|<>&;`"), max_size=400),
    st.sampled_from([".md", ".html", ".txt", ".org"]),
)
def test_runs_are_exact_whatever_the_text(text: str, suffix: str) -> None:
    data = f"word {text}".encode()
    checked(parse(data, suffix), data)
