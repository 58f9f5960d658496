"""The two locks of a library: who owns it, and who is starting its engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pocketrag.errors import EngineUnreachable, LibraryLocked, LibraryUnwritable
from pocketrag.locks import Lock, held
from pocketrag.paths import LibraryPaths

STARTING_SECONDS = 120.0
"""How long a client waits for another one that is starting the engine."""


def owned(paths: LibraryPaths, patience: float = 0.0) -> Lock:
    """Return the library's lock, held; the library is this process's until it is released.

    Raises LibraryLocked if another process holds it so many seconds, or LibraryUnwritable.
    """
    try:
        lock = held(paths.lock, patience)
    except OSError as error:
        raise _unwritable(paths.root, error) from error
    if lock is None:
        raise LibraryLocked(
            f"Another PocketRAG is using the library {paths.root}.",
            "Close it first, or pick another library with --library.",
        )
    return lock


@contextmanager
def starting(paths: LibraryPaths) -> Iterator[None]:
    """Be the only client that starts this library's engine. Raises EngineUnreachable after two minutes."""
    lock = held(paths.starting, STARTING_SECONDS)
    if lock is None:
        raise EngineUnreachable(
            "Another PocketRAG has been starting the engine for two minutes.", "End it, then try again."
        )
    try:
        yield
    finally:
        lock.release()


def _unwritable(folder: Path, error: OSError) -> LibraryUnwritable:
    return LibraryUnwritable(
        f"The library folder {folder} cannot be written: {error.strerror or error}.",
        "Check its permissions, or pick another folder with --library.",
    )
