"""The catalog's check: whether the file holds together, and is a catalog as this program makes them."""

from __future__ import annotations

import sqlite3

from pocketrag.errors import LibraryDamaged, LibraryUnwritable
from pocketrag.storage.schema import migrate

_SCHEMA = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name"


HINDERED = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
)
"""Result codes that mean that a file could not be looked at, not that anything is wrong with it."""


def faults(connection: sqlite3.Connection) -> str:
    """Return the first thing wrong with a catalog, for a log; empty for a sound one.

    About eight seconds a gigabyte: every page, every index, and the full-text index.

    Raises LibraryUnwritable if it cannot be told, as on a full disk.
    """
    try:
        connection.execute(
            "PRAGMA wal_checkpoint(TRUNCATE)"
        )  # pages in the log would stand for those in the file
        (told,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if told != "ok":
            return f"the check of its pages says: {told}"
        if connection.execute(_SCHEMA).fetchall() != _schema():
            return "its tables are not those of a catalog"
        if connection.execute("PRAGMA foreign_key_check").fetchone():
            return "its tables do not agree with one another"
        for words in ("chunk_words", "path_words", "title_words", "turn_words"):
            connection.execute(f"INSERT INTO {words} ({words}) VALUES ('integrity-check')")
    except (LibraryDamaged, sqlite3.DatabaseError) as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in HINDERED:  # the upper bits say more of the same
            raise LibraryUnwritable(
                f"The catalog cannot be checked: {error}.",
                "Free some disk space or check permissions, then do the same again; nothing is lost.",
            ) from error
        return f"the check breaks off: {error.__cause__ or error}"
    return ""


def _schema() -> list[tuple[str, str, str]]:
    """Return the tables and indexes of a catalog that this program has made."""
    memory = sqlite3.connect(":memory:", isolation_level=None)
    try:
        migrate(memory)
        found: list[tuple[str, str, str]] = memory.execute(_SCHEMA).fetchall()
        return found
    finally:
        memory.close()
