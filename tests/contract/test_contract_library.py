"""The library as a whole: one embedding model at a time, and a way to change it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pocketrag.engine.library import Library
from pocketrag.errors import LibraryModelMismatch
from pocketrag.settings import LibraryPaths, Settings
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
    with pytest.raises(LibraryModelMismatch, match="another-model") as raised:
        Library(paths, Settings())
    assert "--rebuild" in raised.value.remedy

    rebuilt = Library(paths, Settings(), rebuild=True)
    assert rebuilt.folders() == (docs,)
    assert rebuilt.status().counts.indexed == 0
    list(rebuilt.index())
    assert rebuilt.status().counts.indexed == 1
    rebuilt.close()
