"""What is not read, told by its first bytes: named in plain words, with what to do about it."""

from __future__ import annotations

import re
from typing import NamedTuple

from pocketrag.errors import Unsupported

_LEAVE_OUT = "Leave it out of the folder, or ignore this."
_OCR = "Make a PDF with recognised text of it (OCR), for instance with `ocrmypdf`."
_AUDIO = "Put a transcript beside it, as text or subtitles."
_UNPACK = "Unpack it into the folder."
_AS_PDF = "Save it as PDF."


class Sign(NamedTuple):
    """Bytes at a place that give a kind of file away."""

    magic: bytes
    what: str
    remedy: str
    offset: int = 0


SIGNS = (
    Sign(b"\x89PNG", "a picture (PNG)", _OCR),
    Sign(b"\xff\xd8\xff", "a picture (JPEG)", _OCR),
    Sign(b"GIF8", "a picture (GIF)", _OCR),
    Sign(b"II*\0", "a picture (TIFF)", _OCR),
    Sign(b"MM\0*", "a picture (TIFF)", _OCR),
    Sign(b"WEBP", "a picture (WebP)", _OCR, 8),
    Sign(b"ftyphei", "a picture (HEIC)", _OCR, 4),
    Sign(b"ftypmif1", "a picture (HEIC)", _OCR, 4),
    Sign(b"ftypavif", "a picture (AVIF)", _OCR, 4),
    Sign(b"BM", "a picture (BMP)", _OCR),
    Sign(b"8BPS", "a Photoshop picture", _OCR),
    Sign(b"\0\0\1\0", "an icon", _LEAVE_OUT),
    Sign(b"\xd7\xcd\xc6\x9a", "a drawing (WMF)", _AS_PDF),
    Sign(b" EMF", "a drawing (EMF)", _AS_PDF, 40),
    Sign(b"AT&TFORM", "a scanned document (DjVu)", "Convert it to PDF, with recognised text (OCR)."),
    Sign(b"ftypM4A", "a sound recording", _AUDIO, 4),
    Sign(b"ftyp", "a video", _AUDIO, 4),
    Sign(b"moov", "a video", _AUDIO, 4),
    Sign(b"mdat", "a video", _AUDIO, 4),
    Sign(b"\x1a\x45\xdf\xa3", "a video", _AUDIO),
    Sign(b"FLV\1", "a video", _AUDIO),
    Sign(b"\0\0\1\xba", "a video", _AUDIO),
    Sign(b"AVI ", "a video", _AUDIO, 8),
    Sign(b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a video", _AUDIO),
    Sign(b"WAVE", "a sound recording", _AUDIO, 8),
    Sign(b"ID3", "a sound recording", _AUDIO),
    Sign(b"\xff\xfb", "a sound recording", _AUDIO),
    Sign(b"OggS", "a sound recording", _AUDIO),
    Sign(b"fLaC", "a sound recording", _AUDIO),
    Sign(b"MThd", "a piece of music (MIDI)", _LEAVE_OUT),
    Sign(b"\x1f\x8b", "an archive (gzip)", _UNPACK),
    Sign(b"7z\xbc\xaf", "an archive (7-Zip)", _UNPACK),
    Sign(b"Rar!", "an archive (RAR)", _UNPACK),
    Sign(b"\xfd7zXZ\0", "an archive (xz)", _UNPACK),
    Sign(b"BZh", "an archive (bzip2)", _UNPACK),
    Sign(b"\x28\xb5\x2f\xfd", "an archive (Zstandard)", _UNPACK),
    Sign(b"MSCF", "an archive (CAB)", _UNPACK),
    Sign(b"ustar", "an archive (tar)", _UNPACK, 257),
    Sign(b"\x7fELF", "a program", _LEAVE_OUT),
    Sign(b"MZ", "a program", _LEAVE_OUT),
    Sign(b"\xca\xfe\xba\xbe", "a program", _LEAVE_OUT),
    Sign(b"\xcf\xfa\xed\xfe", "a program", _LEAVE_OUT),
    Sign(b"\0asm", "a program", _LEAVE_OUT),
    Sign(b"SQLite format 3\0", "a database (SQLite)", "Export what matters as CSV."),
    Sign(b"Standard Jet DB", "a database (Access)", "Export what matters as CSV.", 4),
    Sign(b"Standard ACE DB", "a database (Access)", "Export what matters as CSV.", 4),
    Sign(b"PAR1", "a data file (Parquet)", "Export what matters as CSV."),
    Sign(b"\x89HDF", "a data file (HDF5)", "Export what matters as CSV."),
    Sign(b"\x93NUMPY", "a data file (NumPy)", _LEAVE_OUT),
    Sign(b"GGUF", "a language model", _LEAVE_OUT),
    Sign(b"\0\1\0\0\0", "a font", _LEAVE_OUT),
    Sign(b"OTTO", "a font", _LEAVE_OUT),
    Sign(b"wOF", "a font", _LEAVE_OUT),
    Sign(b"bplist00", "a settings file of macOS", _LEAVE_OUT),
    Sign(b"\x09\4\6\0", "a very old Excel workbook (.xls)", "Save it as .xlsx."),
    Sign(b"\x09\2\6\0", "a very old Excel workbook (.xls)", "Save it as .xlsx."),
    Sign(b"\x09\0\4\0", "a very old Excel workbook (.xls)", "Save it as .xlsx."),
    Sign(b"\xffWPC", "a WordPerfect document", "Save it as .docx or .odt."),
    Sign(b"\x31\xbe\0\0", "a Write document of old Windows", "Save it as .docx or .rtf."),
    Sign(b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "a OneNote section", "Export the pages as PDF or Word."),
    Sign(b"!BDN", "an Outlook data file", "Export the mails as .eml or .mbox."),
    Sign(b"BOOKMOBI", "a Kindle book", "Convert it to EPUB, for instance with Calibre.", 60),
    Sign(b"ITSF", "a Windows help file", "Unpack it into web pages."),
    Sign(b"AC10", "a drawing (DWG)", _AS_PDF),
    Sign(b"L\0\0\0\1\x14\2\0", "a link to another file", _LEAVE_OUT),
    Sign(b"\0\5\x16\7", "a companion file of macOS (AppleDouble)", _LEAVE_OUT),
    Sign(b"%!PS", "a PostScript file", "Convert it to PDF, for instance with `ps2pdf`."),
    Sign(b"\x04%!PS", "a PostScript file", "Convert it to PDF, for instance with `ps2pdf`."),
    Sign(b"-----BEGIN PGP MESSAGE", "an encrypted message", "Decrypt it and save the text."),
    Sign(b"-----BEGIN PGP PRIVATE", "a private key", _LEAVE_OUT),
    Sign(b"-----BEGIN OPENSSH PRIVATE", "a private key", _LEAVE_OUT),
    Sign(b"-----BEGIN RSA PRIVATE", "a private key", _LEAVE_OUT),
    Sign(b"-----BEGIN EC PRIVATE", "a private key", _LEAVE_OUT),
    Sign(b"-----BEGIN DSA PRIVATE", "a private key", _LEAVE_OUT),
    Sign(b"-----BEGIN PRIVATE KEY", "a private key", _LEAVE_OUT),
    Sign(b"-----BEGIN ENCRYPTED PRIVATE", "a private key", _LEAVE_OUT),
)
"""The first of these that fits names the file."""

_ANY_SIGN = re.compile(
    b"|".join(b".{%d}%s" % (sign.offset, re.escape(sign.magic)) for sign in SIGNS), re.DOTALL
)
"""Any of them: one look, where most files have none."""

_SIGNED = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07"
"""The object identifier that S/MIME containers (`.p7m`) begin with, within their first bytes."""

_TEXT_SIGNS = (b"%!PS", b"-----BEGIN")


def foreign(data: bytes) -> Unsupported | None:
    """Return why the file is not read, if its first bytes say what it is; else None."""
    head = data[:512]
    if head[:1] == b"\x30" and _SIGNED in head[:32]:
        return unsupported("a signed or encrypted container (S/MIME)", "Save what it holds on its own.")
    if _ANY_SIGN.match(head) is None:
        return None
    binary = b"\0" in data[:4096]
    for sign in SIGNS:
        if head.startswith(sign.magic, sign.offset) and (binary or not _like_text(sign.magic)):
            return unsupported(sign.what, sign.remedy)
    return None


def unsupported(what: str, remedy: str) -> Unsupported:
    """Return the error that says what a file is and what to do about it."""
    return Unsupported(f"This is {what}, which is not read.", remedy)


def _like_text(magic: bytes) -> bool:
    """Whether a text might begin so: `BMW`, `MZ`. Then only zero bytes prove that it is none."""
    return magic.isascii() and magic.decode().isprintable() and not magic.startswith(_TEXT_SIGNS)
