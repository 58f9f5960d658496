"""What was filled in in a PDF's form is text of its page."""

from __future__ import annotations

from io import BytesIO

from fpdf import FPDF
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    TextStringObject,
)

from pocketrag.reading.reader import parse


def form(*fields: dict[str, str], text: str = "Application for a library card") -> bytes:
    """A PDF of one page with these fields, as a program that fills in forms leaves it."""
    plain = FPDF()
    plain.add_page()
    plain.set_font("Helvetica", size=12)
    plain.cell(0, 10, text)
    writer = PdfWriter(clone_from=PdfReader(BytesIO(bytes(plain.output()))))
    widgets = ArrayObject()
    for field in fields:
        values = {NameObject(key): _value(value) for key, value in field.items()}
        box = ArrayObject(FloatObject(n) for n in (50, 50, 200, 70))
        base = {NameObject("/Subtype"): NameObject("/Widget"), NameObject("/Rect"): box}
        widgets.append(writer._add_object(DictionaryObject({**base, **values})))
    writer.pages[0][NameObject("/Annots")] = widgets
    writer._root_object[NameObject("/AcroForm")] = DictionaryObject({NameObject("/Fields"): widgets})
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def _value(value: str) -> NameObject | TextStringObject:
    return NameObject(value) if value.startswith("/") else TextStringObject(value)


def test_what_was_filled_in_is_read_with_its_name_and_page() -> None:
    document = parse(
        form(
            {"/FT": "/Tx", "/T": "name", "/TU": "Name of the applicant", "/V": "Ada Brandt"},
            {"/FT": "/Ch", "/T": "branch", "/V": "Harrowmere"},
            {"/FT": "/Btn", "/T": "adult", "/AS": "/Yes"},
            {"/FT": "/Btn", "/T": "student", "/AS": "/Off"},
            {"/FT": "/Tx", "/T": "phone", "/V": ""},
        ),
        ".pdf",
    )
    assert document.text.split("\n\n") == [
        "Application for a library card",
        "- Name of the applicant: Ada Brandt\n- branch: Harrowmere\n- adult: yes",
    ]
    assert {block.place.page for block in document.blocks} == {1}


def test_a_field_that_is_its_own_parent_ends() -> None:
    data = form({"/FT": "/Tx", "/T": "a", "/V": "b"})
    looped = data.replace(b"/T (a)", b"/Parent 99 0 R")
    assert parse(looped, ".pdf").text
