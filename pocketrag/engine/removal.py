"""Removing a library whole: its engine ended, its folder gone; the documents are never touched."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pocketrag.engine.checkup import settings_or_defaults
from pocketrag.engine.locking import owned
from pocketrag.engine.record import read_record
from pocketrag.engine.sockets import put_away
from pocketrag.engine.starting import end, running
from pocketrag.errors import EngineUnreachable, LibraryError, LibraryUnwritable, VectorServerError
from pocketrag.paths import INSIDE, OURS, LibraryPaths
from pocketrag.storage.chroma.holding import LEFT, forget, last_server, prefix
from pocketrag.storage.contents import contents, fact
from pocketrag.storage.library_id import known_id

LOCK_SECONDS = 10.0
"""How long an engine that has said goodbye may keep the library."""


@dataclass(frozen=True, slots=True)
class Removal:
    """What a library holds: what is forgotten when it is removed."""

    folders: int
    files: int
    conversations: int
    bytes: int
    """On disk."""
    strangers: tuple[str, ...]
    """Paths, below the library's folder, of what is none of the library's: it stays."""


def to_remove(paths: LibraryPaths) -> Removal:
    """Return what removing a library will forget. Raises LibraryError for a folder that is no library."""
    root = paths.root
    if root.is_symlink():
        raise LibraryError(
            f"{root} is a link, and is not followed.", "Name the folder it leads to with --library."
        )
    if not root.is_dir():
        raise LibraryError(f"There is no library at {root}.", "Name another folder with --library.")
    if not (paths.catalog.is_file() or paths.folders.is_file()) or not _is_own(root):
        raise LibraryError(f"The folder {root} is no library.", "Name the library's folder with --library.")
    held = contents(paths)
    size = sum(file.lstat().st_size for file in _files(root) if _is_ours(paths, file))
    strangers = [file.relative_to(root).as_posix() for file in _files(root) if not _is_ours(paths, file)]
    return Removal(held.folders, held.files, held.conversations, size, tuple(strangers))


def remove_library(paths: LibraryPaths) -> str:
    """End the library's engine and delete all that is the library's; return what could not be, and why.

    Its folder goes too, unless something else lies in it; and its vectors on a server, if that can be
    reached. Raises EngineUnreachable if the engine does not
    end, LibraryLocked if something else holds the library, or LibraryUnwritable.
    """
    engine = running(paths, "remove")
    if engine is not None and not end(engine, "asked"):
        raise EngineUnreachable(
            f"The library's engine (process {engine.record.pid}) does not end.",
            f"End process {engine.record.pid}, then do the same again.",
        )
    lock = owned(paths, LOCK_SECONDS)
    left = _forget_on_server(paths)
    record = read_record(paths.engine)
    if record is not None:
        put_away(record.address)  # the socket of a library that lies deep is elsewhere
    try:
        for file in _ours(paths):
            file.unlink(missing_ok=True)
        lock.release()
        paths.lock.unlink(missing_ok=True)
        _remove_empty_folders(paths.root)
    except OSError as error:
        raise LibraryUnwritable(
            f"Not all of the library {paths.root} could be deleted: {error.strerror or error}.",
            "Correct its permissions, then do the same again.",
        ) from error
    return left


def _forget_on_server(paths: LibraryPaths) -> str:
    """Return why vectors of the library are left on a server, in a sentence; empty if none are."""
    storage, left = settings_or_defaults(paths).storage, fact(paths, LEFT)
    library, address = known_id(paths.identity), storage.url or last_server(left)
    if not (address and library):
        return ""
    try:
        forget(storage.model_copy(update={"url": address}), paths.identity, left)
    except VectorServerError as error:
        return f"{error.message} Its collections there are left: {prefix(library)}*."
    return ""


def _ours(paths: LibraryPaths) -> Iterator[Path]:
    """Yield the library's files, the catalog last: by it the folder is seen to be a library."""
    last = (paths.folders, paths.catalog)
    yield from (
        file for file in _files(paths.root) if _is_ours(paths, file) and file not in (*last, paths.lock)
    )
    yield from (file for file in last if os.path.lexists(file))


def _is_ours(paths: LibraryPaths, file: Path) -> bool:
    name = file.relative_to(paths.root).as_posix()
    return bool(OURS.fullmatch(name) or INSIDE.fullmatch(name))


def _files(root: Path) -> Iterator[Path]:
    """Yield everything below a folder that is no folder, links among it; none is followed."""
    for folder, inside, names in os.walk(root):
        links = [name for name in inside if Path(folder, name).is_symlink()]
        yield from (Path(folder, name) for name in sorted([*names, *links]))


def _remove_empty_folders(root: Path) -> None:
    """Remove the folders in which nothing is left, last the library's own."""
    for folder, _, _ in os.walk(root, topdown=False):
        with suppress(OSError):  # something else lies in it
            Path(folder).rmdir()


def _is_own(root: Path) -> bool:
    return not hasattr(os, "getuid") or root.stat().st_uid == os.getuid()
