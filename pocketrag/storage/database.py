"""SQLite connections and transactions of one catalog file. Owns sqlite3."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pocketrag.errors import LibraryDamaged, LibraryUnwritable
from pocketrag.storage.schema import migrate


class Database:
    """One library's catalog file. Any thread may use it; each gets a connection of its own."""

    def __init__(self, file: Path) -> None:
        """Open the catalog, making or migrating it as needed.

        Raises LibraryFromNewerVersion, LibraryDamaged or LibraryUnwritable.
        """
        self._file = file
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._writing = threading.RLock()
        try:
            file.touch(mode=0o600)
            migrate(self.connection)
        except sqlite3.DatabaseError as error:
            raise LibraryDamaged(
                f"The catalog {file} cannot be opened: {error}.",
                f"Move {file.parent} aside and index again; your documents are untouched.",
            ) from error
        except OSError as error:
            raise LibraryUnwritable(
                f"The catalog {file} cannot be written: {error.strerror}.",
                "Check the permissions of the library's folder and the free space of its disk.",
            ) from error

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection; autocommit, so that transactions are explicit."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            # Closing happens from the closing thread, hence check_same_thread=False.
            found = sqlite3.connect(self._file, isolation_level=None, check_same_thread=False, timeout=30)
            found.execute("PRAGMA journal_mode = WAL")
            found.execute("PRAGMA synchronous = NORMAL")
            found.execute("PRAGMA foreign_keys = ON")
            self._local.connection = found
            self._open.append(found)
        return found

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection inside a write transaction: all of it becomes visible, or nothing.

        Raises LibraryUnwritable if the disk is full or cannot be written.
        """
        connection = self.connection
        with self._writing:
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except sqlite3.OperationalError as error:
                _roll_back(connection)
                raise LibraryUnwritable(
                    f"The catalog cannot be written: {error}.",
                    "Free some disk space or check permissions, then index again; nothing is lost.",
                ) from error
            except BaseException:
                _roll_back(connection)
                raise

    def close(self) -> None:
        """Close every connection."""
        for connection in self._open:
            connection.close()
        self._open.clear()


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")
