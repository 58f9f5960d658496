"""Files that came in another file: each is read through the room's own door, and named for a person.

What is attached to an attached mail is listed beside it, its name after the mail's (`Trip.eml › plan.pdf`).
Counts, bytes, text and time are bounded for a whole file and everything in it; what is left out says so.
An attachment that its reader's process did not survive is left out when the file is read again.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import chain, count
from pathlib import PurePosixPath
from typing import Protocol

from pocketrag.domain import Attachment, Document, Unread
from pocketrag.errors import Damaged, ReadingError, TimedOut, TooLarge, Unsupported
from pocketrag.reading.normalise import one_line

MAX_FILES = 500
"""Attachments of one file, those of attached mails included."""
MAX_BYTES = 200_000_000
"""Bytes of all of them together; a container can hand out the same bytes many times."""
MAX_CHARACTERS = 20_000_000
"""Text of all of them together."""
MAX_SECONDS = 15.0
"""No attachment is begun after that: the mail itself must be through in the time of one file."""
MAX_LOST = 3
"""Attachments of one file that a process may be lost to; behind the last of them no more are read."""
MAX_DEPTH = 2
"""An attachment, and what is attached to it; nothing below."""

_MAX_NAME, _MAX_ORIGIN = 100, 60
"""Characters of a file's name, and of a mail's name before it."""
_JOINT = " › "
_SAVE = "Save it as a file of its own."

Read = Callable[["Attachments"], Document]
"""Reads one file; what it finds in it goes to the given attachments."""


class Door(Protocol):
    """The room's door: reads bytes, or calls `read`; raises a `ReadingError` and nothing else."""

    def __call__(
        self, data: bytes, suffix: str, attachments: Attachments, read: Read | None = None
    ) -> Document:
        """Return the document, with its attachments."""


