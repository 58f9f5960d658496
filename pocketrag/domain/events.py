"""What the two pipelines yield while they work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pocketrag.domain.answers import Answer, SearchResults

ModelRole = Literal["embedding", "language"]


@dataclass(frozen=True, slots=True)
class ModelPreparing:
    """A model is about to be prepared for this computer: once, and for about half a minute."""

    name: str
    role: ModelRole


@dataclass(frozen=True, slots=True)
class ModelUnprepared:
    """A model could not be prepared for this computer, and is used as it came, slower."""

    name: str
    role: ModelRole
    reason: str


@dataclass(frozen=True, slots=True)
class ModelLoading:
    """A model is being loaded; the next event may take seconds."""

    name: str
    role: ModelRole


@dataclass(frozen=True, slots=True)
class ModelReady:
    """A model is loaded."""

    name: str
    role: ModelRole
    seconds: float


LoadEvent = ModelPreparing | ModelUnprepared | ModelLoading | ModelReady


@dataclass(frozen=True, slots=True)
class FileIndexed:
    """A new or changed file is now searchable."""

    path: Path
    chunks: int
    chunks_embedded: int
    chunks_reused: int
    textless_pages: tuple[int, ...] = ()
    """Pages, from 1, that hold no text: pictures, as far as reading can tell."""


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
    noun: str = "files"
    """What is counted: `vectors` while a repair makes missing ones anew."""


@dataclass(frozen=True, slots=True)
class IndexRepaired:
    """Vectors that were missing were made anew, from the text that the catalog holds."""

    vectors: int
    dropped: int = 0
    """Vectors that nothing in the catalog refers to."""


@dataclass(frozen=True, slots=True)
class CatalogRebuilt:
    """The catalog was lost: a fresh one takes its place, and every file is read anew."""

    reason: Literal["damaged", "missing"]
    folders: int
    """Folders of the library that are known all the same."""
    turns: int
    """Questions, with their answers, that could still be read."""
    aside: str = ""
    """Name of what is left of the lost one, in the library's folder; empty if nothing is."""
    conversations: int = 0
    """How many conversations those belong to."""


@dataclass(frozen=True, slots=True)
class IndexRenewed:
    """An index made beside the old one, with another model or size of chunks, has taken its place."""

    model: str
    """The embedding model's name."""


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
class IndexWaiting:
    """There is something to do, but it is to wait. Sent every second or so while it does."""

    reason: str
    """Such as `paused` or `on battery`."""


@dataclass(frozen=True, slots=True)
class Watching:
    """Nothing to do: the index is up to date and the folders are watched. Sent every second or so."""

    folders: int
    polled: tuple[tuple[Path, str], ...] = ()
    """Those that are looked at now and then, as they cannot be watched: each with the reason."""


@dataclass(frozen=True, slots=True)
class VectorsMoving:
    """How many vectors have been carried to another place so far; sent a few times a second at most."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class VectorsMoved:
    """The vectors are at another place, and are searched there from now on; last event of its stream."""

    at: str
    """The server's address, or the path of the library's own folder."""
    vectors: int
    """How many there are: none was embedded anew."""
    left: str = ""
    """Why the place they come from still holds them, in a sentence; empty if it does not."""


MoveEvent = VectorsMoving | VectorsMoved

IndexEvent = (
    LoadEvent
    | FileIndexed
    | FileUnchanged
    | FileRenamed
    | FileRemoved
    | FileFailed
    | FileSkipped
    | IndexProgress
    | IndexRepaired
    | IndexRenewed
    | CatalogRebuilt
    | IndexDone
    | IndexWaiting
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


AnswerEvent = LoadEvent | PassagesFound | Token | Refused | AnswerReady

IndexEvents = Iterator[IndexEvent]
AnswerEvents = Iterator[AnswerEvent]
