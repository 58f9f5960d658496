"""PDF: what the two libraries under the reader are each good for, and what their places are used for."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence

import pytest
from fpdf import FPDF

from pocketrag.domain import BlockKind, Document
from pocketrag.errors import Encrypted, NoText, Unreadable
from pocketrag.reading.reader import page_picture

ReadAs = Callable[[str, bytes], Document]
Shown = Callable[[Document], list[tuple[str, str]]]

HELVETICA = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
CATALOG = "<</Type/Catalog/Pages 2 0 R>>"
PAGE = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>"


def by_hand(
    content: str,
    *,
    font: str = HELVETICA,
    count: int = 1,
    root: str = "1 0 R",
    more: Sequence[str] = (),
) -> bytes:
    """Return a PDF of one page with this content stream, the rest as it should be, or as given."""
    stream = f"<</Length {len(content)}>>stream\n{content}\nendstream"
    tree = f"<</Type/Pages/Kids[3 0 R]/Count {count}>>"
    data, places = b"%PDF-1.5\n", []
    for number, body in enumerate((CATALOG, tree, PAGE, stream, font, *more), start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = f"trailer<</Size {len(places) + 1}/Root {root}>>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()


def text_at(*lines: tuple[int, int, str]) -> str:
    """Return a content stream that shows each text at its place, in letters 12 points high."""
    shown = (f"1 0 0 1 {x} {y} Tm ({text}) Tj" for x, y, text in lines)
    return f"BT /F1 12 Tf {' '.join(shown)} ET"


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


def pixels_of(png: bytes) -> tuple[int, int, bytes]:
    """Return width, height and the rows, each with its filter byte, of a PNG with one data chunk."""
    width, height = struct.unpack(">II", png[16:24])
    (length,) = struct.unpack(">I", png[33:37])
    return width, height, zlib.decompress(png[41 : 41 + length])


def test_a_page_is_drawn_as_wide_as_asked() -> None:
    png = page_picture(by_hand("0 0 1 rg 0 0 306 792 re f"), 1, 200)
    width, height, rows = pixels_of(png)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert (width, len(rows)) == (200, height * (1 + 3 * width))
    assert abs(height - 200 * 792 / 612) <= 1
    assert rows[1:4] == b"\x00\x00\xff"  # blue at the left
    assert rows[3 * width - 2 : 3 * width + 1] == b"\xff\xff\xff"  # white at the right


def test_a_picture_is_never_larger_than_a_page_needs() -> None:
    width, height, _ = pixels_of(page_picture(by_hand("0 0 306 792 re f"), 1, 10**9))
    assert 10_000_000 < width * height < 20_000_000


def test_a_page_that_cannot_be_drawn_is_reported() -> None:
    pdf = FPDF()
    pdf.set_encryption(owner_password="owner", user_password="secret")
    pdf.add_page()
    with pytest.raises(Encrypted):
        page_picture(bytes(pdf.output()), 1, 200)
    for page in (0, 2):
        with pytest.raises(Unreadable, match=f"no page {page}"):
            page_picture(by_hand("0 0 306 792 re f"), page, 200)
