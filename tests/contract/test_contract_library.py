"""The library as a whole: one embedding model at a time, and a way to change it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from pocketrag.domain import FileIndexed, Filters, IndexDone, IndexRenewed, IndexRepaired
from pocketrag.engine.library import Library
from pocketrag.errors import LibraryModelMismatch
from pocketrag.models.hub import ModelFile
from pocketrag.paths import LibraryPaths
from pocketrag.settings import IndexSettings, ModelSettings, Settings
from pocketrag.storage.catalog import Catalog
from pocketrag.storage.database import Database


def a_library(tmp_path: Path) -> LibraryPaths:
    """A closed library with one paper of five paragraphs in it."""
    paths, docs = LibraryPaths(tmp_path / "library"), tmp_path / "docs"
    docs.mkdir()
    rooms = ("kitchen", "cellar", "attic", "bathroom", "workshop")
    told = (f"The {room} was painted last year, and its window now opens to the garden." for room in rooms)
    (docs / "rooms.txt").write_text("\n\n".join(told))
    library = Library(paths, Settings())
    library.add(docs)
    list(library.index())
    library.close()
    return paths


def texts(library: Library, query: str = "window of the cellar") -> list[str]:
    return [passage.chunk.text for passage in library.search(query, Filters(), 9).passages]


def test_smaller_chunks_are_made_beside_the_old_ones_which_go_on_answering(tmp_path: Path) -> None:
    paths = a_library(tmp_path)
    library = Library(paths, Settings(index=IndexSettings(chunk_tokens=40)))
    before = texts(library)
    assert len(before) == 1
    events = list(library.index())
    assert isinstance(events[-2], IndexRenewed)
    assert isinstance(events[-1], IndexDone)
    assert not any(isinstance(event, FileIndexed) for event in events)  # nothing was read again
    assert len(texts(library)) > 2
    assert "cellar" in texts(library)[0]
    library.close()
    again = Library(paths, Settings(index=IndexSettings(chunk_tokens=40)))
    assert not any(isinstance(event, IndexRenewed | IndexRepaired) for event in again.index())
    assert len(texts(again)) > 2
    again.close()


def test_another_embedding_model_takes_over_when_its_index_is_whole(
    tmp_path: Path, e5_like: ModelFile
) -> None:
    paths, settings = a_library(tmp_path), Settings(models=ModelSettings(embedding=str(e5_like.path)))
    library = Library(paths, settings)
    assert len(texts(library)) == 1  # by the model that made the index
    (tmp_path / "docs" / "new.txt").write_text("The greenhouse has a broken window.")
    renewed = [event for event in library.index() if isinstance(event, IndexRenewed)]
    assert renewed == [IndexRenewed("tiny-e5")]
    assert any("greenhouse" in text for text in texts(library, "greenhouse"))
    library.close()
    database = Database(paths.catalog)
    assert (Catalog(database).meta("fingerprint") or "").startswith("tiny-e5@")
    database.close()
    again = Library(paths, settings)
    assert not any(isinstance(event, IndexRenewed | IndexRepaired) for event in again.index())
    again.close()


def test_a_renewal_that_is_no_longer_wanted_leaves_nothing(tmp_path: Path) -> None:
    paths = a_library(tmp_path)
    library = Library(paths, Settings(index=IndexSettings(chunk_tokens=40)))
    library.close()  # before it made anything
    again = Library(paths, Settings())
    assert not any(isinstance(event, IndexRenewed | IndexRepaired) for event in again.index())
    assert len(texts(again)) == 1
    again.close()


def test_an_index_whose_model_has_gone_is_renewed_from_the_stored_text(tmp_path: Path) -> None:
    paths = a_library(tmp_path)
    database = Database(paths.catalog)
    Catalog(database).set_meta("fingerprint", "another-model@1/fp32")
    Catalog(database).set_meta("embedding", str(tmp_path / "another-model"))
    database.close()
    paths.sums.unlink()  # as after an unclean stop: the catalog was changed by hand
    library = Library(paths, Settings())
    with pytest.raises(LibraryModelMismatch, match="another-model") as raised:
        texts(library)
    assert "pocketrag index" in raised.value.remedy
    list(library.index())
    assert len(texts(library)) == 1
    library.close()


def test_a_rebuild_discards_the_index_and_keeps_the_folders(tmp_path: Path) -> None:
    paths = a_library(tmp_path)
    rebuilt = Library(paths, Settings(), rebuild=True)
    assert rebuilt.folders() == (tmp_path / "docs",)
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
