"""What pypdf makes of a PDF, where PDFium does not read it. Owns pypdf.

pypdf is slow but written by other people from the same standard: it opens some damaged files that PDFium
refuses, tells a password from damage, and notices content that does not unpack.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import cached_property
from io import BytesIO
from math import atan2, degrees, hypot
from typing import TYPE_CHECKING

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError, PdfReadError, PyPdfError
from pypdf.generic import StreamObject

from pocketrag.errors import Damaged, Encrypted, ReadingError, TooLarge
from pocketrag.reading.normalise import BULLET_GLYPHS
from pocketrag.reading.pdf.details import NO_DETAILS, Details
from pocketrag.reading.pdf.form import Filled, filled_fields
from pocketrag.reading.pdf.lines import Page, Piece, is_bold, lines_of, width_of

if TYPE_CHECKING:
    from pypdf import DocumentInformation, PageObject

logging.getLogger("pypdf").setLevel(
    logging.CRITICAL
)  # it warns of every oddity, on the screen if nobody listens

log = logging.getLogger(__name__)

_SOME_BYTES = 60
_LEAST_SHARE = 0.4
"""What unpacks to less of its stored size is broken: hexadecimal, the wordiest way to store, gives half."""
_ESTIMATE = 1.15
"""Times a piece's estimated width that it may really have."""
_TRIPPED = (
    PyPdfError,
    DependencyError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    RecursionError,
    AssertionError,
    ArithmeticError,
    NotImplementedError,
)
"""What pypdf throws at a broken font, content stream or page tree, beside its own errors."""

Matrix = list[float]


class SecondOpinion:
    """A file as pypdf sees it; opened when first asked."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    @cached_property
    def _reader(self) -> PdfReader:
        return _open(self._data)

    def page_count(self) -> int:
        """Return how many pages there are; raises `Encrypted`, `TooLarge` or `Damaged`."""
        try:
            return len(self._reader.pages)
        except LimitReachedError as error:
            raise _too_large() from error
        except _TRIPPED as error:
            raise Damaged(
                f"The PDF is damaged ({error}).", "Open it in a viewer and print it to a new PDF."
            ) from error

    def filled_fields(self) -> list[Filled]:
        """Return what was filled in in the file's form; nothing where that is beyond reading."""
        try:
            return filled_fields(iter(self._reader.pages))
        except (*_TRIPPED, ReadingError) as error:
            log.info("a form was not read: %s", type(error).__name__)
            return []

    def lines(self, index: int) -> Page | None:
        """Return a page's lines in reading order; None where the page is beyond reading."""
        try:
            page = self._reader.pages[index]
            pieces: list[Piece] = []
            _extract(page, pieces)
        except LimitReachedError as error:
            raise _too_large() from error
        except (*_TRIPPED, Encrypted):
            return None  # the other pages are worth having
        return lines_of(_by_line(pieces)) if pieces or not _lost_content(page) else None

    def details(self) -> Details:
        """Return title, author and date as far as the file states them in a way that can be read."""
        try:
            information = self._reader.metadata
        except (*_TRIPPED, ReadingError):
            return NO_DETAILS
        if information is None:
            return NO_DETAILS
        return Details.stated(
            title=_text(information, "title"),
            author=_text(information, "author"),
            created=_text(information, "creation_date_raw"),
            changed=_text(information, "modification_date_raw"),
        )


def _too_large() -> TooLarge:
    return TooLarge("The PDF unpacks to more than can be read.", "Split it, or print it to a new PDF.")


def _open(data: bytes) -> PdfReader:
    """Return a reader; an encrypted file is opened if its password is empty, as most are."""
    try:
        reader = _any_reader(data)
        locked = reader.is_encrypted and not reader.decrypt("")
    except FileNotDecryptedError:
        locked = True
    if locked:
        raise Encrypted("The PDF is protected by a password.", "Save a copy without the password.")
    return reader


def _any_reader(data: bytes) -> PdfReader:
    """Return a reader; a file whose end is missing gets one, which makes pypdf look for its objects."""
    try:
        return PdfReader(BytesIO(data))
    except PdfReadError:
        return PdfReader(BytesIO(data + b"\nstartxref\n0\n%%EOF\n"))


def _extract(page: PageObject, pieces: list[Piece]) -> None:
    """Add the page's text: pypdf's plain mode tells what it is, its visitor where it stands."""

    def visit(text: str, outer: Matrix, inner: Matrix, font: object, size: float) -> None:
        """Keep a piece of text with its place."""
        if text:
            pieces.append(_piece(text.translate(BULLET_GLYPHS), outer, inner, font, size))

    page.extract_text(visitor_text=visit)


def _by_line(pieces: list[Piece]) -> Iterator[list[Piece]]:
    """Yield the pieces line by line: pypdf puts a line end where the text moves down."""
    line: list[Piece] = []
    for piece in pieces:
        first, *others = piece.text.split("\n")
        line.append(_measured(piece, first))
        for text in others:
            yield line
            line = [_measured(piece, text)]
    yield line


def _measured(piece: Piece, text: str) -> Piece:
    width = _ESTIMATE * piece.size * width_of(text.strip())
    return piece._replace(text=text, right=piece.x + width)


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
    left = (x * a + y * b) / along
    return Piece(
        text=text,
        x=left,
        right=left,
        y=(x * c + y * d) / across,
        size=abs(size) * across,
        bold=isinstance(font, dict) and is_bold(str(font.get("/BaseFont", ""))),
        turn=round(degrees(atan2(b, a))),
    )


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


def _text(information: DocumentInformation, name: str) -> str:
    value = getattr(information, name)
    return value if isinstance(value, str) else ""
