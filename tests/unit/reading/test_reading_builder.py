"""The builder: offsets that tell the truth, sections as the headings say, tables that explain their rows."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pocketrag.domain import BlockKind, Place
from pocketrag.errors import NoText
from pocketrag.reading.builder import MAX_HEADING, DocumentBuilder, Row

PIECES = st.lists(
    st.tuples(st.sampled_from(["heading", "paragraph", "list", "code", "table"]), st.text(max_size=30)),
    max_size=15,
)


def _built(pieces: list[tuple[str, str]]) -> DocumentBuilder:
    builder = DocumentBuilder()
    for kind, text in pieces:
        match kind:
            case "heading":
                builder.heading(text, len(text) % 6 + 1, Place(page=1))
            case "paragraph":
                builder.paragraph(text)
            case "list":
                builder.list_item(text)
            case "code":
                builder.code(text)
            case "table":
                builder.table(Row([text, "b"]), [Row(["", text]), Row([text, text])])
    return builder


@given(PIECES)
def test_blocks_are_in_order_and_cover_the_text_but_for_line_ends(pieces: list[tuple[str, str]]) -> None:
    builder = _built(pieces)
    if not builder:
        with pytest.raises(NoText):
            builder.build()
        return
    document = builder.build()
    assert document.blocks[0].start == 0
    assert document.blocks[-1].end == len(document.text)
    for before, after in pairwise(document.blocks):
        assert document.text[before.end : after.start] in {"\n", "\n\n"}
    for block in document.blocks:
        text = document.text[block.start : block.end]
        assert text == text.strip("\n") != ""
        assert (block.kind is BlockKind.HEADING) == (block.level > 0)


def test_sections_are_the_headings_above() -> None:
    builder = DocumentBuilder()
    builder.paragraph("before")
    builder.heading("Lease", 1)
    builder.heading("Rent", 2)
    builder.paragraph("840", Place(page=3))
    builder.heading("Deposit", 2)
    builder.paragraph("2520")
    builder.heading("Annex", 1)
    builder.leave_sections()
    builder.paragraph("loose")
    places = [block.place for block in builder.build().blocks]
    assert [place.section for place in places] == [
        (),
        ("Lease",),
        ("Lease", "Rent"),
        ("Lease", "Rent"),
        ("Lease", "Deposit"),
        ("Lease", "Deposit"),
        ("Annex",),
        (),
    ]
    assert places[3].page == 3


def test_an_overlong_heading_is_a_paragraph_and_no_section() -> None:
    builder = DocumentBuilder()
    builder.heading("x" * (MAX_HEADING + 1), 1)
    builder.paragraph("y")
    blocks = builder.build().blocks
    assert [block.kind for block in blocks] == [BlockKind.PARAGRAPH, BlockKind.PARAGRAPH]
    assert blocks[1].place.section == ()


def test_table_rows_carry_their_header() -> None:
    builder = DocumentBuilder()
    builder.table(
        Row(["Item", "Price", ""], Place(row=1)),
        [
            Row(["Cup\nblue", "12", "", ""], Place(row=2)),
            Row(["", ""], Place(row=3)),
            Row(["", "7"], Place(row=4)),
        ],
    )
    document = builder.build()
    assert document.text == "Item | Price\nCup blue | 12\n| 7"
    assert [block.header for block in document.blocks] == ["", "Item | Price", "Item | Price"]
    assert [block.place.row for block in document.blocks] == [1, 2, 4]


def test_items_of_a_list_stand_together_and_tables_apart() -> None:
    builder = DocumentBuilder()
    builder.list_item("one")
    builder.list_item("• two")
    builder.list_item("three", marker="3.")
    builder.table(None, [Row(["a", "b"])])
    builder.table(None, [Row(["c", "d"])])
    assert builder.build().text == "- one\n- two\n3. three\n\na | b\n\nc | d"


def test_details_are_clean() -> None:
    builder = DocumentBuilder()
    builder.paragraph("x")
    document = builder.build(title="A\x1b[2J\ntitle", author=" An\u202ena ", pages=2, textless_pages=[2])
    assert (document.title, document.author) == ("A[2J title", "Anna")
    assert (document.pages, document.textless_pages) == (2, (2,))
