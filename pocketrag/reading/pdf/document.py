"""PDF files → a `Document` whose places are pages. Owns pypdf.

pypdf's plain mode decides what the text is (its reading order and its blanks are good); its visitor
tells where each piece stands and how large it is, and `layout.py` makes paragraphs, tables and
headings of that.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from math import hypot
from typing import TYPE_CHECKING

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError, PdfReadError, PyPdfError
from pypdf.generic import StreamObject

from pocketrag.domain import Document
from pocketrag.errors import Damaged, Encrypted, NoText, TooLarge
from pocketrag.reading.builder import DocumentBuilder
from pocketrag.reading.details import iso_date, usable_author, usable_title
from pocketrag.reading.pdf.layout import add_pages
from pocketrag.reading.pdf.lines import Page, Piece, lines_of

if TYPE_CHECKING:
    from pypdf import DocumentInformation, PageObject

logging.getLogger("pypdf").setLevel(
    logging.CRITICAL
)  # it warns of every oddity, on the screen if nobody listens

_MAX_PAGES = 20_000
_MAX_FAILED_SHARE = 0.5
"""Share of a file's pages that may be beyond reading before the file counts as damaged."""

_SOME_BYTES = 60
_LEAST_SHARE = 0.4
"""What unpacks to less of its stored size is broken: hexadecimal, the wordiest way to store, gives half."""

Matrix = list[float]


def read_pdf(data: bytes) -> Document:
    """Return the paragraphs, headings and tables of every page that holds text."""
    try:
        reader = _open(data)
        pages = [_page_lines(page) for page in _pages(reader)]
    except LimitReachedError as error:
        raise TooLarge(
            "The PDF unpacks to more than can be read.", "Split it, or print it to a new PDF."
        ) from error
    except (PyPdfError, DependencyError) as error:
        raise _damaged(str(error)) from error
    failed = sum(page is None for page in pages)
    if failed and failed >= _MAX_FAILED_SHARE * len(pages):
        raise _damaged(f"{failed} of {len(pages)} pages cannot be read")
    builder = DocumentBuilder()
    heading = add_pages(builder, [lines or [] for lines in pages])
    if not pages:
        raise _damaged("it has no pages")
    if not builder:
        raise NoText(
            f"The PDF opened, but none of its pages ({len(pages)}) holds text: most likely a scan.",
            "Run text recognition (OCR) over it, for instance `ocrmypdf in.pdf out.pdf`.",
        )
    title, author, date = _details(reader)
    document = builder.build(title=title or heading, author=author, date=date, pages=len(pages))
    textful = {block.place.page for block in document.blocks}
    return replace(document, textless_pages=tuple(n for n in range(1, len(pages) + 1) if n not in textful))


def _damaged(reason: str) -> Damaged:
    return Damaged(f"The PDF is damaged ({reason}).", "Open it in a viewer and print it to a new PDF.")


def _open(data: bytes) -> PdfReader:
    """Return a reader; an encrypted file is opened if its password is empty, as most are."""
    try:
        reader = _reader(data)
        locked = reader.is_encrypted and not reader.decrypt("")
    except FileNotDecryptedError:
        locked = True
    if locked:
        raise Encrypted("The PDF is protected by a password.", "Save a copy without the password.")
    return reader


def _reader(data: bytes) -> PdfReader:
    """Return a reader; a file whose end is missing gets one, which makes pypdf look for its objects."""
    try:
        return PdfReader(BytesIO(data))
    except PdfReadError:
        return PdfReader(BytesIO(data + b"\nstartxref\n0\n%%EOF\n"))


def _pages(reader: PdfReader) -> Iterator[PageObject]:
    count = len(reader.pages)
    if count > _MAX_PAGES:
        raise TooLarge(f"The PDF has {count:,} pages; at most {_MAX_PAGES:,} are read.", "Split it.")
    return iter(reader.pages)


def _page_lines(page: PageObject) -> Page | None:
    """Return the page's lines in reading order; None where the page is beyond reading."""
    pieces: list[Piece] = []

    def visit(text: str, outer: Matrix, inner: Matrix, font: object, size: float) -> None:
        if text:
            pieces.append(_piece(text, outer, inner, font, size))

    try:
        page.extract_text(visitor_text=visit)
    except LimitReachedError:
        raise
    except (
        PyPdfError,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
        AssertionError,
        ArithmeticError,
    ):
        return None  # pypdf trips over a broken font or content stream; the other pages are worth having
    return lines_of(pieces) if pieces or not _lost_content(page) else None


def _lost_content(page: PageObject) -> bool:
    """Whether a part of the page's content cannot be unpacked: it comes out much smaller than it went in."""
    try:
        contents = page.get("/Contents")
        found = contents.get_object() if contents is not None else None
        for part in found if isinstance(found, list) else [found]:
            stream = part.get_object() if part is not None else None
            if isinstance(stream, StreamObject):
                stored = len(stream._data)  # pypdf drops /Length, which often lies anyway
                if stored > _SOME_BYTES and len(stream.get_data()) < _LEAST_SHARE * stored:
                    return True
    except (PyPdfError, ValueError, TypeError, AttributeError, NotImplementedError):
        return True
    return False


def _piece(text: str, outer: Matrix, inner: Matrix, font: object, size: float) -> Piece:
    """Return a piece with its place on the page: along and across the direction of its writing."""
    a, b, c, d = (
        inner[0] * outer[0] + inner[1] * outer[2],
        inner[0] * outer[1] + inner[1] * outer[3],
        inner[2] * outer[0] + inner[3] * outer[2],
        inner[2] * outer[1] + inner[3] * outer[3],
    )
    x = inner[4] * outer[0] + inner[5] * outer[2] + outer[4]
    y = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
    along, across = hypot(a, b) or 1.0, hypot(c, d) or 1.0
    return Piece(
        text=text,
        x=(x * a + y * b) / along,
        y=(x * c + y * d) / across,
        size=abs(size) * across,
        bold=_is_bold(font),
    )


def _is_bold(font: object) -> bool:
    name = str(font.get("/BaseFont", "")).lower() if isinstance(font, dict) else ""
    return any(word in name for word in ("bold", "black", "heavy", "semibold", "demi", "cmbx"))


def _details(reader: PdfReader) -> tuple[str, str, str]:
    """Return title, author and date as far as the file states them in a way that can be read."""
    try:
        information: DocumentInformation | None = reader.metadata
    except (PyPdfError, KeyError, ValueError, TypeError, AttributeError):
        return "", "", ""
    if information is None:
        return "", "", ""
    return (
        usable_title(_text(information, "title")),
        usable_author(_text(information, "author")),
        _date(information),
    )


def _text(information: DocumentInformation, name: str) -> str:
    value = getattr(information, name)
    return value if isinstance(value, str) else ""


def _date(information: DocumentInformation) -> str:
    try:
        return iso_date(information.creation_date or information.modification_date)
    except (ValueError, TypeError, AttributeError):  # `D:2024-13-45`, or no text at all
        return ""
