"""PDF: pages, paragraphs, headings, tables, running lines, details; with small files drawn by fpdf2."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from fpdf import FPDF

from pocketrag.domain import BlockKind, Document
from pocketrag.errors import NoText

ReadAs = Callable[[str, bytes], Document]
Shown = Callable[[Document], list[tuple[str, str]]]

LONG = "The tenant pays the rent on the third working day of every month to the account of the landlord. " * 3


class Drawn(FPDF):
    """A PDF with a running header and footer, if given."""

    head = foot = ""

    def header(self) -> None:
        if self.head:
            self.set_font("Helvetica", size=8)
            self.cell(0, 6, self.head, new_x="LMARGIN", new_y="NEXT")
            self.ln(6)

    def footer(self) -> None:
        if self.foot:
            self.set_y(-15)
            self.set_font("Helvetica", size=8)
            self.cell(0, 6, self.foot.format(page=self.page_no()), align="C")

    def text_block(self, text: str, size: float = 11, style: str = "") -> None:
        """Write a paragraph and leave a gap below it."""
        self.set_font("Helvetica", style, size)
        self.multi_cell(0, size / 2, text, new_x="LMARGIN", new_y="NEXT")
        self.ln(4)


def _drawn(*pages: list[str], head: str = "", foot: str = "") -> bytes:
    pdf = Drawn()
    pdf.head, pdf.foot = head, foot
    for paragraphs in pages:
        pdf.add_page()
        for paragraph in paragraphs:
            pdf.text_block(paragraph)
    return bytes(pdf.output())


def test_wrapped_lines_are_joined_and_paragraphs_kept_apart(read_as: ReadAs, shown: Shown) -> None:
    document = read_as("a.pdf", _drawn([LONG, "Second paragraph."], ["On the next page."]))
    assert shown(document) == [
        ("paragraph", LONG.strip()),
        ("paragraph", "Second paragraph."),
        ("paragraph", "On the next page."),
    ]
    assert [block.place.page for block in document.blocks] == [1, 1, 2]
    assert document.pages == 2


def test_larger_and_bolder_lines_are_headings(read_as: ReadAs) -> None:
    pdf = Drawn()
    pdf.add_page()
    pdf.text_block("Lease agreement", 18, "B")
    pdf.text_block("1. Rent", 11, "B")
    pdf.text_block(LONG)
    pdf.text_block("2. Deposit", 11, "B")
    pdf.text_block("Three months' rent.")
    document = read_as("a.pdf", bytes(pdf.output()))
    levels = {document.text[b.start : b.end]: b.level for b in document.blocks if b.kind is BlockKind.HEADING}
    assert levels == {"Lease agreement": 1, "1. Rent": 2, "2. Deposit": 2}
    assert document.blocks[-1].place.section == ("Lease agreement", "2. Deposit")
    assert document.title == "Lease agreement"


def test_a_sentence_that_begins_in_bold_is_no_heading(read_as: ReadAs) -> None:
    pdf = Drawn()
    pdf.add_page()
    pdf.text_block(LONG)
    pdf.set_font("Helvetica", "B", 11)
    pdf.cell(0, 5.5, "Wednesday at ten, gate two. Please ask for", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", "", 11)
    pdf.cell(0, 5.5, "the service desk and bring this letter.", new_x="LMARGIN", new_y="NEXT")
    document = read_as("a.pdf", bytes(pdf.output()))
    assert "Wednesday at ten, gate two. Please ask for the service desk" in document.text
    assert all(block.kind is BlockKind.PARAGRAPH for block in document.blocks)


def test_a_table_becomes_rows_with_their_header(read_as: ReadAs) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    with pdf.table() as table:
        for cells in (
            ("Item", "Price", "Note"),
            ("Deposit", "2,400.00", "three months' rent, paid on signing of the contract and returned"),
            ("Spare key", "20.00", "lost in May"),
        ):
            row = table.row()
            for cell in cells:
                row.cell(cell)
    document = read_as("a.pdf", bytes(pdf.output()))
    assert document.text.split("\n") == [
        "Item | Price | Note",
        "Deposit | 2,400.00 | three months' rent, paid on signing of the contract and returned",
        "Spare key | 20.00 | lost in May",
    ]
    assert [block.header for block in document.blocks] == ["", "Item | Price | Note", "Item | Price | Note"]
    assert {block.kind for block in document.blocks} == {BlockKind.TABLE}


def test_bullets_and_numbered_clauses_are_list_items(read_as: ReadAs, shown: Shown) -> None:
    pdf = Drawn()
    pdf.add_page()
    pdf.text_block("Rules:")
    for marker, text in (
        ("-", "No smoking in the flat."),
        ("-", LONG),
        ("2.1", "The rent is due on the first."),
    ):
        pdf.set_font("Helvetica", size=11)
        pdf.cell(12, 5.5, marker)
        pdf.multi_cell(0, 5.5, text, new_x="LMARGIN", new_y="NEXT")
    document = read_as("a.pdf", bytes(pdf.output()))
    assert shown(document)[1:] == [
        ("list", "- No smoking in the flat."),
        ("list", f"- {LONG.strip()}"),
        ("list", "2.1 The rent is due on the first."),
    ]


def test_running_lines_stand_once_and_page_numbers_never(read_as: ReadAs) -> None:
    pages = [
        [f"{topic} is a topic of its own. " * 12, f"Topic {topic}."]
        for topic in ("gas", "water", "heating", "garden")
    ]
    document = read_as("a.pdf", _drawn(*pages, head="Hillside Lettings, ref. HL-7", foot="Page {page} of 4"))
    assert document.text.count("Hillside Lettings") == 1
    assert "Page" not in document.text
    assert all(f"Topic {topic}" in document.text for topic in ("gas", "water", "heating", "garden"))


def test_pages_that_are_just_alike_are_kept(read_as: ReadAs) -> None:
    document = read_as("a.pdf", _drawn(*[[f"Voucher {number}, worth 5 euros."] for number in range(1, 7)]))
    assert [block.place.page for block in document.blocks] == [1, 2, 3, 4, 5, 6]


def test_scanned_pages_are_named(read_as: ReadAs) -> None:
    document = read_as("a.pdf", _drawn(["First."], [], ["Third."], []))
    assert document.pages == 4
    assert document.textless_pages == (2, 4)
    with pytest.raises(NoText, match="scan"):
        read_as("scan.pdf", _drawn([], []))


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("House rules", "House rules"),
        ("Microsoft Word - rules.docx", ""),
        ("untitled", ""),
        ("rules_v2.pdf", ""),
    ],
)
def test_details_come_from_the_file_if_a_person_wrote_them(read_as: ReadAs, stated: str, title: str) -> None:
    pdf = Drawn()
    pdf.set_title(stated)
    pdf.set_author("Ada Mehl")
    pdf.set_creation_date(datetime(2025, 3, 14, 9, 30, tzinfo=UTC))
    pdf.add_page()
    pdf.text_block("Text.")
    document = read_as("a.pdf", bytes(pdf.output()))
    assert (document.title, document.author, document.date) == (title, "Ada Mehl", "2025-03-14")


def test_two_columns_set_line_by_line_are_read_one_after_the_other(read_as: ReadAs) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=10)
    for number in range(1, 7):
        pdf.cell(90, 5, f"left line {number} of the first column of the text")
        pdf.cell(90, 5, f"right line {number} of the second column of it", new_x="LMARGIN", new_y="NEXT")
    text = read_as("a.pdf", bytes(pdf.output())).text
    assert text.index("left line 6") < text.index("right line 1")
    assert "|" not in text
