"""The room's door: which files it opens, what they turn out to be, and how it says no."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import docx
import pytest
from fpdf import FPDF
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pocketrag.domain import Document
from pocketrag.errors import Damaged, Encrypted, NoText, ReadingError, TooLarge, Unreadable, Unsupported
from pocketrag.reading import reader
from pocketrag.reading.reader import SUFFIXES, parse, read
from pocketrag.reading.recognition.kinds import is_foreign

ReadAs = Callable[[str, bytes], Document]

CONTENT_TYPES = (
    b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    b'<Override PartName="/word/document.xml" ContentType='
    b'"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONSHIPS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    b'Target="word/document.xml"/></Relationships>'
)


def word_file(text: str = "The rent is 840 euros.") -> bytes:
    """Return a Word document made by python-docx."""
    document = docx.Document()
    document.add_paragraph(text)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def raw_word_file(body: bytes, doctype: bytes = b"", packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a Word package with a body written by hand."""
    namespace = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", packed) as package:
        package.writestr("[Content_Types].xml", CONTENT_TYPES)
        package.writestr("_rels/.rels", RELATIONSHIPS)
        document = b"<w:document %b><w:body>%b</w:body></w:document>" % (namespace, body)
        package.writestr("word/document.xml", doctype + document)
    return stream.getvalue()


def pdf_file(text: str = "The rent is 840 euros.", password: str | None = None) -> bytes:
    """Return a one-page PDF, encrypted if there is a password, be it empty."""
    pdf = FPDF()
    if password is not None:
        pdf.set_encryption(owner_password="owner", user_password=password)
    pdf.add_page()
    pdf.set_font("Helvetica", size=12)
    pdf.multi_cell(0, 8, text)
    return bytes(pdf.output())


def test_names_worth_opening() -> None:
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in SUFFIXES)
    assert {".pdf", ".docx", ".md", ".doc"} <= SUFFIXES
    assert not any(map(is_foreign, SUFFIXES))
    assert all(map(is_foreign, [".jpg", ".mp4", ".gz", ".exe", ".mp3"]))
    assert not any(map(is_foreign, ["", ".note", ".2024", ".readme"]))


@pytest.mark.parametrize("name", ["README", "notes.old", "letter.2024", "letter.docx.bak"])
def test_a_name_that_says_nothing_leaves_it_to_the_content(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("The heating was serviced in March.")
    assert read(path).text == "The heating was serviced in March."
    path.write_bytes(pdf_file())
    assert read(path).pages == 1
    key = b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAA\n"
    for other in (b"\x7fELF" + bytes(5000), bytes(range(256)) * 100, key):
        path.write_bytes(other)
        with pytest.raises(Unsupported):
            read(path)


@pytest.mark.parametrize("name", ["lease.pdf", "LEASE.PDF", "lease.txt", "lease.docx", "lease"])
def test_a_pdf_is_known_by_its_content(read_as: ReadAs, name: str) -> None:
    document = read_as(name, pdf_file())
    assert document.text == "The rent is 840 euros."
    assert document.blocks[0].place.page == 1


@pytest.mark.parametrize("name", ["lease.docx", "lease.txt", "lease.zip", "lease"])
def test_a_word_document_is_known_by_its_content(read_as: ReadAs, name: str) -> None:
    assert read_as(name, word_file()).text == "The rent is 840 euros."


def test_a_web_page_saved_as_a_word_document_is_read(read_as: ReadAs) -> None:
    assert read_as("report.docx", b"<html><body><p>Text</p></body></html>").text == "Text"


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("empty.pdf", b"", NoText),
        ("blank.txt", b" \n\t\n", NoText),
        ("page.html", b"<script>var a = 1</script>", NoText),
        ("half.pdf", pdf_file()[:300], Damaged),
        ("header.pdf", b"%PDF-1.4\n", Damaged),
        ("half.docx", word_file()[:5000], Damaged),
        ("text.xlsx", b"a\tb\n1\t2\n", Damaged),
        ("picture.txt", b"\x89PNG\r\n\x1a\n" + bytes(100), Unsupported),
        ("noise.md", bytes(range(256)) * 40, Unsupported),
        ("archive.docx", b"PK\x05\x06" + bytes(18), Damaged),
        ("photo.jpg", b"some text", Unsupported),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Unsupported),
        (
            "locked.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le"),
            Encrypted,
        ),
        ("locked.pdf", pdf_file(password="secret"), Encrypted),
        ("deep.docx", raw_word_file(b"<w:sdt>" * 3000 + b"</w:sdt>" * 3000), Damaged),
        ("picture.xls", b"\xff\xd8\xff\xe0" + bytes(100), Unsupported),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(
    read_as: ReadAs, name: str, data: bytes, expected: type[ReadingError]
) -> None:
    with pytest.raises(expected) as raised:
        read_as(name, data)
    assert raised.value.message.endswith(".")
    assert raised.value.remedy.endswith(".")


