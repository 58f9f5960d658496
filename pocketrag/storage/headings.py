"""Where headings stand in the chunks of an older catalog, which did not note it."""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_left

from pocketrag.domain import BlockKind, Span, naming_spans
from pocketrag.storage import rows


def note_headings(connection: sqlite3.Connection) -> None:
    """Note of every chunk where headings stand in it, as the blocks of its document tell."""
    for table in ("chunks", "next_chunks"):
        connection.execute(f"ALTER TABLE {table} ADD COLUMN headings TEXT NOT NULL DEFAULT '[]'")
        documents = connection.execute(f"SELECT DISTINCT document_id FROM {table}").fetchall()
        for (document_id,) in documents:
            _note(connection, table, document_id)


def _note(connection: sqlite3.Connection, table: str, document_id: int) -> None:
    found = connection.execute("SELECT blocks, text FROM documents WHERE id = ?", (document_id,)).fetchone()
    blocks, text = (json.loads(found[0]), found[1]) if found else ([], "")
    starts = [block[1] for block in blocks]
    for number, start, end in connection.execute(
        f'SELECT id, start, "end" FROM {table} WHERE document_id = ?', (document_id,)
    ).fetchall():
        inside = blocks[bisect_left(starts, start) : bisect_left(starts, end)]
        parts = ((Span(b[1], b[2]), b[0] == BlockKind.HEADING.value, b[5]) for b in inside)
        values = rows.spans_json(naming_spans(parts, text)), number
        connection.execute(f"UPDATE {table} SET headings = ? WHERE id = ?", values)
