"""XML of any kind → a `Document`: running text as paragraphs, data as lines of `name: value`.

Nothing is known of the vocabulary but what many share: `p` and `para` hold a paragraph, `title` and
`head` a heading, and an element whose children hold only values is a record. XML that cannot be
parsed is read as code.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from pocketrag.domain import Document
from pocketrag.errors import Damaged
from pocketrag.reading.builder import MAX_HEADING, NOWHERE, DocumentBuilder
from pocketrag.reading.details import find_iso_date, usable_author, usable_title
from pocketrag.reading.normalise import one_line
from pocketrag.reading.text.source_code import read_code
from pocketrag.reading.web.html import add_html
from pocketrag.reading.xml_tree import deeper, parse_xml

_PARAGRAPHS = frozenset("p para simpara paragraph verse l abstract".split())
_HEADINGS = frozenset("title head heading h1 h2 h3 h4 h5 h6 articletitle article-title subtitle".split())
_SECTIONS = frozenset(
    "section sect sec sect1 sect2 sect3 chapter part div div1 div2 div3 channel item entry appendix".split()
)
_LEFT_OUT = frozenset("script style binary bindata".split())
_MAX_LINES = 30
_LONG = 200
"""Characters from which a value stands in a paragraph of its own."""
_MAX_VALUE = 200_000


def read_xml(data: bytes) -> Document:
    """Return the texts and values of the file in order."""
    try:
        root = parse_xml(data)
    except Damaged:
        return read_code(data)
    reader = _Reader()
    reader.walk(root, 1, 0)
    reader.flush()
    return reader.builder.build(
        title=usable_title(_first(root, "title")) or reader.title,
        author=usable_author(_first(root, "author") or _first(root, "creator")),
        date=find_iso_date(_first(root, "pubDate") or _first(root, "date") or _first(root, "updated")),
    )


class _Reader:
    """Walks the tree; values are collected until something else comes."""

    def __init__(self) -> None:
        self.builder = DocumentBuilder()
        self.title = ""
        self._lines: list[str] = []

    def walk(self, node: Element, level: int, depth: int) -> None:
        """Add an element and what is below it; `level` is the depth that a heading in it has."""
        depth = deeper(depth)
        name = local_name(node)
        if name in _LEFT_OUT:
            return
        if name in _HEADINGS and len(text := _all_text(node)) <= MAX_HEADING:
            self.flush()
            self.builder.heading(text, level)
            self.title = self.title or text
        elif name in _PARAGRAPHS or _is_mixed(node):
            self.flush()
            self.builder.paragraph(_all_text(node))
        elif not len(node):
            self._add_value(node)
        else:
            below = level + (name in _SECTIONS)
            if any(len(child) for child in node):
                self.flush()
            for child in node:
                self.walk(child, below, depth)

    def flush(self) -> None:
        """Add the values collected so far as one block."""
        self.builder.paragraph("\n".join(self._lines))
        self._lines = []

    def _add_value(self, node: Element) -> None:
        text = (node.text or "").strip()[:_MAX_VALUE]
        name = local_name(node)
        if "</" in text or "/>" in text:  # a web page within, as in feeds
            self.flush()
            add_html(self.builder, text, NOWHERE)
        elif len(text) > _LONG:
            self.flush()
            self.builder.paragraph(text)
        else:
            attributes = (f"{key.rpartition('}')[2]}={value}" for key, value in node.attrib.items())
            value = one_line(text) or ", ".join(attributes)
            if value:
                self._lines.append(f"{name}: {value[:_LONG]}")
            if len(self._lines) >= _MAX_LINES:
                self.flush()


def local_name(node: Element) -> str:
    """Return an element's name without its namespace, lower case."""
    return node.tag.rpartition("}")[2].lower()


def _is_mixed(node: Element) -> bool:
    """Whether words stand beside child elements: running text with marks in it."""
    return len(node) > 0 and bool(
        (node.text or "").strip() or any((child.tail or "").strip() for child in node)
    )


def _all_text(node: Element) -> str:
    return one_line("".join(node.itertext()))


def _first(root: Element, name: str) -> str:
    """Return the text of the first element of a name near the top."""
    near = (node for child in (root, *root) for node in (child, *child))
    return next((_all_text(node) for node in near if local_name(node) == name.lower()), "")
