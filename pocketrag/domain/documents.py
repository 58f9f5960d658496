"""A file as read, and how it stands in the index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document's text, half open."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person would look: whichever of these the format has."""

    page: int | None = None
    """Page number, from 1."""
    page_end: int | None = None
    """Last page, where the text runs over onto another one."""
    slide: int | None = None
    """Slide number, from 1."""
    sheet: str | None = None
    """Name of a spreadsheet's sheet."""
    row: int | None = None
    """Row of a sheet or of a delimited file, from 1, the header being a row too."""
    line: int | None = None
    """Line of a text file, from 1."""
    section: tuple[str, ...] = ()
    """Headings above the text, outermost first."""
    message: str | None = None
    """A mail's subject and date."""

    def on_line(self, line: int) -> Place:
        """Return this place on a line; every line of a text asks, so quicker than `replace`."""
        return Place(
            self.page, self.page_end, self.slide, self.sheet, self.row, line, self.section, self.message
        )

    def in_section(self, section: tuple[str, ...]) -> Place:
        """Return this place below other headings; every block asks, so quicker than `replace`."""
        return Place(
            self.page, self.page_end, self.slide, self.sheet, self.row, self.line, section, self.message
        )


class BlockKind(StrEnum):
    """What a block is; decides how it may be cut and how it is shown."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a document's structure; blocks are in order and never overlap."""

    kind: BlockKind
    start: int
    end: int
    place: Place
    level: int = 0
    """Depth of a heading, from 1; 0 for anything else."""
    header: str = ""
    """For a table row: the table's header line, so that the row can be understood alone."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read: its normalised text, and the structure of that text."""

    text: str
    blocks: tuple[Block, ...]
    title: str = ""
    """The document's own title; empty where it states none."""
    author: str = ""
    """The document's own author; empty where it states none."""
    date: str = ""
    """The document's own date, ISO 8601 (`2025-03-14`); empty where it states none."""
    pages: int | None = None
    """Number of pages; None for formats without pages."""
    textless_pages: tuple[int, ...] = ()
    """Pages, from 1, that hold no text (scans, pictures)."""
    language: str = ""
    """Code of the language it is mostly written in, ISO 639-1 (`de`); empty where that cannot be told."""
    raw: RawMap | None = None
    """Where the text stands in the file; None for a file that is not text itself."""
    attachments: tuple[Attachment, ...] = ()
    """The files that came in it (a mail's attachments), each a document of its own."""


@dataclass(frozen=True, slots=True)
class RawMap:
    """Where a document's text stands in its file, for files that are text.

    What was made while reading (a joint, a list's marker, a mended hyphen) stands nowhere in the file
    and belongs to no run.
    """

    encoding: str
    """How the file's bytes become the characters that are counted here; Python's name for it."""
    runs: tuple[tuple[int, int, int], ...]
    """Start in `Document.text`, start in the decoded file, length in characters; by start in the text.

    A blank of the text may be a tab or a line end of the file.
    """


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came in another one."""

    name: str
    """A bare file name, unique among its siblings: no folders in it, whatever the sender wrote."""
    sha256: str
    """Of its bytes."""
    content: Document | Unread


@dataclass(frozen=True, slots=True)
class Unread:
    """Why an attachment has no document."""

    reason: str
    """The kind of its `ReadingError`: `encrypted`, `damaged`, …"""
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of a document that is embedded as one piece, within the embedder's window."""

    start: int
    end: int
    text: str
    """Exactly `Document.text[start:end]`."""
    context: str
    """Title and headings: embedded as a text of their own, never quoted."""
    place: Place
    header: str = ""
    """For rows of a table: the table's header line, embedded before the text, never quoted."""
    headings: tuple[Span, ...] = ()
    """Where headings stand in it, those in a row as one, and tables' headers: they state nothing."""

    @property
    def embedded_text(self) -> str:
        """What the embedder sees of it: the table's header, then the text."""
        return f"{self.header}\n{self.text}".strip()


def naming_spans(parts: Iterable[tuple[Span, bool, str]], text: str) -> tuple[Span, ...]:
    """Return where headings stand, those in a row as one, and tables' headers: what `Chunk.headings` are.

    `parts` of a document's `text`, in order: where each stands, whether it is a heading, its table's header.
    """
    known = list(parts)
    headers = {header for _, _, header in known}

    def what(part: tuple[Span, bool, str]) -> str:
        """Return what it is that names what is below; empty if it does not."""
        span, is_heading, _ = part
        return "heading" if is_heading else "header" if text[span.start : span.end] in headers else ""

    runs = ((kind, [span for span, _, _ in run]) for kind, run in groupby(known, what))
    return tuple(Span(run[0].start, run[-1].end) for kind, run in runs if kind)


class FileState(StrEnum):
    """How a file stands in the index."""

    INDEXED = "indexed"
    WAITING = "waiting"
    FAILED = "failed"
    SKIPPED = "skipped"


class Freshness(StrEnum):
    """How a file on disk compares with what the index holds of it."""

    FRESH = "fresh"
    CHANGED = "changed"
    AWAY = "away"
    DELETED = "deleted"
    """Gone from disk; only a kept answer still cites it."""


@lru_cache(maxsize=10_000)
def shown_path(path: Path, folder: Path, attachment: str) -> str:
    """Return a path as people say it, below the library folder, and the attachment in the file."""
    relative = path.relative_to(folder).as_posix()
    return f"{relative} › {attachment}" if attachment else relative


@dataclass(frozen=True, slots=True)
class FileVersion:
    """A file, at the content that the index holds."""

    path: Path
    folder: Path
    """The library folder it lies in."""
    sha256: str
    title: str
    modified: float
    """Seconds since the epoch, as the file system had it when the file was read."""
    attachment: str = ""
    """Name of the file that came in the one at `path`, where that is meant: `Trip.eml`'s `plan.pdf`."""
    author: str = ""
    date: str = ""
    """The document's own date, ISO 8601; empty where it states none."""
    language: str = ""
    """Code of its language, ISO 639; empty where that cannot be told."""

    @property
    def address(self) -> Path:
        """What tells it from every other file of the library; on disk only where it is no attachment."""
        return self.path / self.attachment if self.attachment else self.path

    @property
    def relative(self) -> str:
        """The path as people say it: below the library folder, `/` between the parts."""
        return self.path.relative_to(self.folder).as_posix()

    @property
    def shown(self) -> str:
        """The path, and the attachment in it: `Mail/Trip.eml › plan.pdf`."""
        return shown_path(self.path, self.folder, self.attachment)

    @property
    def day(self) -> str:
        """The document's own date, else the file's, ISO 8601."""
        return self.date or datetime.fromtimestamp(self.modified, UTC).date().isoformat()
