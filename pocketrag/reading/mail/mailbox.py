"""Mailboxes (mbox) → one `Document` whose places are the messages' subjects and dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from pocketrag.domain import Document
from pocketrag.reading.attachments import Attachments
from pocketrag.reading.mail.body import MailBuilder
from pocketrag.reading.mail.message import add_message

_SEPARATOR = re.compile(
    rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From (?:[^\r\n]*\r?\n(?=[A-Za-z-]+:|>?From )"
    rb"|\S{1,200} +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [^\r\n]*\r?\n)"
)
"""The line before each message: at the very start or after an empty line; it ends with a date, or
headers follow.
"""
_QUOTED_SEPARATOR = re.compile(rb"^>(>*From )", re.MULTILINE)


def read_mailbox(data: bytes, attachments: Attachments) -> Document:
    """Return all messages in the order of the file; one that holds nothing leaves no trace."""
    builder = MailBuilder()
    messages = list(_messages(data))
    several = len(messages) > 1
    dates = [
        add_message(builder, message, attachments, unnamed=f"message {number}" if several else "").date
        for number, message in enumerate(messages, start=1)
    ]
    return builder.build(date=max(dates, default=""))


def _messages(data: bytes) -> Iterator[bytes]:
    starts = [(match.start(), match.end()) for match in _SEPARATOR.finditer(data)]
    if not starts:
        yield data
        return
    for (_, begin), (end, _) in pairwise([*starts, (len(data), len(data))]):
        yield _QUOTED_SEPARATOR.sub(rb"\1", data[begin:end])
