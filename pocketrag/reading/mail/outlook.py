"""Outlook messages (.msg) → a `Document` whose place is the message's subject and date.

The container is read by `compound.py`; the properties within are few and simple enough to be read
here ([MS-OXMSG]; the libraries for it are large, licensed GPL, or at version 0.0.2).
"""

from __future__ import annotations

import codecs
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from pocketrag.domain import Document, Place
from pocketrag.reading.builder import DocumentBuilder
from pocketrag.reading.details import iso_date
from pocketrag.reading.encoding import decode
from pocketrag.reading.mail.message import add_attachments, add_plain, message_place
from pocketrag.reading.normalise import one_line
from pocketrag.reading.office.rtf import read_rtf
from pocketrag.reading.recognition.compound import open_compound, stream_reader
from pocketrag.reading.web.html import add_html

# property identifiers, [MS-OXPROPS]
_SUBJECT, _BODY, _RTF, _HTML = 0x0037, 0x1000, 0x1009, 0x1013
_SENDER, _SENDER_ADDRESS, _SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
_TO, _CC = 0x0E04, 0x0E03
_SUBMITTED, _DELIVERED = 0x0039, 0x0E06
_CODEPAGE, _INTERNET_CODEPAGE = 0x3FFD, 0x3FDE
_FILE_NAMES = (0x3707, 0x3704, 0x3001)
_TIME, _LONG = 0x0040, 0x0003

_HEADER_SIZE = 32
"""Bytes before the list of properties of a message at the top."""
_MAX_HEADER = 1_000
_MAX_ATTACHMENTS = 500
_MAX_RTF = 20_000_000

Read = Callable[[str], bytes]


def read_outlook(data: bytes) -> Document:
    """Return headers, body, quoted earlier mails and the names of the attachments."""
    file = open_compound(data)
    message = _Properties(stream_reader(file))
    subject, date = one_line(message.text(_SUBJECT)[:_MAX_HEADER]), message.date()
    place = message_place(subject, date)
    builder = DocumentBuilder()
    _add_headers(builder, message, subject, place)
    _add_body(builder, message, place)
    folders = sorted({path[0] for path in file.listdir() if path[0].startswith("__attach_version1.0")})
    names = (message.first_text(_FILE_NAMES, f"{folder}/") for folder in folders[:_MAX_ATTACHMENTS])
    add_attachments(builder, [name for name in names if name], place)
    return builder.build(title=subject, author=message.text(_SENDER)[:_MAX_HEADER], date=date)


def _add_headers(builder: DocumentBuilder, message: _Properties, subject: str, place: Place) -> None:
    name = message.text(_SENDER)
    address = message.first_text((_SENDER_SMTP, _SENDER_ADDRESS))
    address = f"<{address}>" if "@" in address and address != name else ""
    shown = {
        "From": " ".join(filter(None, (name, address))),
        "To": message.text(_TO),
        "Cc": message.text(_CC),
        "Date": message.date(),
        "Subject": subject,
    }
    lines = (f"{header}: {one_line(value[:_MAX_HEADER])}" for header, value in shown.items() if value.strip())
    builder.paragraph("\n".join(lines), place)


def _add_body(builder: DocumentBuilder, message: _Properties, place: Place) -> None:
    """Add the plain text, else the web page, else the rich text."""
    plain = message.text(_BODY)
    if plain.strip():
        add_plain(builder, plain.replace("\r\n", "\n"), place)
        return
    page = message.text(_HTML) or decode(message.binary(_HTML).rstrip(b"\0"))
    if page.strip():
        add_html(builder, page, place)
        return
    rich = decompress_rtf(message.binary(_RTF))
    if rich.startswith(b"{\\rtf"):
        add_plain(builder, read_rtf(rich).text, place)


class _Properties:
    """Looks up a message's properties: texts in streams of their own, times and numbers in a list."""

    def __init__(self, read: Read) -> None:
        self._read = read
        listed = read("__properties_version1.0")
        entries = listed[_HEADER_SIZE : len(listed) // 16 * 16]
        self._fixed = {tag: value for tag, _, value in struct.iter_unpack("<IIQ", entries)}
        self._encoding = self._codepage()

    def text(self, identifier: int, folder: str = "") -> str:
        """Return a text property, empty where there is none."""
        wide = self._read(f"{folder}__substg1.0_{identifier:04X}001F")
        narrow = b"" if wide else self._read(f"{folder}__substg1.0_{identifier:04X}001E")
        text = wide.decode("utf-16-le", "replace") if wide else narrow.decode(self._encoding, "replace")
        return text.rstrip("\0")

    def first_text(self, identifiers: tuple[int, ...], folder: str = "") -> str:
        """Return the first of several text properties that is there."""
        texts = (self.text(identifier, folder) for identifier in identifiers)
        return next((text for text in texts if text.strip()), "")

    def binary(self, identifier: int) -> bytes:
        """Return a binary property, empty where there is none."""
        return self._read(f"__substg1.0_{identifier:04X}0102")

    def date(self) -> str:
        """Return the day on which the message was sent or came, ISO; empty where it is not told."""
        for identifier in (_SUBMITTED, _DELIVERED):
            ticks = self._fixed.get(identifier << 16 | _TIME, 0)  # 100 ns since 1601
            if 0 < ticks < 10**18:
                return iso_date(datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10))
        return ""

    def _codepage(self) -> str:
        for identifier in (_CODEPAGE, _INTERNET_CODEPAGE):
            number = self._fixed.get(identifier << 16 | _LONG, 0) & 0xFFFF
            name = {65001: "utf-8", 20127: "ascii", 28591: "cp1252"}.get(number, f"cp{number}")
            try:
                return codecs.lookup(name).name
            except LookupError:
                continue
        return "cp1252"


_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
"""What the compression of [MS-OXRTFCP] takes to have come before."""


def decompress_rtf(data: bytes) -> bytes:
    """Return the rich text of a message's compressed property, as far as it can be unpacked."""
    if data[8:12] == b"MELA":
        return data[16:]
    if data[8:12] != b"LZFu":
        return b""
    window = bytearray(_DICTIONARY)
    start, position = len(window), 16
    while position < len(data) and len(window) < _MAX_RTF:
        control = data[position]
        position += 1
        for bit in range(8):
            if not control >> bit & 1:
                window += data[position : position + 1]
                position += 1
                continue
            if position + 1 >= len(data):
                return bytes(window[start:])
            reference = data[position] << 8 | data[position + 1]
            position += 2
            if not _repeat(window, reference >> 4, (reference & 15) + 2):
                return bytes(window[start:])
    return bytes(window[start:])


def _repeat(window: bytearray, offset: int, length: int) -> bool:
    """Append what stands at an offset of the ring of 4096 bytes; False where the text ends there."""
    back = (len(window) - offset) % 4096
    if back == 0 or back > len(window):
        return False
    for _ in range(length):
        window.append(window[-back])
    return True
