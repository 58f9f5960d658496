"""The catalog: what the library holds, file by file. The catalog decides.

A file's new version becomes visible in one transaction, with its text, its chunks and their words.
Chroma holds only vectors by content, and can be made again from what stands here.
Reading for a question is in `lookup.py`; rows become values in `rows.py`.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pocketrag.domain import Chunk, Document, FileState, Turn
from pocketrag.storage import rows
from pocketrag.storage.database import Database


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file as it stood on disk when it was looked at."""

    path: Path
    folder: Path
    size: int
    mtime_ns: int
    kind: str
    """File name ending, lower case, without the dot."""


@dataclass(frozen=True, slots=True)
class KnownFile:
    """What the catalog holds of a file."""

    record: FileRecord
    state: FileState
    reason: str
    message: str
    remedy: str
    document_id: int | None
    recipe: str
    """Version of reading and chunking that made its document; empty if it has none."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a file is not indexed."""

    state: FileState
    reason: str
    message: str = ""
    remedy: str = ""


class Catalog:
    """What one library holds, and every change to it."""

    def __init__(self, database: Database) -> None:
        """Work on an open database."""
        self._database = database

    # ── meta ────────────────────────────────────────────────────────────────────────────────

    def meta(self, key: str) -> str | None:
        """Return a fact about the whole library; None if it was never set."""
        row = self._database.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def set_meta(self, key: str, value: str) -> None:
        """Keep a fact about the whole library."""
        with self._database.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def discard_index(self) -> None:
        """Drop all that was read and embedded; the folders and the last conversation stay."""
        with self._database.transaction() as connection:
            for table in ("files", "chunks", "documents", "meta"):
                connection.execute(f"DELETE FROM {table}")
            connection.execute("INSERT INTO chunk_words (chunk_words) VALUES ('delete-all')")

    # ── folders ─────────────────────────────────────────────────────────────────────────────

    def folders(self) -> tuple[Path, ...]:
        """Return the library's folders, in the order of their names."""
        found = self._database.connection.execute("SELECT path FROM folders ORDER BY path")
        return tuple(rows.path(row[0]) for row in found)

    def add_folder(self, folder: Path) -> None:
        """Add a folder; folders of the library inside it are taken over, with their files."""
        inside = [f for f in self.folders() if f.is_relative_to(folder) and f != folder]
        with self._database.transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO folders (path) VALUES (?)", (os.fsencode(folder),))
            new = _folder_id(connection, folder)
            for old in (_folder_id(connection, f) for f in inside):
                connection.execute("UPDATE files SET folder_id = ? WHERE folder_id = ?", (new, old))
                connection.execute("DELETE FROM folders WHERE id = ?", (old,))

    def remove_folder(self, folder: Path) -> int:
        """Forget a folder; return how many files were forgotten with it."""
        known = self.known_files(folder)
        for path in known:
            self.forget(path)
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM folders WHERE path = ?", (os.fsencode(folder),))
        return len(known)

    # ── files ───────────────────────────────────────────────────────────────────────────────

    def known_files(self, folder: Path) -> dict[Path, KnownFile]:
        """Return what is known of each file of a library folder."""
        found = self._database.connection.execute(
            "SELECT f.path, d.path, f.size, f.mtime_ns, f.kind, f.state, f.reason, f.message, f.remedy,"
            " f.document_id, ifnull(t.recipe, '')"
            " FROM files f JOIN folders d ON d.id = f.folder_id LEFT JOIN documents t ON t.id = f.document_id"
            " WHERE d.path = ?",
            (os.fsencode(folder),),
        )
        known = {}
        for path, root, size, mtime_ns, kind, state, *rest in found:
            record = FileRecord(rows.path(path), rows.path(root), size, mtime_ns, kind)
            known[record.path] = KnownFile(record, FileState(state), *rest)
        return known

    def document_id(self, sha256: str, kind: str, recipe: str) -> int | None:
        """Return the document with this content, read by this recipe; None if there is none."""
        row = self._database.connection.execute(
            "SELECT id FROM documents WHERE sha256 = ? AND kind = ? AND recipe = ?", (sha256, kind, recipe)
        ).fetchone()
        return row[0] if row else None

    def chunks_of(self, document_id: int) -> int:
        """Return how many chunks a document has."""
        (number,) = self._database.connection.execute(
            "SELECT count(*) FROM chunks WHERE document_id = ?", (document_id,)
        ).fetchone()
        return int(number)

    def put_document(
        self, sha256: str, kind: str, recipe: str, document: Document, chunks: Sequence[tuple[Chunk, str]]
    ) -> int:
        """Return the id of a new document, with its chunks (each beside its vector's key).

        Not visible to a search until a file is attached to it.
        """
        with self._database.transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO documents (sha256, kind, recipe, text, blocks, title, author, date, pages,"
                " textless_pages) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (sha256, kind, recipe, *rows.document_columns(document)),
            )
            new = cursor.lastrowid
            assert new is not None
            for chunk, key in chunks:
                _put_chunk(connection, new, chunk, key)
            return new

    def attach(
        self, record: FileRecord, document_id: int, path_key: str, previous: Path | None = None
    ) -> None:
        """Make a file's version visible: it now holds this document; a renamed file leaves `previous`."""
        with self._database.transaction() as connection:
            if previous is not None:
                _forget(connection, previous, keep=document_id)
            (date,) = connection.execute("SELECT date FROM documents WHERE id = ?", (document_id,)).fetchone()
            day = date[:10] or rows.day(record.mtime_ns)
            _put_file(connection, record, day, Verdict(FileState.INDEXED, ""), document_id, path_key)

    def announce(self, records: Sequence[FileRecord]) -> None:
        """Record new files as waiting to be indexed."""
        with self._database.transaction() as connection:
            for record in records:
                waiting = Verdict(FileState.WAITING, "")
                _put_file(connection, record, rows.day(record.mtime_ns), waiting, None, "")

    def set_aside(self, record: FileRecord, verdict: Verdict) -> None:
        """Record that a file is not indexed, and why; what was indexed of it is forgotten."""
        with self._database.transaction() as connection:
            _put_file(connection, record, rows.day(record.mtime_ns), verdict, None, "")

    def forget(self, path: Path) -> None:
        """Forget a file, and its document if no other file holds it."""
        with self._database.transaction() as connection:
            _forget(connection, path)

    # ── vectors ─────────────────────────────────────────────────────────────────────────────

    def known_keys(self, keys: Iterable[str]) -> set[str]:
        """Return those of the keys that some chunk or file refers to."""
        wanted = list(dict.fromkeys(keys))
        known: set[str] = set()
        for start in range(0, len(wanted), 500):
            batch = wanted[start : start + 500]
            marks = ",".join("?" * len(batch))
            sql = (
                f"SELECT key FROM chunks WHERE key IN ({marks})"
                f" UNION SELECT path_key FROM files WHERE path_key IN ({marks})"
            )
            known.update(row[0] for row in self._database.connection.execute(sql, batch + batch))
        return known

    # ── the last conversation ───────────────────────────────────────────────────────────────

    def turns(self) -> tuple[Turn, ...]:
        """Return the last conversation, oldest turn first."""
        found = self._database.connection.execute(
            "SELECT question, answer, query FROM turns ORDER BY position"
        )
        return tuple(Turn(*row) for row in found)

    def set_turns(self, turns: Sequence[Turn]) -> None:
        """Keep these turns as the last conversation."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM turns")
            connection.executemany(
                "INSERT INTO turns (question, answer, query) VALUES (?, ?, ?)",
                [(turn.question, turn.answer, turn.query) for turn in turns],
            )


def _folder_id(connection: sqlite3.Connection, folder: Path) -> int:
    (found,) = connection.execute("SELECT id FROM folders WHERE path = ?", (os.fsencode(folder),)).fetchone()
    return int(found)


def _put_chunk(connection: sqlite3.Connection, document_id: int, chunk: Chunk, key: str) -> None:
    cursor = connection.execute(
        'INSERT INTO chunks (document_id, start, "end", context, place, key) VALUES (?, ?, ?, ?, ?, ?)',
        (document_id, chunk.start, chunk.end, chunk.context, rows.place_json(chunk.place), key),
    )
    connection.execute(
        "INSERT INTO chunk_words (rowid, text, context) VALUES (?, ?, ?)",
        (cursor.lastrowid, chunk.text, chunk.context),
    )


def _put_file(
    connection: sqlite3.Connection,
    record: FileRecord,
    day: str,
    verdict: Verdict,
    document_id: int | None,
    path_key: str,
) -> None:
    """Write a file's row over the one it had, and drop the document it alone held."""
    _forget(connection, record.path, keep=document_id)
    connection.execute(
        "INSERT INTO files (path, folder_id, size, mtime_ns, kind, day, state, reason, message, remedy,"
        " document_id, path_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            os.fsencode(record.path),
            _folder_id(connection, record.folder),
            record.size,
            record.mtime_ns,
            record.kind,
            day,
            verdict.state,
            verdict.reason,
            verdict.message,
            verdict.remedy,
            document_id,
            path_key,
        ),
    )


