"""PowerPoint presentations → a `Document` whose places are slides. Owns python-pptx.

python-pptx opens the package and parses its parts (with `resolve_entities=False`, and nothing from
outside the package). The shapes of a slide are walked here: an object for each of them, made only to
be asked for its text, would take longer than all the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from pptx.exc import PythonPptxError
from pptx.oxml import parse_xml
from pptx.package import Package
from pptx.parts.presentation import PresentationPart

from pocketrag.domain import Document, Place
from pocketrag.errors import Damaged
from pocketrag.reading.builder import DocumentBuilder, Row
from pocketrag.reading.grid import add_table
from pocketrag.reading.office.comments import comment_text
from pocketrag.reading.office.core_properties import stated
from pocketrag.reading.office.drawings import (
    CHART_REFERENCE,
    DIAGRAM_DATA,
    DIAGRAM_REFERENCE,
    RELATIONSHIPS,
    add_chart,
    add_diagram,
)

if TYPE_CHECKING:
    from pptx.opc.package import Part
    from pptx.oxml.xmlchemy import BaseOxmlElement as Element
    from pptx.slide import NotesSlide, Slide

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SLIDE = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_SHAPE, _GROUP, _FRAME = _SLIDE + "sp", _SLIDE + "grpSp", _SLIDE + "graphicFrame"
_TREE = f"{_SLIDE}cSld/{_SLIDE}spTree"
_PLACEHOLDER = f"*/{_SLIDE}nvPr/{_SLIDE}ph"
_TABLE = f"{_DRAWING}graphic/{_DRAWING}graphicData/{_DRAWING}tbl"
_RUNS = frozenset({_DRAWING + "r", _DRAWING + "fld"})
_LINE_BREAK = _DRAWING + "br"
_FURNITURE = frozenset({"dt", "ftr", "hdr", "sldNum"})
"""Placeholders of date, footer, header and slide number (ECMA-376, ST_PlaceholderType)."""
_MAX_GROUPS = 20
"""Depth of groups within groups."""


def read_pptx(data: bytes) -> Document:
    """Return each slide's title, texts, tables and notes."""
    try:
        package = Package.open(BytesIO(data))
        part = package.main_document_part
    except (PythonPptxError, BadZipFile, KeyError, ValueError) as error:
        raise Damaged(
            f"The presentation is damaged ({error}).", "Open it in its program and save it anew."
        ) from error
    if not isinstance(part, PresentationPart):
        raise Damaged("The file holds no presentation.", "Open it in its program and save it anew.")
    builder = DocumentBuilder()
    first_title = ""
    people = _people(part)
    for number, slide in enumerate(part.presentation.slides, start=1):
        title = _add_slide(builder, slide, Place(slide=number), people)
        first_title = first_title or title
    title, author, date = stated(package)
    return builder.build(title=title or first_title, author=author, date=date)


def _people(presentation: PresentationPart) -> dict[str, str]:
    """Return the names of those who commented, by the numbers that comments know them by."""
    blobs = _related_blobs(presentation, "/commentAuthors", "/authors")
    people = (person for blob in blobs for person in _nodes(blob, "{*}cmAuthor", "{*}author"))
    return {person.get("id", ""): person.get("name", "") for person in people}


def _add_slide(builder: DocumentBuilder, slide: Slide, place: Place, people: dict[str, str]) -> str:
    """Add one slide; returns its title."""
    builder.leave_sections()
    shapes = list(_flat(slide.element.find(_TREE)))
    title = next((shape for shape in shapes if _is_title(shape)), None)
    text = "\n".join(_texts(title)) if title is not None else ""
    builder.heading(text, 1, place)
    for shape in shapes:
        if shape is not title:
            _add_shape(builder, shape, slide.part, place)
    notes = _notes(slide.notes_slide) if slide.has_notes_slide else ""
    if notes.strip():
        builder.paragraph(f"Notes: {notes}", place)
    for blob in _related_blobs(slide.part, "/comments"):
        for comment in _nodes(blob, "{*}cm", "{*}reply"):
            builder.paragraph(_comment(comment, people), place)
    return text


def _comment(comment: Element, people: dict[str, str]) -> str:
    """Return what somebody noted on a slide, by PowerPoint's old way or its new one, without replies."""
    replies = {node for reply in comment.iter("{*}reply") if reply is not comment for node in reply.iter()}
    texts = (node.text or "" for node in comment.iter("{*}text", _DRAWING + "t") if node not in replies)
    author = people.get(comment.get("authorId", ""), "")
    return comment_text(" ".join(texts), author, comment.get("dt", "") or comment.get("created", ""))


