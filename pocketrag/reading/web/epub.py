"""EPUB books → a `Document` whose places are chapters. Needs zip, XML and the reader of web pages.

The package document (OPF) names title, author and date, and the spine: the order of the chapters.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from posixpath import dirname, join, normpath
from urllib.parse import unquote
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from pocketrag.domain import Document
from pocketrag.errors import Damaged, TooLarge
from pocketrag.reading.builder import NOWHERE, DocumentBuilder
from pocketrag.reading.details import find_iso_date, usable_author, usable_title
from pocketrag.reading.encoding import decode
from pocketrag.reading.lines import add_lines
from pocketrag.reading.web.html import add_chapter
from pocketrag.reading.xml_tree import parse_xml

_OPF = "{http://www.idpf.org/2007/opf}"
_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
_CONTAINER = "META-INF/container.xml"
_ROOT_FILE = "{urn:oasis:names:tc:opendocument:xmlns:container}rootfile"
_PAGE_TYPES = {"application/xhtml+xml", "text/html", "text/x-oeb1-document", "application/xml"}
_DRAWN_PAGE = "image/svg+xml"
_MAX_CHAPTERS = 5_000
_SVG = "{http://www.w3.org/2000/svg}"


def read_epub(data: bytes) -> Document:
    """Return the chapters in the order of the spine, without the generated table of contents."""
    builder = DocumentBuilder()
    with ZipFile(BytesIO(data)) as package:
        path = _package_path(package)
        opf = parse_xml(package.read(path))
        present = set(package.namelist())
        for chapter, kind in _chapters(opf, dirname(path)):
            if chapter in present:
                builder.leave_sections()
                page = package.read(chapter)
                _add_drawn(builder, page) if kind == _DRAWN_PAGE else add_chapter(
                    builder, decode(page, "utf-8")
                )
    return builder.build(
        title=usable_title(_stated(opf, "title")),
        author=usable_author(_stated(opf, "creator")),
        date=find_iso_date(_stated(opf, "date")),
    )


def _package_path(package: ZipFile) -> str:
    """Return where the package document lies; a book without the file that says so has only one."""
    names = package.namelist()
    if _CONTAINER in names:
        root = parse_xml(package.read(_CONTAINER)).find(f".//{_ROOT_FILE}")
        path = root.get("full-path", "") if root is not None else ""
        if path in names:
            return path
    try:
        return next(name for name in names if name.endswith(".opf"))
    except StopIteration:
        raise Damaged(
            "The book has no table of its parts.", "Convert it to EPUB anew, for instance with Calibre."
        ) from None


def _add_drawn(builder: DocumentBuilder, page: bytes) -> None:
    """Add the texts of a page that is drawn (SVG): what stands at one height is one line."""
    with suppress(Damaged, TooLarge):  # one page less, not no book
        for text in parse_xml(page).iter(_SVG + "text"):
            height, pieces = "", [text.text or ""]
            for part in text.iter(_SVG + "tspan"):
                pieces += ["\n" if part.get("y", height) != height else "", part.text or ""]
                height = part.get("y", height)
            add_lines(builder, "".join(pieces).split("\n"), NOWHERE)


def _chapters(opf: Element, folder: str) -> Iterator[tuple[str, str]]:
    """Yield path and kind of the pages in the spine; one that is only the table of contents is left out."""
    items = {item.get("id", ""): item for item in _local(opf, "item")}
    for count, reference in enumerate(_local(opf, "itemref")):
        item = items.get(reference.get("idref", ""))
        if (
            item is None
            or count >= _MAX_CHAPTERS
            or item.get("media-type", "") not in {*_PAGE_TYPES, _DRAWN_PAGE}
        ):
            continue
        if "nav" not in item.get("properties", "").split():
            yield normpath(join(folder, unquote(item.get("href", "")))), item.get("media-type", "")


def _local(root: Element, name: str) -> Iterator[Element]:
    """Yield the elements of a name, with its namespace or, as in careless books, without."""
    return (node for node in root.iter() if node.tag in {_OPF + name, name})


def _stated(opf: Element, name: str) -> str:
    return next((node.text for node in opf.iter(_DUBLIN_CORE + name) if node.text), "")