def _nobody(_: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Losses:
    """What was learnt from processes that did not survive the file, and how to learn more."""

    unread: Mapping[str, Unread] = field(default_factory=dict)
    """By the SHA-256 of its bytes, each attachment that a process was lost to; it is not tried again."""
    tell: Callable[[str], None] = _nobody
    """Is told the SHA-256 of the attachment that is being read; empty: the file itself."""


@dataclass(slots=True)
class _Budget:
    """What may still be spent on everything that came in one file."""

    files: int = field(default_factory=lambda: MAX_FILES)
    size: int = field(default_factory=lambda: MAX_BYTES)
    characters: int = field(default_factory=lambda: MAX_CHARACTERS)
    deadline: float = field(default_factory=lambda: time.monotonic() + MAX_SECONDS)
    losses: int = field(default_factory=lambda: MAX_LOST)
    left_out: int = 0


class Attachments:
    """Takes what a file carries, reads it, and gives it back with bare, unique names."""

    def __init__(self, door: Door, losses: Losses | None = None) -> None:
        """Read through `door`, in one file and all that came in it."""
        self._door = door
        self._losses = losses or Losses()
        self._budget = _Budget()
        self._depth = 0
        self._of = ""
        """The SHA-256 of the attachment that these came in."""
        self._found: dict[str, Attachment] = {}
        """By name, in one case."""
        self._seen: set[tuple[str, str]] = set()

    def add(
        self, name: str, load: Callable[[], bytes], *, origin: str = "", read: Read | None = None
    ) -> None:
        """Read one attachment; the same bytes under the same name are taken once.

        `origin` says which of several mails it came with. `read` is for what is no file by its bytes.
        """
        budget = self._budget
        if budget.files <= 0 or budget.size <= 0:
            budget.left_out += 1
            return
        name, data = bare_name(name), load()
        budget.size -= len(data)
        digest = sha256(data).hexdigest()
        if (name, digest) not in self._seen:
            self._seen.add((name, digest))
            budget.files -= 1
            self._add(_joined(_shortened(flat(origin), _MAX_ORIGIN), name), digest, data, read)

    def found(self) -> tuple[Attachment, ...]:
        """Return all attachments; the last one stands for those that were too many, if there are any."""
        if self._depth == 0 and self._budget.left_out:
            too_many = TooLarge(f"{self._budget.left_out} more attachments are not read.", _SAVE)
            self._keep("further attachments", sha256().hexdigest(), _unread(too_many))
            self._budget.left_out = 0
        return tuple(self._found.values())

    def _add(self, name: str, digest: str, data: bytes, read: Read | None) -> None:
        inner = self._inner(digest)
        content: Document | Unread | None = self._losses.unread.get(digest)
        if content is None:
            content = self._content(data, _suffix(name), inner, read)
        else:
            self._budget.losses -= 1
        self._keep(name, digest, content)
        for one in inner.found():
            self._keep(_joined(name, one.name), one.sha256, one.content)

    def _inner(self, digest: str) -> Attachments:
        """Return what takes the attachments of an attachment, within the same bounds."""
        inner = Attachments(self._door, self._losses)
        inner._budget, inner._depth, inner._of = self._budget, self._depth + 1, digest
        return inner

    def _keep(self, name: str, digest: str, content: Document | Unread) -> None:
        name = self._unique(name)
        self._found[name.casefold()] = Attachment(name, digest, content)

    def _unique(self, name: str) -> str:
        stem, suffix = _split(name)
        numbered = (f"{stem} ({number}){suffix}" for number in count(2))
        return next(one for one in chain([name], numbered) if one.casefold() not in self._found)

    def _content(self, data: bytes, suffix: str, inner: Attachments, read: Read | None) -> Document | Unread:
        """Return what the door makes of an attachment; what is attached to it is listed beside it."""
        try:
            self._check()
            document = self._told(data, suffix, inner, read)
            self._budget.characters -= len(document.text)
            if self._budget.characters < 0:
                raise TooLarge("The attachments hold more text than is read of one file.", _SAVE)
        except ReadingError as error:
            return _unread(error)
        return replace(document, attachments=())

    def _told(self, data: bytes, suffix: str, inner: Attachments, read: Read | None) -> Document:
        """Return what the door makes of an attachment; meanwhile it is known which one is being read."""
        self._losses.tell(inner._of)
        try:
            return self._door(data, suffix, inner, read)
        finally:
            self._losses.tell(self._of)

    def _check(self) -> None:
        """Raise the reason why an attachment is not even looked at."""
        if self._depth >= MAX_DEPTH:
            raise Unsupported("This came in a mail within a mail within a mail, and is not read.", _SAVE)
        if self._budget.size < 0:
            raise TooLarge("The attachments are larger than what is read of one file.", _SAVE)
        if self._budget.losses <= 0:
            raise Damaged("The attachments before this one made their reader crash or hang.", _SAVE)
        if time.monotonic() > self._budget.deadline:
            raise TimedOut("Reading the attachments before this one took too long.", _SAVE)


def bare_name(name: str) -> str:
    """Return a file's name fit to show: one line, no folders, at most 100 characters, its ending kept."""
    parts = re.split(r"[/\\]", one_line(name[: 20 * _MAX_NAME]))
    name = next((part for part in map(_trimmed, reversed(parts)) if part), "attachment")
    return _shortened(name, _MAX_NAME)


def flat(text: str) -> str:
    """Return a text such as a subject on one line and without slashes, to be part of a name."""
    return one_line(re.sub(r"[/\\]", "-", text[: 20 * _MAX_NAME]))


def _trimmed(part: str) -> str:
    """Return a name without what says "this folder", "the one above", or nothing."""
    return part.strip(" ").rstrip(".") if part.strip(". ") else ""


def _shortened(name: str, most: int) -> str:
    stem, suffix = _split(name)
    return name if len(name) <= most else f"{stem[: most - len(suffix) - 1].rstrip()}…{suffix}"


def _split(name: str) -> tuple[str, str]:
    suffix = _suffix(name)
    return name.removesuffix(suffix), suffix


def _suffix(name: str) -> str:
    suffix = PurePosixPath(name).suffix
    return suffix if len(suffix) <= 12 and " " not in suffix else ""


def _joined(*names: str) -> str:
    return _JOINT.join(filter(None, names))


def _unread(error: ReadingError) -> Unread:
    return Unread(error.kind, error.message, error.remedy)
