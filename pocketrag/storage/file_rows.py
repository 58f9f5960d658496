"""Rows of files: put in with what was found in them, and forgotten with what they alone held."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from pocketrag.domain import FileState, Unread
from pocketrag.errors import Empty, Unsupported
from pocketrag.storage import documents, full_text, rows
from pocketrag.storage.records import FileRecord, KeptAttachment, Verdict, no_reader


def folder_id(connection: sqlite3.Connection, folder: Path) -> int:
    """Return the id of a folder of the library."""
    (found,) = connection.execute("SELECT id FROM folders WHERE path = ?", (os.fsencode(folder),)).fetchone()
    return int(found)


def own_day(connection: sqlite3.Connection, document_id: int, otherwise: str) -> str:
    """Return a document's own day, else the other one."""
    (date,) = connection.execute("SELECT date FROM documents WHERE id = ?", (document_id,)).fetchone()
    return date[:10] or otherwise


def put_attached(
    connection: sqlite3.Connection, parent: FileRecord, day: str, kept: KeptAttachment, path_key: str
) -> None:
    """Write an attachment's row: a file below the one that it came in."""
    record = parent._replace(path=parent.path / kept.name, kind=kept.kind)
    match kept.outcome:
        case int(document_id):
            day, verdict = own_day(connection, document_id, day), Verdict(FileState.INDEXED)
            put(connection, record, day, verdict, document_id, path_key, parent.path)
        case Unread(reason, message, remedy):
            verdict = Verdict(FileState.FAILED, reason, message, remedy)
            if reason in (Unsupported.kind, Empty.kind):
                rule = reason if reason == Empty.kind else no_reader(kept.kind)
                verdict = Verdict(FileState.SKIPPED, rule)
            put(connection, record, day, verdict, None, "", parent.path)


def put(
    connection: sqlite3.Connection,
    record: FileRecord,
    day: str,
    verdict: Verdict,
    document_id: int | None,
    path_key: str,
    container: Path | None = None,
) -> None:
    """Write a file's row over the one it had, and drop the document it alone held."""
    forget(connection, record.path, keep=document_id)
    cursor = connection.execute(
        "INSERT INTO files (path, folder_id, size, mtime_ns, kind, day, state, reason, message, remedy,"
        " document_id, path_key, container) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            os.fsencode(record.path),
            folder_id(connection, record.folder),
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
            os.fsencode(container) if container else None,
        ),
    )
    if document_id is not None and cursor.lastrowid is not None:
        named = rows.parts(os.fsencode(record.path), os.fsencode(container) if container else None)
        full_text.put_path(connection, cursor.lastrowid, *named, record.folder)


def forget(connection: sqlite3.Connection, path: Path, keep: int | None = None) -> None:
    """Forget a file with its attachments, and their documents that nobody else holds, but for `keep`."""
    name = os.fsencode(path)
    held = connection.execute(
        "SELECT document_id FROM files WHERE path = ? OR container = ?", (name, name)
    ).fetchall()
    connection.execute(
        "INSERT OR IGNORE INTO loose_keys SELECT path_key FROM files WHERE path = ? OR container = ?",
        (name, name),
    )
    connection.execute(
        "DELETE FROM path_words WHERE rowid IN (SELECT id FROM files WHERE path = ? OR container = ?)",
        (name, name),
    )
    connection.execute("DELETE FROM files WHERE path = ? OR container = ?", (name, name))
    for (document_id,) in held:
        if document_id is not None and document_id != keep:
            documents.drop_if_unheld(connection, document_id)
