"""How much a library holds, told without opening it for work: also of one that is damaged or newer."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass

from pocketrag.paths import LibraryPaths
from pocketrag.storage.database import read_only
from pocketrag.storage.folder_copy import kept_folders


@dataclass(frozen=True, slots=True)
class Contents:
    """Counts; 0 for what cannot be told."""

    folders: int
    files: int
    conversations: int


def contents(paths: LibraryPaths) -> Contents:
    """Return how much a library holds."""
    tables = ("folders", "files WHERE container IS NULL", "conversations")
    folders, files, conversations = (_count(paths, table) for table in tables)
    if not conversations:  # an older catalog keeps the turns of one alone
        conversations = min(1, _count(paths, "turns"))
    return Contents(folders or len(kept_folders(paths.folders) or ()), files, conversations)


def fact(paths: LibraryPaths, key: str) -> str | None:
    """Return what a catalog says under a key; None if it says nothing, or cannot be read."""
    if paths.catalog.exists():
        with suppress(sqlite3.Error), closing(read_only(paths.catalog)) as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
            return row[0] if row else None
    return None


def _count(paths: LibraryPaths, table: str) -> int:
    if paths.catalog.exists():
        with suppress(sqlite3.Error), closing(read_only(paths.catalog)) as connection:
            (number,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            return int(number)
    return 0
