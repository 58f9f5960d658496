"""Drawing of a paper as a PDF with fpdf2's built-in fonts.

The built-in fonts are used with the Windows-1252 character set, so umlauts,
the euro and pound signs and dashes need no font file and stay extractable.
"""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import TableCellFillMode
from fpdf.fonts import FontFace

from paperkit.markup import Block, Clause, Directive, Heading, Item, Paper, Para, Table

_FONTS = {"serif": "Times", "sans": "Helvetica", "mono": "Courier"}
_GREY = (110, 110, 110)
_BLACK = (20, 20, 20)


def _colour(text: str) -> tuple[int, int, int]:
    """Return the red, green and blue parts of ``rrggbb``."""
    return int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16)


class Sheet(FPDF):
    """An A4 document that draws one paper's running header and footer."""

    def __init__(self, paper: Paper) -> None:
        super().__init__(format="A4")
        self.core_fonts_encoding = "windows-1252"
        self.paper = paper
        self.family = _FONTS[paper.get("style", "sans")]
        self.size = float(paper.get("size", "10.5"))
        self.accent = _colour(paper.get("accent", "333333"))
        self.widths: tuple[int, ...] | None = None
        self.set_margins(22, 20, 22)
        self.set_auto_page_break(True, margin=24)
        self._set_metadata()

    def _set_metadata(self) -> None:
        """Put the paper's own title, author and date into the file."""
        self.set_title(self.paper.get("title"))
        self.set_author(self.paper.get("author"))
        self.set_subject(self.paper.get("subject"))
        self.set_producer(self.paper.get("producer", "Document Writer"))
        self.set_lang(self.paper.get("lang", "en-GB"))
        self.set_creation_date(self.paper.date.replace(tzinfo=UTC))

    def header(self) -> None:
        """Draw the running header, from the second page on."""
        text = self.paper.get("header")
        if not text or self.page_no() == 1:
            return
        self.set_font(self.family, "", 8)
        self.set_text_color(*_GREY)
        self.cell(0, 5, text, new_x="LMARGIN", new_y="NEXT", align="R", border="B")
        self.ln(5)

    def footer(self) -> None:
        """Draw the running footer with the page number."""
        text = self.paper.get("footer")
        if not text:
            return
        self.set_y(-17)
        self.set_font(self.family, "", 8)
        self.set_text_color(*_GREY)
        page = self.paper.get("page_words", "Page {n} of {all}")
        numbers = page.replace("{n}", str(self.page_no())).replace("{all}", "{nb}")
        self.cell(130, 5, text, border="T")
        self.cell(0, 5, numbers, border="T", align="R")

    def plain(self, bold: bool = False, size: float | None = None) -> None:
        """Set the body font in black."""
        self.set_font(self.family, "B" if bold else "", size or self.size)
        self.set_text_color(*_BLACK)

    def leading(self) -> float:
        """Return the height of a body line in millimetres."""
        return self.size * 0.47

    def text_block(self, text: str, align: str = "L", width: float = 0) -> None:
        """Write a paragraph at the left margin and go below it."""
        self.multi_cell(
            width, self.leading(), text, align=align, markdown=True, new_x="LMARGIN", new_y="NEXT"
        )


