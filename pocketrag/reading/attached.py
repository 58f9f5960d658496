"""The bytes of one file that came in another: found by their hash, with nothing else in it read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import sha256

from pocketrag.domain import Document
from pocketrag.errors import Unreadable, Unsupported
from pocketrag.reading.attachments import Attachments, Read
from pocketrag.reading.parsers import parse_as
from pocketrag.reading.recognition.kinds import Kind
from pocketrag.reading.recognition.recognise import recognise

_CARRIERS = frozenset({Kind.MAIL, Kind.MAILBOX, Kind.OUTLOOK})


@dataclass(frozen=True, slots=True)
class Attached:
    """Which of the files in a mail, or a mailbox, is meant."""

    suffix: str
    """The ending of the mail's own name, with the dot."""
    sha256: str
    """Of the bytes of what is meant."""


def attached_bytes(
    data: bytes, wanted: Attached, failures_told: Callable[[], AbstractContextManager[None]]
) -> bytes:
    """Return the bytes of what came in a mail; `failures_told` makes a `ReadingError` of whatever goes wrong.

    Raises Unreadable if nothing in the mail has that hash: then it is not the mail that was indexed.
    """
    search = _Search(wanted.sha256, failures_told)
    search(data, wanted.suffix, Attachments(search))
    if search.found is None:
        raise Unreadable("The file has changed since it was indexed.", "Update the index, then look again.")
    return search.found


class _Search:
    """A door through which only what carries others is read, and nothing more once the bytes came by."""

    def __init__(self, digest: str, failures_told: Callable[[], AbstractContextManager[None]]) -> None:
        self.found: bytes | None = None
        self._digest = digest
        self._failures_told = failures_told

    def __call__(
        self, data: bytes, suffix: str, attachments: Attachments, read: Read | None = None
    ) -> Document:
        if sha256(data).hexdigest() == self._digest:
            self.found = data
        if self.found is not None:
            raise Unsupported("Nothing more is looked for.", "")
        with self._failures_told():
            return read(attachments) if read else self._carrier(data, suffix.lower(), attachments)

    def _carrier(self, data: bytes, suffix: str, attachments: Attachments) -> Document:
        kind = recognise(data, suffix)
        if kind not in _CARRIERS:
            raise Unsupported("Nothing is attached to this.", "")
        return parse_as(kind, data, attachments)
