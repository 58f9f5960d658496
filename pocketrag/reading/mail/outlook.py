"""Outlook messages (.msg) → a `Document` whose place is the message's subject and date.

The container is read by `compound.py`; the properties within are few and simple enough to be read
here ([MS-OXMSG]; the libraries for it are large, licensed GPL, or at version 0.0.2).
"""

from __future__ import annotations

import codecs
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple

from pocketrag.domain import Document, Place
from pocketrag.reading.attachments import Attachments
from pocketrag.reading.details import iso_date
from pocketrag.reading.encoding import decode
from pocketrag.reading.mail.body import MailBuilder, add_plain
from pocketrag.reading.mail.message import add_names, attached_mail_name, message_place
from pocketrag.reading.normalise import one_line
from pocketrag.reading.office.rtf import read_rtf
from pocketrag.reading.recognition.compound import open_compound, stream_reader

# property identifiers, [MS-OXPROPS]
_SUBJECT, _BODY, _RTF, _HTML = 0x0037, 0x1000, 0x1009, 0x1013
_SENDER, _SENDER_ADDRESS, _SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
_TO, _CC = 0x0E04, 0x0E03
_SUBMITTED, _DELIVERED = 0x0039, 0x0E06
_CODEPAGE, _INTERNET_CODEPAGE = 0x3FFD, 0x3FDE
_FILE_NAMES = (0x3707, 0x3704, 0x3001)
_DATA, _MIME_TYPE, _FLAGS, _HIDDEN = 0x3701, 0x370E, 0x3714, 0x7FFE
_EMBEDDED_MESSAGE = "__substg1.0_3701000D"
_REFERRED = 4
"""Of the flags: the body, a web page, refers to it."""
_TIME, _LONG, _BOOLEAN = 0x0040, 0x0003, 0x000B

_TOP, _EMBEDDED, _ATTACHED = 32, 24, 8
"""Bytes before the list of properties: of the message, of one embedded in it, of an attachment."""
_MAX_HEADER = 1_000
_MAX_ATTACHMENTS = 500
_MAX_HASHED = 100_000_000
_MAX_RTF = 20_000_000

Read = Callable[[str], bytes]


def read_outlook(data: bytes, attachments: Attachments) -> Document:
    """Return headers, body, quoted earlier mails and the names of the attachments."""
    file = open_compound(data)
    streams = ["/".join(path) for path in file.listdir()]
    return _read_message(_Storage(stream_reader(file), streams), _TOP, attachments)


class _Storage(NamedTuple):
    """A folder of the container."""

    read_stream: Read
    streams: list[str]
    """Paths of all streams of the container."""
    prefix: str = ""

    def read(self, name: str) -> bytes:
        """Return a stream's bytes, empty where there is none."""
        return self.read_stream(self.prefix + name)

    def below(self, name: str) -> _Storage:
        """Return a storage within this one."""
        return self._replace(prefix=f"{self.prefix}{name}/")

    def folders(self, start: str) -> list[str]:
        """Return the names of the storages in this one that begin so."""
        inner = (path.removeprefix(self.prefix) for path in self.streams if path.startswith(self.prefix))
        return sorted({path.split("/")[0] for path in inner if path.startswith(start) and "/" in path})

    def content(self) -> bytes:
        """Return all streams' bytes, one after the other: what tells two embedded messages apart."""
        content = bytearray()
        for path in sorted(path for path in self.streams if path.startswith(self.prefix)):
            content += self.read_stream(path)[: _MAX_HASHED - len(content)]
            if len(content) >= _MAX_HASHED:
                break
        return bytes(content)


def _read_message(storage: _Storage, header_size: int, attachments: Attachments) -> Document:
    message = _Properties(storage, header_size)
    subject, date = one_line(message.text(_SUBJECT)[:_MAX_HEADER]), message.date()
    place = message_place(subject, date)
    builder = MailBuilder()
    _add_headers(builder, message, subject, place)
    _add_body(builder, message, place)
    folders = storage.folders("__attach_version1.0")[:_MAX_ATTACHMENTS]
    names = [_add_attachment(storage.below(folder), message.encoding, attachments) for folder in folders]
    add_names(builder, list(filter(None, names)), place)
    return builder.build(title=subject, author=message.text(_SENDER)[:_MAX_HEADER], date=date)


def _add_attachment(storage: _Storage, encoding: str, attachments: Attachments) -> str:
    """Add a file or an embedded message; returns its name, empty for a picture within the text."""
    attached = _Properties(storage, _ATTACHED, encoding)
    name = one_line(attached.first_text(_FILE_NAMES)[:_MAX_HEADER])
    if attached.is_picture_in_text():
        return ""
    embedded = storage.below(_EMBEDDED_MESSAGE)
    if embedded.read("__properties_version1.0"):
        name = attached_mail_name(name.removesuffix(".msg"), ".msg")
        attachments.add(name, embedded.content, read=partial(_read_message, embedded, _EMBEDDED))
    else:
        name = name or "attachment"
        attachments.add(name, partial(attached.binary, _DATA))
    return name


def _add_headers(builder: MailBuilder, message: _Properties, subject: str, place: Place) -> None:
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


def _add_body(builder: MailBuilder, message: _Properties, place: Place) -> None:
    """Add the plain text, else the web page, else the rich text."""
    plain = message.text(_BODY)
    if plain.strip():
        add_plain(builder, plain.replace("\r\n", "\n"), place)
        return
    page = message.text(_HTML) or decode(message.binary(_HTML).rstrip(b"\0"))
    if page.strip():
        builder.page(page, place)
        return
    rich = decompress_rtf(message.binary(_RTF))
    if rich.startswith(b"{\\rtf"):
        add_plain(builder, read_rtf(rich).text, place)


class _Properties:
    """Looks up a message's properties: texts in streams of their own, times and numbers in a list."""

    def __init__(self, storage: _Storage, header_size: int, encoding: str = "") -> None:
        self._read = storage.read
        listed = self._read("__properties_version1.0")[header_size:]
        entries = listed[: len(listed) // 16 * 16]
        self._fixed = {tag: value for tag, _, value in struct.iter_unpack("<IIQ", entries)}
        self.encoding = encoding or self._codepage()

    def text(self, identifier: int) -> str:
        """Return a text property, empty where there is none."""
        wide = self._read(f"__substg1.0_{identifier:04X}001F")
        narrow = b"" if wide else self._read(f"__substg1.0_{identifier:04X}001E")
        text = wide.decode("utf-16-le", "replace") if wide else narrow.decode(self.encoding, "replace")
        return text.rstrip("\0")

    def first_text(self, identifiers: tuple[int, ...]) -> str:
        """Return the first of several text properties that is there."""
        texts = (self.text(identifier) for identifier in identifiers)
        return next((text for text in texts if text.strip()), "")

    def binary(self, identifier: int) -> bytes:
        """Return a binary property, empty where there is none."""
        return self._read(f"__substg1.0_{identifier:04X}0102")

    def is_picture_in_text(self) -> bool:
        """Whether an attachment is a picture that the body shows: a logo, a smiley."""
        hidden = self._fixed.get(_HIDDEN << 16 | _BOOLEAN, 0) & 1
        referred = self._fixed.get(_FLAGS << 16 | _LONG, 0) & _REFERRED
        return bool(hidden or referred) and self.text(_MIME_TYPE).lower().startswith("image/")

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
