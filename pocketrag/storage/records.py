"""What the catalog takes and gives: files as they stood on disk, what is known of them, what is kept.

Those that there are as many of as files are named tuples: a look at everything makes them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pocketrag.domain import Chunk, Document, FileState, Unread


def no_reader(kind: str) -> str:
    """Return the rule that leaves out files that no reader knows, by their name's ending."""
    return f"no reader for .{kind} files" if kind else "no reader for files without an ending"


class FileRecord(NamedTuple):
    """A file as it stood on disk when it was looked at."""

    path: Path
    folder: Path
    size: int
    mtime_ns: int
    kind: str
    """File name ending, lower case, without the dot."""


class Verdict(NamedTuple):
    """How a file stands, and where it is not indexed, why."""

    state: FileState
    reason: str = ""
    message: str = ""
    remedy: str = ""


class KnownFile(NamedTuple):
    """What the catalog holds of a file."""

    record: FileRecord
    verdict: Verdict
    document_id: int | None
    recipe: str
    """Version of reading and chunking that made its document; empty if it has none."""
    has_path_vector: bool
    """Whether its path has a vector; not if its folder became part of another one."""


@dataclass(frozen=True, slots=True)
class Content:
    """What tells one document from another: equal bytes may read differently as .md and as .txt."""

    sha256: str
    kind: str
    """File name ending, lower case, without the dot."""
    recipe: str
    """Version of reading and chunking together."""


class KeyedChunk(NamedTuple):
    """A chunk, and the keys of its two vectors."""

    chunk: Chunk
    key: str
    context_key: str
    """Of its title and headings; empty if there are none."""


@dataclass(frozen=True, slots=True)
class KeptAttachment:
    """An attachment of a document that is kept: its document's id, or why it has none."""

    name: str
    kind: str
    outcome: int | Unread


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document to be kept, with its chunks and the attachments that are kept already."""

    content: Content
    document: Document
    chunks: Sequence[KeyedChunk]
    attachments: Sequence[KeptAttachment] = ()
