"""A folder of documents and its index: real SQLite, vectors in memory, words for an embedder."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from fakes import InlineReader, MemoryVectors, WordEmbedder

from pocketrag.domain import IndexDone, IndexEvent, IndexProgress
from pocketrag.indexing.indexer import RECIPE, Indexer
from pocketrag.indexing.scan import ScanRules
from pocketrag.indexing.survey import Surveyor
from pocketrag.storage.catalog import Catalog
from pocketrag.storage.database import Database
from pocketrag.storage.lookup import Lookup
from pocketrag.storage.mounts import Drive, Mounts
from pocketrag.storage.references import References
from pocketrag.storage.vectors import SPACES


class House:
    """A folder of documents, and an index of it."""

    def __init__(self, tmp_path: Path) -> None:
        (tmp_path / "docs").mkdir()
        self._open(tmp_path / "docs", tmp_path / "catalog.sqlite3", {})

    @classmethod
    def over(cls, docs: Path, catalog: Path, drives: dict[Path, Drive]) -> Self:
        """A new, empty index of a folder that is there."""
        house = cls.__new__(cls)
        house._open(docs, catalog, drives)
        return house

    def _open(self, docs: Path, catalog: Path, drives: dict[Path, Drive]) -> None:
        self.docs = docs
        self.database = Database(catalog)
        self.catalog = Catalog(self.database)
        self.lookup = Lookup(self.database)
        self.references = References(self.database)
        self.drives = drives
        self.mounts = Mounts(self.database, self.drive_of)
        self.vectors = MemoryVectors()
        self.embedder = WordEmbedder()
        self.catalog.add_folder(self.docs)

    def indexer(self, max_bytes: int = 1_000_000, ignore: tuple[str, ...] = ()) -> Indexer:
        rules = ScanRules(max_bytes, self.docs.parent / "library", ignore)
        surveyor = Surveyor(self.catalog, self.mounts, rules, RECIPE)
        reader = InlineReader()
        return Indexer(self.catalog, self.vectors, reader, self.embedder.load, surveyor, self.references)

    def drive_of(self, path: Path) -> Drive | None:
        """The drive a path lies on: the nearest one that is pretended to be mounted above it."""
        if not path.exists():
            return None
        above = (place for place in (path, *path.parents) if place in self.drives)
        return self.drives.get(next(above, path), Drive(1, 1))

    def write(self, name: str, text: str) -> Path:
        path = self.docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def index(self, *, retry: bool = False) -> list[IndexEvent]:
        return [e for e in self.indexer().run(retry=retry) if not isinstance(e, IndexProgress)]

    def done(self, *, retry: bool = False) -> IndexDone:
        last = self.index(retry=retry)[-1]
        assert isinstance(last, IndexDone)
        return last

    def keys_agree(self) -> bool:
        """Whether the vectors there are exactly those the catalog refers to."""
        return all(self.references.keys(space) == self.vectors.keys(space) for space in SPACES)
