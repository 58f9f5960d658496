"""OpenDocument slides → blocks whose place is the slide."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from pocketrag.domain import Place
from pocketrag.reading.builder import DocumentBuilder
from pocketrag.reading.grid import add_table
from pocketrag.reading.office.odf_tables import marks_header, paragraphs_of, table_rows
from pocketrag.reading.office.odf_text import SHAPES, name, text_of
from pocketrag.reading.xml_tree import deeper

_GROUP, _CLASS = name("draw", "g"), name("presentation", "class")
_FURNITURE = {"date-time", "footer", "header", "page-number"}


def add_slide(builder: DocumentBuilder, page: Element, place: Place) -> str:
    """Add a slide's title, texts, tables and notes; returns its title."""
    builder.leave_sections()
    shapes = list(_shapes(page))
    title = next((shape for shape in shapes if shape.get(_CLASS) == "title"), None)
    text = " ".join(_texts(title)) if title is not None else ""
    builder.heading(text, 1, place)
    for shape in shapes:
        if shape is not title and shape.get(_CLASS) not in _FURNITURE:
            _add_shape(builder, shape, place)
    notes = page.find(name("presentation", "notes"))
    said = " ".join(
        text
        for shape in (_shapes(notes) if notes is not None else ())
        if shape.get(_CLASS) not in _FURNITURE
        for text in _texts(shape)
    )
    builder.paragraph(f"Notes: {said}" if said.strip() else "", place)
    return text


def _shapes(container: Element, depth: int = 0) -> Iterator[Element]:
    """Yield the shapes in order, those in groups and behind links too."""
    depth = deeper(depth)
    for shape in container:
        if shape.tag in {_GROUP, name("draw", "a")}:
            yield from _shapes(shape, depth)
        elif shape.tag in SHAPES:
            yield shape


def _add_shape(builder: DocumentBuilder, shape: Element, place: Place) -> None:
    """Add a shape: several paragraphs are bullet points, as nearly always on slides."""
    table = shape.find(name("table", "table"))
    if table is not None:
        add_table(builder, list(table_rows(table, place)), header_marked=marks_header(table))
        return
    texts = _texts(shape)
    for text in texts:
        if len(texts) > 1:
            builder.list_item(text, place)
        else:
            builder.paragraph(text, place)


def _texts(shape: Element) -> list[str]:
    return [text for text in map(text_of, paragraphs_of(shape)) if text.strip()]
