"""What lies on an Excel sheet, over its cells: text boxes, SmartArt, titles of charts."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from posixpath import basename, dirname, join, normpath
from zipfile import BadZipFile, ZipFile

from pocketrag.domain import Place
from pocketrag.errors import Damaged, TooLarge
from pocketrag.reading.builder import DocumentBuilder
from pocketrag.reading.office.drawings import add_chart_title, add_diagram, add_shapes
from pocketrag.reading.xml_tree import parse_xml

_ADD: dict[str, Callable[[DocumentBuilder, bytes, Place], None]] = {
    "diagramData": add_diagram,
    "chart": add_chart_title,  # its numbers are in the cells
}
_MAX_RELATIONS = 1_000


def add_drawn(builder: DocumentBuilder, package: ZipFile, sheet: str, place: Place) -> None:
    """Add the texts drawn on the sheet at a path of the package."""
    for kind, drawing in dict.fromkeys(_related(package, sheet)):
        if kind == "drawing":
            add_shapes(builder, _part(package, drawing), place)
            for of_drawing, path in dict.fromkeys(_related(package, drawing)):
                if of_drawing in _ADD:
                    _ADD[of_drawing](builder, _part(package, path), place)


def _related(package: ZipFile, path: str) -> Iterator[tuple[str, str]]:
    """Yield kind and path of the parts that the part at `path` refers to; none where that is broken."""
    path = path.lstrip("/")
    try:
        root = parse_xml(_part(package, f"{dirname(path)}/_rels/{basename(path)}.rels"))
    except (Damaged, TooLarge):
        return
    for relation in root[:_MAX_RELATIONS]:
        if relation.get("TargetMode") != "External":
            kind = relation.get("Type", "").rpartition("/")[2]
            yield kind, normpath(join(dirname(path), relation.get("Target", ""))).lstrip("/")


def _part(package: ZipFile, path: str) -> bytes:
    """Return a part's bytes; none if it is missing or broken."""
    try:
        return package.read(path)
    except (KeyError, BadZipFile, EOFError, zlib.error):
        return b""
