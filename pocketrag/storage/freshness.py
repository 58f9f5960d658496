"""Whether a file on disk is as the index holds it: one look at its size and time, no reading."""

from __future__ import annotations

import os
from pathlib import Path

from pocketrag.domain import FileVersion, Freshness
from pocketrag.storage.mounts import is_below
from pocketrag.storage.stored import StoredFile


def on_disk(file: FileVersion, away: frozenset[Path]) -> os.stat_result | Freshness:
    """Return what the disk says of a file; `AWAY` or `DELETED` if it is not there.

    `away`: the places whose drive is not connected.
    """
    if is_below(file.path, away):
        return Freshness.AWAY
    try:
        return file.path.stat(follow_symlinks=False)
    except (OSError, ValueError):  # not there, or no name that could be
        return Freshness.DELETED if file.folder.is_dir() else Freshness.AWAY


def since_indexed(file: FileVersion, size: int, mtime_ns: int, away: frozenset[Path]) -> Freshness:
    """Return how a file compares with what was indexed of it: its size, and its time in nanoseconds."""
    found = on_disk(file, away)
    if isinstance(found, Freshness):
        return found
    return Freshness.FRESH if (found.st_size, found.st_mtime_ns) == (size, mtime_ns) else Freshness.CHANGED


def freshness_of(file: StoredFile, away: frozenset[Path]) -> Freshness:
    """Return how a file that is indexed compares with what the disk holds now."""
    return since_indexed(file.version, file.size, file.mtime_ns, away)
