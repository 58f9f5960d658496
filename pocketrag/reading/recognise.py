"""What kind of file some bytes are: their content decides, the name's ending only where content cannot."""

from __future__ import annotations

import re
import zipfile
from enum import StrEnum
from io import BytesIO

from pocketrag.errors import Damaged, Encrypted, ReadingError, TooLarge, Unsupported


class Kind(StrEnum):
    """A kind of file that can be read."""

    PDF = "PDF"
    DOCX = "Word document"
    PPTX = "PowerPoint presentation"
    XLSX = "Excel workbook"
    MARKDOWN = "Markdown text"
    PLAIN = "plain text"
    HTML = "web page"
    DELIMITED = "table of delimited values"
    MAIL = "mail message"


ENDINGS = {
    ".pdf": Kind.PDF,
    ".docx": Kind.DOCX,
    ".docm": Kind.DOCX,
    ".dotx": Kind.DOCX,
    ".pptx": Kind.PPTX,
    ".pptm": Kind.PPTX,
    ".ppsx": Kind.PPTX,
    ".potx": Kind.PPTX,
    ".xlsx": Kind.XLSX,
    ".xlsm": Kind.XLSX,
    ".xltx": Kind.XLSX,
    ".md": Kind.MARKDOWN,
    ".markdown": Kind.MARKDOWN,
    ".txt": Kind.PLAIN,
    ".text": Kind.PLAIN,
    ".rst": Kind.PLAIN,
    ".org": Kind.PLAIN,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".xhtml": Kind.HTML,
    ".csv": Kind.DELIMITED,
    ".tsv": Kind.DELIMITED,
    ".eml": Kind.MAIL,
}
"""Name endings, lower case, and the kind of file they promise."""

_PACKAGES = {"word/": Kind.DOCX, "ppt/": Kind.PPTX, "xl/": Kind.XLSX}
_OFFICE = frozenset(_PACKAGES.values())

MAX_UNPACKED = 400_000_000
"""Bytes of a whole Office file once unpacked."""
MAX_XML_PART = 150_000_000
"""Bytes of one XML part once unpacked; in memory its tree is several times as large."""
_MAX_PARTS = 20_000
_DOCTYPE = b"<!DOCTYPE"

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_HTML_START = re.compile(
    rb"[\xef\xbb\xbf\s]*(?:<\?xml[^>]{0,200}\?>\s*)?<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE
)
_NOT_TEXT = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x7fELF",
    b"{\\rtf",
    b"%!PS",
)


def recognise(data: bytes, ending: str) -> Kind:
    """Return what `data` is; `ending` is the file name's, lower case with its dot.

    Raises `Encrypted`, `Unsupported`, `TooLarge` or `Damaged` for what can be told at the door.
    """
    promised = ENDINGS.get(ending)
    if data.startswith(b"%PDF-") or (promised is Kind.PDF and b"%PDF-" in data[:4096]):
        return Kind.PDF
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _recognise_package(data, promised)
    if data.startswith(_OLE2):
        raise _old_office(data)
    if data.startswith(_NOT_TEXT):
        raise Unsupported("The file's content is of a kind that is not read.", "Convert it, or leave it out.")
    if promised in _OFFICE or promised is Kind.PDF:
        return _recognise_misnamed(data, promised)
    if promised is None:
        raise Unsupported("Files of this kind are not read.", "Convert it to PDF, Word, HTML or text.")
    return promised


def _recognise_misnamed(data: bytes, promised: Kind) -> Kind:
    """Web pages are often saved as `.docx` or `.xlsx`; nothing else is worth a guess."""
    if _HTML_START.match(data[:1000]):
        return Kind.HTML
    raise Damaged(
        f"The file is not the {promised} that its name promises.", "Open and save it anew, or rename it."
    )


def _recognise_package(data: bytes, promised: Kind | None) -> Kind:
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            entries = package.infolist()
            kind = next(
                (
                    kind
                    for entry in entries
                    for folder, kind in _PACKAGES.items()
                    if entry.filename.startswith(folder)
                ),
                None,
            )
            if kind is None:
                raise _no_office_package(promised)
            _check_package(package, entries)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        EOFError,
        NotImplementedError,
        ValueError,
        RuntimeError,
    ) as error:
        raise Damaged(
            f"The file cannot be unpacked ({error}).", "Restore it from a copy, or save it anew."
        ) from error
    return kind


def _no_office_package(promised: Kind | None) -> ReadingError:
    if promised in _OFFICE:
        return Damaged(f"The file is not the {promised} that its name promises.", "Restore it from a copy.")
    return Unsupported("Archives are not read.", "Unpack it into the folder.")


def _check_package(package: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse what would fill the memory, and document type declarations (Office files have none).

    Declared sizes can be trusted: `zipfile` never hands out more bytes than the entry declares.
    """
    if len(entries) > _MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise _too_large()
    for entry in entries:
        if entry.filename.endswith((".xml", ".rels")):
            if entry.file_size > MAX_XML_PART:
                raise _too_large()
            with package.open(entry) as part:
                if _DOCTYPE in part.read(2048):
                    raise Damaged(
                        "The file holds XML that Office files must not hold.", "Save it anew in its program."
                    )


def _too_large() -> TooLarge:
    return TooLarge("The file unpacks to more than can be read.", "Split it, or save it as PDF.")


def _old_office(data: bytes) -> ReadingError:
    if _ENCRYPTED_STREAM in data:
        return Encrypted("The file is protected by a password.", "Save a copy without the password.")
    return Unsupported(
        "Old Office formats (.doc, .xls, .ppt) are not read.", "Save it as .docx, .xlsx or .pptx."
    )
