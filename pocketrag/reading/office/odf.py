"""OpenDocument files (odt, ods, odp, odg, and the flat fodt, fods, fodp) → a `Document`.

Owns nothing but the standard library's zip and XML: what a reader needs of the format is small, and
the one library for it (odfpy) has rested since 2020. Places are headings, sheets and rows, or slides.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from pocketrag.domain import Document, Place
from pocketrag.errors import Damaged, Encrypted
from pocketrag.reading.builder import NOWHERE, DocumentBuilder
from pocketrag.reading.details import find_iso_date, usable_author, usable_title
from pocketrag.reading.grid import add_sheet, add_table
from pocketrag.reading.office.odf_slides import add_slide
from pocketrag.reading.office.odf_tables import cells_of, marks_header, paragraphs_of, rows_of, table_rows
from pocketrag.reading.office.odf_text import HEADING, NOTE, PARAGRAPH, Styles, name, names, number, text_of
from pocketrag.reading.xml_tree import deeper, parse_xml

_TABLE, _LIST, _BOX = name("table", "table"), name("text", "list"), name("draw", "text-box")
_LEFT_OUT = names("text", "table-of-content illustration-index tracked-changes sequence-decls") | {
    name("office", "forms")
}
_LIST_ITEMS = names("text", "list-item list-header")
_ENCRYPTION = b":encryption-data"
_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"


def read_odf(data: bytes) -> Document:
    """Return a text's headings, paragraphs, lists, tables and notes; or the sheets; or the slides."""
    parts = _parts(data)
    body = next((found for part in parts if (found := part.find(name("office", "body"))) is not None), None)
    if body is None or not len(body):
        raise Damaged("The file holds no document.", "Open it in its program and save it anew.")
    builder = DocumentBuilder()
    content = body[0]
    title = ""
    if content.tag == name("office", "spreadsheet"):
        _add_sheets(builder, list(content.iter(_TABLE)))
    elif content.tag in names("office", "presentation drawing"):
        title = _add_slides(builder, content)
    else:
        title = _add_text(builder, content, Styles(parts))
    return _with_details(builder, parts, title)


def _parts(data: bytes) -> list[Element]:
    """Return the roots that matter: content, styles and metadata; a flat file has all in one."""
    if not data.startswith(b"PK"):
        return [parse_xml(data)]
    with ZipFile(BytesIO(data)) as package:
        present = set(package.namelist())
        if "META-INF/manifest.xml" in present and _ENCRYPTION in package.read("META-INF/manifest.xml"):
            raise Encrypted("The document is protected by a password.", "Save a copy without the password.")
        if "content.xml" not in present:
            raise Damaged("The file holds no document.", "Open it in its program and save it anew.")
        found = [part for part in ("content.xml", "styles.xml", "meta.xml") if part in present]
        return [parse_xml(package.read(part)) for part in found]


def _with_details(builder: DocumentBuilder, parts: list[Element], title: str) -> Document:
    meta = next((found for part in parts if (found := part.find(name("office", "meta"))) is not None), None)

    def stated(*tags: str) -> str:
        """Return the first of these details that the file tells; empty if it tells none."""
        texts = (meta.findtext(tag) for tag in tags) if meta is not None else ()
        return next(filter(None, texts), "")

    return builder.build(
        title=usable_title(stated(_DUBLIN_CORE + "title")) or title,
        author=usable_author(stated(name("meta", "initial-creator"), _DUBLIN_CORE + "creator")),
        date=find_iso_date(stated(_DUBLIN_CORE + "date", name("meta", "creation-date"))),
    )


def _add_sheets(builder: DocumentBuilder, tables: list[Element]) -> None:
    for table in tables:
        title = table.get(name("table", "name"), "")
        builder.leave_sections()
        rows = list(table_rows(table, Place(sheet=title)))
        if len(tables) > 1 and any(row.cells for row in rows):
            builder.heading(title, 1, Place(sheet=title))
        add_sheet(builder, rows)


