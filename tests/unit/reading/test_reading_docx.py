"""Word: headings, lists with their numbers, tables, and what `Document.paragraphs` would leave out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from io import BytesIO

import docx
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from pocketrag.domain import Document

ReadAs = Callable[[str, bytes], Document]
Shown = Callable[[Document], list[tuple[str, str]]]


def _saved(document: WordDocument) -> bytes:
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_headings_paragraphs_and_lists_in_order(read_as: ReadAs, shown: Shown) -> None:
    word = docx.Document()
    word.add_heading("Lease", 0)
    word.add_heading("Rent", 1)
    word.add_paragraph("840 euros a month.")
    word.add_paragraph("no pets", style="List Bullet")
    word.add_paragraph("pay", style="List Number")
    word.add_paragraph("stay", style="List Number")
    word.add_heading("Deposit", 2)
    word.add_paragraph("2520 euros.")
    document = read_as("a.docx", _saved(word))
    assert shown(document) == [
        ("heading1", "Lease"),
        ("heading1", "Rent"),
        ("paragraph", "840 euros a month."),
        ("list", "- no pets"),
        ("list", "1. pay"),
        ("list", "2. stay"),
        ("heading2", "Deposit"),
        ("paragraph", "2520 euros."),
    ]
    assert document.blocks[-1].place.section == ("Rent", "Deposit")
    assert document.title == "Lease"


def test_tables_keep_their_place_and_repeat_merged_cells(read_as: ReadAs, shown: Shown) -> None:
    word = docx.Document()
    word.add_paragraph("before")
    table = word.add_table(rows=3, cols=3)
    for row, texts in zip(
        table.rows, (("Room", "Item", "State"), ("Hall", "lamp", "good"), ("", "door", "")), strict=True
    ):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    word.add_paragraph("after")
    document = read_as("a.docx", _saved(word))
    assert shown(document) == [
        ("paragraph", "before"),
        ("table", "Room | Item | State"),
        ("table", "Hall | lamp | good"),
        ("table", "Hall | door"),
        ("paragraph", "after"),
    ]
    assert document.blocks[2].header == "Room | Item | State"


def test_a_frame_of_one_cell_is_no_table(read_as: ReadAs, shown: Shown) -> None:
    word = docx.Document()
    cell = word.add_table(rows=1, cols=1).cell(0, 0)
    cell.text = "In a box."
    cell.add_paragraph("Still in it.")
    assert shown(read_as("a.docx", _saved(word))) == [
        ("paragraph", "In a box."),
        ("paragraph", "Still in it."),
    ]


def test_text_that_python_docx_leaves_out(read_as: ReadAs) -> None:
    word = docx.Document()
    names = nsdecls("w")

    def run(text: str) -> str:
        return f"<w:r><w:t>{text}</w:t></w:r>"

    body = word.element.body
    for xml in (
        f"<w:sdt {names}><w:sdtContent><w:p>{run('in a content control')}</w:p></w:sdtContent></w:sdt>",
        f"<w:p {names}><w:ins>{run('inserted')}</w:ins>"
        f"<w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>"
        f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r></w:p>",
        f"<w:p {names}><w:r><w:t>anchor</w:t>"
        f"<w:pict><w:txbxContent><w:p>{run('in a box')}</w:p></w:txbxContent>"
        f"</w:pict></w:r></w:p>",
    ):
        body.insert(len(body) - 1, parse_xml(xml))
    assert read_as("a.docx", _saved(word)).text == "in a content control\n\ninserted\n\nanchor\n\nin a box"


def test_the_table_of_contents_is_left_out(read_as: ReadAs) -> None:
    word = docx.Document()
    word.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
    word.add_paragraph("Rent\t4", style="toc 1")
    word.add_heading("Rent", 1)
    assert read_as("a.docx", _saved(word)).text == "Rent"


def test_line_breaks_and_links_stay(read_as: ReadAs) -> None:
    word = docx.Document()
    paragraph = word.add_paragraph("7 Withy Lane")
    paragraph.add_run().add_break(WD_BREAK.LINE)
    paragraph.add_run("Harrowmere")
    paragraph._p.append(parse_xml(f"<w:hyperlink {nsdecls('w')}><w:r><w:t> (map)</w:t></w:r></w:hyperlink>"))
    assert read_as("a.docx", _saved(word)).text == "7 Withy Lane\nHarrowmere (map)"


def test_numbers_of_several_depths_are_counted_as_word_does(read_as: ReadAs, shown: Shown) -> None:
    word = docx.Document()
    numbering = word.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{shape}"/>'
        f'<w:lvlText w:val="{label}"/></w:lvl>'
        for depth, (shape, label) in enumerate(
            (("decimal", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "(%3)"))
        )
    )
    numbering.insert(
        0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>')
    )
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for depth, text in ((0, "Rent"), (1, "Amount"), (1, "Due"), (2, "late"), (0, "Deposit"), (1, "Return")):
        paragraph = word.add_paragraph(text)
        properties = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="77"/></w:numPr>'
        paragraph._p.get_or_add_pPr().append(parse_xml(properties))
    texts = [text for _, text in shown(read_as("a.docx", _saved(word)))]
    assert texts == ["1. Rent", "1.1 Amount", "1.2 Due", "(a) late", "2. Deposit", "2.1 Return"]


def test_details(read_as: ReadAs) -> None:
    word = docx.Document()
    word.add_paragraph("Text.")
    assert (
        read_as("template.docx", _saved(word)).date == ""
    )  # what python-docx's template carries means nothing
    word.core_properties.title = "Minutes"
    word.core_properties.author = "Moira Lentz"
    word.core_properties.modified = datetime(2025, 3, 31, 20, 15)
    document = read_as("a.docx", _saved(word))
    assert (document.title, document.author, document.date) == ("Minutes", "Moira Lentz", "2025-03-31")
    assert document.pages is None


def test_macro_documents_and_templates_are_read(read_as: ReadAs) -> None:
    word = docx.Document()
    word.add_paragraph("Text.")
    word.part._content_type = "application/vnd.ms-word.document.macroEnabled.main+xml"
    assert read_as("a.docm", _saved(word)).text == "Text."


def test_comments_stand_at_the_end_with_author_and_day(read_as: ReadAs) -> None:
    word = docx.Document()
    paragraph = word.add_paragraph("The rent is 840 euros.")
    word.add_comment(paragraph.runs, text="Too dear", author="Ann Poole")
    text = re.sub(r"\d{4}-\d\d-\d\d", "2025-03-14", read_as("a.docx", _saved(word)).text)
    assert text == "The rent is 840 euros.\n\nComment by Ann Poole, 2025-03-14: Too dear"