@pytest.mark.parametrize(
    ("start", "word"),
    [
        (b"\x89PNG\r\n", "picture"),
        (b"BM\x46\0\0\0", "picture"),
        (b"\0\0\0\x20ftypmp42", "video"),
        (b"ID3\4\0", "sound"),
        (b"7z\xbc\xaf\x27\x1c", "archive"),
        (b"MZ\x90\0", "program"),
        (b"SQLite format 3\0", "database"),
        (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "OneNote"),
        (b"\x30\x82\1\0\6\x09\x2a\x86\x48\x86\xf7\x0d\1\7\2", "S/MIME"),
        (b"%!PS-Adobe-3.0\n", "PostScript"),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.pdf", "a.docx", "a"])
def test_what_is_not_read_is_named(read_as: ReadAs, name: str, start: bytes, word: str) -> None:
    with pytest.raises(Unsupported, match=word):
        read_as(name, start + b"text" + (b"" if word == "PostScript" else bytes(600)))


@pytest.mark.parametrize("text", ["BMW 320, two doors", "MZ and I", "ID3 is a tag", "GIF89 was a year"])
def test_texts_that_begin_like_something_else_are_texts(read_as: ReadAs, text: str) -> None:
    assert read_as("a.txt", text.encode()).text == text


def _package(**parts: str) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("part", "word"),
    [
        ("xl/workbook.bin", "xlsx"),
        ("Index/Document.iwa", "iWork"),
        ("visio/document.xml", "Visio"),
        ("FixedDocSeq.fdseq", "XPS"),
        ("holiday.txt", "archive"),
    ],
)
def test_packages_that_are_not_read_are_named(read_as: ReadAs, part: str, word: str) -> None:
    with pytest.raises(Unsupported, match=word):
        read_as("a.doc", _package(**{part: "x"}))


def _strict(data: bytes) -> bytes:
    """Return an Office file with the namespaces of the strict form."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for entry in old.infolist():
            text = re.sub(
                rb"http://schemas\.openxmlformats\.org/(officeDocument|wordprocessingml|drawingml)/2006/",
                rb"http://purl.oclc.org/ooxml/\1/",
                old.read(entry),
            )
            new.writestr(entry.filename, text)
    return stream.getvalue()


def test_the_strict_form_of_office_files_is_read(read_as: ReadAs) -> None:
    strict = _strict(word_file())
    assert b"purl.oclc.org" in zipfile.ZipFile(BytesIO(strict)).read("word/document.xml")
    assert read_as("a.docx", strict).text == "The rent is 840 euros."


def test_a_pdf_with_broken_streams_is_damaged_and_no_scan(read_as: ReadAs) -> None:
    data = bytearray(pdf_file("The rent is 840 euros. " * 30))
    stream = data.index(b"stream\n", data.index(b"/FlateDecode")) + 7
    data[stream : stream + 40] = b"x" * 40
    with pytest.raises(Damaged):
        read_as("a.pdf", bytes(data))


def test_a_pdf_with_an_empty_password_is_read(read_as: ReadAs) -> None:
    assert "840" in read_as("restricted.pdf", pdf_file(password="")).text


def test_a_pdf_without_its_last_line_is_read(read_as: ReadAs) -> None:
    assert "840" in read_as("cut.pdf", pdf_file()[:-20]).text


def test_external_entities_are_refused(read_as: ReadAs, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP-SECRET")
    doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'.encode()
    for packed in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
        with pytest.raises(Damaged, match="must not hold"):
            read_as("probe.docx", raw_word_file(b"<w:p><w:r><w:t>&e;</w:t></w:r></w:p>", doctype, packed))
    late = (
        b"<!--" + b"x" * 5000 + b"-->" + doctype
    )  # beyond where the door looks: the parser must not resolve it
    document = read_as("late.docx", raw_word_file(b"<w:p><w:r><w:t>seen &e;</w:t></w:r></w:p>", late))
    assert document.text == "seen"


@pytest.mark.parametrize("stored", [True, False], ids=["stored", "deflated"])
def test_parts_that_are_not_where_the_directory_says_are_damage(read_as: ReadAs, stored: bool) -> None:
    packed = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    data = bytearray(raw_word_file(b"<w:p><w:r><w:t>The rent</w:t></w:r></w:p>", packed=packed))
    entry = data.rfind(b"PK\x01\x02")  # the last part's line in the directory; its place is 42 bytes on
    for place in (7, len(data) - 3):
        data[entry + 42 : entry + 46] = place.to_bytes(4, "little")
        with pytest.raises(Damaged):
            read_as("moved.docx", bytes(data))


def test_a_part_packed_in_a_way_that_office_does_not_use_is_damage(read_as: ReadAs) -> None:
    body = b"<w:p><w:r><w:t>The rent</w:t></w:r></w:p>"
    with pytest.raises(Damaged, match="packed in a way"):
        read_as("odd.docx", raw_word_file(body, packed=zipfile.ZIP_BZIP2))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(read_as: ReadAs) -> None:
    stream = BytesIO()
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package,
        package.open("word/document.xml", "w") as part,
    ):
        for _ in range(200):
            part.write(bytes(1_000_000))
    with pytest.raises(TooLarge):
        read_as("bomb.docx", stream.getvalue())


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(reader.MAX_BYTES + 1)
    with pytest.raises(TooLarge):
        read(path)


def test_what_is_no_file_is_unreadable(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    for path in (pipe, tmp_path, tmp_path / "missing.txt", tmp_path / "loop.txt", Path("nul\0.txt")):
        with pytest.raises(Unreadable):
            read(path)


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_terminal_escapes_do_not_come_through(suffix: str) -> None:
    try:
        text = parse(b"title\x1b]0;owned\x07 \x1b[2Jtext\x00 \xc2\x9b31m,x\nsecond,line\n", suffix).text
    except ReadingError:
        return
    assert "text" in text
    assert all(character == "\n" or character.isprintable() for character in text)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(sorted(SUFFIXES)),
    st.binary(max_size=300),
    st.sampled_from([b"", b"%PDF-1.7\n", b"PK\x03\x04"]),
)
def test_no_bytes_whatever_bring_a_reader_down(suffix: str, data: bytes, magic: bytes) -> None:
    try:
        document = parse(magic + data, suffix)
    except ReadingError:
        return
    assert document.text.strip()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([word_file(), pdf_file()]), st.integers(0, 3000), st.binary(min_size=1, max_size=40))
def test_no_damage_brings_a_reader_down(data: bytes, at: int, noise: bytes) -> None:
    at %= len(data)
    for damaged in (data[:at], data[:at] + noise + data[at + len(noise) :]):
        try:
            parse(damaged, ".pdf" if data.startswith(b"%PDF") else ".docx")
        except ReadingError:
            continue


def test_the_door_is_light() -> None:
    heavy = "pypdf docx pptx openpyxl markdown_it selectolax charset_normalizer lxml"
    code = f"import sys, pocketrag.reading.reader; print([m for m in '{heavy}'.split() if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_page_on_formats_is_up_to_date() -> None:
    tool = Path(__file__).parents[3] / "tools" / "make_formats_page.py"
    done = subprocess.run([sys.executable, str(tool), "--check"], check=False)
    assert done.returncode == 0, "run `python tools/make_formats_page.py`"
