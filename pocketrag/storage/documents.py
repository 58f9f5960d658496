"""Rows of documents, their chunks, words and attachments: put in, and dropped when nobody holds them.

Every function works inside the caller's transaction.
"""

from __future__ import annotations

import sqlite3

from pocketrag.domain import Unread
from pocketrag.storage import full_text, rows
from pocketrag.storage.records import KeptAttachment, KeyedChunk, NewDocument

_UNHELD = (
    "SELECT id FROM documents d WHERE NOT EXISTS (SELECT 1 FROM files WHERE document_id = d.id)"
    " AND NOT EXISTS (SELECT 1 FROM attachments WHERE document_id = d.id)"
)


def put(connection: sqlite3.Connection, new: NewDocument) -> int:
    """Return the id of a new document."""
    content = new.content
    cursor = connection.execute(
        "INSERT INTO documents (sha256, kind, recipe, text, blocks, title, author, date, pages,"
        " textless_pages, language, raw) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (content.sha256, content.kind, content.recipe, *rows.document_columns(new.document)),
    )
    document_id = cursor.lastrowid
    assert document_id is not None
    for chunk in new.chunks:
        put_chunk(connection, document_id, chunk)
    for attachment in new.attachments:
        _put_attachment(connection, document_id, attachment)
    return document_id


def attachments(connection: sqlite3.Connection, document_id: int) -> list[KeptAttachment]:
    """Return a document's attachments, in the order of their names."""
    found = connection.execute(
        "SELECT name, kind, document_id, reason, message, remedy FROM attachments"
        " WHERE parent_id = ? ORDER BY name",
        (document_id,),
    )
    return [
        KeptAttachment(name, kind, Unread(*why) if child is None else child)
        for name, kind, child, *why in found
    ]


def drop_if_unheld(connection: sqlite3.Connection, document_id: int) -> None:
    """Drop a document that neither a file nor another document holds, and what only it held."""
    waiting = [document_id]
    while waiting:
        current = waiting.pop()
        if connection.execute(f"{_UNHELD} AND id = ?", (current,)).fetchone():
            waiting += _drop(connection, current)


def drop_all_unheld(connection: sqlite3.Connection) -> None:
    """Drop every document that nobody holds: what a stop between two steps may have left."""
    for (document_id,) in connection.execute(_UNHELD).fetchall():
        drop_if_unheld(connection, document_id)


def put_chunk(connection: sqlite3.Connection, document_id: int, keyed: KeyedChunk) -> None:
    """Keep a chunk of a document, and its words."""
    chunk = keyed.chunk
    cursor = connection.execute(
        'INSERT INTO chunks (document_id, start, "end", context, header, place, key, context_key,'
        " headings) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        chunk_columns(document_id, keyed),
    )
    assert cursor.lastrowid is not None
    words = full_text.ChunkText(cursor.lastrowid, chunk.text, chunk.context, chunk.header)
    full_text.put_chunks(connection, [words])


def chunk_columns(document_id: int, keyed: KeyedChunk) -> tuple[int | str, ...]:
    """Return a chunk's columns: document, start, end, context, header, place, its two keys, headings."""
    chunk = keyed.chunk
    return (
        document_id,
        chunk.start,
        chunk.end,
        chunk.context,
        chunk.header,
        rows.place_json(chunk.place),
        keyed.key,
        keyed.context_key,
        rows.spans_json(chunk.headings),
    )


def _put_attachment(connection: sqlite3.Connection, parent_id: int, kept: KeptAttachment) -> None:
    child = kept.outcome if isinstance(kept.outcome, int) else None
    why = kept.outcome if isinstance(kept.outcome, Unread) else Unread("", "", "")
    connection.execute(
        "INSERT INTO attachments VALUES (?, ?, ?, ?, ?, ?, ?)",
        (parent_id, kept.name, kept.kind, child, why.reason, why.message, why.remedy),
    )


def _drop(connection: sqlite3.Connection, document_id: int) -> list[int]:
    """Drop a document with its chunks and their words; return the documents attached to it."""
    (text,) = connection.execute("SELECT text FROM documents WHERE id = ?", (document_id,)).fetchone()
    full_text.drop_chunks(connection, full_text.chunks_of(connection, document_id, text))
    children = [kept.outcome for kept in attachments(connection, document_id)]
    connection.execute(
        "INSERT OR IGNORE INTO loose_keys SELECT key FROM chunks WHERE document_id = ?"
        " UNION SELECT context_key FROM chunks WHERE document_id = ?",
        (document_id, document_id),
    )
    connection.execute("DELETE FROM chunks WHERE document_id = ?", (document_id,))
    connection.execute("DELETE FROM documents WHERE id = ?", (document_id,))
    return [child for child in children if isinstance(child, int)]
