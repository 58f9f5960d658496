"""Drawing of a paper as a slide deck with python-pptx."""

from __future__ import annotations

from pathlib import Path

import pptx
from pptx.dml.color import RGBColor
from pptx.presentation import Presentation
from pptx.slide import Slide
from pptx.util import Cm, Pt

from paperkit.markup import Block, Directive, Heading, Item, Paper, Para, Table

_LEFT, _WIDTH = Cm(2), Cm(29.8)
_TITLE_ONLY = 5


def _slides(blocks: list[Block]) -> list[tuple[str, list[Block]]]:
    """Return title and blocks of each slide."""
    slides: list[tuple[str, list[Block]]] = []
    for block in blocks:
        if isinstance(block, Heading):
            slides.append((block.text, []))
        else:
            slides[-1][1].append(block)
    return slides


def _title(slide: Slide, text: str, colour: str, first: bool) -> None:
    """Set the slide's title; on the first slide large and half way down."""
    shape = slide.shapes.title
    if shape is None:
        return
    shape.left, shape.width = _LEFT, _WIDTH
    shape.top, shape.height = (Cm(5.5), Cm(3)) if first else (Cm(0.9), Cm(2))
    shape.text_frame.text = text
    run = shape.text_frame.paragraphs[0].runs[0]
    run.font.size, run.font.bold = Pt(40 if first else 28), True
    run.font.color.rgb = RGBColor(*bytes.fromhex(colour))  # type: ignore[no-untyped-call]


def _body(slide: Slide, blocks: list[Block], top: float) -> float:
    """Write items and paragraphs into one text box; return where it ends."""
    lines = [block for block in blocks if isinstance(block, (Item, Para))]
    if not lines:
        return top
    height = 1.15 * sum(1 + len(line.text) // 88 for line in lines) + 0.6
    frame = slide.shapes.add_textbox(_LEFT, Cm(top), _WIDTH, Cm(height)).text_frame
    frame.word_wrap = True
    for index, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = ("•  " if isinstance(line, Item) else "") + line.text
        run.font.size = Pt(18)
        paragraph.space_after = Pt(6)
    return top + height


def _table(slide: Slide, block: Table, top: float) -> float:
    """Add a table below ``top``; return where it ends."""
    rows, columns = len(block.rows), len(block.rows[0])
    height = 1.05 * rows
    shape = slide.shapes.add_table(rows, columns, _LEFT, Cm(top), _WIDTH, Cm(height))
    for row, texts in enumerate(block.rows):
        for column, text in enumerate(texts):
            cell = shape.table.cell(row, column)
            cell.text = text
            for paragraph in cell.text_frame.paragraphs:
                paragraph.font.size = Pt(15)
    return top + height + 0.5


def _notes(slide: Slide, blocks: list[Block]) -> None:
    """Write the ``@notes`` lines into the speaker's notes."""
    notes = [b.text for b in blocks if isinstance(b, Directive) and b.name == "notes"]
    frame = slide.notes_slide.notes_text_frame if notes else None
    if frame is not None:
        frame.text = "\n".join(notes)


def _metadata(deck: Presentation, paper: Paper) -> None:
    """Put the paper's own title, author and dates into the file."""
    core = deck.core_properties
    core.title = paper.get("title")
    core.author = core.last_modified_by = paper.get("author")
    core.subject = core.keywords = core.comments = ""
    core.revision = int(paper.get("revision", "1"))
    core.created = core.modified = paper.date


def write_pptx(paper: Paper, path: Path) -> None:
    """Write the paper to ``path`` as a deck, one slide per ``==`` line."""
    deck = pptx.Presentation()
    deck.slide_width, deck.slide_height = Cm(33.87), Cm(19.05)
    for number, (title, blocks) in enumerate(_slides(paper.blocks)):
        slide = deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY])
        _title(slide, title, paper.get("accent", "333333"), number == 0)
        top = _body(slide, blocks, 8.8 if number == 0 else 3.2)
        for block in blocks:
            if isinstance(block, Table):
                top = _table(slide, block, top)
        _notes(slide, blocks)
    _metadata(deck, paper)
    deck.save(str(path))
