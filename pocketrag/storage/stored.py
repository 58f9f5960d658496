"""What the catalog holds of files and chunks, as `lookup.py` hands it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from pocketrag.domain import Chunk, FileVersion


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An indexed file, with what tells whether it has changed since."""

    version: FileVersion
    size: int
    mtime_ns: int
    path_key: str


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk as the catalog holds it, and every file it stands in."""

    id: int
    key: str
    context_key: str
    """Of the vector of its title and headings; empty if there are none."""
    chunk: Chunk
    files: tuple[StoredFile, ...]
    """At least one; those that pass the filters."""


class Standing(NamedTuple):
    """Where a chunk stands: in one of its files."""

    key: str
    chunk_id: int
    context_key: str
    document_id: int
    file_id: int
    path_key: str
