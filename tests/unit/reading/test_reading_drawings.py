"""Text that is drawn in Office files: charts, SmartArt, text boxes, and web pages that Word takes in."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference

from pocketrag.domain import Document

ReadAs = Callable[[str, bytes], Document]
Shown = Callable[[Document], list[tuple[str, str]]]

OFFICE = "http://schemas.openxmlformats.org"
RELATIONSHIPS = f"{OFFICE}/officeDocument/2006/relationships"
NAMES = (
    f'xmlns:c="{OFFICE}/drawingml/2006/chart" xmlns:a="{OFFICE}/drawingml/2006/main" '
    f'xmlns:r="{RELATIONSHIPS}" xmlns:dgm="{OFFICE}/drawingml/2006/diagram" '
    f'xmlns:w="{OFFICE}/wordprocessingml/2006/main" xmlns:xdr="{OFFICE}/drawingml/2006/spreadsheetDrawing"'
)
TITLE = "<c:title><c:tx><c:rich><a:p><a:r><a:t>Mugs sold</a:t></a:r></a:p></c:rich></c:tx></c:title>"
POINTS = '<c:pt idx="0"><c:v>{}</c:v></c:pt><c:pt idx="1"><c:v>{}</c:v></c:pt>'
CHART = (
    f"<c:chartSpace {NAMES}><c:chart>{TITLE}<c:plotArea><c:bar3DChart><c:ser>"
    f'<c:tx><c:strCache><c:pt idx="0"><c:v>Number</c:v></c:pt></c:strCache></c:tx>'
    f"<c:cat><c:strCache>{POINTS.format('May', 'June')}</c:strCache></c:cat>"
    f"<c:val><c:numCache>{POINTS.format(12, 30)}</c:numCache></c:val>"
    "</c:ser></c:bar3DChart></c:plotArea></c:chart></c:chartSpace>"
)
POINT = "<dgm:pt><dgm:t><a:p><a:r><a:t>{}</a:t></a:r></a:p></dgm:t></dgm:pt>"
TWO_POINTS = POINT.format("Plan") + POINT.format("Build")
DIAGRAM = f"<dgm:dataModel {NAMES}><dgm:ptLst>{TWO_POINTS}</dgm:ptLst></dgm:dataModel>"


def word_with(kind: str, element: str, data: str, *, content_type: str = "application/xml") -> bytes:
    """Return two paragraphs and between them an element that refers to a part (`{}` is its relation)."""
    document = docx.Document()
    first = document.add_paragraph("before")
    document.add_paragraph("after")
    part = Part(PackURI("/word/other/part1.xml"), content_type, data.encode(), document.part.package)
    relation = document.part.relate_to(part, f"{RELATIONSHIPS}/{kind}")
    first._p.addnext(parse_xml(element.format(relation)))
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


IN_PARAGRAPH = f"<w:p {NAMES}><w:r><w:drawing><a:graphic>{{}}</a:graphic></w:drawing></w:r></w:p>"
CHART_HERE = IN_PARAGRAPH.format('<c:chart r:id="{}"/>')
DIAGRAM_HERE = IN_PARAGRAPH.format('<dgm:relIds r:dm="{}"/>')


def test_a_chart_in_word(read_as: ReadAs, shown: Shown) -> None:
    assert shown(read_as("a.docx", word_with("chart", CHART_HERE, CHART))) == [
        ("paragraph", "before"),
        ("paragraph", "Mugs sold"),
        ("table", "| Number"),
        ("table", "May | 12"),
        ("table", "June | 30"),
        ("paragraph", "after"),
    ]


def test_smart_art_in_word(read_as: ReadAs) -> None:
    data = word_with("diagramData", DIAGRAM_HERE, DIAGRAM)
    assert read_as("a.docx", data).text == "before\n\n- Plan\n- Build\n\nafter"


@pytest.mark.parametrize("data", ["", "<broken", "<x/>"])
def test_a_broken_drawing_costs_only_itself(read_as: ReadAs, data: str) -> None:
    assert read_as("a.docx", word_with("chart", CHART_HERE, data)).text == "before\n\nafter"


PAGE = "<html><body><h1>Offer</h1><p>Two mugs.</p></body></html>"
MHT = (
    "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n"
    f"--b\nContent-Type: text/html\n\n{PAGE}\n--b--\n"
)


@pytest.mark.parametrize("page", [PAGE, MHT])
def test_an_imported_web_page(read_as: ReadAs, shown: Shown, page: str) -> None:
    data = word_with("aFChunk", f'<w:altChunk {NAMES} r:id="{{}}"/>', page, content_type="text/html")
    assert shown(read_as("a.docx", data)) == [
        ("paragraph", "before"),
        ("heading1", "Offer"),
        ("paragraph", "Two mugs."),
        ("paragraph", "after"),
    ]


@pytest.mark.parametrize("page", ["{\\rtf1 x}", "MIME-Version: 1.0\nContent-Type: text/html; x", ""])
def test_what_is_imported_and_no_web_page_is_left_out(read_as: ReadAs, page: str) -> None:
    data = word_with("aFChunk", f'<w:altChunk {NAMES} r:id="{{}}"/>', page)
    assert read_as("a.docx", data).text.startswith("before")


def workbook() -> bytes:
    """Return a workbook with a cell and a chart; its drawing part is `xl/drawings/drawing1.xml`."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([12])
    chart = BarChart()
    chart.title = "Mugs sold"
    chart.add_data(Reference(sheet, min_col=1, min_row=1, max_row=1))
    sheet.add_chart(chart, "C3")
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_part(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return a package with one part changed."""
    stream = BytesIO()
    with ZipFile(BytesIO(data)) as package, ZipFile(stream, "w") as copy:
        for entry in package.infolist():
            part = package.read(entry)
            copy.writestr(entry.filename, change(part) if entry.filename == name else part)
    return stream.getvalue()


RUNS = "<a:r><a:t>Call</a:t></a:r><a:r><a:t> Ann</a:t></a:r>"
BOX = f"<xdr:sp {NAMES}><xdr:txBody><a:p>{RUNS}</a:p></xdr:txBody></xdr:sp>"


def test_what_lies_on_a_sheet(read_as: ReadAs, shown: Shown) -> None:
    data = with_part(
        workbook(),
        "xl/drawings/drawing1.xml",
        lambda part: part.replace(b"</wsDr>", BOX.encode() + b"</wsDr>").replace(
            b"</xdr:wsDr>", BOX.encode() + b"</xdr:wsDr>"
        ),
    )
    document = read_as("a.xlsx", data)
    assert shown(document) == [("paragraph", "12"), ("paragraph", "Call Ann"), ("paragraph", "Mugs sold")]
    assert [block.place.sheet for block in document.blocks] == ["Sheet"] * 3


@pytest.mark.parametrize(
    "name",
    [
        "xl/drawings/drawing1.xml",
        "xl/drawings/_rels/drawing1.xml.rels",
    ],
)
def test_a_sheet_is_worth_reading_without_what_lies_on_it(read_as: ReadAs, name: str) -> None:
    assert read_as("a.xlsx", with_part(workbook(), name, lambda part: b"<broken")).text.startswith("12")
