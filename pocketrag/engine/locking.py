"""The two locks of a library: who owns it, and who is starting its engine. Owns filelock.

The system lets go of both when their process dies, so a crash leaves nothing in the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pocketrag.errors import EngineUnreachable, LibraryLocked, LibraryUnwritable
from pocketrag.paths import LibraryPaths

STARTING_SECONDS = 120.0
"""How long a client waits for another one that is starting the engine."""


def owned(paths: LibraryPaths, patience: float = 0.0) -> FileLock:
    """Return the library's lock, held; the library is this process's until it is released.

    Raises LibraryLocked if another process holds it so many seconds, or LibraryUnwritable.
    """
    lock = FileLock(paths.lock, patience, mode=0o600, thread_local=False, poll_interval=0.02)
    try:
        lock.acquire()
    except Timeout as error:
        raise LibraryLocked(
            f"Another PocketRAG is using the library {paths.root}.",
            "Close it first, or pick another library with --library.",
        ) from error
    except OSError as error:
        raise _unwritable(paths.root, error) from error
    return lock


@contextmanager
def starting(paths: LibraryPaths) -> Iterator[None]:
    """Be the only client that starts this library's engine. Raises EngineUnreachable after two minutes."""
    try:
        with FileLock(paths.starting, STARTING_SECONDS, mode=0o600, poll_interval=0.02):
            yield
    except Timeout as error:
        raise EngineUnreachable(
            "Another PocketRAG has been starting the engine for two minutes.", "End it, then try again."
        ) from error


def _unwritable(folder: Path, error: OSError) -> LibraryUnwritable:
    return LibraryUnwritable(
        f"The library folder {folder} cannot be written: {error.strerror or error}.",
        "Check its permissions, or pick another folder with --library.",
    )
