"""OpenDocument files: texts, spreadsheets and presentations, as packages and flat."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest

from pocketrag.domain import Document
from pocketrag.errors import Damaged, Encrypted, ReadingError, TooLarge

ReadAs = Callable[[str, bytes], Document]
Shown = Callable[[Document], list[tuple[str, str]]]

NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{full}:1.0"'
    for prefix, full in {
        "office": "office",
        "text": "text",
        "table": "table",
        "draw": "drawing",
        "style": "style",
        "presentation": "presentation",
        "meta": "meta",
    }.items()
)
META = (
    "<office:meta><dc:title>Lease of the mill</dc:title>"
    "<meta:initial-creator>Ann Poole</meta:initial-creator>"
    "<dc:date>2025-03-14T10:00:00</dc:date></office:meta>"
)


def odf_file(body: str, kind: str = "text", styles: str = "", manifest: str = "", doctype: str = "") -> bytes:
    """Return an OpenDocument package with the body and the automatic styles given."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        package.writestr(
            "content.xml",
            f"{doctype}<office:document-content {NAMESPACES}><office:automatic-styles>{styles}"
            f"</office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}></office:body>"
            "</office:document-content>",
        )
        package.writestr(
            "meta.xml",
            f'<office:document-meta {NAMESPACES} xmlns:dc="http://purl.org/dc/elements/1.1/">{META}'
            "</office:document-meta>",
        )
        package.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
    return stream.getvalue()


STYLES = (
    '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>'
    '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1" '
    'style:num-suffix="."/><text:list-level-style-bullet text:level="2"/></text:list-style>'
)
TEXT = """<text:tracked-changes><text:p>deleted long ago</text:p></text:tracked-changes>
<text:p text:style-name="P1">Lease</text:p>
<text:h text:outline-level="2">Rent</text:h>
<text:p>The rent<text:s text:c="2"/>is <text:span>840</text:span> euros<text:note text:note-class="footnote">
<text:note-citation>1</text:note-citation><text:note-body><text:p>Heating apart.</text:p></text:note-body>
</text:note>.<office:annotation><text:p>a comment</text:p></office:annotation></text:p>
<text:list text:style-name="L1"><text:list-item><text:p>Keys</text:p><text:list><text:list-item>
<text:p>front door</text:p></text:list-item></text:list></text:list-item>
<text:list-item><text:p>Bins</text:p></text:list-item></text:list>
<text:p><draw:frame><draw:text-box><text:p>In a box.</text:p></draw:text-box></draw:frame></text:p>
<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Month</text:p></table:table-cell>
<table:table-cell><text:p>Due</text:p></table:table-cell></table:table-row></table:table-header-rows>
<table:table-row><table:table-cell><text:p>May</text:p></table:table-cell><table:table-cell>
<text:p>840</text:p></table:table-cell></table:table-row></table:table>"""


def test_a_text(read_as: ReadAs, shown: Shown) -> None:
    document = read_as("lease.odt", odf_file(TEXT, styles=STYLES))
    assert shown(document) == [
        ("heading1", "Lease"),
        ("heading2", "Rent"),
        ("paragraph", "The rent is 840 euros."),
        ("list", "1. Keys"),
        ("list", "- front door"),
        ("list", "2. Bins"),
        ("paragraph", "In a box."),
        ("table", "Month | Due"),
        ("table", "May | 840"),
        ("paragraph", "Footnote 1: Heating apart."),
    ]
    assert document.blocks[2].place.section == ("Lease", "Rent")
    assert document.blocks[8].header == "Month | Due"
    assert (document.title, document.author, document.date) == (
        "Lease of the mill",
        "Ann Poole",
        "2025-03-14",
    )


def _sheet(name: str, rows: str) -> str:
    return f'<table:table table:name="{name}">{rows}</table:table>'


def _row(*cells: str, repeated: int = 1) -> str:
    texts = "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in cells)
    return f'<table:table-row table:number-rows-repeated="{repeated}">{texts}</table:table-row>'


