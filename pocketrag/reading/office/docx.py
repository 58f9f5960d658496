"""Word documents → a `Document` whose places are headings. Owns python-docx.

python-docx opens the package and parses its parts (with `resolve_entities=False`, a nesting limit
of 256, and nothing from outside the package). The body is walked here, because `Document.paragraphs`
leaves out what stands in content controls, tracked insertions and text boxes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from docx.oxml.parser import parse_xml
from docx.package import Package

from pocketrag.domain import Document
from pocketrag.errors import Damaged, NoText
from pocketrag.reading.builder import NOWHERE, DocumentBuilder, Row
from pocketrag.reading.grid import add_table
from pocketrag.reading.office.comments import comment_text
from pocketrag.reading.office.core_properties import stated
from pocketrag.reading.office.docx_styles import Styles, on, tag, value_of
from pocketrag.reading.office.drawings import (
    CHART_REFERENCE,
    DIAGRAM_DATA,
    DIAGRAM_REFERENCE,
    RELATIONSHIPS,
    add_chart,
    add_diagram,
)
from pocketrag.reading.recognition.kinds import Kind
from pocketrag.reading.recognition.recognise import sniff
from pocketrag.reading.web.html import add_html, decode_html
from pocketrag.reading.web.mhtml import page_in

if TYPE_CHECKING:
    from docx.opc.part import Part
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

_IMPORT = tag("altChunk")
_BLOCKS = frozenset({tag("p"), tag("tbl"), _IMPORT})
_WRAPPERS = frozenset(map(tag, ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo")))
_MARKUP = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_NO_TEXT = frozenset(
    {*map(tag, ("pPr", "rPr", "sdtPr", "del", "moveFrom", "txbxContent", "rt")), _MARKUP + "Fallback"}
)
_SIGNS = {tag("tab"): "\t", tag("br"): "\n", tag("cr"): "\n", tag("noBreakHyphen"): "-", tag("ptab"): "\t"}
_MAX_HEADER = 4_096
"""Bytes in which a packed web page says that it is one."""
_TEXTS = frozenset({tag("t"), _MATH_TEXT})


def read_docx(data: bytes) -> Document:
    """Return headings, paragraphs, lists, tables, text boxes, footnotes and comments; no page headers."""
    try:
        package = Package.open(BytesIO(data))
        main = package.main_document_part
        body = _root(main).find(tag("body"))
    except (OpcError, BadZipFile, KeyError, SyntaxError, ValueError) as error:
        raise Damaged(f"The document is damaged ({error}).", "Open it in Word and save it anew.") from error
    if body is None:
        raise Damaged("The file holds no document.", "Open it in Word and save it anew.")
    builder = DocumentBuilder()
    renderer = _Renderer(builder, main, Styles(_related(main, "STYLES"), _related(main, "NUMBERING")))
    renderer.add_blocks(body)
    _add_notes(builder, _related(main, "FOOTNOTES"), "footnote")
    _add_notes(builder, _related(main, "ENDNOTES"), "endnote")
    _add_comments(builder, _related(main, "COMMENTS"))
    title, author, date = stated(package)
    return builder.build(title=title or renderer.title, author=author, date=date)


class _Renderer:
    """Walks paragraphs and tables in document order."""

    def __init__(self, builder: DocumentBuilder, main: Part, styles: Styles) -> None:
        self.title = ""
        """The first paragraph in a title style, else the first heading of level 1."""
        self._builder = builder
        self._main = main
        self._styles = styles
        self._taken: set[str] = set()
        """The relations followed: each part is taken once, however often the text refers to it."""

    def add_blocks(self, container: Element) -> None:
        """Add the paragraphs and tables in `container`."""
        for block in _blocks(container):
            if block.tag == tag("tbl"):
                self._add_table(block)
            elif block.tag == _IMPORT:
                self._add_import(block)
            else:
                self._add_paragraph(block)
                self._add_drawn(block)
                for box in _text_boxes(block):
                    self.add_blocks(box)

    def _add_paragraph(self, paragraph: Element) -> None:
        text = _text(paragraph)
        if not text.strip():
            return
        style = self._styles.of(paragraph)
        if style.contents:
            return
        label = self._styles.next_label(paragraph)
        if style.level:
            self._builder.heading(f"{label} {text}" if label else text, style.level)
            self.title = self.title or (text if style.level == 1 else "")
        elif label is not None:
            self._builder.list_item(text, marker=label or "-")
        else:
            self._builder.paragraph(text)

    def _add_drawn(self, paragraph: Element) -> None:
        """Add the charts and SmartArt of a paragraph."""
        for reference in paragraph.iter(CHART_REFERENCE, DIAGRAM_REFERENCE):
            is_chart = reference.tag == CHART_REFERENCE
            part = self._related(reference.get(RELATIONSHIPS + "id" if is_chart else DIAGRAM_DATA, ""))
            if part is not None:
                (add_chart if is_chart else add_diagram)(self._builder, part.blob)

    def _add_import(self, reference: Element) -> None:
        """Add a web page that some program put into the file for Word to take in when it opens it."""
        part = self._related(reference.get(RELATIONSHIPS + "id", ""))
        if part is None:
            return
        if sniff(part.blob) is Kind.HTML:
            add_html(self._builder, decode_html(part.blob), NOWHERE)
        elif b"text/html" in part.blob[:_MAX_HEADER]:
            with suppress(NoText):
                add_html(self._builder, decode_html(*page_in(part.blob)), NOWHERE)

    def _related(self, name: str) -> Part | None:
        """Return the part that a relation of this name leads to; None if there is none, or not any more."""
        relation = self._main.rels.get(name) if name not in self._taken else None
        self._taken.add(name)
        return None if relation is None or relation.is_external else relation.target_part

    def _add_table(self, table: Element) -> None:
        rows = [list(_cells(row)) for row in table.iterchildren(tag("tr"))]
        if max(map(len, rows), default=0) <= 1:  # a frame around text, not a table
            for cell in (cell for row in rows for cell in row):
                self.add_blocks(cell)
            return
        add_table(self._builder, _table_rows(rows), header_marked=_marks_header(table))


def _add_notes(builder: DocumentBuilder, part: Element | None, kind: str) -> None:
    builder.leave_sections()
    for note in part.iterchildren(tag(kind)) if part is not None else ():
        text = " ".join(map(_text, note.iter(tag("p")))).strip()
        if text and note.get(tag("type"), "normal") == "normal":  # the others draw separators
            builder.paragraph(f"{kind.capitalize()} {note.get(tag('id'))}: {text}")


def _add_comments(builder: DocumentBuilder, part: Element | None) -> None:
    for comment in part.iterchildren(tag("comment")) if part is not None else ():
        text = " ".join(map(_text, comment.iter(tag("p"))))
        builder.paragraph(comment_text(text, comment.get(tag("author"), ""), comment.get(tag("date"), "")))


def _root(part: Part) -> Element:
    """Return a part's XML, for macro documents and templates too, of which python-docx knows no type."""
    element: Element | None = getattr(part, "element", None)
    return parse_xml(part.blob) if element is None else element


