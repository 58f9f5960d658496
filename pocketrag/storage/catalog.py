"""The catalog: what the library holds, file by file. The catalog decides.

A file's new version becomes visible in one transaction, with its text, its chunks and their words.
Chroma holds only vectors by content, and can be made again from what stands here.
Reading for a question is in `lookup.py`; rows become values in `rows.py`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from pocketrag.domain import CatalogRebuilt, FileState
from pocketrag.storage import documents, file_rows, full_text, rows
from pocketrag.storage.database import Database
from pocketrag.storage.records import (
    Content,
    FileRecord,
    KeptAttachment,
    KnownFile,
    NewDocument,
    Verdict,
)

_FILES = "FROM files f JOIN folders d ON d.id = f.folder_id LEFT JOIN documents t ON t.id = f.document_id"
_SETTLED = "f.state = 'indexed' AND f.container IS NULL AND f.path_key != '' AND t.recipe = ?"

_INDEX = ("files", "chunks", "next_chunks", "next_documents", "attachments", "documents", "meta")
"""The tables of what was read and embedded."""


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

    def begin_session(self) -> bool:
        """Return whether the last session did not end properly; from now on a new one is open."""
        in_doubt = self.meta("session") == "open"
        self.set_meta("session", "open")
        return in_doubt

    def end_session(self) -> None:
        """Note that all is well: what the catalog refers to is there."""
        self.set_meta("session", "ended")

    def begin_rebuilding(self, event: CatalogRebuilt) -> None:
        """Note that this catalog takes the place of a lost one, until every file has been read."""
        self.set_meta("rebuilding", json.dumps(asdict(event)))

    def rebuilding(self) -> CatalogRebuilt | None:
        """Return how this catalog came about, if not every file has been read since; else None."""
        kept = self.meta("rebuilding")
        return CatalogRebuilt(**json.loads(kept)) if kept else None

    def end_rebuilding(self) -> None:
        """Note that every file has been read."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM meta WHERE key = 'rebuilding'")

    def discard_index(self) -> None:
        """Drop all that was read and embedded; the folders and the conversations stay."""
        with self._database.transaction() as connection:
            for table in _INDEX:
                connection.execute(f"DELETE FROM {table}")
            full_text.drop_all(connection)

    # ── folders ─────────────────────────────────────────────────────────────────────────────

    def folders(self) -> tuple[Path, ...]:
        """Return the library's folders, in the order of their names."""
        found = self._database.connection.execute("SELECT path FROM folders ORDER BY path")
        return tuple(rows.path(row[0]) for row in found)

    def add_folder(self, folder: Path) -> None:
        """Add a folder; folders of the library inside it are taken over, with their files.

        The vectors of those files' paths are let go of: seen from the new folder, the paths are others.
        """
        inside = [f for f in self.folders() if f.is_relative_to(folder) and f != folder]
        with self._database.transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO folders (path) VALUES (?)", (os.fsencode(folder),))
            new = file_rows.folder_id(connection, folder)
            for old in (file_rows.folder_id(connection, f) for f in inside):
                connection.execute(
                    "INSERT OR IGNORE INTO loose_keys SELECT path_key FROM files WHERE folder_id = ?", (old,)
                )
                connection.execute(
                    "UPDATE files SET folder_id = ?, path_key = '' WHERE folder_id = ?", (new, old)
                )
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
        """Return what is known of each file of a library folder; attachments belong to their file."""
        return self._known_files("d.path = ?", os.fsencode(folder))

    def known_file(self, path: Path) -> KnownFile | None:
        """Return what is known of a file; None for nothing."""
        return self._known_files("f.path = ?", os.fsencode(path)).get(path)

    def settled(
        self, folder: Path, recipe: str, within: Sequence[Path] | None = None
    ) -> dict[str, tuple[int, int]]:
        """Return size and time of each file of a folder that is indexed by this recipe.

        By path, as text: a look at everything asks for all of them. With `within`, only those at or
        below these paths.
        """
        found: dict[str, tuple[int, int]] = {}
        for where, *values in _places(folder, within):
            rows_found = self._database.connection.execute(
                f"SELECT f.path, f.size, f.mtime_ns {_FILES} WHERE {where} AND {_SETTLED}", (*values, recipe)
            )
            found.update((os.fsdecode(path), (size, mtime_ns)) for path, size, mtime_ns in rows_found)
        return found

    def unsettled(
        self, folder: Path, recipe: str, within: Sequence[Path] | None = None
    ) -> dict[Path, KnownFile]:
        """Return what is known of the other files: failed, skipped, waiting, read by another recipe."""
        known: dict[Path, KnownFile] = {}
        for where, *values in _places(folder, within):
            known |= self._known_files(f"{where} AND NOT ({_SETTLED})", *values, recipe)
        return known

    def _known_files(self, where: str, *values: bytes | str) -> dict[Path, KnownFile]:
        found = self._database.connection.execute(
            "SELECT f.path, d.path, f.size, f.mtime_ns, f.kind, f.state, f.reason, f.message, f.remedy,"
            f" f.document_id, ifnull(t.recipe, ''), f.path_key != '' {_FILES}"
            f" WHERE {where} AND f.container IS NULL",
            values,
        )
        known = {}
        for path, root, size, mtime_ns, kind, state, reason, message, remedy, *kept in found:
            record = FileRecord(rows.path(path), rows.path(root), size, mtime_ns, kind)
            verdict = Verdict(FileState(state), reason, message, remedy)
            known[record.path] = KnownFile(record, verdict, *kept)
        return known

    def document_id(self, content: Content) -> int | None:
        """Return the document with this content, read by this recipe; None if there is none."""
        row = self._database.connection.execute(
            "SELECT id FROM documents WHERE sha256 = ? AND kind = ? AND recipe = ?",
            (content.sha256, content.kind, content.recipe),
        ).fetchone()
        return row[0] if row else None

    def attachments(self, document_id: int) -> list[KeptAttachment]:
        """Return the attachments of a document."""
        return documents.attachments(self._database.connection, document_id)

    def chunks_of(self, document_id: int) -> int:
        """Return how many chunks a document has, those of its attachments included."""
        (number,) = self._database.connection.execute(
            "SELECT count(*) FROM chunks WHERE document_id = ? OR document_id IN"
            " (SELECT document_id FROM attachments WHERE parent_id = ?)",
            (document_id, document_id),
        ).fetchone()
        return int(number)

    def textless_pages(self, document_id: int) -> tuple[int, ...]:
        """Return the pages of a document, from 1, that hold no text."""
        (stored,) = self._database.connection.execute(
            "SELECT textless_pages FROM documents WHERE id = ?", (document_id,)
        ).fetchone()
        return tuple(json.loads(stored))

    def put_document(self, new: NewDocument) -> int:
        """Return the id of a new document. Not visible to a search until a file is attached to it."""
        with self._database.transaction() as connection:
            return documents.put(connection, new)

    def attach(
        self,
        record: FileRecord,
        document_id: int,
        path_keys: Mapping[str, str],
        previous: Path | None = None,
    ) -> None:
        """Make a file's version visible: it now holds this document; a renamed file leaves `previous`.

        `path_keys`: keys of the vectors of its path, under `""`, and of the paths of its attachments,
        by name, as far as they have a document.
        """
        with self._database.transaction() as connection:
            if previous is not None:
                file_rows.forget(connection, previous, keep=document_id)
            day = file_rows.own_day(connection, document_id, rows.day(record.mtime_ns))
            indexed = Verdict(FileState.INDEXED)
            file_rows.put(connection, record, day, indexed, document_id, path_keys[""])
            for kept in documents.attachments(connection, document_id):
                file_rows.put_attached(connection, record, day, kept, path_keys.get(kept.name, ""))

    def announce(self, records: Sequence[FileRecord]) -> None:
        """Record files as waiting to be indexed; what is indexed of changed ones goes on answering."""
        with self._database.transaction() as connection:
            for record in records:
                known = connection.execute(
                    "UPDATE files SET state = 'waiting', reason = '', message = '', remedy = ''"
                    " WHERE path = ?",
                    (os.fsencode(record.path),),
                )
                if not known.rowcount:
                    waiting = Verdict(FileState.WAITING)
                    file_rows.put(connection, record, rows.day(record.mtime_ns), waiting, None, "")

    def set_aside(self, record: FileRecord, verdict: Verdict) -> None:
        """Record that a file is not indexed, and why; what was indexed of it is forgotten."""
        with self._database.transaction() as connection:
            file_rows.put(connection, record, rows.day(record.mtime_ns), verdict, None, "")

    def forget(self, path: Path) -> None:
        """Forget a file with its attachments, and their documents if no other file holds them."""
        with self._database.transaction() as connection:
            file_rows.forget(connection, path)

    def doubt_failed_attachments(self, within: Sequence[Path] | None) -> None:
        """Have files read again whose attachments failed: all, or those at or below these paths.

        Their documents, which go on answering, count as made by another recipe.
        """
        sql = (
            "UPDATE OR IGNORE documents SET recipe = '' WHERE id IN (SELECT h.document_id FROM files f"
            " JOIN files h ON h.path = f.container WHERE f.state = 'failed' AND {where})"
        )
        places = [("1",)] if within is None else [rows.at_or_below(path) for path in within]
        with self._database.transaction() as connection:
            for where, *values in places:
                connection.execute(sql.format(where=where), values)

    def drop_unheld(self) -> None:
        """Drop the documents that no file holds: a stop between two steps may have left some."""
        with self._database.transaction() as connection:
            documents.drop_all_unheld(connection)


def _places(folder: Path, within: Sequence[Path] | None) -> list[tuple[str, *tuple[bytes, ...]]]:
    """Return SQL conditions on files, with their values: for a whole folder, or for what is within it."""
    if within is None:
        return [("d.path = ?", os.fsencode(folder))]
    return [rows.at_or_below(path) for path in within]
