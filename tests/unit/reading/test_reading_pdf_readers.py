"""PDF: what the two libraries under the reader are each good for, and what their places are used for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fpdf import FPDF
from pdf_by_hand import CATALOG, HELVETICA, by_hand, text_at

from pocketrag.domain import BlockKind, Document
from pocketrag.errors import NoText

ReadAs = Callable[[str, bytes], Document]
Shown = Callable[[Document], list[tuple[str, str]]]


def test_a_word_cut_at_the_end_of_a_line_is_whole(read_as: ReadAs) -> None:
    content = text_at((72, 700, "The tenant may give in writ-"), (72, 686, "ing three months of notice."))
    text = read_as("a.pdf", by_hand(content)).text
    assert text == "The tenant may give in writing three months of notice."


def test_a_raised_number_stays_in_its_line(read_as: ReadAs) -> None:
    content = (
        "BT /F1 12 Tf 72 700 Td (The rent) Tj /F1 7 Tf 5 Ts (1) Tj 0 Ts /F1 12 Tf"
        " ( includes the heating of all rooms.) Tj ET"
    )
    assert read_as("a.pdf", by_hand(content)).text == "The rent1 includes the heating of all rooms."


def test_a_stamp_in_the_margin_comes_after_the_text(read_as: ReadAs, shown: Shown) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=24)
    with pdf.rotation(90, 12, 200):
        pdf.text(12, 200, "Archive copy 4711")
    pdf.set_font("Helvetica", size=11)
    pdf.set_xy(30, 30)
    pdf.multi_cell(0, 6, "The boiler is serviced once a year, in May. " * 5)
    document = read_as("a.pdf", bytes(pdf.output()))
    blocks = shown(document)
    assert blocks[0][1].startswith("The boiler")
    assert blocks[-1] == ("paragraph", "Archive copy 4711")
    assert document.title == ""


def test_a_line_spread_to_the_margin_is_no_row_of_a_table(read_as: ReadAs) -> None:
    spread = [(72 + 60 * at, 700, word) for at, word in enumerate(("when", "both", "sides", "have"))]
    content = text_at(*spread, (72, 686, "signed this agreement in two copies of the same text"))
    document = read_as("a.pdf", by_hand(content))
    assert document.text.startswith("when both sides have signed")
    assert "|" not in document.text


def test_a_gap_within_one_text_object_makes_columns(read_as: ReadAs) -> None:
    rows = ("[(Deposit ) -9000 (2,400.00)] TJ", "0 -20 Td [(Spare key ) -8000 (20.00)] TJ")
    document = read_as("a.pdf", by_hand(f"BT /F1 12 Tf 72 700 Td {' '.join(rows)} ET"))
    assert document.text == "Deposit | 2,400.00\nSpare key | 20.00"
    assert {block.kind for block in document.blocks} == {BlockKind.TABLE}


def test_letters_that_are_drawn_around_are_bold(read_as: ReadAs, shown: Shown) -> None:
    body = [
        (72, 670 - 14 * at, "the rent is due on the first day of the month, by transfer") for at in range(4)
    ]
    heading = "BT 2 Tr /F1 12 Tf 1 0 0 1 72 700 Tm (Rent and deposit) Tj ET BT 0 Tr ET "
    blocks = shown(read_as("a.pdf", by_hand(heading + text_at(*body))))
    assert blocks[0] == ("heading1", "Rent and deposit")


def test_the_outline_says_what_is_a_heading_and_how_deep(read_as: ReadAs) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    for level, title in ((0, "Rules of the house"), (1, "Quiet hours"), (1, "Bicycles"), (0, "The garden")):
        pdf.start_section(title, level)
        pdf.cell(0, 8, title, new_x="LMARGIN", new_y="NEXT")
        pdf.multi_cell(0, 6, f"About this, {title.lower()}, the owners agreed in spring. " * 3)
        pdf.ln(6)
    document = read_as("a.pdf", bytes(pdf.output()))
    sections = {block.place.section for block in document.blocks if block.kind is BlockKind.PARAGRAPH}
    assert sections == {
        ("Rules of the house",),
        ("Rules of the house", "Quiet hours"),
        ("Rules of the house", "Bicycles"),
        ("The garden",),
    }


def test_an_outline_that_names_nothing_on_its_pages_is_left_alone(read_as: ReadAs) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    for title in ("_Toc4711", "_Toc4712"):
        pdf.start_section(title)
    pdf.multi_cell(0, 6, "The owners agreed in spring. " * 3)
    document = read_as("a.pdf", bytes(pdf.output()))
    assert [block.kind for block in document.blocks] == [BlockKind.PARAGRAPH]


ARABIC = """<</Length 330>>stream
/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def
1 begincodespacerange <00> <FF> endcodespacerange
4 beginbfchar <61> <0633> <62> <06440627> <63> <0645> <20> <0020> endbfchar
endcmap CMapName currentdict /CMap defineresource pop end end
endstream"""


def test_a_ligature_written_leftward_keeps_the_order_of_its_letters(read_as: ReadAs) -> None:
    font = HELVETICA.replace(">>", "/ToUnicode 6 0 R>>")
    document = read_as("a.pdf", by_hand(text_at((300, 700, "cba")), font=font, more=[ARABIC]))
    assert document.text == "سلام"


def test_a_file_that_one_library_refuses_is_read_by_the_other(read_as: ReadAs) -> None:
    content = text_at((72, 700, "The rent is 840 euros."))
    assert "840" in read_as("a.pdf", by_hand(content, root=CATALOG)).text


def test_pages_that_are_only_counted_do_not_exist(read_as: ReadAs) -> None:
    document = read_as("a.pdf", by_hand(text_at((72, 700, "The only page.")), count=7))
    assert (document.pages, document.textless_pages) == (1, ())


def test_a_page_of_drawings_is_a_scan(read_as: ReadAs) -> None:
    with pytest.raises(NoText, match="scan"):
        read_as("a.pdf", by_hand("0 0 1 rg 72 72 200 200 re f"))
