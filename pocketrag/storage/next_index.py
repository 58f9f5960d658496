"""The next index: every document cut anew, beside the chunks that go on being searched until it is whole.

Another embedding model, or another size of chunks, changes every chunk and every vector. What is made
already is kept from run to run; when no document waits any more, one transaction takes it over.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from pocketrag.domain import Chunk, Document
from pocketrag.storage import documents, rows
from pocketrag.storage.database import Database
from pocketrag.storage.records import KeyedChunk
from pocketrag.storage.references import NamedFile

FORM, RENEWED = "next form", "renewed"

_WAITING = "FROM documents WHERE id NOT IN (SELECT document_id FROM next_documents)"
_TEXT = "text, blocks, title, author, date, pages, textless_pages, language, raw"
_CHUNK = 'document_id, start, "end", context, header, place, key, context_key, headings'


class Waiting(NamedTuple):
    """A document that the next index lacks."""

    id: int
    document: Document


class NextIndex:
    """What there is of the next index in one catalog."""

    def __init__(self, database: Database) -> None:
        """Work on an open database."""
        self._database = database

    def begin(self, form: str, empty: Callable[[], object]) -> None:
        """Go on with the next index if it is of this form; else begin it, its vectors emptied by `empty`.

        The form is noted last: what is broken off in between is begun again.
        """
        if self._meta(FORM) == form:
            return
        self.abandon()
        empty()
        with self._database.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (FORM, form))

    def abandon(self) -> bool:
        """Drop what there is of it; return whether there was any."""
        begun = self._meta(FORM) is not None
        with self._database.transaction() as connection:
            _clear(connection)
        return begun

    def waiting_count(self) -> int:
        """Return how many documents it lacks."""
        (number,) = self._database.connection.execute(f"SELECT count(*) {_WAITING}").fetchone()
        return int(number)

    def waiting(self, limit: int) -> list[Waiting]:
        """Return at most `limit` documents that it lacks."""
        found = self._database.connection.execute(f"SELECT id, {_TEXT} {_WAITING} LIMIT ?", (limit,))
        return [Waiting(number, rows.document(tuple(row))) for number, *row in found]

    def keep(self, document_id: int, chunks: Sequence[KeyedChunk]) -> None:
        """Keep a document's chunks; a document that has gone meanwhile is passed over."""
        with self._database.transaction() as connection:
            if not connection.execute("SELECT 1 FROM documents WHERE id = ?", (document_id,)).fetchone():
                return
            marks = ", ".join("?" * 9)
            connection.executemany(
                f"INSERT INTO next_chunks ({_CHUNK}) VALUES ({marks})",
                [documents.chunk_columns(document_id, chunk) for chunk in chunks],
            )
            connection.execute("INSERT INTO next_documents VALUES (?)", (document_id,))

    def named_files(self) -> dict[int, NamedFile]:
        """Return the files and attachments that have a path vector, by their number."""
        found = self._database.connection.execute(
            "SELECT f.id, f.path, d.path, f.container FROM files f JOIN folders d ON d.id = f.folder_id"
            " WHERE f.path_key != ''"
        )
        return {
            number: NamedFile(on_disk, rows.path(folder), attachment)
            for number, path, folder, container in found
            for on_disk, attachment in [rows.parts(path, container)]
        }

    def take_over(self, path_key: Callable[[NamedFile], str], facts: Mapping[str, str]) -> bool:
        """Make the next index the one that is searched; return False if a document waits after all.

        `path_key` gives the key of a path's vector; `facts` are noted of the library with it. From then
        on the vectors' own taking over is due, until `renewed` is told that it is done.
        """
        with self._database.transaction() as connection:
            if connection.execute(f"SELECT 1 {_WAITING} LIMIT 1").fetchone():
                return False
            connection.execute("INSERT INTO chunk_words (chunk_words) VALUES ('delete-all')")
            connection.execute("DELETE FROM chunks")
            for (document_id,) in connection.execute("SELECT document_id FROM next_documents").fetchall():
                for chunk in _chunks(connection, document_id):
                    documents.put_chunk(connection, document_id, chunk)
            keys = [(path_key(named), number) for number, named in self.named_files().items()]
            connection.executemany("UPDATE files SET path_key = ? WHERE id = ?", keys)
            connection.execute("DELETE FROM loose_keys")
            _clear(connection)
            values = [*facts.items(), (RENEWED, "due")]
            connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values)
        return True

    @property
    def vectors_due(self) -> bool:
        """Whether the catalog has taken the next index over, and the vectors have not."""
        return self._meta(RENEWED) is not None

    def renewed(self) -> None:
        """Note that the vectors have been taken over too."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM meta WHERE key = ?", (RENEWED,))

    def _meta(self, key: str) -> str | None:
        row = self._database.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None


def _clear(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM next_chunks")
    connection.execute("DELETE FROM next_documents")
    connection.execute("DELETE FROM meta WHERE key = ?", (FORM,))


def _chunks(connection: sqlite3.Connection, document_id: int) -> list[KeyedChunk]:
    """Return a document's chunks of the next index."""
    (text,) = connection.execute("SELECT text FROM documents WHERE id = ?", (document_id,)).fetchone()
    found = connection.execute(
        f"SELECT {_CHUNK} FROM next_chunks WHERE document_id = ? ORDER BY id", (document_id,)
    ).fetchall()
    return [
        KeyedChunk(
            Chunk(start, end, text[start:end], context, rows.place(place), header, rows.spans(headings)),
            key,
            context_key,
        )
        for _, start, end, context, header, place, key, context_key, headings in found
    ]
