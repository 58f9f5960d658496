"""The full-text tables: the words of chunks and of files' paths, put in, taken out, and made anew.

`chunk_words` is contentless: the text itself stands in documents, once. It takes a chunk out only when it
is given the very terms that were put in. Every function works inside the caller's transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from pocketrag.domain.documents import shown_path
from pocketrag.storage import rows
from pocketrag.storage.terms import TOKENIZER, indexed


class ChunkText(NamedTuple):
    """What the full-text index holds of a chunk."""

    id: int
    text: str
    context: str
    """Title and headings above it."""
    header: str
    """That of the table whose rows it holds."""


def put_chunks(connection: sqlite3.Connection, chunks: Iterable[ChunkText]) -> None:
    """Make chunks findable by their words."""
    connection.executemany(
        "INSERT INTO chunk_words (rowid, text, context) VALUES (?, ?, ?)", map(_terms, chunks)
    )


def drop_chunks(connection: sqlite3.Connection, chunks: Iterable[ChunkText]) -> None:
    """Take chunks out, which must be what was put in."""
    connection.executemany(
        "INSERT INTO chunk_words (chunk_words, rowid, text, context) VALUES ('delete', ?, ?, ?)",
        map(_terms, chunks),
    )


def put_path(connection: sqlite3.Connection, file_id: int, path: Path, attachment: str, folder: Path) -> None:
    """Make a file findable by the words of its folders and its name; `folder` is the library's."""
    shown = shown_path(path, folder, attachment).encode("utf-8", "replace").decode()
    connection.execute("INSERT INTO path_words (rowid, path) VALUES (?, ?)", (file_id, indexed(shown)))


def drop_all(connection: sqlite3.Connection) -> None:
    """Take everything out."""
    connection.execute("INSERT INTO chunk_words (chunk_words) VALUES ('delete-all')")
    connection.execute("DELETE FROM path_words")


def rebuild(connection: sqlite3.Connection) -> None:
    """Make the tables anew from what the catalog holds: half a minute for 100,000 chunks."""
    for table in ("chunk_vocabulary", "chunk_words", "path_words"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    connection.execute(
        f"CREATE VIRTUAL TABLE chunk_words USING fts5 (text, context, content='', tokenize='{TOKENIZER}')"
    )
    connection.execute("CREATE VIRTUAL TABLE chunk_vocabulary USING fts5vocab (chunk_words, row)")
    connection.execute(f"CREATE VIRTUAL TABLE path_words USING fts5 (path, tokenize='{TOKENIZER}')")
    for document_id, text in connection.execute("SELECT id, text FROM documents"):
        put_chunks(connection, chunks_of(connection, document_id, text))
    files = connection.execute(
        "SELECT f.id, f.path, d.path, f.container FROM files f JOIN folders d ON d.id = f.folder_id"
        " WHERE f.document_id IS NOT NULL"
    ).fetchall()
    for file_id, path, folder, container in files:
        put_path(connection, file_id, *rows.parts(path, container), rows.path(folder))


def chunks_of(connection: sqlite3.Connection, document_id: int, text: str) -> list[ChunkText]:
    """Return what the full-text index holds of a document with this text."""
    found = connection.execute(
        'SELECT id, start, "end", context, header FROM chunks WHERE document_id = ?', (document_id,)
    )
    return [ChunkText(chunk, text[start:end], *above) for chunk, start, end, *above in found]


def _terms(chunk: ChunkText) -> tuple[int, str, str]:
    above = f"{chunk.context}\n{chunk.header}" if chunk.header else chunk.context
    return chunk.id, indexed(chunk.text), indexed(above)
