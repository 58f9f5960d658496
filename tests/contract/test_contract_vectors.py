"""What every vector store does: the one in memory, Chroma in a folder, and Chroma on a server."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from chroma_server import home
from chromadb import Collection
from fakes import MemoryVectors

from pocketrag.errors import LibraryDamaged
from pocketrag.storage.chroma.folder import ChromaFolder
from pocketrag.storage.chroma.vectors import ChromaVectors
from pocketrag.storage.vectors import Space, Vectors, VectorStore, vector_key


@pytest.fixture(params=["memory", "folder", "server"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorStore]:
    opened: VectorStore
    match request.param:
        case "memory":
            opened = MemoryVectors()
        case "folder":
            opened = in_folder(tmp_path)
        case "server":
            opened = ChromaVectors(home(request.getfixturevalue("chroma_server"), tmp_path))
    yield opened
    opened.close()


def in_folder(tmp_path: Path) -> ChromaVectors:
    return ChromaVectors(ChromaFolder(tmp_path / "chroma"))


def units(*angles: float) -> Vectors:
    """Vectors in a plane: their cosine is the cosine of the angle between them."""
    return np.array([[np.cos(a), np.sin(a)] for a in angles], np.float32)


def test_the_nearest_come_first_with_their_cosine(store: VectorStore) -> None:
    store.add("chunks", ["a", "b", "c"], units(0.0, 1.0, 2.0))
    found = store.nearest("chunks", units(0.9)[0], 2)
    assert [key for key, _ in found] == ["b", "a"]
    assert [cosine for _, cosine in found] == pytest.approx([np.cos(0.1), np.cos(0.9)], abs=1e-5)


def test_adding_twice_is_harmless(store: VectorStore) -> None:
    store.add("chunks", ["a"], units(0.0))
    store.add("chunks", ["a"], units(0.0))
    assert store.keys("chunks") == {"a"}


def test_spaces_are_apart(store: VectorStore) -> None:
    store.add("paths", ["p"], units(0.0))
    assert store.nearest("chunks", units(0.0)[0], 5) == []
    assert store.keys("paths") == {"p"}


def test_only_among_the_given_keys(store: VectorStore) -> None:
    store.add("chunks", ["a", "b", "c"], units(0.0, 1.0, 2.0))
    assert [key for key, _ in store.nearest("chunks", units(0.0)[0], 3, among=["c", "b"])] == ["b", "c"]
    assert store.nearest("chunks", units(0.0)[0], 3, among=[]) == []


def test_headings_are_compared_however_many_there_are(store: VectorStore) -> None:
    angles = np.linspace(0.0, np.pi, 1_200)
    keys = [f"{n}" for n in range(len(angles))]
    store.add("contexts", keys, units(*angles))
    found = store.nearest("contexts", units(0.0)[0], len(keys), among=keys)
    assert [key for key, _ in found] == keys


def test_what_was_compared_before_is_forgotten_when_it_changes(store: VectorStore) -> None:
    def cosines() -> list[float]:
        return [cosine for _, cosine in store.nearest("contexts", units(0.0)[0], 2, among=["a", "gone"])]

    store.add("contexts", ["a"], units(0.0))
    assert cosines() == cosines() == pytest.approx([1.0], abs=1e-5)
    store.add("contexts", ["a"], units(1.0))
    assert cosines() == pytest.approx([np.cos(1.0)], abs=1e-5)
    store.remove("contexts", ["a"])
    assert cosines() == []
    store.add("contexts", ["a"], units(0.0))
    assert cosines()
    store.reset("contexts")
    assert cosines() == []


def test_missing_keys_are_named_once_in_order(store: VectorStore) -> None:
    store.add("chunks", ["a"], units(0.0))
    assert store.missing("chunks", ["z", "a", "y", "z"]) == ["z", "y"]


def test_removed_is_gone(store: VectorStore) -> None:
    store.add("chunks", ["a", "b"], units(0.0, 1.0))
    store.remove("chunks", ["a", "never there"])
    assert store.keys("chunks") == {"b"}
    store.remove("chunks", [])
    assert [key for key, _ in store.nearest("chunks", units(0.0)[0], 5)] == ["b"]


def test_what_questions_will_ask_for_is_fetched_ahead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pocketrag.storage.chroma.vectors.AHEAD", 4)
    store = in_folder(tmp_path)
    keys, asked = [f"{n}" for n in range(10)], units(0.0)[0]
    store.add("contexts", keys, units(*np.linspace(0.0, np.pi, 10)))
    assert not store.fetch_ahead(), "nobody asks"
    fetched = Mock(wraps=store.fetched)
    monkeypatch.setattr(store, "fetched", fetched)
    store.nearest("contexts", asked, 1, among=["3"])
    assert [store.fetch_ahead() for _ in range(4)] == [True, True, True, False]
    assert [key for key, _ in store.nearest("contexts", asked, 10, among=keys)] == keys
    assert fetched.call_count == 1
    store.remove("contexts", ["0"])
    assert store.nearest("contexts", asked, 1, among=["0"]) == []
    store.close()


def test_of_a_space_too_large_to_be_at_hand_nothing_is_fetched_ahead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pocketrag.storage.chroma.at_hand.MOST", 2)
    store = in_folder(tmp_path)
    store.add("contexts", ["a", "b", "c"], units(0.0, 1.0, 2.0))
    assert len(store.nearest("contexts", units(0.0)[0], 3, among=["a", "b", "c"])) == 3
    assert not store.fetch_ahead()
    store.close()


def test_chroma_keeps_what_it_was_given(tmp_path: Path) -> None:
    first = in_folder(tmp_path)
    first.add("chunks", ["a"], units(0.5))
    first.close()
    again = in_folder(tmp_path)
    assert again.keys("chunks") == {"a"}
    again.close()


def test_collections_go_only_when_nobody_has_them_in_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = in_folder(tmp_path)
    store.add("chunks", ["a"], units(0.0))
    asked, let_go, real = threading.Event(), threading.Event(), store._opened

    def slow() -> dict[Space, Collection]:
        there = real()
        asked.set()
        assert let_go.wait(120)
        return there

    monkeypatch.setattr(store, "_opened", slow)
    with ThreadPoolExecutor(2) as threads:
        question = threads.submit(store.nearest, "chunks", units(0.0)[0], 1)
        assert asked.wait(120)
        resetting = threads.submit(store.reset, "chunks")
        assert not wait([resetting], timeout=0.2).done
        let_go.set()
        assert [key for key, _ in question.result(120)] == ["a"]
        resetting.result(120)
    assert store.keys("chunks") == set()
    assert not store.home.failed
    store.close()


def test_many_of_a_filter_are_found_among_the_nearest_where_requests_are_small(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pocketrag.storage.chroma.vectors.FETCHED", 10)
    monkeypatch.setattr(ChromaFolder, "deepest", 30)
    store = in_folder(tmp_path)
    keys = [f"k{n}" for n in range(60)]
    store.add("chunks", keys, units(*(n / 60 for n in range(60))))
    fetched = Mock(wraps=store.fetched)
    monkeypatch.setattr(store, "fetched", fetched)
    even, last = keys[::2], keys[40:]
    assert [key for key, _ in store.nearest("chunks", units(0.0)[0], 3, even)] == ["k0", "k2", "k4"]
    assert not fetched.called
    assert [key for key, _ in store.nearest("chunks", units(0.0)[0], 3, last)] == ["k40", "k41", "k42"]
    assert fetched.called  # none of them is among the nearest thirty
    store.close()


def test_a_damaged_chroma_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "chroma").mkdir()
    (tmp_path / "chroma" / "chroma.sqlite3").write_bytes(b"this is no database" * 100)
    with pytest.raises(LibraryDamaged, match="cannot be opened"):
        ChromaFolder(tmp_path / "chroma")


def test_keys_differ_by_model_and_by_text() -> None:
    keys = {vector_key(model, text) for model in ("a@1/fp32", "a@1/int8") for text in ("one", "two")}
    assert len(keys) == 4


@pytest.mark.parametrize("damage", ["lost", "garbled"])
def test_an_index_whose_files_are_damaged_is_known_and_can_be_reset(tmp_path: Path, damage: str) -> None:
    many = np.random.default_rng(3).normal(size=(1500, 16)).astype(np.float32)
    many /= np.linalg.norm(many, axis=1, keepdims=True)
    keys = [f"k{n}" for n in range(len(many))]
    store = in_folder(tmp_path)
    store.add("chunks", keys, many)
    assert store.is_sound("chunks")
    store.close()
    files = list((tmp_path / "chroma").glob("*/*.bin"))
    assert files  # so many vectors have an index on disk
    for file in files:
        shutil.rmtree(file.parent, ignore_errors=True) if damage == "lost" else file.write_bytes(b"x" * 100)
    store = in_folder(tmp_path)
    assert not store.is_sound("chunks")
    store.reset("chunks")
    store.add("chunks", keys, many)
    assert store.is_sound("chunks")
    assert store.nearest("chunks", many[7], 1)[0][0] == "k7"
    store.close()


def test_the_next_index_is_apart_until_it_takes_over(store: VectorStore) -> None:
    store.add("chunks", ["old"], units(0.0))
    following = store.beside()
    following.add("chunks", ["new"], np.ones((1, 5), np.float32) / np.sqrt(np.float32(5)))  # another model's
    assert store.keys("chunks") == {"old"}
    assert store.beside().keys("chunks") == {"new"}
    store.take_over()
    assert store.keys("chunks") == {"new"}
    assert store.nearest("chunks", np.ones(5, np.float32), 1)[0][0] == "new"
    store.take_over()  # again, after a stop in between: harmless
    assert store.keys("chunks") == {"new"}


def test_a_next_index_that_is_abandoned_is_gone(store: VectorStore) -> None:
    store.beside().add("paths", ["new"], units(1.0))
    store.abandon()
    assert store.beside().keys("paths") == set()