def _heading(pdf: Sheet, block: Heading) -> None:
    """Draw a heading, moving to a new page rather than leaving it alone."""
    size = {1: pdf.size + 6, 2: pdf.size + 2, 3: pdf.size}[block.level]
    if pdf.will_page_break(22):
        pdf.add_page()
    pdf.ln({1: 4 if pdf.get_y() > 60 else 1, 2: 3.5, 3: 2}[block.level])
    pdf.set_font(pdf.family, "B", size)
    pdf.set_text_color(*(pdf.accent if block.level < 3 else _BLACK))
    pdf.multi_cell(0, size * 0.45, block.text, align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(1.5)


def _para(pdf: Sheet, block: Para) -> None:
    """Draw a paragraph."""
    pdf.plain()
    pdf.text_block(block.text)
    pdf.ln(2)


def _hanging(pdf: Sheet, label: str, text: str, indent: float) -> None:
    """Draw a text with its label in the margin of a hanging indent."""
    pdf.plain()
    if pdf.will_page_break(pdf.leading() * 2):
        pdf.add_page()
        pdf.plain()
    pdf.cell(indent, pdf.leading(), label)
    left = pdf.l_margin
    pdf.set_left_margin(left + indent)
    pdf.set_x(left + indent)
    pdf.text_block(text)
    pdf.set_left_margin(left)
    pdf.set_x(left)
    pdf.ln(1.3)


def _table(pdf: Sheet, block: Table) -> None:
    """Draw a table with a shaded heading row."""
    pdf.plain(size=pdf.size - 1)
    pdf.set_draw_color(170, 170, 170)
    shade = FontFace(emphasis="BOLD", fill_color=(232, 232, 228))
    with pdf.table(
        col_widths=pdf.widths,
        text_align="LEFT",
        headings_style=shade,
        cell_fill_mode=TableCellFillMode.NONE,
        line_height=pdf.leading(),
        padding=0.9,
        markdown=True,
    ) as table:
        for row in block.rows:
            table.row(row)
    pdf.widths = None
    pdf.ln(3.5)


def _letterhead(pdf: Sheet, text: str) -> None:
    """Draw ``name / line / line`` as a letterhead in the accent colour."""
    name, *lines = [part.strip() for part in text.split(" / ")]
    pdf.set_font(pdf.family, "B", 17)
    pdf.set_text_color(*pdf.accent)
    pdf.cell(0, 8, name, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font(pdf.family, "", 8.5)
    pdf.set_text_color(*_GREY)
    for line in lines:
        pdf.cell(0, 4, line, new_x="LMARGIN", new_y="NEXT")
    pdf.set_draw_color(*pdf.accent)
    pdf.line(pdf.l_margin, pdf.get_y() + 2, pdf.w - pdf.r_margin, pdf.get_y() + 2)
    pdf.ln(7)


def _box(pdf: Sheet, text: str) -> None:
    """Draw a bordered notice over the full width."""
    pdf.plain()
    pdf.set_draw_color(*pdf.accent)
    pdf.multi_cell(
        0,
        pdf.leading(),
        text,
        border=1,
        padding=3,
        markdown=True,
        align="L",
        new_x="LMARGIN",
        new_y="NEXT",
    )
    pdf.ln(3)


def _signatures(pdf: Sheet, text: str) -> None:
    """Draw one signing line for each ``name, date`` divided by slashes."""
    for entry in text.split(" / "):
        name, _, rest = entry.partition(";")
        pdf.ln(7)
        pdf.set_font("Times", "I", 15)
        pdf.set_text_color(25, 35, 90)
        pdf.cell(80, 7, name.strip(), border="B")
        pdf.plain(size=pdf.size - 1)
        pdf.cell(0, 7, "   " + rest.strip(), new_x="LMARGIN", new_y="NEXT")
    pdf.ln(3)


def _directive(pdf: Sheet, block: Directive) -> None:
    """Carry out an ``@`` line."""
    text = block.text.replace("\\n", "\n")
    if block.name == "page":
        pdf.add_page()
    elif block.name == "widths":
        pdf.widths = tuple(int(part) for part in text.split())
    elif block.name == "space":
        pdf.ln(float(text))
    elif block.name == "letterhead":
        _letterhead(pdf, text)
    elif block.name == "box":
        _box(pdf, text)
    elif block.name == "sign":
        _signatures(pdf, text)
    elif block.name in ("right", "center"):
        pdf.plain()
        pdf.text_block(text, align="R" if block.name == "right" else "C")
        pdf.ln(1.5)
    elif block.name == "small":
        pdf.plain(size=pdf.size - 2.5)
        pdf.text_block(text)
        pdf.ln(1.5)
    else:
        raise ValueError(f"unknown directive @{block.name}")


def _draw(pdf: Sheet, block: Block) -> None:
    """Draw any block."""
    if isinstance(block, Heading):
        _heading(pdf, block)
    elif isinstance(block, Para):
        _para(pdf, block)
    elif isinstance(block, Item):
        _hanging(pdf, "•", block.text, 5)
    elif isinstance(block, Clause):
        _hanging(pdf, block.number, block.text, 11)
    elif isinstance(block, Table):
        _table(pdf, block)
    else:
        _directive(pdf, block)


def write_pdf(paper: Paper, path: Path) -> None:
    """Write the paper to ``path`` as a PDF; the bytes depend on the paper alone."""
    pdf = Sheet(paper)
    pdf.add_page()
    for block in paper.blocks:
        _draw(pdf, block)
    pdf.output(str(path))
