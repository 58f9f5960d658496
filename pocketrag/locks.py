"""Files that one process at a time holds. Owns filelock.

The system lets go of them when their process dies, so a crash leaves nothing in the way.
"""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout

Lock = FileLock

OFTEN = 0.02
"""Seconds between two looks at a lock that another process holds: one that a person waits for."""


def held(file: Path, patience: float = 0.0, every: float = OFTEN) -> Lock | None:
    """Return a file's lock, held until it is released; None if another process held it for so many seconds.

    A negative patience waits for ever; `every` is how often is looked. Raises OSError.
    """
    lock = FileLock(file, patience, mode=0o600, thread_local=False, poll_interval=every)
    try:
        lock.acquire()
    except Timeout:
        return None
    return lock
