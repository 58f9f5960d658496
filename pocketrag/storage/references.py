"""Which vectors the catalog refers to, and what text each of them stands for.

Chroma only holds them: what is missing there can be embedded again from here, and what nothing here
refers to can be dropped there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pocketrag.domain import Chunk, Place
from pocketrag.storage import rows
from pocketrag.storage.database import Database
from pocketrag.storage.vectors import Space

BATCH = 250
"""Values in one SQL statement, thrice; SQLite's oldest limit is 999 parameters."""

_KEYS: dict[Space, str] = {
    "chunks": "SELECT DISTINCT key FROM chunks",
    "contexts": "SELECT DISTINCT context_key FROM chunks WHERE context_key != ''",
    "paths": "SELECT DISTINCT path_key FROM files WHERE path_key != ''",
}


class NamedFile(NamedTuple):
    """A file's path, as its vector stands for it."""

    path: Path
    """On disk; of an attachment, the file it came in."""
    folder: Path
    attachment: str


class References:
    """The keys of one catalog."""

    def __init__(self, database: Database) -> None:
        """Read from an open database."""
        self._database = database

    def keys(self, space: Space) -> set[str]:
        """Return every key that the catalog refers to."""
        return {row[0] for row in self._database.connection.execute(_KEYS[space])}

    def known(self, keys: Iterable[str]) -> set[str]:
        """Return those of the keys that some chunk or file refers to, in whatever space."""
        sql = (
            "SELECT key FROM chunks WHERE key IN ({marks})"
            " UNION SELECT context_key FROM chunks WHERE context_key IN ({marks})"
            " UNION SELECT path_key FROM files WHERE path_key IN ({marks})"
        )
        return {row[0] for row in self._rows(sql, keys)}

    def loose(self) -> set[str]:
        """Return the keys that something let go of, and that nothing refers to any more."""
        loose = {row[0] for row in self._database.connection.execute("SELECT key FROM loose_keys")}
        return loose - self.known(loose)

    def forget_loose(self) -> None:
        """Forget which keys were let go of: their vectors are dropped."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM loose_keys")

    def chunk_texts(self, keys: Iterable[str]) -> dict[str, str]:
        """Return the text to embed for each key of a chunk."""
        sql = (
            'SELECT c.key, c.header, substr(d.text, c.start + 1, c."end" - c.start)'
            " FROM chunks c JOIN documents d ON d.id = c.document_id WHERE c.key IN ({marks})"
        )
        return {
            key: Chunk(0, len(text), text, "", Place(), header).embedded_text
            for key, header, text in self._rows(sql, keys)
        }

    def context_texts(self, keys: Iterable[str]) -> dict[str, str]:
        """Return the text to embed for each key of a context."""
        return dict(
            self._rows("SELECT context_key, context FROM chunks WHERE context_key IN ({marks})", keys)
        )

    def named_files(self, keys: Iterable[str]) -> dict[str, NamedFile]:
        """Return a file for each key of a path."""
        sql = (
            "SELECT f.path_key, f.path, d.path, f.container FROM files f JOIN folders d ON d.id = f.folder_id"
            " WHERE f.path_key IN ({marks})"
        )
        return {
            key: NamedFile(on_disk, rows.path(folder), attachment)
            for key, path, folder, container in self._rows(sql, keys)
            for on_disk, attachment in [rows.parts(path, container)]
        }

    def _rows(self, sql: str, keys: Iterable[str]) -> Iterator[tuple[Any, ...]]:
        wanted = list(dict.fromkeys(keys))
        for start in range(0, len(wanted), BATCH):
            batch = wanted[start : start + BATCH]
            marked = sql.replace("{marks}", ",".join("?" * len(batch)))
            yield from self._database.connection.execute(marked, batch * sql.count("{marks}"))
