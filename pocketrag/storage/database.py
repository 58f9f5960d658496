"""SQLite connections and transactions of one catalog file. Owns sqlite3."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self
from weakref import WeakSet

from pocketrag.errors import LibraryDamaged, LibraryUnwritable
from pocketrag.storage.schema import migrate

DAMAGE: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
"""Result codes that mean a damaged file; others mean a disk or permissions (sqlite.org/rescode.html)."""

AGAIN = (
    "Do the same again: the catalog is then set aside, and your folders are read anew."
    " `pocketrag doctor --repair` does that too; your documents are untouched."
)


class Database:
    """One library's catalog file. Any thread may use it; each gets a connection of its own."""

    def __init__(self, file: Path) -> None:
        """Open the catalog, making or migrating it as needed.

        Raises LibraryFromNewerVersion, LibraryDamaged or LibraryUnwritable.
        """
        self._file = file
        self._damaged = threading.Event()
        self._closed = False
        self.generation = 0
        """Counts the transactions that are over, undone ones too: while it stays, nothing has changed."""
        self._local = threading.local()
        self._open: WeakSet[_Connection] = WeakSet()
        self._opening = threading.Lock()
        self._writing = threading.RLock()
        try:
            file.touch(mode=0o600)
            migrate(self.connection)
        except LibraryDamaged:
            self.close()
            raise
        except (sqlite3.DatabaseError, OSError) as error:
            self.close()
            raise LibraryUnwritable(
                f"The catalog {file} cannot be opened: {getattr(error, 'strerror', None) or error}.",
                "Check the permissions of the library's folder and the free space of its disk.",
            ) from error

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection; autocommit, so that transactions are explicit."""
        own: _Own | None = getattr(self._local, "own", None)
        if own is None:
            if self._closed:
                raise sqlite3.ProgrammingError("the catalog is closed")
            # Closing happens from the closing thread, hence check_same_thread=False.
            found = sqlite3.connect(
                self._file, isolation_level=None, check_same_thread=False, timeout=30, factory=_Connection
            )
            found.damaged = self._damaged
            with self._opening:
                self._open.add(found)
            found.execute("PRAGMA journal_mode = WAL")
            found.execute("PRAGMA synchronous = NORMAL")
            found.execute("PRAGMA foreign_keys = ON")
            own = self._local.own = _Own(found)
        return own.connection

    @property
    def damaged(self) -> bool:
        """Whether anybody has met damage since it was opened."""
        return self._damaged.is_set()

    def doubt(self) -> None:
        """Take note that a check has found damage."""
        self._damaged.set()

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
            finally:
                self.generation += 1

    def settle(self) -> None:
        """Bring what was written from the write-ahead log into the file itself, and onto the disk."""
        with self._writing:
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close every connection; no thread gets another one."""
        self._closed = True
        with self._opening:
            for connection in self._open:
                connection.close()


def read_only(file: Path) -> sqlite3.Connection:
    """Return a connection that changes nothing, to a catalog of any version or none. Raises sqlite3.Error."""
    return sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")


class _Own:
    """A thread's connection, which is closed when the thread ends: an engine sees thousands of them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __del__(self) -> None:
        self.connection.close()


class _Connection(sqlite3.Connection):
    """A connection whose cursors say damage in words."""

    damaged: threading.Event
    """Set once damage was met."""

    def execute(self, *what: Any) -> sqlite3.Cursor:  # noqa: ANN401 - as sqlite3 declares it
        return _Cursor(self).execute(*what)

    def executemany(self, *what: Any) -> sqlite3.Cursor:  # noqa: ANN401
        return _Cursor(self).executemany(*what)

    def executescript(self, script: str, /) -> sqlite3.Cursor:
        return _Cursor(self).executescript(script)

    def look_at(self, error: sqlite3.DatabaseError) -> None:
        """Raise LibraryDamaged if an error means damage."""
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in DAMAGE:  # the upper bits say more of the same
            self.damaged.set()
            raise LibraryDamaged(f"The library's catalog is damaged ({error}).", AGAIN) from error


class _Cursor(sqlite3.Cursor):
    """A cursor that tells of damage, at whatever row it comes to light."""

    connection: _Connection

    def execute(self, *what: Any) -> Self:  # noqa: ANN401
        try:
            return super().execute(*what)
        except sqlite3.DatabaseError as error:
            self.connection.look_at(error)
            raise

    def executemany(self, *what: Any) -> Self:  # noqa: ANN401
        try:
            return super().executemany(*what)
        except sqlite3.DatabaseError as error:
            self.connection.look_at(error)
            raise

    def executescript(self, script: str, /) -> sqlite3.Cursor:
        try:
            return super().executescript(script)
        except sqlite3.DatabaseError as error:
            self.connection.look_at(error)
            raise

    def fetchone(self) -> Any:  # noqa: ANN401
        try:
            return super().fetchone()
        except sqlite3.DatabaseError as error:
            self.connection.look_at(error)
            raise

    def fetchall(self) -> list[Any]:
        try:
            return super().fetchall()
        except sqlite3.DatabaseError as error:
            self.connection.look_at(error)
            raise

    def __next__(self) -> Any:  # noqa: ANN401
        try:
            return super().__next__()
        except sqlite3.DatabaseError as error:
            self.connection.look_at(error)
            raise
