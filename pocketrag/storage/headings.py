"""Where headings stand in the chunks of an older catalog, which did not note it."""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_left
from itertools import groupby
from typing import Any

from pocketrag.domain import BlockKind, Span
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
        values = rows.spans_json(_runs(inside, text)), number
        connection.execute(f"UPDATE {table} SET headings = ? WHERE id = ?", values)


def _runs(blocks: list[list[Any]], text: str) -> tuple[Span, ...]:
    """Return where headings stand, those that follow one another as one, and the headers of tables."""
    headers = {header for *_, header in blocks}

    def what(block: list[Any]) -> str:
        """Return what it is that names what is below; empty if it does not."""
        kind, start, end, *_ = block
        if kind == BlockKind.HEADING.value:
            return "heading"
        return "header" if text[start:end] in headers else ""

    runs = ((kind, list(run)) for kind, run in groupby(blocks, what))
    return tuple(Span(run[0][1], run[-1][2]) for kind, run in runs if kind)
