"""The nouns of the product, as frozen values, and the events its two pipelines yield.

A stage adds knowledge by *wrapping* what the stage before made, never by filling in a field:

    Document ⊃ Block   →   Chunk   →   Passage   →   Citation   →   Answer

Offsets (`start`, `end`) count characters of `Document.text`, half open. `Document.text[start:end]`
is the only source of a quote.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal

# ── A document ──────────────────────────────────────────────────────────────────────────────


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


# ── A chunk, and the file it stands in ──────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of a document that is embedded as one piece, within the embedder's window."""

    start: int
    end: int
    text: str
    """Exactly `Document.text[start:end]`."""
    context: str
    """Title, headings and table header: embedded before the text, never quoted."""
    place: Place

    @property
    def embedded_text(self) -> str:
        """What the embedder sees: the context, then the text."""
        return f"{self.context}\n{self.text}" if self.context else self.text


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

    @property
    def relative(self) -> str:
        """The path as people say it: below the library folder, `/` between the parts."""
        return self.path.relative_to(self.folder).as_posix()


# ── A question's path ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is narrowed to; empty means everything."""

    folder: Path | None = None
    """Only files under this folder."""
    types: tuple[str, ...] = ()
    """Only these file name endings, without the dot, lower case."""
    since: str = ""
    """Only files dated on or after this ISO day (the document's own date, else the file's)."""
    until: str = ""
    """Only files dated on or before this ISO day."""

    @property
    def active(self) -> bool:
        """Whether anything is narrowed at all."""
        return self != Filters()


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document's text, half open."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk found for a query, with where it stands and how well it fits."""

    rank: int
    """From 1."""
    score: float
    """Higher fits better; comparable within one search only."""
    file: FileVersion
    chunk: Chunk
    highlights: tuple[Span, ...]
    """The sentences that bear on the query, best first."""
    freshness: Freshness
    also_in: tuple[str, ...] = ()
    """Other files (relative paths) that hold the same text."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many files are in each state."""

    indexed: int = 0
    waiting: int = 0
    failed: int = 0
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class SearchResults:
    """The passages found for a query, best first."""

    query: str
    passages: tuple[Passage, ...]
    counts: Counts
    search_ms: float


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange of a conversation that is over."""

    question: str
    answer: str
    query: str
    """The stand-alone query that was searched."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A claim's exact source: at `start:end` of the file's stored text stands `quote`."""

    marker: int
    """The number in the answer's text: `[1]`."""
    file: FileVersion
    place: Place
    start: int
    end: int
    quote: str
    verified: bool
    """Whether the quote was found to equal the stored text at the span."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer, and the citations that carry it."""

    text: str
    """Without its markers."""
    citations: tuple[int, ...]
    verified: bool
    """Whether the cited spans were found to support it."""


class RefusalReason(StrEnum):
    """Why a question was not answered."""

    NOTHING_RELEVANT = "nothing relevant"
    NOT_IN_EVIDENCE = "not in the evidence"
    NO_FILES = "no files"
    FILTERED_OUT = "filtered out"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An honest no: what was looked for, why it was not answered, what to try."""

    reason: RefusalReason
    looked_for: str
    suggestions: tuple[str, ...]
    score: float
    """The evidence score that fell short, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Timings:
    """Where an answer's time went; milliseconds, and tokens."""

    evidence_ms: float = 0.0
    first_token_ms: float = 0.0
    total_ms: float = 0.0
    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """A question's whole outcome: cited sentences, or a refusal."""

    question: str
    query: str
    text: str
    """What a person reads, with markers such as `[1]`."""
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    refusal: Refusal | None
    """Set where the question was not answered; then there are no citations."""
    model: str
    """The language model's name; empty where it was not asked."""
    counts: Counts
    timings: Timings

    @property
    def refused(self) -> bool:
        """Whether the question was not answered."""
        return self.refusal is not None


# ── What `status` tells ─────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class FileStatus:
    """One file's state, and for a failed or skipped one the reason and what to do."""

    path: Path
    folder: Path
    state: FileState
    reason: str
    remedy: str
    pages: int | None
    textless_pages: int
    chunks: int


@dataclass(frozen=True, slots=True)
class LibraryStatus:
    """The whole library at a glance."""

    folders: tuple[Path, ...]
    counts: Counts
    chunks: int
    bytes_on_disk: int
    embedding_model: str
    language_model: str
    items: tuple[FileStatus, ...]
    """Every file, if asked for; else only those that failed."""


# ── Events ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ModelLoading:
    """A model is being loaded; the next event may take seconds."""

    name: str
    role: Literal["embedding", "language"]


@dataclass(frozen=True, slots=True)
class ModelReady:
    """A model is loaded."""

    name: str
    role: Literal["embedding", "language"]
    seconds: float


LoadEvent = ModelLoading | ModelReady


@dataclass(frozen=True, slots=True)
class FileIndexed:
    """A new or changed file is now searchable."""

    path: Path
    chunks: int
    chunks_embedded: int
    chunks_reused: int


@dataclass(frozen=True, slots=True)
class FileUnchanged:
    """A file is as the index has it."""

    path: Path


@dataclass(frozen=True, slots=True)
class FileRenamed:
    """A file's content is known under a path that is gone: nothing was read or embedded."""

    path: Path
    previous: Path


@dataclass(frozen=True, slots=True)
class FileRemoved:
    """A file is gone from disk, and so from the index."""

    path: Path


@dataclass(frozen=True, slots=True)
class FileFailed:
    """A file could not be read; the rest goes on."""

    path: Path
    reason: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class FileSkipped:
    """A file is left out by a rule."""

    path: Path
    rule: str


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How far indexing has come; sent at most a few times a second."""

    files_done: int
    files_total: int
    chunks_embedded: int
    chunks_per_second: float
    seconds_left: float | None
    """None while there is nothing yet to tell it from."""
    current: Path | None
    """The file being worked on."""


@dataclass(frozen=True, slots=True)
class IndexDone:
    """Indexing is over; every file was looked at, or the stop was asked for."""

    indexed: int
    unchanged: int
    renamed: int
    removed: int
    failed: int
    skipped: int
    chunks_embedded: int
    chunks_reused: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Watching:
    """Nothing to do: the index is up to date and the folders are watched. Sent every second or so."""

    folders: int


IndexEvent = (
    ModelLoading
    | ModelReady
    | FileIndexed
    | FileUnchanged
    | FileRenamed
    | FileRemoved
    | FileFailed
    | FileSkipped
    | IndexProgress
    | IndexDone
    | Watching
)


@dataclass(frozen=True, slots=True)
class PassagesFound:
    """The evidence, before the model's first word."""

    results: SearchResults


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the model's answer as it is written; not yet checked."""

    text: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The question is not answered; last event of its stream."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class AnswerReady:
    """The checked answer, which replaces the streamed words; last event of its stream."""

    answer: Answer


AnswerEvent = ModelLoading | ModelReady | PassagesFound | Token | Refused | AnswerReady

IndexEvents = Iterator[IndexEvent]
AnswerEvents = Iterator[AnswerEvent]
