"""Mail messages → a `Document` whose place is the message's subject and date.

Owns the email package, together with `parts.py`. The package's older, plainer policy is used: its
newer one parses every header by grammar, and fails or takes minutes on headers that are broken on purpose.
"""

from __future__ import annotations

import re
from contextlib import suppress
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from typing import NamedTuple

from pocketrag.domain import Document, Place
from pocketrag.errors import Unsupported
from pocketrag.reading.attachments import Attachments, bare_name, flat
from pocketrag.reading.encoding import decode
from pocketrag.reading.mail.body import MailBuilder, add_plain
from pocketrag.reading.mail.parts import MESSAGES, Part, mail_day, parse_mail, text_and_files, usual_ending
from pocketrag.reading.normalise import one_line

_SHOWN_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_MAX_HEADER = 1_000
"""Characters of a header that are kept: a subject of five million is an attack."""
_HEAD = 20_000
"""Bytes of an attached message in which its subject is looked for."""
_APPLE_LENGTH = re.compile(rb"(\d{1,9})[ \t]*\r?\n(?=[A-Za-z-]+:)")


class Origin(NamedTuple):
    """What a message says of itself."""

    subject: str
    author: str
    date: str


def read_mail(data: bytes, attachments: Attachments) -> Document:
    """Return headers, body, quoted earlier mails and the names of the attachments."""
    builder = MailBuilder()
    origin = add_message(builder, _without_envelope(data), attachments)
    return builder.build(title=origin.subject, author=origin.author, date=origin.date)


def add_message(builder: MailBuilder, data: bytes, attachments: Attachments, unnamed: str = "") -> Origin:
    """Add one message, with its subject and date as the place; returns what it says of itself.

    `unnamed`: in a mailbox, what to call one without subject and date where its attachments are named.
    """
    message = parse_mail(data)
    subject, date = header(message, "Subject"), mail_day(header(message, "Date"))
    place = message_place(subject, date)
    _add_headers(builder, message, place)
    files: list[str] = []
    for part in text_and_files(message):
        if not (part.is_text and _add_text(builder, part, place)):
            files.append(_file_name(part))
            attachments.add(files[-1], part.content, origin=unnamed and (place.message or unnamed))
    add_names(builder, files, place)
    name, address = parseaddr(header(message, "From"))
    return Origin(subject, name or address, date)


def message_place(subject: str, date: str) -> Place:
    """Return the place of a message's text: its subject and its day."""
    return Place(message=" · ".join(filter(None, (subject, date))) or None)


def add_names(builder: MailBuilder, files: list[str], place: Place) -> None:
    """Add the names of the files that came with a message."""
    for name in files:
        builder.paragraph(f"Attachment: {bare_name(name)}", place)


def attached_mail_name(subject: str, ending: str) -> str:
    """Return what an attached message is called that has no file name."""
    return f"{flat(subject).strip(' .') or 'message'}{ending}"


def _without_envelope(data: bytes) -> bytes:
    """Return the message without what Apple Mail puts around it: its length, and a list of properties."""
    length = _APPLE_LENGTH.match(data)
    return data[length.end() : length.end() + int(length.group(1))] if length else data


def _add_headers(builder: MailBuilder, message: Message, place: Place) -> None:
    shown = ((name, header(message, name)) for name in _SHOWN_HEADERS)
    builder.paragraph("\n".join(f"{name}: {value}" for name, value in shown if value), place)


def _add_text(builder: MailBuilder, part: Part, place: Place) -> bool:
    """Add a body; False if its bytes are no text, whatever its headers say."""
    try:
        text = part.text()
    except Unsupported:
        if not builder:  # nor was there any header: the file is no mail
            raise
        return False
    if part.kind == "text/html":
        builder.page(text, place)
    else:
        add_plain(builder, text, place)
    return True


def _file_name(part: Part) -> str:
    """Return the name that the sender gave; a plain one where there is none."""
    name = _decoded(part.file_name)
    if part.kind in MESSAGES:
        return name if name.lower().endswith(".eml") else _mail_name(part, name)
    if part.kind == "text/calendar":
        return name or "invitation.ics"
    return name or f"attachment{usual_ending(part.kind)}"


def _mail_name(part: Part, name: str) -> str:
    inner = BytesHeaderParser().parsebytes(part.content()[:_HEAD])
    return attached_mail_name(name or header(inner, "Subject"), ".eml")


def header(message: Message, name: str) -> str:
    """Return a header's text on one line, encoded words and undeclared bytes decoded."""
    raw = next((value for key, value in message.raw_items() if key.lower() == name.lower()), "")
    return _decoded(str(raw))


def _decoded(raw: str) -> str:
    text = raw[:_MAX_HEADER]
    with suppress(Unsupported):  # bytes that are no text are cleaned away below
        text = decode(text.encode("utf-8", "surrogateescape"))
    try:
        return one_line(str(make_header(decode_header(text))))
    except (MessageError, LookupError, ValueError):  # a broken encoded word, an encoding nobody knows
        return one_line(text)