def test_a_spreadsheet(read_as: ReadAs, shown: Shown) -> None:
    day = '<table:table-cell office:date-value="2025-05-01"><text:p>1. Mai</text:p></table:table-cell>'
    rows = (
        _row("Day", "Cost")
        + "<table:table-row>"
        + day
        + "<table:table-cell><text:p>12 €</text:p></table:table-cell>"
        + '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        + '<table:table-row table:number-rows-repeated="3"/>'
        + _row("Total", "12 €", repeated=2)
        + '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    )
    sheets = _sheet("May", rows) + _sheet("Empty", "") + _sheet("June", _row("a note"))
    document = read_as("costs.ods", odf_file(sheets, "spreadsheet"))
    assert shown(document) == [
        ("heading1", "May"),
        ("table", "Day | Cost"),
        ("table", "2025-05-01 | 12 €"),
        ("table", "Total | 12 €"),
        ("table", "Total | 12 €"),
        ("heading1", "June"),
        ("paragraph", "a note"),
    ]
    places = [(block.place.sheet, block.place.row) for block in document.blocks]
    assert places[1:5] == [("May", 1), ("May", 2), ("May", 6), ("May", 7)]


def test_a_presentation(read_as: ReadAs, shown: Shown) -> None:
    def frame(kind: str, *texts: str) -> str:
        inner = "".join(f"<text:p>{text}</text:p>" for text in texts)
        box = f"<draw:text-box>{inner}</draw:text-box>"
        return f'<draw:frame presentation:class="{kind}">{box}</draw:frame>'

    first = frame("outline", "Mortar", "Lime") + frame("title", "Walls") + frame("page-number", "1")
    notes = f"<presentation:notes>{frame('notes', 'Say hello.')}</presentation:notes>"
    second = "<draw:g><draw:custom-shape><text:p>A shape</text:p></draw:custom-shape></draw:g>"
    pages = f"<draw:page>{first}{notes}</draw:page><draw:page>{second}</draw:page>"
    document = read_as("walls.odp", odf_file(pages, "presentation"))
    assert shown(document) == [
        ("heading1", "Walls"),
        ("list", "- Mortar"),
        ("list", "- Lime"),
        ("paragraph", "Notes: Say hello."),
        ("paragraph", "A shape"),
    ]
    assert [block.place.slide for block in document.blocks] == [1, 1, 1, 1, 2]


@pytest.mark.parametrize("name", ["flat.fodt", "flat.xml", "flat.odt"])
def test_a_flat_file(read_as: ReadAs, name: str) -> None:
    flat = (
        f'<?xml version="1.0"?><office:document {NAMESPACES} office:mimetype="application/vnd.oasis.x">'
        "<office:body><office:text><text:p>Flat.</text:p></office:text></office:body></office:document>"
    )
    assert read_as(name, flat.encode()).text == "Flat."


@pytest.mark.parametrize("name", ["lease", "lease.doc", "lease.docx", "lease.zip"])
def test_it_is_known_by_its_content(read_as: ReadAs, name: str) -> None:
    assert read_as(name, odf_file("<text:p>Rent</text:p>")).text == "Rent"


_WIDE = (
    '<table:table-row table:number-rows-repeated="1000000">'
    '<table:table-cell table:number-columns-repeated="16000"><text:p>v</text:p></table:table-cell>'
    "</table:table-row>"
)
LAUGHS = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>'
SECRET = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (odf_file("<text:p>x</text:p>", manifest="<manifest:encryption-data/>"), Encrypted),
        (odf_file("<text:p>&b;</text:p>", doctype=LAUGHS), Damaged),
        (odf_file("<text:p>&a;</text:p>", doctype=SECRET), Damaged),
        (odf_file("<text:section>" * 5000 + "</text:section>" * 5000), Damaged),
        (odf_file("<text:p>" + "<text:span>" * 5000 + "</text:span>" * 5000 + "</text:p>"), Damaged),
        (odf_file("<text:p>cut"), Damaged),
        (odf_file(_sheet("x", _WIDE * 3), "spreadsheet"), TooLarge),
        (odf_file("<text:p>x</text:p>", "chart"), ReadingError),
    ],
)
def test_hostile_and_locked_files(read_as: ReadAs, data: bytes, expected: type[ReadingError]) -> None:
    with pytest.raises(expected):
        read_as("x.odt", data)
