"""Drawing of a paper as a Word document with python-docx."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from paperkit.markup import Block, Clause, Directive, Heading, Item, Paper, Para, Table

_BOLD = re.compile(r"\*\*(.+?)\*\*")


def _runs(paragraph: Paragraph, text: str) -> None:
    """Add ``text`` to a paragraph, its ``**bold**`` parts in bold."""
    for index, part in enumerate(_BOLD.split(text)):
        if part:
            paragraph.add_run(part).bold = True if index % 2 else None


def _style(document: Document, font: str, size: float) -> None:
    """Set page margins, body font and plain dark headings."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.3)
    section.top_margin = section.bottom_margin = Cm(2.2)
    for name, points in (("Normal", size), ("Heading 1", size + 6), ("Heading 2", size + 2)):
        style = document.styles[name]
        if isinstance(style, ParagraphStyle):
            style.font.name = font
            style.font.size = Pt(points)
            style.paragraph_format.space_after = Pt(5)
            if name != "Normal":
                style.font.color.rgb = RGBColor(0x22, 0x22, 0x22)
                style.paragraph_format.space_before = Pt(10)


def _field(paragraph: Paragraph, code: str) -> None:
    """Append a Word field such as ``PAGE`` to a paragraph."""
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        run = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def _running_lines(document: Document, paper: Paper) -> None:
    """Write the running header, and a footer with the page number."""
    section = document.sections[0]
    if paper.get("header"):
        section.header.paragraphs[0].text = paper.get("header")
    if paper.get("footer"):
        footer = section.footer.paragraphs[0]
        footer.add_run(paper.get("footer") + "   Page ")
        _field(footer, "PAGE")


def _metadata(document: Document, paper: Paper) -> None:
    """Put the paper's own title, author and dates into the file."""
    core = document.core_properties
    core.title = paper.get("title")
    core.author = core.last_modified_by = paper.get("author")
    core.subject = paper.get("subject")
    core.comments = core.keywords = ""
    core.revision = int(paper.get("revision", "1"))
    core.created = core.modified = datetime.fromisoformat(paper.get("date"))


def _table(document: Document, block: Table, widths: list[float]) -> None:
    """Add a table, its first row in bold, with the given column widths."""
    table = document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
    for index, row in enumerate(block.rows):
        added = table.add_row().cells
        for column, text in enumerate(row):
            _runs(added[column].paragraphs[0], f"**{text}**" if index == 0 and text else text)
            if widths:
                added[column].width = Cm(16.4 * widths[column] / sum(widths))
    document.add_paragraph()


def _directive(document: Document, block: Directive) -> None:
    """Carry out an ``@`` line other than ``@widths``."""
    if block.name in ("right", "center"):
        paragraph = document.add_paragraph()
        _runs(paragraph, block.text)
        right = block.name == "right"
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.CENTER
    elif block.name == "small":
        document.add_paragraph().add_run(block.text).font.size = Pt(8.5)
    else:
        raise ValueError(f"unknown directive @{block.name}")


def _draw(document: Document, block: Block) -> None:
    """Draw any block but a table."""
    if isinstance(block, Heading):
        document.add_heading(block.text, level=block.level)
    elif isinstance(block, Para):
        _runs(document.add_paragraph(), block.text)
    elif isinstance(block, Item):
        _runs(document.add_paragraph(style="List Bullet"), block.text)
    elif isinstance(block, Clause):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.left_indent = Cm(1.1)
        paragraph.paragraph_format.first_line_indent = Cm(-1.1)
        _runs(paragraph, f"{block.number}\t{block.text}")
    elif isinstance(block, Directive):
        _directive(document, block)


def write_docx(paper: Paper, path: Path) -> None:
    """Write the paper to ``path`` as a Word document."""
    document = docx.Document()
    _style(document, paper.get("font", "Calibri"), float(paper.get("size", "11")))
    _running_lines(document, paper)
    _metadata(document, paper)
    widths: list[float] = []
    for block in paper.blocks:
        if isinstance(block, Directive) and block.name == "widths":
            widths = [float(part) for part in block.text.split()]
        elif isinstance(block, Table):
            _table(document, block, widths)
            widths = []
        else:
            _draw(document, block)
    document.save(str(path))