def _add_slides(builder: DocumentBuilder, content: Element) -> str:
    """Add the slides; returns the first title."""
    pages = enumerate(content.iterfind(name("draw", "page")), start=1)
    titles = [add_slide(builder, page, Place(slide=at)) for at, page in pages]
    return next(filter(None, titles), "")


def _add_text(builder: DocumentBuilder, content: Element, styles: Styles) -> str:
    """Add a text's body and then its notes; returns its title."""
    renderer = _Renderer(builder, styles)
    renderer.add_blocks(content)
    builder.leave_sections()
    for note in renderer.notes:
        kind = note.get(name("text", "note-class"), "footnote").capitalize()
        body = note.find(name("text", "note-body"))
        text = " ".join(map(text_of, paragraphs_of(body))) if body is not None else ""
        if text.strip():
            builder.paragraph(f"{kind} {note.findtext(name('text', 'note-citation'), '')}: {text}")
    return renderer.title


class _Renderer:
    """Walks the blocks of a text in document order."""

    def __init__(self, builder: DocumentBuilder, styles: Styles) -> None:
        self.title = ""
        """The first heading of level 1."""
        self.notes: list[Element] = []
        """The footnotes and endnotes met, in order."""
        self._builder = builder
        self._styles = styles

    def add_blocks(self, container: Element, depth: int = 0) -> None:
        """Add what `container` holds; sections, indexes and frames are looked into."""
        depth = deeper(depth)
        for block in container:
            if block.tag in {PARAGRAPH, HEADING}:
                self._add_paragraph(block, depth)
            elif block.tag == _LIST:
                self._add_list(block, depth)
            elif block.tag == _TABLE:
                self._add_table(block, depth)
            elif block.tag not in _LEFT_OUT:
                self.add_blocks(block, depth)

    def _add_paragraph(self, paragraph: Element, depth: int) -> None:
        level = self._styles.heading_level(paragraph)
        if paragraph.tag == HEADING:
            level = level or max(1, number(paragraph, name("text", "outline-level"), 1))
        text = text_of(paragraph)
        if level:
            self._builder.heading(text, level)
            self.title = self.title or (text if level == 1 else "")
        else:
            self._builder.paragraph(text)
        self._add_anchored(paragraph, depth)

    def _add_anchored(self, paragraph: Element, depth: int) -> None:
        """Add the text boxes that hang on a paragraph, and remember its notes."""
        self.notes.extend(paragraph.iter(NOTE))
        for box in _outermost_boxes(paragraph):
            self.add_blocks(box, depth)

    def _add_list(self, block: Element, depth: int, level: int = 1, outer_style: str = "") -> None:
        depth = deeper(depth)
        style = block.get(name("text", "style-name"), outer_style)
        items = [child for child in block if child.tag in _LIST_ITEMS]
        for count, item in enumerate(items):
            marker = self._styles.marker(
                style, level, number(item, name("text", "start-value"), 1) - 1 + count
            )
            for child in item:
                if child.tag == PARAGRAPH:
                    self._builder.list_item(text_of(child), NOWHERE, marker)
                    self._add_anchored(child, depth)
                    marker = ""
                elif child.tag == HEADING:  # numbered headings stand in lists
                    self._add_paragraph(child, depth)
                elif child.tag == _LIST:
                    self._add_list(child, depth, level + 1, style)

    def _add_table(self, table: Element, depth: int) -> None:
        rows = [list(cells_of(row)) for row in rows_of(table)]
        self.notes.extend(table.iter(NOTE))
        if max(map(len, rows), default=0) <= 1:  # a frame around text, not a table
            for cell in (cell for row in rows for cell in row):
                self.add_blocks(cell, depth)
            return
        add_table(self._builder, list(table_rows(table)), header_marked=marks_header(table))


def _outermost_boxes(node: Element, depth: int = 0) -> Iterator[Element]:
    depth = deeper(depth)
    for child in node:
        if child.tag == _BOX:
            yield child
        elif child.tag != NOTE:
            yield from _outermost_boxes(child, depth)