def _related(part: Part, name: str) -> Element | None:
    """Return the XML of a part that need not be there."""
    try:
        return _root(part.part_related_by(getattr(RELATIONSHIP_TYPE, name)))
    except (
        KeyError,
        ValueError,
        SyntaxError,
    ):  # none, several, or broken: the text is worth having without
        return None


def _blocks(container: Element) -> Iterator[Element]:
    for child in container.iterchildren():
        if child.tag in _BLOCKS:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _blocks(child)


def _text(paragraph: Element) -> str:
    return "".join(_pieces(paragraph))


def _pieces(node: Element) -> Iterator[str]:
    """Yield a paragraph's visible text: no deleted, hidden or field-code text, no second copy of a box."""
    for child in node.iterchildren():
        if child.tag in _TEXTS:
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag not in _NO_TEXT and not _is_hidden(child):
            yield from _pieces(child)


def _is_hidden(node: Element) -> bool:
    properties = node.find(tag("rPr")) if node.tag == tag("r") else None
    return properties is not None and on(properties.find(tag("vanish")))


def _text_boxes(paragraph: Element) -> Iterator[Element]:
    """Yield the text boxes of a paragraph; Word stores each twice, the second time for old programs."""
    for box in paragraph.iter(tag("txbxContent")):
        around = {ancestor.tag for ancestor in box.iterancestors()}
        outer = [
            ancestor
            for ancestor in box.iterancestors(tag("txbxContent"))
            if paragraph in ancestor.iterancestors()
        ]
        if _MARKUP + "Fallback" not in around and not outer:
            yield box


def _cells(row: Element) -> Iterator[Element]:
    for child in row.iterchildren():
        if child.tag == tag("tc"):
            yield child
        elif child.tag in _WRAPPERS:
            yield from _cells(child)


def _table_rows(rows: list[list[Element]]) -> list[Row]:
    """Return the cells' texts; a cell merged downward is repeated in each of its rows."""
    above: dict[int, str] = {}
    table = []
    for row in rows:
        texts: list[str] = []
        for cell in row:
            merge = cell.find(f"{tag('tcPr')}/{tag('vMerge')}")
            continues = merge is not None and value_of(merge, "continue") != "restart"
            text = above.get(len(texts), "") if continues else " ".join(map(_text, cell.iter(tag("p"))))
            above[len(texts)] = text
            texts.append(text)
            texts.extend([""] * (_columns(cell) - 1))
        table.append(Row(texts))
    return table


def _columns(cell: Element) -> int:
    span = cell.find(f"{tag('tcPr')}/{tag('gridSpan')}")
    value = value_of(span, "1") if span is not None else "1"
    return min(int(value), 60) if value.isdecimal() else 1


def _marks_header(table: Element) -> bool:
    mark = table.find(f"{tag('tr')}/{tag('trPr')}/{tag('tblHeader')}")
    return mark is not None and on(mark) and mark.getparent().getparent() is table.find(tag("tr"))
