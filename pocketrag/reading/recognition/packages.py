"""What a zip package is: an Office, OpenDocument or EPUB file, or something that is not read.

Also where zip bombs are refused, and where files in the strict form of Office Open XML are made
readable.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from io import BytesIO

from pocketrag.errors import Damaged, Encrypted, ReadingError, TooLarge
from pocketrag.reading.recognition.foreign import unsupported
from pocketrag.reading.recognition.kinds import PACKAGED, Kind

MAX_UNPACKED = 400_000_000
"""Bytes of a whole package once unpacked."""
MAX_XML_PART = 150_000_000
"""Bytes of one XML part once unpacked; in memory its tree is several times as large."""
_MAX_PARTS = 20_000
_DOCTYPE = b"<!DOCTYPE"
_BEGINNING = 2048
"""Bytes of a part in which a document type would be declared."""
_HEADER = struct.Struct("<26xHH")
"""The header before a part, with the lengths of its name and of what comes before the bytes (4.3.7)."""
_LOCKED = 0x1
"""The flag of an encrypted part (APPNOTE.TXT 4.4.4)."""

_OFFICE_FOLDERS = {"word/": Kind.DOCX, "ppt/": Kind.PPTX, "xl/": Kind.XLSX}
_OFFICE = frozenset(_OFFICE_FOLDERS.values())
_OPEN_DOCUMENT = {
    "text": Kind.ODT,
    "spreadsheet": Kind.ODS,
    "presentation": Kind.ODP,
    "graphics": Kind.ODP,
}
_OPEN_DOCUMENT_TYPE = re.compile(r"application/vnd\.oasis\.opendocument\.(\w+)")
_BOOK_ENCRYPTION = re.compile(rb"EncryptionMethod[^>]+Algorithm\s*=\s*[\"']([^\"']+)")
_FONT_OBFUSCATION = (b"embedding", b"obfusc", b"RC")

_EXPORT = "Export it as PDF or as an Office document."
_NOT_READ = (
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)", "Save it as .xlsx."),
    ("Index/Document.iwa", "an Apple iWork document", _EXPORT),
    ("Index.zip", "an Apple iWork document", _EXPORT),
    ("Presentation.key/Index.zip", "an Apple Keynote presentation", _EXPORT),
    ("index.apxl", "an Apple Keynote presentation", _EXPORT),
    (
        "buildVersionHistory.plist",
        "an old Apple iWork document",
        _EXPORT,
    ),
    ("visio/document.xml", "a Visio drawing", "Save it as PDF."),
    ("FixedDocSeq.fdseq", "an XPS document", "Print it to a PDF."),
    ("FixedDocumentSequence.fdseq", "an XPS document", "Print it to a PDF."),
    ("AndroidManifest.xml", "a program", "Leave it out of the folder, or ignore this."),
    ("META-INF/MANIFEST.MF", "a program (Java)", "Leave it out of the folder, or ignore this."),
)


def recognise_package(data: bytes, promised: Kind | None) -> Kind:
    """Return what a zip file is; raises `Unsupported`, `Encrypted`, `TooLarge` or `Damaged`."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            entries = package.infolist()
            kind = _kind(package, {entry.filename for entry in entries})
            if kind is None:
                raise _no_document(promised)
            _check_sizes(entries)
            if kind in _OFFICE:
                _refuse_doctypes(data, entries)
            if kind is Kind.EPUB:
                _refuse_locked_book(package)
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


def _kind(package: zipfile.ZipFile, names: set[str]) -> Kind | None:
    if "mimetype" in names and package.getinfo("mimetype").file_size < 200:
        kind = _declared_kind(package.read("mimetype").decode("ascii", "replace").strip())
        if kind is not None:
            return kind
    for name, what, remedy in _NOT_READ:
        if name in names and "META-INF/container.xml" not in names:
            raise unsupported(what, remedy)
    for folder, kind in _OFFICE_FOLDERS.items():
        if any(name.startswith(folder) for name in names):
            return kind
    if "META-INF/container.xml" in names:
        return Kind.EPUB
    return Kind.ODT if {"content.xml", "META-INF/manifest.xml"} <= names else None


