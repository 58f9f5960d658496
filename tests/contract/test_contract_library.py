"""The library as a whole: one embedding model at a time, and a way to change it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from pocketrag.domain import FileIndexed, Filters, IndexRepaired
from pocketrag.engine.library import Library
from pocketrag.errors import LibraryModelMismatch
from pocketrag.paths import LibraryPaths
from pocketrag.settings import Settings
from pocketrag.storage.catalog import Catalog
from pocketrag.storage.database import Database


def test_another_embedding_model_is_refused_until_the_index_is_rebuilt(tmp_path: Path) -> None:
    paths = LibraryPaths(tmp_path / "library")
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.txt").write_text("The rent is 850 euros.")
    library = Library(paths, Settings())
    library.add(docs)
    list(library.index())
    library.close()

    database = Database(paths.catalog)
    Catalog(database).set_meta("fingerprint", "another-model@1/fp32")
    database.close()
    paths.sums.unlink()  # which are not those of the changed catalog
    with pytest.raises(LibraryModelMismatch, match="another-model") as raised:
        Library(paths, Settings())
    assert "--rebuild" in raised.value.remedy

    rebuilt = Library(paths, Settings(), rebuild=True)
    assert rebuilt.folders() == (docs,)
    assert rebuilt.status().counts.indexed == 0
    list(rebuilt.index())
    assert rebuilt.status().counts.indexed == 1
    rebuilt.close()


@pytest.mark.parametrize("damage", ["deleted", "garbage"])
def test_lost_or_damaged_vectors_are_made_anew_from_the_catalog(tmp_path: Path, damage: str) -> None:
    docs, paths = tmp_path / "docs", LibraryPaths(tmp_path / "library")
    docs.mkdir()
    for thing in ("boiler", "bicycle", "violin", "passport", "greenhouse"):
        (docs / f"{thing}.txt").write_text(f"This paper says where the {thing} came from and what it cost.")
    library = Library(paths, Settings())
    library.add(docs)
    list(library.index())
    library.close()
    ruin(paths.vectors, damage)
    for path in docs.iterdir():
        os.utime(path)  # not read again for being touched: the text comes from the catalog
    with sqlite3.connect(paths.catalog) as catalog:
        catalog.execute("UPDATE meta SET value = 'open' WHERE key = 'session'")  # as after a crash
    library = Library(paths, Settings())
    events = list(library.index())
    assert [e for e in events if isinstance(e, IndexRepaired)]
    assert not [e for e in events if isinstance(e, FileIndexed) and e.chunks_embedded]
    found = library.search("where does the violin come from?", Filters(), 5)
    assert found.passages[0].file.relative == "violin.txt"
    library.close()


def ruin(folder: Path, damage: str) -> None:
    """Do to a vector store what a hand, or a bad disk, may do."""
    if damage == "deleted":
        shutil.rmtree(folder)
    else:
        (folder / "chroma.sqlite3").write_bytes(b"garbage" * 1000)
