"""Compound files (OLE2), the container of old Office files and of Outlook messages. Owns olefile."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING

import olefile

from pocketrag.errors import Damaged, Encrypted
from pocketrag.reading.recognition.foreign import unsupported
from pocketrag.reading.recognition.kinds import Kind

if TYPE_CHECKING:
    from olefile import OleFileIO

_MAX_STREAM = 50_000_000
"""Bytes of one stream that are read."""

_NOT_READ = (
    ("WordDocument", "an old Word document (.doc)", "Save it as .docx."),
    ("PowerPoint Document", "an old PowerPoint presentation (.ppt)", "Save it as .pptx."),
    ("PP40", "a very old PowerPoint presentation", "Open it in LibreOffice and save it as PDF."),
    ("Workbook", "an old Excel workbook (.xls)", "Save it as .xlsx."),
    ("Book", "an old Excel workbook (.xls)", "Save it as .xlsx."),
    ("VisioDocument", "a Visio drawing", "Save it as PDF."),
    ("Quill", "a Publisher document", "Save it as PDF."),
    ("MatOST", "a Works document", "Save it as .docx or .rtf."),
    ("Contents", "a Works document", "Save it as .docx or .rtf."),
    ("Catalog", "a store of thumbnails", "Leave it out of the folder, or ignore this."),
)


def recognise_compound(data: bytes) -> Kind:
    """Return `Kind.OUTLOOK` for a message; raises `Encrypted` or `Unsupported`, saying what else it is."""
    names = _entries(data)
    if "__properties_version1.0" in names:
        return Kind.OUTLOOK
    if "EncryptedPackage" in names:
        raise Encrypted("The file is protected by a password.", "Save a copy without the password.")
    for name, what, remedy in _NOT_READ:
        if name in names:
            raise unsupported(what, remedy)
    raise unsupported("a file of an old Windows program", "Save it in a newer format, or as PDF.")


def _entries(data: bytes) -> set[str]:
    """Return the names at the container's top; of a damaged one, the known names found in its bytes."""
    try:
        file = open_compound(data)
    except Damaged:
        known = ["__properties_version1.0", "EncryptedPackage", *(name for name, _, _ in _NOT_READ)]
        return {name for name in known if name.encode("utf-16-le") in data}
    return {path[0] for path in file.listdir(streams=True, storages=True)}


def open_compound(data: bytes) -> OleFileIO:
    """Return the opened container; raises `Damaged`."""
    try:
        return olefile.OleFileIO(BytesIO(data))
    except (OSError, ValueError, IndexError, AssertionError) as error:
        raise Damaged(
            "The file is damaged: its container cannot be opened.", "Restore it from a copy, or save it anew."
        ) from error


def stream_reader(file: OleFileIO) -> Callable[[str], bytes]:
    """Return a function from a stream's path to its bytes, empty where there is none that can be read."""

    def read(path: str) -> bytes:
        """Return a stream's bytes; empty where there is none that can be read."""
        try:
            with file.openstream(path) as stream:
                content: bytes = stream.read(_MAX_STREAM)
                return content
        except OSError:  # not there, or its chain of sectors is broken
            return b""

    return read