def _declared_kind(mimetype: str) -> Kind | None:
    if mimetype == "application/epub+zip":
        return Kind.EPUB
    if mimetype.startswith("application/vnd.sun.xml"):
        raise unsupported("a document of OpenOffice 1", "Save it as .odt, .ods or .odp.")
    match = _OPEN_DOCUMENT_TYPE.match(mimetype)
    if match and match.group(1) not in _OPEN_DOCUMENT:
        raise unsupported(f"an OpenDocument {match.group(1)}", "Save it as PDF.")
    return _OPEN_DOCUMENT[match.group(1)] if match else None


def _no_document(promised: Kind | None) -> ReadingError:
    if promised in PACKAGED:
        return Damaged(f"The file is not the {promised} that its name promises.", "Restore it from a copy.")
    return unsupported("an archive (zip)", "Unpack it into the folder.")


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse what would fill the memory.

    Declared sizes can be trusted: `zipfile` never hands out more bytes than the entry declares.
    """
    if len(entries) > _MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise _too_large()
    if any(entry.file_size > MAX_XML_PART for entry in entries if _is_xml(entry)):
        raise _too_large()


def _refuse_doctypes(data: bytes, entries: list[zipfile.ZipInfo]) -> None:
    """Office files have no document type declarations, unless somebody tries something."""
    for entry in filter(_is_xml, entries):
        if _DOCTYPE in _beginning(data, entry):
            raise Damaged(
                "The file holds XML that Office files must not hold.", "Save it anew in its program."
            )


def _beginning(data: bytes, entry: zipfile.ZipInfo) -> bytes:
    """Return the first bytes of a part; raises `BadZipFile` where they are not to be had.

    `ZipFile.open` would take as long for the dozens of parts of a presentation as reading its slides.
    """
    header = data[entry.header_offset : entry.header_offset + _HEADER.size]
    if len(header) < _HEADER.size or not header.startswith(b"PK\x03\x04"):
        raise zipfile.BadZipFile(f"{entry.filename} is not where the directory says")
    start = entry.header_offset + _HEADER.size + sum(_HEADER.unpack(header))
    packed = data[start : start + min(entry.compress_size, _BEGINNING)]
    if entry.compress_type == zipfile.ZIP_STORED:
        return packed
    if entry.compress_type != zipfile.ZIP_DEFLATED or entry.flag_bits & _LOCKED:
        raise zipfile.BadZipFile(f"{entry.filename} is packed in a way that Office does not use")
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, _BEGINNING)
    except zlib.error as error:
        raise zipfile.BadZipFile(str(error)) from error


def _is_xml(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.endswith((".xml", ".rels"))


def _refuse_locked_book(package: zipfile.ZipFile) -> None:
    """Refuse a book whose text is encrypted; fonts often are, and do not matter."""
    if "META-INF/encryption.xml" not in package.namelist():
        return
    methods = _BOOK_ENCRYPTION.findall(package.read("META-INF/encryption.xml"))
    if any(not any(word in method for word in _FONT_OBFUSCATION) for method in methods):
        raise Encrypted("The book is locked by its shop (DRM).", "Get a copy without the lock.")


def _too_large() -> TooLarge:
    return TooLarge("The file unpacks to more than can be read.", "Split it, or save it as PDF.")


_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")


def transitional(data: bytes) -> bytes:
    """Return an Office file in the common form of its format; the rare strict form has other namespaces.

    ISO/IEC 29500-1 (strict) and -4 (transitional): the names differ by host and by a `2006`.
    """
    with zipfile.ZipFile(BytesIO(data)) as package:
        try:
            if not _STRICT.search(package.read("_rels/.rels")):
                return data
        except KeyError:
            return data
        renamed = BytesIO()
        with zipfile.ZipFile(renamed, "w", zipfile.ZIP_STORED) as copy:
            for entry in package.infolist():
                part = package.read(entry)
                if _is_xml(entry):
                    part = _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/", part)
                copy.writestr(entry.filename, part)
    return renamed.getvalue()
