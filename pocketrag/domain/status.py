"""What `status` tells of a library."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pocketrag.domain.documents import FileState


@dataclass(frozen=True, slots=True)
class Counts:
    """How many files are in each state."""

    indexed: int = 0
    waiting: int = 0
    failed: int = 0
    skipped: int = 0


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
