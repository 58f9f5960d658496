"""Reading the catalog for a question or a status: nothing here changes anything."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pocketrag.domain import Chunk, Counts, Document, FileState, FileStatus, FileVersion, Filters
from pocketrag.errors import UnknownFile
from pocketrag.storage import rows
from pocketrag.storage.database import Database
from pocketrag.storage.named_folders import named
from pocketrag.storage.narrowing import conditions, file_conditions
from pocketrag.storage.remembered import Remembered
from pocketrag.storage.stored import Standing, StoredChunk, StoredFile
from pocketrag.storage.word_search import WordSearch

BATCH = 500
"""Values in one SQL statement; SQLite's oldest limit is 999 parameters."""


_FILE_COLUMNS = (
    "f.path, d.path, f.container, t.sha256, t.title, t.author, t.date, t.language, f.mtime_ns, f.size,"
    " f.path_key"
)
_FILE_WIDTH = _FILE_COLUMNS.count(",") + 1
"""What `_stored_file` makes a file of, `f`, in its folder, `d`, holding the document `t`."""

COPIES = 50
"""Chunks of the same text that are looked at: a line may stand ten thousand times in one file."""


class Lookup:
    """The catalog's answers to questions."""

    def __init__(self, database: Database) -> None:
        """Read from an open database."""
        self._database = database
        self._remembered = Remembered(database)
        self.words = WordSearch(database)
        """Where words stand."""

    # ── for a search ────────────────────────────────────────────────────────────────────────

    def keys(self, filters: Filters, limit: int = -1) -> list[str]:
        """Return vector keys of chunks that pass the filters: all, or at most `limit`."""
        where, values = conditions(filters)
        # Files first, which are fewer: left to itself, SQLite goes through all chunks (0.1 s for 500,000).
        tables = "chunks c JOIN files f" if filters.phrases else "files f CROSS JOIN chunks c"
        found = self._database.connection.execute(
            f"SELECT DISTINCT c.key FROM {tables} ON f.document_id = c.document_id WHERE {where} LIMIT ?",
            (*values, limit),
        )
        return [row[0] for row in found.fetchall()]

    def keys_of(self, files: Sequence[int], filters: Filters, limit: int) -> list[str]:
        """Return at most `limit` vector keys of these files' chunks that pass the filters."""
        where, values = conditions(filters)
        marks = ",".join("?" * len(files))
        found = self._database.connection.execute(
            "SELECT DISTINCT c.key FROM chunks c JOIN files f ON f.document_id = c.document_id"
            f" WHERE f.id IN ({marks}) AND {where} LIMIT ?",
            (*files, *values, limit),
        )
        return [row[0] for row in found]

    def passing_keys(self, keys: Sequence[str], filters: Filters) -> set[str]:
        """Return those of the keys that belong to a chunk which passes the filters."""
        where, values = conditions(filters)
        found = self._in_batches(
            "SELECT c.key FROM chunks c JOIN files f ON f.document_id = c.document_id"
            f" WHERE c.key IN ({{marks}}) AND {where}",
            keys,
            values,
        )
        return {row[0] for row in found}

    def standings(self, keys: Iterable[str], filters: Filters) -> list[Standing]:
        """Return where the visible chunks with these vector keys stand, without their text."""
        where, values = conditions(filters)
        found = self._in_batches(
            "SELECT c.key, c.id, c.context_key, c.document_id, f.id, f.path_key"
            " FROM chunks c JOIN files f ON f.document_id = c.document_id"
            f" WHERE c.key IN ({{marks}}) AND {where}",
            list(keys),
            values,
        )
        return list(map(Standing._make, found))

    def documents_in_other_languages(self, known: frozenset[str]) -> set[int]:
        """Return the ids of documents that are in none of these languages, as far as can be told."""
        marks = ",".join("?" * len(known))

        def read() -> set[int]:
            """Return the ids, from the catalog."""
            found = self._database.connection.execute(
                f"SELECT id FROM documents WHERE language NOT IN ({marks})", tuple(known)
            )
            return {row[0] for row in found}

        return self._remembered.get(("other languages", known), read)

    def chunks_by_key(self, keys: Iterable[str], filters: Filters) -> list[StoredChunk]:
        """Return the visible chunks that have one of these vector keys, newest file first.

        Of those with the same key, which hold the same text, `COPIES` at most.
        """
        return self._chunks("c.id", self._ids(list(keys), filters), filters)

    def _ids(self, keys: Sequence[str], filters: Filters) -> list[int]:
        """Return the chunks with these keys, of each key those of the newest files."""
        where, values = conditions(filters)
        copies = (
            "SELECT c.id, row_number() OVER (PARTITION BY c.key ORDER BY f.day DESC, f.path) AS copy"
            " FROM chunks c JOIN files f ON f.document_id = c.document_id"
            f" WHERE c.key IN ({{marks}}) AND {where}"
        )
        found = self._in_batches(
            f"SELECT DISTINCT id FROM ({copies}) WHERE copy <= ?", keys, (*values, COPIES)
        )
        return [row[0] for row in found]

    def chunks(self, ids: Iterable[int], filters: Filters) -> list[StoredChunk]:
        """Return these chunks, newest file first; those that pass the filters."""
        return self._chunks("c.id", list(ids), filters)

    def chunks_of(self, file: Path) -> list[StoredChunk]:
        """Return the chunks of an indexed file, or attachment, in order."""
        found = self._chunks("f.path", [os.fsencode(file)], Filters())
        return sorted(found, key=lambda stored: stored.chunk.start)

    def files(self, filters: Filters, among: Collection[int] | None = None) -> list[StoredFile]:
        """Return the indexed files, and attachments, that pass the filters, by path; `among` these ids."""
        where, values = file_conditions(filters)
        if among is not None:
            where += f" AND f.id IN ({','.join('?' * len(among))})"
            values = [*values, *among]
        found = self._database.connection.execute(
            f"SELECT {_FILE_COLUMNS} FROM files f JOIN folders d ON d.id = f.folder_id"
            f" JOIN documents t ON t.id = f.document_id WHERE {where} ORDER BY f.path",
            values,
        )
        return [_stored_file(row) for row in found]

    def _chunks(
        self, column: str, wanted: Sequence[str] | Sequence[int] | Sequence[bytes], filters: Filters
    ) -> list[StoredChunk]:
        where, values = conditions(filters)
        found: dict[int, tuple[str, str, Chunk]] = {}
        files: dict[int, list[StoredFile]] = {}
        for row in self._in_batches(
            'SELECT c.id, c.key, c.context_key, c.start, c."end", c.context, c.header, c.place,'
            " c.headings,"
            f' substr(t.text, c.start + 1, c."end" - c.start), {_FILE_COLUMNS}'
            " FROM chunks c JOIN documents t ON t.id = c.document_id"
            " JOIN files f ON f.document_id = t.id JOIN folders d ON d.id = f.folder_id"
            f" WHERE {column} IN ({{marks}}) AND {where} ORDER BY f.day DESC, f.path",
            wanted,
            values,
        ):
            number, key, context_key, begin, end, context, header, place, headings, text = row[:10]
            chunk = Chunk(begin, end, text, context, rows.place(place), header, rows.spans(headings))
            found[number] = key, context_key, chunk
            files.setdefault(number, []).append(_stored_file(row[10:]))
        return [StoredChunk(number, *keyed, tuple(files[number])) for number, keyed in found.items()]

    def _in_batches(
        self, sql: str, wanted: Sequence[object], values: Sequence[object]
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the rows for as many values as are wanted, whose marks stand first in the statement."""
        for start in range(0, len(wanted), BATCH):
            batch = wanted[start : start + BATCH]
            marked = sql.replace("{marks}", ",".join("?" * len(batch)))
            yield from self._database.connection.execute(marked, (*batch, *values)).fetchall()

    # ── for a reader ────────────────────────────────────────────────────────────────────────

    def document(self, path: Path) -> tuple[FileVersion, Document]:
        """Return an indexed file's, or attachment's, stored text and structure. Raises UnknownFile."""
        row = self._database.connection.execute(
            f"SELECT {_FILE_COLUMNS}, t.text, t.blocks, t.title, t.author, t.date, t.pages,"
            " t.textless_pages, t.language, t.raw"
            " FROM files f JOIN folders d ON d.id = f.folder_id JOIN documents t ON t.id = f.document_id"
            " WHERE f.path = ?",
            (os.fsencode(path),),
        ).fetchone()
        if row is None:
            raise UnknownFile(f"{path} is not in the index.", "See `pocketrag status --files` for what is.")
        return _stored_file(row[:_FILE_WIDTH]).version, rows.document(row[_FILE_WIDTH:])

    # ── for a status ────────────────────────────────────────────────────────────────────────

    def counts(self) -> Counts:
        """Return how many files are in each state; attachments are part of theirs."""
        return self._remembered.get("counts", self._counts)

    def _counts(self) -> Counts:
        found = self._database.connection.execute(
            "SELECT state, count(*) FROM files WHERE container IS NULL GROUP BY state"
        )
        return Counts(**dict(found))

    def passing(self, filters: Filters) -> int:
        """Return how many indexed files pass the filters."""
        where, values = file_conditions(filters)
        (number,) = self._database.connection.execute(
            f"SELECT count(*) FROM files f WHERE f.document_id IS NOT NULL AND {where}", values
        ).fetchone()
        return int(number)

    def share(self, filters: Filters) -> float:
        """Return the share of the indexed files that pass the filters, 0 to 1."""
        return self._remembered.get(
            ("share", filters), lambda: self.passing(filters) / max(1, self.passing(Filters()))
        )

    def kinds(self) -> list[str]:
        """Return the name endings of the indexed files, without the dot, commonest first."""
        return self._commonest("f.kind")

    def languages(self) -> list[str]:
        """Return the languages of the indexed documents, commonest first; empty where none was told."""
        return self._remembered.get("languages", lambda: self._commonest("t.language"))

    def folders_named(self, name: str) -> list[Path]:
        """Return the folders that a name or the end of a path means, in upper or lower case, outermost first.

        Those of the library, and all below them that hold indexed files; of nested ones the outer. Where no
        folder is meant, the indexed files that are.
        """
        return named(name, self._held)

    def _held(self) -> set[tuple[Path, Path]]:
        """Return the files of which anything is indexed, each with the folder of the library it is in."""
        files = self._database.connection.execute(
            "SELECT d.path, ifnull(f.container, f.path) FROM files f JOIN folders d ON d.id = f.folder_id"
            " WHERE f.document_id IS NOT NULL"
        )
        return {(rows.path(folder), rows.path(path)) for folder, path in files}

    def days(self) -> tuple[str, str]:
        """Return the first and the last ISO day that an indexed file is dated; empty if there is none."""
        oldest, newest = self._database.connection.execute(
            "SELECT min(day), max(day) FROM files WHERE document_id IS NOT NULL"
        ).fetchone()
        return oldest or "", newest or ""

    def _commonest(self, column: str) -> list[str]:
        found = self._database.connection.execute(
            f"SELECT {column} FROM files f JOIN documents t ON t.id = f.document_id"
            f" GROUP BY {column} ORDER BY count(*) DESC, {column}"
        )
        return [row[0] for row in found]

    def chunk_count(self) -> int:
        """Return how many chunks are searchable."""
        return self._remembered.get("chunks", self._chunk_count)

    def _chunk_count(self) -> int:
        (number,) = self._database.connection.execute("SELECT count(*) FROM chunks").fetchone()
        return int(number)

    def held_by_kind(self) -> dict[str, tuple[int, int, int]]:
        """Return of each kind, by its name ending, how many files are indexed, their bytes and passages."""
        found = self._database.connection.execute(
            "SELECT f.kind, count(*), sum(f.size),"
            " sum((SELECT count(*) FROM chunks c WHERE c.document_id = f.document_id))"
            " FROM files f WHERE f.document_id IS NOT NULL AND f.container IS NULL GROUP BY f.kind"
        )
        return {kind: (files, size, passages) for kind, files, size, passages in found}

    def file_statuses(self, states: Sequence[FileState]) -> tuple[FileStatus, ...]:
        """Return the files in these states, and those with pages that have no text; failed first, by path."""
        marks = ",".join("?" * len(states))
        found = self._database.connection.execute(
            "SELECT f.path, d.path, f.container, f.state, f.reason, f.message, f.remedy, c.pages,"
            " c.textless_pages, (SELECT count(*) FROM chunks WHERE document_id = c.id),"
            " c.title, c.author, c.date, c.language, f.mtime_ns"
            " FROM files f JOIN folders d ON d.id = f.folder_id LEFT JOIN documents c ON c.id = f.document_id"
            f" WHERE f.state IN ({marks}) OR c.textless_pages != '[]' ORDER BY f.state != 'failed', f.path",
            tuple(states),
        )
        return tuple(rows.file_status(row) for row in found)


def _stored_file(row: tuple[Any, ...]) -> StoredFile:
    *version, mtime_ns, size, path_key = row
    return StoredFile(rows.file_version((*version, mtime_ns)), size, mtime_ns, path_key)
