"""The parts of a MIME message, told apart: text that is shown, files that are attached, and neither.

An attached message stays in one piece: the email package would take it apart, and never stop at
messages within messages.
"""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.policy import Compat32
from email.utils import parsedate_to_datetime
from mimetypes import MimeTypes
from typing import NamedTuple

from pocketrag.errors import Unsupported
from pocketrag.reading.details import iso_date
from pocketrag.reading.encoding import decode

MESSAGES = frozenset({"message/rfc822", "message/global"})
"""Kinds of parts that are messages themselves."""
_MAX_PARTS = 500
"""Parts of a message that are looked at."""
_TEXT_KINDS = frozenset({"text/plain", "text/html"})
_CALENDARS = frozenset({"text/calendar", "application/ics"})
_TYPES = MimeTypes(filenames=())
"""The library's own table, without what this machine has installed."""
_NOTHING = frozenset(
    "application/pgp-signature application/pgp-encrypted application/pkcs7-signature "
    "application/x-pkcs7-signature message/delivery-status message/disposition-notification "
    "text/rfc822-headers text/x-amp-html text/watch-html".split()
)
"""Kinds of parts that tell a person nothing: signatures, reports for programs, the text once more."""


class Mail(Message):
    """A message whose attached messages are left as they are."""

    def get_content_maintype(self) -> str:
        """Return the first half of the content type; the parser must not look into what is a message."""
        kind = super().get_content_maintype()
        return "application" if kind == "message" else kind


class _RawHeaders(Compat32):
    """Hands out headers as they stand: the bytes that no encoding is declared for are guessed later."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        """Return the value itself."""
        return value


class Part(NamedTuple):
    """A part of a message without parts of its own, or an attached message."""

    message: Message
    related: bool = False
    """Whether it belongs to a web page beside it."""
    second: bool = False
    """Whether its text stands in another form elsewhere."""

    @property
    def kind(self) -> str:
        """Content type, lower case."""
        return self.message.get_content_type()

    @property
    def file_name(self) -> str:
        """The name that the sender gave, empty where there is none."""
        try:
            return self.message.get_filename() or ""
        except (LookupError, ValueError):  # an encoding that Python has no such codec for
            return ""

    @property
    def is_text(self) -> bool:
        """Whether it is what the writer wrote; a multipart without parts has lost its boundary, and is."""
        return _is_text(self.message) and not self._is_marked

    @property
    def is_attached(self) -> bool:
        """Whether it is a file that came with the message."""
        if self.is_text or self.kind in _NOTHING:
            return False
        if self.kind.startswith("image/"):
            return not self._is_in_text
        if self.second and self.kind.startswith("text/"):
            return self._is_marked or self.kind in _CALENDARS
        return True

    @property
    def _is_in_text(self) -> bool:
        """Whether a picture stands within the text: a logo, a smiley."""
        if self.related or not self.file_name:
            return True
        return "Content-ID" in self.message and not self._is_marked

    @property
    def _is_marked(self) -> bool:
        return self.message.get_content_disposition() == "attachment"

    def text(self) -> str:
        """Return the text of a part that is text."""
        try:
            charset = self.message.get_content_charset() or ""
        except ValueError:  # not even the name of an encoding
            charset = ""
        return decode(self.content(), charset)

    def content(self) -> bytes:
        """Return the part's bytes as they were before they were mailed."""
        payload = self.message.get_payload(decode=True)
        return payload if isinstance(payload, bytes) else b""


def parse_mail(data: bytes) -> Message:
    """Return the message; its attached messages are not taken apart."""
    return message_from_bytes(data, _class=Mail, policy=_RawHeaders())


def text_and_files(message: Message) -> Iterator[Part]:
    """Yield the parts that are shown, in order, and the files among and after them."""
    parts = list(_parts(message))
    named = any(_is_calendar(part) and part.file_name for part in parts)
    for part in parts:
        again = named and _is_calendar(part) and not part.file_name  # the invitation's own file
        if (part.is_text and not part.second) or (part.is_attached and not again):
            yield part


def _holds_text(part: Message) -> bool:
    try:
        return bool(Part(part).text().strip())
    except Unsupported:
        return False


def usual_ending(kind: str) -> str:
    """Return the name ending that files of a content type have, with its dot; empty where none is known."""
    return _TYPES.guess_extension(kind) or ""


def mail_day(date: str, otherwise: str = "") -> str:
    """Return the ISO day of a date in the form that mail has; `otherwise` where it is written for people."""
    try:
        return iso_date(parsedate_to_datetime(date))
    except (TypeError, ValueError, IndexError, OverflowError):  # not a date, in one of many ways
        return otherwise


def _is_text(message: Message) -> bool:
    return message.get_content_type() in _TEXT_KINDS or message.get_content_maintype() == "multipart"


def _is_calendar(part: Part) -> bool:
    return part.kind in _CALENDARS


def _parts(message: Message) -> Iterator[Part]:
    waiting = [Part(message)]
    for _ in range(_MAX_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        below = [] if part.kind in _NOTHING else _children(part)
        if below:
            waiting.extend(reversed(below))
        else:
            yield part


def _children(part: Part) -> list[Part]:
    payload = part.message.get_payload() if part.message.is_multipart() else []
    children = [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []
    if part.kind == "multipart/alternative" and children:
        best = _best_alternative(children)
        return [Part(child, part.related, part.second or child is not best) for child in children]
    related = part.related or part.kind == "multipart/related"
    return [Part(child, related, part.second) for child in children]


def _best_alternative(parts: list[Message]) -> Message:
    """Return the plain text; where there is none, the last form that is a text."""
    plain = (part for part in parts if part.get_content_type() == "text/plain" and _holds_text(part))
    texts = [part for part in parts if part.is_multipart() or _is_text(part)]
    return next(plain, texts[-1] if texts else parts[-1])
