"""Markdown: headings with lines, lists, tables, code, front matter, and nothing of the marks."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from pocketrag.domain import Document
from pocketrag.reading.reader import parse

ReadAs = Callable[[str, bytes], Document]
Shown = Callable[[Document], list[tuple[str, str]]]

NOTE = """---
title: "Sunday dal"
author: Hannah
date: 2025-01-15
due: Friday
---
# Dal

Serves *four* [see here](http://x.example), a
wrapped line.\\
New line ![a pot](pot.png)

## Steps

1. Soak
2. Boil
   - gently
   - long

   Stir.

| Spice | Spoons |
|-------|-------:|
| cumin | 2 |

```python
if x:
    y()
```
<div>Old <b>HTML</b></div>

> quoted
"""


def test_everything(read_as: ReadAs, shown: Shown) -> None:
    document = read_as("a.md", NOTE.encode())
    assert shown(document) == [
        ("paragraph", 'title: "Sunday dal"\nauthor: Hannah\ndate: 2025-01-15\ndue: Friday'),
        ("heading1", "Dal"),
        ("paragraph", "Serves four see here, a wrapped line.\nNew line a pot"),
        ("heading2", "Steps"),
        ("list", "1. Soak"),
        ("list", "2. Boil"),
        ("list", "- gently"),
        ("list", "- long"),
        ("list", "Stir."),
        ("table", "Spice | Spoons"),
        ("table", "cumin | 2"),
        ("code", "if x:\n    y()"),
        ("paragraph", "Old HTML"),
        ("paragraph", "quoted"),
    ]
    assert [block.place.line for block in document.blocks] == [
        2,
        7,
        9,
        13,
        15,
        16,
        17,
        18,
        20,
        22,
        24,
        26,
        30,
        32,
    ]
    assert document.blocks[5].place.section == ("Dal", "Steps")
    assert document.blocks[10].header == "Spice | Spoons"
    assert (document.title, document.author, document.date) == ("Sunday dal", "Hannah", "2025-01-15")


def test_the_first_heading_is_the_title(read_as: ReadAs) -> None:
    assert read_as("a.md", b"Intro\n\n## Part\n\n# Real title\n").title == "Real title"


WORDS = st.sampled_from(["one", "two!", "(three)", "four]", "5.", "字", "http://x.example", '"six"', "a:b"])
GAPS = st.sampled_from([" ", "  ", "\t", "\n", " \n", "  \n", "\t\n", "\n  ", "\n\t", "\u00a0"])


@given(st.lists(st.tuples(WORDS, GAPS), max_size=12))
def test_a_paragraph_without_marks_reads_like_one_with_a_mark_behind_it(
    pieces: list[tuple[str, str]],
) -> None:
    """The first is not parsed for marks, the second is."""
    text = "".join(word + gap for word, gap in pieces)
    plain, marked = (parse(f"word {text}word{end}".encode(), ".md") for end in ("", " *end*"))
    assert plain.text + " end" == marked.text


def test_two_blanks_keep_a_line_end(read_as: ReadAs, shown: Shown) -> None:
    assert shown(read_as("a.md", b"first  \nsecond\nthird")) == [("paragraph", "first\nsecond third")]


def test_a_rule_at_the_top_is_no_front_matter(read_as: ReadAs, shown: Shown) -> None:
    document = read_as("a.md", b"---\n\nJust text after a rule.\n")
    assert shown(document) == [("paragraph", "Just text after a rule.")]
    assert document.blocks[0].place.line == 3


def test_what_lies_too_deep_is_not_lost(read_as: ReadAs) -> None:
    assert "bottom" in read_as("a.md", b"> " * 500 + b"bottom").text


def test_endless_paragraphs_take_no_time(read_as: ReadAs) -> None:
    for mark in ("*a ", "[", "![a](", "**a_b_"):
        assert read_as("a.md", f"{mark * 50_000}end".encode()).text.endswith("end")
