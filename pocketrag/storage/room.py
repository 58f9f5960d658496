"""Whether there is room left on the library's disk: what fails without it is not damaged."""

from __future__ import annotations

import shutil
from pathlib import Path

from pocketrag.errors import LibraryUnwritable

ENOUGH = 1_000_000
"""Bytes with which SQLite and Chroma open, and write a page of each of their files."""


def lacks_room(folder: Path) -> bool:
    """Return whether the disk that a folder lies on, or would, is full."""
    there = next(place for place in (folder, *folder.parents) if place.is_dir())
    return shutil.disk_usage(there).free < ENOUGH


def no_room(folder: Path) -> LibraryUnwritable:
    """Return what to raise when something failed that lacks room."""
    return LibraryUnwritable(
        f"The disk of the library {folder} is full.",
        "Free some space, then do the same again; nothing is lost.",
    )
