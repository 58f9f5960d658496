"""What is drawn in Office files and yet is text: charts, SmartArt, shapes. The same XML in all of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from xml.etree.ElementTree import Element

from pocketrag.domain import Place
from pocketrag.errors import Damaged, TooLarge
from pocketrag.reading.builder import NOWHERE, DocumentBuilder, Row
from pocketrag.reading.xml_tree import parse_xml

_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_ON_SHEET = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"

RELATIONSHIPS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
CHART_REFERENCE, DIAGRAM_REFERENCE = _CHART + "chart", _DIAGRAM + "relIds"
"""Elements that stand for a drawing, which is a part of its own."""
DIAGRAM_DATA = RELATIONSHIPS + "dm"
"""Attribute of a `DIAGRAM_REFERENCE` that names the relation to the diagram's texts."""

_MAX_SERIES, _MAX_CATEGORIES = 100, 10_000
"""Columns and rows that are read of a chart's numbers."""


def add_chart(builder: DocumentBuilder, blob: bytes, place: Place = NOWHERE) -> None:
    """Add a chart's title, and its numbers as a table: one row a category, one column a series."""
    root = _parsed(blob)
    series = list(islice(root.iter(_CHART + "ser"), _MAX_SERIES))
    _add_title(builder, root, place)
    names = ["".join(_points(one, "tx").values()) for one in series]
    columns = [_points(one, "val", "yVal") for one in series]
    categories = _points(series[0], "cat", "xVal") if series else {}
    rows = ([name, *(column.get(at, "") for column in columns)] for at, name in categories.items())
    builder.table(Row(["", *names], place), (Row(row, place) for row in islice(rows, _MAX_CATEGORIES)))


def add_chart_title(builder: DocumentBuilder, blob: bytes, place: Place = NOWHERE) -> None:
    """Add a chart's title alone, where its numbers stand elsewhere in the file."""
    _add_title(builder, _parsed(blob), place)


def add_diagram(builder: DocumentBuilder, blob: bytes, place: Place = NOWHERE) -> None:
    """Add the texts of a SmartArt diagram, one list item for each of its points."""
    for point in _parsed(blob).iter(_DIAGRAM + "pt"):
        builder.list_item(" ".join(filter(None, _paragraphs(point))), place)


def add_shapes(builder: DocumentBuilder, blob: bytes, place: Place = NOWHERE) -> None:
    """Add what is written in the shapes and text boxes that lie on a sheet."""
    for body in _parsed(blob).iter(_ON_SHEET + "txBody"):
        builder.paragraph("\n".join(_paragraphs(body)), place)


def _add_title(builder: DocumentBuilder, root: Element, place: Place) -> None:
    title = root.find(f"{_CHART}chart/{_CHART}title")
    if title is not None:
        builder.paragraph(" ".join(_paragraphs(title)), place)


def _points(series: Element, *parts: str) -> dict[str, str]:
    """Return the values stored in a part of a chart's series, by their index."""
    points = (point for part in parts for found in series.findall(_CHART + part) for point in _indexed(found))
    return {point.get("idx", ""): point.findtext(_CHART + "v", "") for point in points}


def _indexed(part: Element) -> Iterator[Element]:
    """Yield the points of a part; a series' name may be one value without an index."""
    return (node for node in part.iter() if node.find(_CHART + "v") is not None)


def _paragraphs(node: Element) -> Iterator[str]:
    paragraphs = node.iter(_TEXT + "p")
    return ("".join(run.text or "" for run in one.iter(_TEXT + "t")) for one in paragraphs)


def _parsed(blob: bytes) -> Element:
    """Return a part's XML; nothing of it where it is broken: the document matters more."""
    try:
        return parse_xml(blob)
    except (Damaged, TooLarge):
        return Element("nothing")
