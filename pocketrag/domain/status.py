"""What `status` tells of a library."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pocketrag.domain.documents import FileState, shown_path


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
    textless_pages: tuple[int, ...]
    """Pages, from 1, that hold no text: pictures, as far as reading can tell."""
    chunks: int
    message: str = ""
    """What happened, in a sentence; empty where nothing went wrong."""
    attachment: str = ""
    """Name of the file in the one at `path`, where that is meant."""
    title: str = ""
    author: str = ""
    date: str = ""
    """The document's own date, ISO 8601."""
    language: str = ""
    modified: float = 0.0
    """Seconds since the epoch, as the file system had it."""

    @property
    def shown(self) -> str:
        """The path as people say it, below the library folder, and the attachment in the file."""
        return shown_path(self.path, self.folder, self.attachment)


@dataclass(frozen=True, slots=True)
class FolderOutlook:
    """What adding a folder to the library would mean."""

    folder: Path
    """As the library would know it."""
    holder: Path | None
    """The folder of the library that it lies in already."""
    holds: tuple[Path, ...]
    """Folders of the library that lie in it: they would become part of it."""
    doubts: tuple[str, ...]
    """Why it may not be what was meant, a sentence each; empty for a folder like any other."""
    files: int
    """How many files there are, hidden ones left out; counted only where there are doubts."""
    more: bool
    """Whether there are more than were counted."""


@dataclass(frozen=True, slots=True)
class VectorPlace:
    """Where a library's vectors are."""

    at: str = ""
    """The address of a Chroma server, or the path of the library's own folder."""
    server: bool = False
    leaves_computer: bool = False
    """Whether vectors of passages and questions go beyond this computer."""
    problem: str = ""
    """Why they cannot be used now, so that words alone are searched; empty if they can, as far as known."""


@dataclass(frozen=True, slots=True)
class KindCount:
    """Files of one kind."""

    kind: str
    """Name ending, lower case, without the dot; empty for files without one."""
    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class FolderForecast:
    """What would be read if a folder were added, and how long that would take."""

    files: int
    """Files that would be read: new or changed ones that no rule leaves out."""
    bytes: int
    kinds: tuple[KindCount, ...]
    """The same by kind, those of which there are most first."""
    skipped: int
    """Files that a rule leaves out."""
    known: int
    """Files that the library holds already, as they are."""
    more: bool
    """Whether there was not the time to count all of them."""
    seconds: float | None
    """How long reading them takes, about; None while it is not known how fast that goes here."""


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
    indexing: str = ""
    """How indexing stands, in words; empty while there is nothing to do."""
    polled: tuple[tuple[Path, str], ...] = ()
    """Folders that are looked at now and then, as they cannot be watched: each with the reason."""
    away: tuple[Path, ...] = ()
    """Folders, and places in them, that cannot be looked at: their drive is not connected."""
    set_aside: tuple[str, ...] = ()
    """Names, in the library's folder, of damaged stores that others have taken the place of."""
    preparing: str = ""
    """What is being prepared for this computer, in words; empty while nothing is."""
    leaves_computer: str = ""
    """The server's address that questions and passages go to, beyond this computer; empty if to none."""
    rebuilding: bool = False
    """Whether the catalog was lost, and not every file has been read anew yet."""
    vectors: VectorPlace = VectorPlace()

    @property
    def stays_here(self) -> bool:
        """Whether nothing of files and questions leaves this computer."""
        return not (self.leaves_computer or self.vectors.leaves_computer)
