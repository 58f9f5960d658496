"""A folder of documents and its index: real SQLite, vectors in memory, words for an embedder."""

from __future__ import annotations

from pathlib import Path

from fakes import InlineReader, MemoryVectors, WordEmbedder

from pocketrag.domain import IndexDone, IndexEvent, IndexProgress
from pocketrag.indexing.indexer import Indexer
from pocketrag.indexing.scan import ScanRules
from pocketrag.storage.catalog import Catalog
from pocketrag.storage.database import Database
from pocketrag.storage.lookup import Lookup


class House:
    """A folder of documents, and an index of it."""

    def __init__(self, tmp_path: Path) -> None:
        self.docs = tmp_path / "docs"
        self.docs.mkdir()
        self.database = Database(tmp_path / "catalog.sqlite3")
        self.catalog = Catalog(self.database)
        self.lookup = Lookup(self.database)
        self.vectors = MemoryVectors()
        self.embedder = WordEmbedder()
        self.catalog.add_folder(self.docs)

    def indexer(self, max_bytes: int = 1_000_000, ignore: tuple[str, ...] = ()) -> Indexer:
        own = self.docs.parent / "library"
        return Indexer(
            self.catalog,
            self.vectors,
            InlineReader(),
            self.embedder.load,
            ScanRules(max_bytes, own, ignore),
        )

    def write(self, name: str, text: str) -> Path:
        path = self.docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def index(self) -> list[IndexEvent]:
        return [e for e in self.indexer().run() if not isinstance(e, IndexProgress)]

    def done(self) -> IndexDone:
        last = self.index()[-1]
        assert isinstance(last, IndexDone)
        return last

    def keys_agree(self) -> bool:
        """Whether the vectors there are exactly those the catalog refers to."""
        wanted = self.catalog.known_keys(self.vectors.keys("chunks") | self.vectors.keys("paths"))
        return wanted == self.vectors.keys("chunks") | self.vectors.keys("paths")
