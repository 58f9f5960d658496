"""What kind of file some bytes are: their content decides, the name's ending only where content cannot."""

from __future__ import annotations

import re

from pocketrag.errors import Damaged, Unsupported
from pocketrag.reading.encoding import encoding_of
from pocketrag.reading.recognition.foreign import foreign
from pocketrag.reading.recognition.kinds import ENDINGS, PACKAGED, Kind, is_foreign
from pocketrag.reading.recognition.packages import recognise_package

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What compound files begin with."""

_BINARY = PACKAGED | {Kind.PDF, Kind.OUTLOOK}
"""Kinds whose content must say so itself."""

_OPEN_TO_DOUBT = _BINARY | {None, Kind.PLAIN, Kind.RTF, Kind.MAIL, Kind.MHTML, Kind.MAILBOX, Kind.XML}
"""What a name may promise while the content turns out to be of another kind of text."""

_HTML_START = re.compile(
    rb"[\xef\xbb\xbf\s]*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_XML_START = re.compile(rb"[\xef\xbb\xbf\s]*<\?xml\s")
_FLAT_OPEN_DOCUMENT = re.compile(rb"<office:document\s[^>]*office:mimetype\s*=")
_HEADER = re.compile(rb"([A-Za-z][A-Za-z-]{1,40}):[ \t]?[^\r\n]*(?:\r?\n[ \t]+[^\r\n]*)*(?:\r?\n|\r|\Z)")
_MAIL_HEADERS = frozenset(
    b"from to subject date message-id received return-path mime-version delivered-to reply-to".split()
)
_PROOF_OF_MAIL = frozenset(b"message-id received return-path mime-version delivered-to".split())
_MANY_HEADERS = 40
_SAVED_PAGE = re.compile(rb"Snapshot-Content-Location:|From:\s*<?Saved by|X-MimeOLE|Content-Location:", re.I)
_STARTS = (
    (b"{\\rtf", Kind.RTF),
    (b"BEGIN:VCALENDAR", Kind.CALENDAR),
    (b"BEGIN:VCARD", Kind.CONTACTS),
    (b"WEBVTT", Kind.SUBTITLES),
)


def recognise(data: bytes, ending: str) -> Kind:
    """Return what `data` is; `ending` is the file name's, lower case with its dot.

    Raises `Encrypted`, `Unsupported`, `TooLarge` or `Damaged` for what can be told at the door.
    """
    promised = ENDINGS.get(ending)
    if data.startswith(b"%PDF-") or (promised is Kind.PDF and b"%PDF-" in data[:4096]):
        return Kind.PDF
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return recognise_package(data, promised)
    if data.startswith(OLE2):
        from pocketrag.reading.recognition.compound import recognise_compound

        return recognise_compound(data)
    stranger = foreign(data)
    if stranger is not None:
        raise stranger
    return _recognise_text(data, ending, promised)


def check_head(head: bytes) -> None:
    """Raise `Unsupported` if a file that begins like this cannot be a document, whatever follows."""
    if not head or head.startswith((b"%PDF-", b"PK\x03\x04", b"PK\x05\x06", OLE2)):
        return
    stranger = foreign(head)
    if stranger is not None:
        raise stranger
    encoding_of(head)


def _recognise_text(data: bytes, ending: str, promised: Kind | None) -> Kind:
    seen = sniff(data) if promised in _OPEN_TO_DOUBT else None
    if data.startswith(b"{\\rtf"):
        return Kind.RTF
    if seen is not None and not (seen is Kind.MHTML and promised is Kind.MAIL):
        return seen
    if promised in _BINARY and not _is_flat(data):
        raise Damaged(
            f"The file is not the {promised} that its name promises.", "Open and save it anew, or rename it."
        )
    if promised is not None:
        return promised
    if is_foreign(ending):
        raise Unsupported("Files of this kind are not read.", "Convert it to PDF, Word, HTML or text.")
    return Kind.PLAIN  # whose reader refuses what is not text


def sniff(data: bytes) -> Kind | None:
    """Return the kind of text that `data` proves to be by how it begins; None where nothing is proved."""
    head = data[:4096]
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for mark, kind in _STARTS:
        if start.startswith(mark):
            return kind
    if _HTML_START.match(head):
        return Kind.HTML
    if _is_flat(data):
        return Kind.ODT
    if _XML_START.match(head):
        return Kind.XML
    if data.startswith(b"From ") and _is_mail(data[data.find(b"\n") + 1 :][:8192]):
        return Kind.MAILBOX
    if _is_mail(data[:8192]):
        web = b"multipart/related" in data[:8192].lower() and _SAVED_PAGE.search(data[:8192])
        return Kind.MHTML if web else Kind.MAIL
    return None


def _is_flat(data: bytes) -> bool:
    """Whether an OpenDocument file is one XML text instead of a package."""
    return bool(_FLAT_OPEN_DOCUMENT.search(data[:8192]))


def _is_mail(head: bytes) -> bool:
    """Whether a text begins with a mail's headers: three of them, one that only mail has."""
    found: set[bytes] = set()
    position = 0
    for _ in range(_MANY_HEADERS):
        header = _HEADER.match(head, position)
        if header is None:
            break
        found.add(header.group(1).lower())
        position = header.end()
    return len(found & _MAIL_HEADERS) >= 3 and not found.isdisjoint(_PROOF_OF_MAIL)
