"""PowerPoint: slides, titles, bullets, tables, charts and notes."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.util import Inches

from pocketrag.domain import Document

ReadAs = Callable[[str, bytes], Document]
Shown = Callable[[Document], list[tuple[str, str]]]

BOX = (Inches(1), Inches(2), Inches(6), Inches(2))


def test_slides(read_as: ReadAs, shown: Shown) -> None:
    deck = Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = "Plan"
    first.placeholders[1].text_frame.text = "Two fairs"
    first.placeholders[1].text_frame.add_paragraph().text = "• New kiln"
    first.notes_slide.notes_text_frame.text = "Speak slowly."
    second = deck.slides.add_slide(deck.slide_layouts[6])
    second.shapes.add_textbox(*BOX).text_frame.text = "No title here."
    table = second.shapes.add_table(2, 2, *BOX).table
    for cell, text in zip(table.iter_cells(), ("Kiln", "Power", "LO 220", "11 kW"), strict=True):
        cell.text = text
    stream = BytesIO()
    deck.save(stream)
    document = read_as("a.pptx", stream.getvalue())
    assert shown(document) == [
        ("heading1", "Plan"),
        ("list", "- Two fairs"),
        ("list", "- New kiln"),
        ("paragraph", "Notes: Speak slowly."),
        ("paragraph", "No title here."),
        ("table", "Kiln | Power"),
        ("table", "LO 220 | 11 kW"),
    ]
    assert [block.place.slide for block in document.blocks] == [1, 1, 1, 1, 2, 2, 2]
    assert document.blocks[3].place.section == ("Plan",)
    assert document.blocks[4].place.section == ()
    assert document.title == "Plan"


def test_a_group_and_a_chart_are_read(read_as: ReadAs, shown: Shown) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(*BOX).text_frame.text = "In a group."
    data = CategoryChartData()  # type: ignore[no-untyped-call]
    data.categories = ["2023", "2024"]
    data.add_series("Mugs", (120, 150.5))  # type: ignore[no-untyped-call]
    data.add_series("Bowls", (80, None))  # type: ignore[no-untyped-call]
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *BOX, data)
    stream = BytesIO()
    deck.save(stream)
    assert shown(read_as("a.pptx", stream.getvalue())) == [
        ("paragraph", "In a group."),
        ("table", "| Mugs | Bowls"),
        ("table", "2023 | 120 | 80"),
        ("table", "2024 | 150.5"),
    ]


DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
POINT = "<dgm:pt><dgm:t><a:p><a:r><a:t>{}</a:t></a:r></a:p></dgm:t></dgm:pt>"
NAMESPACES = f'xmlns:dgm="{DIAGRAM}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def test_smart_art(read_as: ReadAs, shown: Shown) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    points = "".join(map(POINT.format, ("Plan", "Build")))
    data = f"<dgm:dataModel {NAMESPACES}><dgm:ptLst>{points}</dgm:ptLst></dgm:dataModel>".encode()
    part = Part(PackURI("/ppt/diagrams/data1.xml"), "application/xml", slide.part.package, data)
    relation = slide.part.relate_to(part, f"{RELATIONSHIPS}/diagramData")
    graphic = slide.shapes.add_table(1, 1, *BOX)._element.graphic.graphicData
    graphic.set("uri", DIAGRAM)
    graphic.remove(graphic[0])
    graphic.append(parse_xml(f'<dgm:relIds {NAMESPACES} xmlns:r="{RELATIONSHIPS}" r:dm="{relation}"/>'))
    stream = BytesIO()
    deck.save(stream)
    document = read_as("a.pptx", stream.getvalue())
    assert shown(document) == [("list", "- Plan"), ("list", "- Build")]
    assert document.blocks[0].place.slide == 1


def commented(*parts: tuple[str, str]) -> bytes:
    """Return a deck of one empty slide; parts are kinds of relation, and XML."""
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    for number, (kind, data) in enumerate(parts):
        owner = slide.part if kind == "comments" else deck.part
        part = Part(PackURI(f"/ppt/other/part{number}.xml"), "application/xml", owner.package, data.encode())
        owner.relate_to(part, f"{RELATIONSHIPS}/{kind}")
    stream = BytesIO()
    deck.save(stream)
    return stream.getvalue()


TEXT = "<a:p><a:r><a:t>{}</a:t></a:r></a:p>"


def test_comments_in_the_old_way(read_as: ReadAs, shown: Shown) -> None:
    comments = (
        '<p:cm authorId="1" dt="2025-03-14T10:00:00"><p:pos x="1"/><p:text>Too dear</p:text></p:cm>'
        '<p:cm authorId="7"><p:text>Agreed</p:text></p:cm><p:cm authorId="1"><p:text/></p:cm>'
    )
    people = '<p:cmAuthor id="0" name="Ben"/><p:cmAuthor id="1" name="Ann Poole"/>'
    data = commented(
        ("comments", f'<p:cmLst xmlns:p="urn:p">{comments}</p:cmLst>'),
        ("commentAuthors", f'<p:cmAuthorLst xmlns:p="urn:p">{people}</p:cmAuthorLst>'),
    )
    assert shown(read_as("a.pptx", data)) == [
        ("paragraph", "Comment by Ann Poole, 2025-03-14: Too dear"),
        ("paragraph", "Comment: Agreed"),
    ]


def test_comments_in_the_new_way_with_replies(read_as: ReadAs, shown: Shown) -> None:
    reply = f'<x:reply authorId="{{B}}">{TEXT.format("Agreed")}</x:reply>'
    said = f"<x:replyLst>{reply}</x:replyLst>{TEXT.format('Too dear')}"
    comment = f'<x:cm authorId="{{A}}" created="2025-03-14T10:00:00.1">{said}</x:cm>'
    people = '<x:author id="{A}" name="Ann"/><x:author id="{B}" name="Ben"/>'
    data = commented(
        ("comments", f"<x:cmLst xmlns:x='urn:x' {NAMESPACES}>{comment}</x:cmLst>"),
        ("authors", f"<x:authorLst xmlns:x='urn:x'>{people}</x:authorLst>"),
    )
    assert shown(read_as("a.pptx", data)) == [
        ("paragraph", "Comment by Ann, 2025-03-14: Too dear"),
        ("paragraph", "Comment by Ben: Agreed"),
    ]