def _related_blobs(part: Part, *endings: str) -> Iterator[bytes]:
    """Yield the content of the parts that a part refers to as one of these kinds."""
    for relation in part.rels.values():
        if relation.reltype.endswith(endings) and not relation.is_external:
            yield relation.target_part.blob


def _flat(shapes: Element, depth: int = 0) -> Iterator[Element]:
    """Yield the shapes in order, those in groups too."""
    for shape in shapes.iterchildren(_SHAPE, _GROUP, _FRAME):
        if shape.tag != _GROUP:
            yield shape
        elif depth < _MAX_GROUPS:
            yield from _flat(shape, depth + 1)


def _is_title(shape: Element) -> bool:
    """Whether a shape stands in the first placeholder of its slide, which is the title's."""
    placeholder = shape.find(_PLACEHOLDER)
    return (
        placeholder is not None and int(placeholder.get("idx", "0")) == 0 and shape.getparent().tag != _GROUP
    )


def _notes(slide: NotesSlide) -> str:
    """Return what a speaker noted, without the other texts of the page of notes."""
    for shape in slide.element.find(_TREE).iterchildren(_SHAPE):
        placeholder = shape.find(_PLACEHOLDER)
        if placeholder is not None and placeholder.get("type") == "body":
            return "\n".join(_texts(shape))
    return ""


def _add_shape(builder: DocumentBuilder, shape: Element, part: Part, place: Place) -> None:
    placeholder = shape.find(_PLACEHOLDER)
    if placeholder is not None and placeholder.get("type") in _FURNITURE:
        return
    if shape.tag == _SHAPE:
        _add_texts(builder, _texts(shape), place)
    elif (table := shape.find(_TABLE)) is not None:
        _add_table(builder, table, place)
    else:
        _add_drawn(builder, shape, part, place)


def _add_table(builder: DocumentBuilder, table: Element, place: Place) -> None:
    """Add a table; a cell merged downward is repeated in each of its rows."""
    rows: list[Row] = []
    for row in table.iterchildren(_DRAWING + "tr"):
        above = rows[-1].cells if rows else []
        texts = [
            above[column]
            if _is_on(cell, "vMerge") and not _is_on(cell, "hMerge") and column < len(above)
            else "\n".join(_texts(cell))
            for column, cell in enumerate(row.iterchildren(_DRAWING + "tc"))
        ]
        rows.append(Row(texts, place))
    look = table.find(_DRAWING + "tblPr")
    add_table(builder, rows, header_marked=look is not None and _is_on(look, "firstRow"))


def _is_on(node: Element, switch: str) -> bool:
    return node.get(switch) in {"1", "true", "on"}


def _add_drawn(builder: DocumentBuilder, frame: Element, part: Part, place: Place) -> None:
    """Add a chart or SmartArt, which is a part of its own."""
    for reference in frame.iter(CHART_REFERENCE, DIAGRAM_REFERENCE):
        is_chart = reference.tag == CHART_REFERENCE
        relation = part.rels.get(reference.get(RELATIONSHIPS + "id" if is_chart else DIAGRAM_DATA, ""))
        if relation is not None and not relation.is_external:
            (add_chart if is_chart else add_diagram)(builder, relation.target_part.blob, place)
        return


def _nodes(blob: bytes, *tags: str) -> Iterator[Element]:
    """Yield the elements of these names in a part; none where the part is broken: the slides matter more."""
    try:
        root = parse_xml(blob)
    except SyntaxError:
        return
    yield from root.iter(*tags)


def _texts(shape: Element) -> list[str]:
    """Return the paragraphs of a shape or of a table's cell."""
    return [
        "".join(map(_piece, paragraph))
        for body in shape.iterchildren(_SLIDE + "txBody", _DRAWING + "txBody")
        for paragraph in body.iterchildren(_DRAWING + "p")
    ]


def _piece(node: Element) -> str:
    if node.tag in _RUNS:
        return str(node.findtext(_DRAWING + "t", ""))
    return "\n" if node.tag == _LINE_BREAK else ""


def _add_texts(builder: DocumentBuilder, texts: list[str], place: Place) -> None:
    """Add the paragraphs of a shape: several are bullet points, as nearly always on slides."""
    texts = [text for text in texts if text.strip()]
    for text in texts:
        if len(texts) > 1:
            builder.list_item(text, place)
        else:
            builder.paragraph(text, place)
