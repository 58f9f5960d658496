"""What is started at login, and what came of handing it to the system. Nothing here touches the system."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from pocketrag.errors import AutostartError
from pocketrag.paths import LibraryPaths, default_library

NAME = "pocketrag-watch"
"""The service's name for the default library; those of others go on with their folder's."""

PROGRAM = (sys.executable, "-P", "-m", "pocketrag")
"""How PocketRAG is run; -P: nothing is imported from the folder that it happens to run in."""

NICENESS = 10
"""How far the watch, and the engine that it starts, stand back behind other programs (0 to 19)."""

RESTART_SECONDS = 30
"""How long after a failure the watch is started again."""

SLUG = 30
"""Characters of a library folder's name that are kept in its service's name."""


@dataclass(frozen=True, slots=True)
class WatchService:
    """The watch of one library, as the system is to run it."""

    name: str
    library: Path
    log: Path
    """Where what it has to complain of may be written."""
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that the system was given."""

    command: tuple[str, ...]
    error: str
    """What it said when it failed, on one line; empty if it did as it was told."""


@dataclass(frozen=True, slots=True)
class Installed:
    """A watch that starts at login."""

    file: Path
    text: str
    """What was written into the file."""
    link: Path | None
    """The link that we made in the service manager's stead, as it could not be reached."""
    ran: tuple[Ran, ...]
    started: bool
    """Whether it runs already; else it starts at the next login."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A watch that starts at login no more."""

    files: tuple[Path, ...]
    """What was deleted; nothing if nothing was there."""
    ran: tuple[Ran, ...]


@dataclass(frozen=True, slots=True)
class Installation:
    """How the start at login stands."""

    file: Path
    """Where it is, or would be."""
    installed: bool
    current: bool
    """Whether the file says what an installation would write into it today."""
    running: bool


def watch_service(paths: LibraryPaths, program: tuple[str, ...] = PROGRAM) -> WatchService:
    """Return the watch of a library.

    Raises AutostartError if the path of the program or of the library cannot stand in a service's file.
    """
    command = (*program, "--library", str(paths.root), "watch")
    for word in command:
        if not _can_be_written(word):
            raise AutostartError(
                f"The path {word!r} cannot stand in a file that the system starts programs by:"
                " it holds a control character, or bytes that are no text.",
                "Rename that folder, then try again.",
            )
    return WatchService(_name(paths.root), paths.root, paths.logs / "watch.log", command)


def _can_be_written(word: str) -> bool:
    try:
        word.encode()
    except UnicodeEncodeError:  # a name that is not UTF-8
        return False
    return not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", word)


def _name(library: Path) -> str:
    if library == default_library():
        return NAME
    slug = re.sub(r"[^a-z0-9]+", "-", library.name.lower()).strip("-")[:SLUG]
    digest = hashlib.sha256(os.fsencode(library)).hexdigest()[:8]
    return "-".join(part for part in (NAME, slug, digest) if part)