def _forget(connection: sqlite3.Connection, path: Path, keep: int | None = None) -> None:
    name = os.fsencode(path)
    row = connection.execute("SELECT document_id FROM files WHERE path = ?", (name,)).fetchone()
    connection.execute("DELETE FROM files WHERE path = ?", (name,))
    if row and row[0] is not None and row[0] != keep:
        _drop_unheld(connection, row[0])


def _drop_unheld(connection: sqlite3.Connection, document_id: int) -> None:
    """Drop a document that no file holds, with its chunks and their words."""
    if connection.execute("SELECT 1 FROM files WHERE document_id = ?", (document_id,)).fetchone():
        return
    (text,) = connection.execute("SELECT text FROM documents WHERE id = ?", (document_id,)).fetchone()
    chunks = connection.execute(
        'SELECT id, start, "end", context FROM chunks WHERE document_id = ?', (document_id,)
    ).fetchall()
    # A contentless full-text table deletes by being told what it was given.
    connection.executemany(
        "INSERT INTO chunk_words (chunk_words, rowid, text, context) VALUES ('delete', ?, ?, ?)",
        [(chunk, text[start:end], context) for chunk, start, end, context in chunks],
    )
    connection.execute("DELETE FROM chunks WHERE document_id = ?", (document_id,))
    connection.execute("DELETE FROM documents WHERE id = ?", (document_id,))
