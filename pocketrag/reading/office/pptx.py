"""PowerPoint presentations → a `Document` whose places are slides. Owns python-pptx.

python-pptx parses XML with `resolve_entities=False` and reads no part outside the package.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PythonPptxError
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.package import Package
from pptx.parts.presentation import PresentationPart
from pptx.shapes.autoshape import Shape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.shapes.group import GroupShape

from pocketrag.domain import Document, Place
from pocketrag.errors import Damaged
from pocketrag.reading.builder import DocumentBuilder, Row
from pocketrag.reading.details import iso_date, usable_author, usable_title
from pocketrag.reading.grid import add_table
from pocketrag.reading.office.comments import comment_text
from pocketrag.reading.office.drawings import DIAGRAM_DATA, DIAGRAM_REFERENCE, add_chart, add_diagram

if TYPE_CHECKING:
    from pptx.opc.package import Part
    from pptx.oxml.xmlchemy import BaseOxmlElement
    from pptx.shapes.base import BaseShape
    from pptx.slide import Slide
    from pptx.table import Table
    from pptx.text.text import TextFrame

_FURNITURE = {PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.HEADER, PP_PLACEHOLDER.SLIDE_NUMBER}
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
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
    title, author, date = _details(package)
    return builder.build(title=title or first_title, author=author, date=date)


def _details(package: Package) -> tuple[str, str, str]:
    """Return title, author and date if the package states them; if not, python-pptx makes them up."""
    try:
        package.part_related_by(RELATIONSHIP_TYPE.CORE_PROPERTIES)
    except KeyError:
        return "", "", ""
    details = package.core_properties
    return (
        usable_title(details.title),
        usable_author(details.author),
        iso_date(details.modified or details.created),
    )


def _people(presentation: PresentationPart) -> dict[str, str]:
    """Return the names of those who commented, by the numbers that comments know them by."""
    blobs = _related_blobs(presentation, "/commentAuthors", "/authors")
    people = (person for blob in blobs for person in _nodes(blob, "{*}cmAuthor", "{*}author"))
    return {person.get("id", ""): person.get("name", "") for person in people}


def _add_slide(builder: DocumentBuilder, slide: Slide, place: Place, people: dict[str, str]) -> str:
    """Add one slide; returns its title."""
    builder.leave_sections()
    title = slide.shapes.title
    text = title.text_frame.text if title is not None else ""
    builder.heading(text, 1, place)
    for shape in _flat(slide.shapes):
        if title is None or shape.shape_id != title.shape_id:
            _add_shape(builder, shape, place)
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    if notes is not None and notes.text.strip():
        builder.paragraph(f"Notes: {notes.text}", place)
    for blob in _related_blobs(slide.part, "/comments"):
        for comment in _nodes(blob, "{*}cm", "{*}reply"):
            builder.paragraph(_comment(comment, people), place)
    return text


def _comment(comment: BaseOxmlElement, people: dict[str, str]) -> str:
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


def _flat(shapes: Iterable[BaseShape], depth: int = 0) -> Iterator[BaseShape]:
    """Yield the shapes in order, those in groups too."""
    for shape in shapes:
        if isinstance(shape, GroupShape):
            if depth < _MAX_GROUPS:
                yield from _flat(shape.shapes, depth + 1)
        else:
            yield shape


def _add_shape(builder: DocumentBuilder, shape: BaseShape, place: Place) -> None:
    if shape.is_placeholder and shape.placeholder_format.type in _FURNITURE:
        return
    if isinstance(shape, GraphicFrame):
        if shape.has_table:
            _add_table(builder, shape.table, place)
        elif shape.has_chart:
            add_chart(builder, shape.chart.part.blob, place)
        else:
            _add_smart_art(builder, shape, place)
    elif isinstance(shape, Shape):
        _add_text(builder, shape.text_frame, place)


def _add_table(builder: DocumentBuilder, table: Table, place: Place) -> None:
    """Add a table; a cell merged downward is repeated in each of its rows."""
    rows: list[Row] = []
    for row in table.rows:
        above = rows[-1].cells if rows else []
        texts = [
            above[column] if cell._tc.vMerge and not cell._tc.hMerge and column < len(above) else cell.text
            for column, cell in enumerate(row.cells)
        ]
        rows.append(Row(texts, place))
    add_table(builder, rows, header_marked=table.first_row)


def _add_smart_art(builder: DocumentBuilder, shape: GraphicFrame, place: Place) -> None:
    reference = next(shape._element.iter(DIAGRAM_REFERENCE), None)
    part = shape.part.rels.get(reference.get(DIAGRAM_DATA, "")) if reference is not None else None
    if part is not None and not part.is_external:
        add_diagram(builder, part.target_part.blob, place)


def _nodes(blob: bytes, *tags: str) -> Iterator[BaseOxmlElement]:
    """Yield the elements of these names in a part; none where the part is broken: the slides matter more."""
    try:
        root = parse_xml(blob)
    except SyntaxError:
        return
    yield from root.iter(*tags)


def _add_text(builder: DocumentBuilder, frame: TextFrame, place: Place) -> None:
    """Add a text frame: several paragraphs are bullet points, as nearly always on slides."""
    texts = [paragraph.text for paragraph in frame.paragraphs if paragraph.text.strip()]
    for text in texts:
        if len(texts) > 1:
            builder.list_item(text, place)
        else:
            builder.paragraph(text, place)
