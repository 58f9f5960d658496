"""The room's door: a file in, a `Document` out, or a `ReadingError` that says what to do."""

from __future__ import annotations

import os
import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pocketrag.domain import Document, PagePicture, Quote, RawMap
from pocketrag.errors import Damaged, Empty, ReadingError, TooLarge, Unreadable, Unsupported
from pocketrag.reading.attached import Attached, attached_bytes
from pocketrag.reading.attachments import Attachments, Losses, Read
from pocketrag.reading.encoding import encoding_of
from pocketrag.reading.language import language_of
from pocketrag.reading.parsers import parse_as
from pocketrag.reading.raw_map import raw_map
from pocketrag.reading.recognition.kinds import ENDINGS, OLD_ENDINGS, TEXTUAL, Kind
from pocketrag.reading.recognition.recognise import check_head, recognise
from pocketrag.reading.recognition.unlock import unlocked

SUFFIXES: frozenset[str] = frozenset({*ENDINGS, *OLD_ENDINGS})
"""Name endings that promise a kind of document, lower case, with their dot."""

HEAD = 4096
"""Bytes that tell whether a file of unknown ending is worth reading."""

MAX_BYTES = 100_000_000
"""Bytes of the largest file that is read."""

_PDF_HEAD = 1024
"""Bytes within which a PDF says that it is one (ISO 32000-1, annex H)."""


def read(path: Path) -> Document:
    """Return the file's text and structure; raises a `ReadingError` and nothing else."""
    return parse(load(path), path.suffix)


def load(path: Path) -> bytes:
    """Return a regular file's bytes; raises `Unreadable`, `TooLarge` or, for no document, `Unsupported`.

    The last only where the name says nothing: then the first bytes must be those of a text or of a
    kind of document, or the rest is not read at all.
    """
    try:
        # without O_NONBLOCK, opening a pipe would wait for a writer
        with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise Unreadable("This is not a regular file.", "Leave it out.")
            if status.st_size > MAX_BYTES:
                raise _too_large(status.st_size)
            head = file.read(HEAD)
            if path.suffix.lower() not in SUFFIXES:
                check_head(head)
            data = head + file.read(MAX_BYTES + 1 - len(head))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise Unreadable(
            f"The file cannot be opened: {reason}.", "Check that it exists and that you may read it."
        ) from error
    if len(data) > MAX_BYTES:
        raise _too_large(len(data))
    return data


def parse(data: bytes, suffix: str, losses: Losses | None = None) -> Document:
    """Return the text and structure of a file's bytes, and of what is attached in it.

    `suffix` is its name's ending, with the dot; `losses`, for a process that may be lost, which
    attachments others were lost to. Raises a `ReadingError` and nothing else.
    """
    return _parse(data, suffix, Attachments(_parse, losses))


def page_picture(
    data: bytes, page: int, width: int, quote: Quote | None = None, attached: Attached | None = None
) -> PagePicture:
    """Return a picture of a PDF's page (from 1), so many pixels wide, in which the quote is marked.

    With `attached`, the bytes are those of a mail that the PDF came in.
    Raises a `ReadingError` and nothing else.
    """
    from pocketrag.reading.pdf import pictures

    if attached is not None:
        data = attached_bytes(data, attached, _failures_told)
    if b"%PDF-" not in data[:_PDF_HEAD]:
        raise Unsupported("Only pages of PDFs can be drawn.", "Open the file in its own program.")
    with _failures_told():
        return pictures.page_picture(data, page, width, quote)


def _parse(data: bytes, suffix: str, attachments: Attachments, read: Read | None = None) -> Document:
    if not data or data.isspace():
        raise Empty("The file is empty.", "Nothing to do, unless it should hold something.")
    with _failures_told():
        document = read(attachments) if read else _recognised(data, suffix.lower(), attachments)
        language = language_of(document)
        return replace(document, language=language, attachments=attachments.found())


@contextmanager
def _failures_told() -> Iterator[None]:
    """Make a `ReadingError` of whatever goes wrong inside."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # parsers warn on stderr of what a person cannot change
            yield
    except ReadingError:
        raise
    except MemoryError as error:
        raise TooLarge("The file needs more memory than there is.", "Split it into smaller files.") from error
    # A damaged file makes a parser fail in ways its authors did not foresee (KeyError, RecursionError,
    # AssertionError, …); here, and only here, whatever it throws becomes this file's failure and no more.
    except Exception as error:
        raise Damaged(
            f"The file breaks the rules of its format ({type(error).__name__}).",
            "Open it in its own program and save it anew, or export it as PDF.",
        ) from error


def _recognised(data: bytes, suffix: str, attachments: Attachments) -> Document:
    data = unlocked(data)
    kind = recognise(data, suffix)
    document = parse_as(kind, data, attachments)
    return replace(document, raw=_raw_map(document, kind, data))


def _raw_map(document: Document, kind: Kind, data: bytes) -> RawMap | None:
    """Return where the text stands in the file, if that is text itself."""
    if kind not in TEXTUAL:
        return None
    encoding = encoding_of(data, _declared_charset(kind, data))
    decoded = data.decode(encoding, errors="replace")
    return raw_map(document, decoded, encoding, in_order=kind in {Kind.JSON, Kind.JSON_LINES})


def _declared_charset(kind: Kind, data: bytes) -> str:
    if kind is not Kind.HTML:
        return ""
    from pocketrag.reading.web.html import declared_charset

    return declared_charset(data)


def _too_large(size: int) -> TooLarge:
    return TooLarge(
        f"The file has {size / 1e6:,.0f} MB; at most {MAX_BYTES / 1e6:,.0f} MB are read.",
        "Split it into smaller files.",
    )
