"""The room's door: which files it opens, what they turn out to be, and how it says no."""

from __future__ import annotations

import os
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
from pocketrag.reading.reader import SUFFIXES, can_read, parse, read

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


def raw_word_file(body: bytes, doctype: bytes = b"") -> bytes:
    """Return a Word package with a body written by hand."""
    namespace = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
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
    assert can_read(Path("Lease.PDF"))
    assert not can_read(Path("photo.jpg"))
    assert not can_read(Path("~$lease.docx"))


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
        ("deep.html", b"<div>" * 60_000 + b"x", Damaged),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(
    read_as: ReadAs, name: str, data: bytes, expected: type[ReadingError]
) -> None:
    with pytest.raises(expected) as raised:
        read_as(name, data)
    assert raised.value.message.endswith(".")
    assert raised.value.remedy.endswith(".")


def test_a_pdf_with_an_empty_password_is_read(read_as: ReadAs) -> None:
    assert "840" in read_as("restricted.pdf", pdf_file(password="")).text


def test_a_pdf_without_its_last_line_is_read(read_as: ReadAs) -> None:
    assert "840" in read_as("cut.pdf", pdf_file()[:-20]).text


def test_external_entities_are_refused(read_as: ReadAs, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP-SECRET")
    doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'.encode()
    with pytest.raises(Damaged):
        read_as("probe.docx", raw_word_file(b"<w:p><w:r><w:t>&e;</w:t></w:r></w:p>", doctype))
    late = (
        b"<!--" + b"x" * 5000 + b"-->" + doctype
    )  # beyond where the door looks: the parser must not resolve it
    document = read_as("late.docx", raw_word_file(b"<w:p><w:r><w:t>seen &e;</w:t></w:r></w:p>", late))
    assert document.text == "seen"


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
