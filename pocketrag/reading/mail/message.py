"""Mail messages → a `Document` whose place is the message's subject and date. Owns the email package.

The package's older, plainer policy is used: its newer one parses every header by grammar, and
fails or takes minutes on headers that are broken on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from itertools import groupby
from typing import NamedTuple

from pocketrag.domain import Document, Place
from pocketrag.reading.builder import DocumentBuilder
from pocketrag.reading.details import iso_date
from pocketrag.reading.encoding import decode
from pocketrag.reading.lines import add_lines
from pocketrag.reading.normalise import one_line
from pocketrag.reading.text.plain import split_lines
from pocketrag.reading.web.html import add_html

_SHOWN_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_MAX_HEADER = 1_000
"""Characters of a header that are kept: a subject of five million is an attack."""
_MAX_PARTS = 500
"""Parts of a message that are looked at."""
_SHOWN_KINDS = {"text/plain", "text/html", "multipart/mixed", "multipart/alternative"}
"""Kinds of parts that are text; a multipart without parts has lost its boundary, and is text as it stands."""
_APPLE_LENGTH = re.compile(rb"(\d{1,9})[ \t]*\r?\n(?=[A-Za-z-]+:)")
_QUOTE_MARKS = re.compile(r"[ \t]?(?:>[ \t]?)+")


class Origin(NamedTuple):
    """What a message says of itself."""

    subject: str
    author: str
    date: str


def read_mail(data: bytes) -> Document:
    """Return headers, body, quoted earlier mails and the names of the attachments."""
    builder = DocumentBuilder()
    origin = add_message(builder, _without_envelope(data))
    return builder.build(title=origin.subject, author=origin.author, date=origin.date)


def add_message(builder: DocumentBuilder, data: bytes) -> Origin:
    """Add one message, with its subject and date as the place; returns what it says of itself."""
    message = message_from_bytes(data)
    subject, date = _header(message, "Subject"), _date(message)
    place = message_place(subject, date)
    attachments: list[str] = []
    _add_headers(builder, message, place)
    for part in _shown_parts(message):
        _add_part(builder, part, place, attachments)
    add_attachments(builder, attachments, place)
    name, address = parseaddr(_header(message, "From"))
    return Origin(subject, name or address, date)


def message_place(subject: str, date: str) -> Place:
    """Return the place of a message's text: its subject and its day."""
    return Place(message=" · ".join(filter(None, (subject, date))) or None)


def add_attachments(builder: DocumentBuilder, names: Sequence[str], place: Place) -> None:
    """Add the names of the files that came with a message."""
    for name in names:
        builder.paragraph(f"Attachment: {name}", place)


def _without_envelope(data: bytes) -> bytes:
    """Return the message without what Apple Mail puts around it: its length, and a list of properties."""
    length = _APPLE_LENGTH.match(data)
    return data[length.end() : length.end() + int(length.group(1))] if length else data


def _add_headers(builder: DocumentBuilder, message: Message, place: Place) -> None:
    shown = ((name, _header(message, name)) for name in _SHOWN_HEADERS)
    builder.paragraph("\n".join(f"{name}: {value}" for name, value in shown if value), place)


def _add_part(builder: DocumentBuilder, part: Message, place: Place, attachments: list[str]) -> None:
    kind = part.get_content_type()
    if kind == "message/rfc822":
        forwarded = part.get_payload()
        if isinstance(forwarded, list) and isinstance(forwarded[0], Message):
            _add_headers(builder, forwarded[0], place)
    elif part.get_content_disposition() == "attachment" or kind not in _SHOWN_KINDS:
        attachments.append(_file_name(part) or kind)
    elif kind == "text/html":
        add_html(builder, _text(part), place)
    else:
        add_plain(builder, _text(part), place)


def add_plain(builder: DocumentBuilder, text: str, place: Place) -> None:
    """Add a body; a quoted run stands without its marks, after the line that says whose it is."""
    for _, run in groupby(split_lines(text), key=_quote_depth):
        add_lines(
            builder,
            [_QUOTE_MARKS.sub("", line, count=1) if line.startswith((">", " >")) else line for line in run],
            place,
        )


def _quote_depth(line: str) -> int:
    marks = _QUOTE_MARKS.match(line)
    return marks.group().count(">") if marks else 0


def _shown_parts(message: Message) -> Iterator[Message]:
    """Yield the parts a reader sees, in order; of alternatives the plain text, else the last one."""
    waiting = [message]
    for _ in range(_MAX_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        children = part.get_payload() if part.is_multipart() else []
        below = (
            [child for child in children if isinstance(child, Message)] if isinstance(children, list) else []
        )
        if not below:
            yield part
        elif part.get_content_type() == "message/rfc822":
            yield part
            waiting.extend(below)
        elif part.get_content_type() == "multipart/alternative":
            waiting.append(_best_alternative(below))
        else:
            waiting.extend(reversed(below))


def _best_alternative(parts: list[Message]) -> Message:
    plain = (part for part in parts if part.get_content_type() == "text/plain" and _text(part).strip())
    return next(plain, parts[-1])


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    charset = part.get_content_charset() or ""
    return decode(payload, charset) if isinstance(payload, bytes) else ""


def _header(message: Message, name: str) -> str:
    """Return a header's text on one line, encoded words and undeclared bytes decoded."""
    raw = next((value for key, value in message.raw_items() if key.lower() == name.lower()), "")
    return _decoded(str(raw))


def _decoded(raw: str) -> str:
    text = decode(raw[:_MAX_HEADER].encode("utf-8", "surrogateescape")) if raw else ""
    try:
        return one_line(str(make_header(decode_header(text))))
    except (MessageError, LookupError, ValueError):  # a broken encoded word, an encoding nobody knows
        return one_line(text)


def _file_name(part: Message) -> str:
    return _decoded(part.get_filename() or "")


def _date(message: Message) -> str:
    try:
        return iso_date(parsedate_to_datetime(_header(message, "Date")))
    except (TypeError, ValueError, IndexError, OverflowError):  # not a date, in one of many ways
        return ""
