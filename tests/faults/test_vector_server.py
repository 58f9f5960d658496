"""A Chroma server that is killed, emptied, shared or copied to costs no document, no answer and no vector."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from chroma_server import Memory, RunningChroma, home
from fakes import WordEmbedder

from pocketrag.domain import (
    FileIndexed,
    Filters,
    IndexDone,
    IndexEvent,
    IndexRenewed,
    IndexRepaired,
    IndexWaiting,
    SearchResults,
    VectorsMoved,
    VectorsMoving,
)
from pocketrag.engine.checkup import check_vector_server
from pocketrag.engine.library import Library
from pocketrag.engine.removal import remove_library
from pocketrag.errors import VectorServerAway, VectorServerError
from pocketrag.paths import LibraryPaths
from pocketrag.settings import IndexSettings, Settings, StorageSettings, load_settings
from pocketrag.storage.chroma.session import Session
from pocketrag.storage.chroma.vectors import ChromaVectors
from pocketrag.storage.library_id import known_id
from pocketrag.storage.references import References
from pocketrag.storage.vectors import SPACES, Vectors

PAPERS, MORE = 12, 4
ANYWHERE = Filters()


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch) -> WordEmbedder:
    """Words for an embedder; the server and everything else of the library is real."""
    embedder = WordEmbedder(window=256)
    embedder.stand_in(monkeypatch)
    monkeypatch.setattr("pocketrag.storage.chroma.server.SOON", 0.05)
    return embedder


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Papers, and an indexed library of them, closed; its vectors are in its own folder."""
    folder = tmp_path_factory.mktemp("original")
    (folder / "docs").mkdir()
    write(folder / "docs", range(PAPERS))
    with pytest.MonkeyPatch.context() as patch:
        WordEmbedder(window=256).stand_in(patch)
        with closing(opened(LibraryPaths(folder / "library"), StorageSettings())) as library:
            library.add(folder / "docs")
            indexed(library)
    return folder


@pytest.fixture
def docs(original: Path) -> Iterator[Path]:
    """The papers' folder, which is as it was afterwards."""
    yield original / "docs"
    for paper in (original / "docs").iterdir():
        if int(paper.stem) >= PAPERS:
            paper.unlink()


def write(folder: Path, numbers: range) -> None:
    for number in numbers:
        text = f"only{number} " + " ".join(f"word{number * 7 + n}" for n in range(300))
        (folder / f"{number}.md").write_text(f"# Paper {number}\n\n{text}.\n")


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningChroma]:
    running = RunningChroma(tmp_path_factory.mktemp("chroma server"))
    yield running
    running.kill()


@pytest.fixture
def server(mortal: RunningChroma) -> RunningChroma:
    """A running server with nothing in it, which a test may do anything to."""
    mortal.restore()
    return mortal


@pytest.fixture
def paths(tmp_path: Path, original: Path) -> LibraryPaths:
    shutil.copytree(original / "library", tmp_path / "library")
    load_settings(LibraryPaths(tmp_path / "library"))
    return LibraryPaths(tmp_path / "library")


def opened(paths: LibraryPaths, storage: StorageSettings) -> Library:
    return Library(paths, Settings(storage=storage))


def indexed(library: Library) -> list[IndexEvent]:
    return list(library.index())


def whole(library: Library) -> bool:
    """Whether the vectors are exactly those that the catalog refers to, and there are some."""
    references, vectors = References(library._stores.database), library._stores.vectors
    wanted = {space: references.keys(space) for space in SPACES}
    return bool(wanted["chunks"]) and wanted == {space: vectors.keys(space) for space in SPACES}


def until(holds: Callable[[], bool], seconds: float = 120.0) -> None:
    patience = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < patience
        time.sleep(0.02)


def results(library: Library) -> SearchResults:
    return library.search("only5", ANYWHERE, 3)


def found(library: Library) -> list[str]:
    return [passage.file.relative for passage in results(library).passages]


@pytest.fixture
def at_home(paths: LibraryPaths, docs: Path) -> Iterator[Library]:
    """The library, open; its vectors are in its own folder."""
    with closing(opened(paths, StorageSettings())) as library:
        yield library


@pytest.fixture
def left(paths: LibraryPaths, docs: Path, server: RunningChroma) -> LibraryPaths:
    """The library, closed; its vectors are on the server."""
    with closing(opened(paths, StorageSettings())) as library:
        list(library.move_vectors(server.address))
    return paths


@pytest.fixture
def library(left: LibraryPaths, server: RunningChroma) -> Iterator[Library]:
    """The library, open; its vectors are on the server."""
    with closing(opened(left, server.settings)) as library:
        yield library


# ── away, and back ──────────────────────────────────────────────────────────────────────────


def test_killed_while_searching_words_alone_are_searched_until_it_is_back(
    library: Library, server: RunningChroma
) -> None:
    before = results(library)
    assert before.words_only == ""
    server.kill()
    blind = results(library)
    assert "cannot be reached" in blind.words_only
    assert blind.passages[0].file == before.passages[0].file
    assert library.status().vectors.problem
    server.start()
    until(lambda: not library.status().vectors.problem)
    assert results(library).words_only == ""


def test_killed_while_indexing_it_is_said_and_the_next_run_makes_the_index_whole(
    library: Library, docs: Path, server: RunningChroma, words: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(docs, range(PAPERS, PAPERS + MORE))
    embed = words.embed_documents

    def embed_and_kill(texts: Sequence[str]) -> Vectors:
        server.kill()
        return embed(texts)

    with monkeypatch.context() as patch:
        patch.setattr(words, "embed_documents", embed_and_kill)
        with pytest.raises(VectorServerAway, match="Chroma server"):
            indexed(library)
    assert library.status().counts.waiting == MORE
    with pytest.raises(VectorServerAway, match="cannot be reached"):
        indexed(library)
    assert found(library)
    server.start()
    indexed(library)
    assert whole(library)
    assert library.status().counts.waiting == 0


def test_a_watch_outlives_the_server_and_goes_on_when_it_is_back(
    library: Library, docs: Path, server: RunningChroma
) -> None:
    with closing(library.watch()) as events:
        next(event for event in events if isinstance(event, IndexDone))
        server.kill()
        write(docs, range(PAPERS, PAPERS + 1))
        waiting = next(event for event in events if isinstance(event, IndexWaiting))
        assert "server" in waiting.reason
        server.start()
        until(lambda: not library.status().vectors.problem)
        library.rest()  # as the engine does every second
        assert next(event for event in events if isinstance(event, FileIndexed))
        next(event for event in events if isinstance(event, IndexDone))
    assert whole(library)


def test_a_library_opens_without_its_server_and_forgets_folders(
    left: LibraryPaths, docs: Path, server: RunningChroma
) -> None:
    server.kill()
    with closing(opened(left, server.settings)) as alone:
        assert found(alone)
        alone.remove(docs)
        assert alone.status().chunks == 0
    server.start()
    with closing(opened(left, server.settings)) as again:
        indexed(again)
        assert not any(again._stores.vectors.keys(space) for space in SPACES)


def test_a_server_that_lost_everything_is_filled_again_and_nothing_is_set_aside(
    library: Library, left: LibraryPaths, server: RunningChroma
) -> None:
    assert results(library).words_only == ""
    server.restart_empty()
    assert results(library).words_only
    until(lambda: not library.status().vectors.problem)
    assert "lacks vectors" in results(library).words_only
    assert any(isinstance(event, IndexRepaired) for event in indexed(library))
    assert whole(library)
    assert results(library).words_only == ""
    assert left.set_aside() == ()


def test_what_was_lost_while_nobody_had_the_library_open_is_noticed(
    left: LibraryPaths, server: RunningChroma
) -> None:
    with closing(Session(server.settings)) as session:
        session.begin()
        chunks = session.find(f"pocketrag-{known_id(left.identity)}-chunks")
        assert chunks is not None
        chunks.delete(ids=chunks.get(limit=3, include=[])["ids"])
    with closing(opened(left, server.settings)) as again:
        assert IndexRepaired(3, 0) in indexed(again)
        assert whole(again)


# ── whose vectors ───────────────────────────────────────────────────────────────────────────


def test_two_libraries_on_one_server_keep_out_of_each_others_way(
    library: Library, paths: LibraryPaths, original: Path, tmp_path: Path, server: RunningChroma
) -> None:
    shutil.copytree(original / "library", tmp_path / "other")
    other = LibraryPaths(tmp_path / "other")
    with closing(opened(other, StorageSettings())) as second:
        list(second.move_vectors(server.address))
        assert len(server.collections()) == 2 * len(SPACES)
        second.remove(original / "docs")
        indexed(second)
    assert whole(library)
    assert remove_library(other) == ""
    assert len(server.collections()) == len(SPACES)
    assert whole(library)


def test_a_library_is_removed_without_its_server_and_what_is_left_is_said(
    left: LibraryPaths, server: RunningChroma
) -> None:
    server.kill()
    assert "are left" in remove_library(left)
    assert not left.root.exists()


def test_a_copy_of_a_library_gets_collections_of_its_own(
    left: LibraryPaths, docs: Path, tmp_path: Path, server: RunningChroma
) -> None:
    shutil.copytree(left.root, tmp_path / "copy")
    with closing(opened(LibraryPaths(tmp_path / "copy"), server.settings)) as copy:
        copy.remove(docs)  # which sweeps
        indexed(copy)
        with closing(opened(left, server.settings)) as again:
            indexed(again)
            assert whole(again)
            indexed(copy)
            assert whole(again)
    assert len(server.collections()) == 2 * len(SPACES)


def test_what_a_copy_has_taken_hold_of_is_not_removed(tmp_path: Path, server: RunningChroma) -> None:
    facts = Memory()
    ours = ChromaVectors(home(server, tmp_path, facts))
    ours.add("chunks", ["a"], np.ones((1, 4), np.float32))
    with closing(ChromaVectors(home(server, tmp_path, Memory(facts)))) as theirs:
        assert theirs.keys("chunks") == {"a"}
        ours.home.remove()
        assert theirs.keys("chunks") == {"a"}
        theirs.home.remove()
    assert not server.collections()


def test_a_server_is_asked_anew_for_whoever_wants_to_know_how_it_stands(
    library: Library, server: RunningChroma, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert library.reach_vectors().problem == ""
    monkeypatch.setattr("pocketrag.storage.chroma.server.SOON", 60.0)
    server.kill()
    assert "cannot be reached" in library.reach_vectors().problem
    server.start()
    assert "cannot be reached" in library.status().vectors.problem  # nobody has asked since
    assert library.reach_vectors().problem == ""


# ── moving ──────────────────────────────────────────────────────────────────────────────────


def test_vectors_move_to_a_server_and_back_without_being_embedded_anew(
    at_home: Library, paths: LibraryPaths, server: RunningChroma, words: WordEmbedder
) -> None:
    before = found(at_home)
    words.embedded.clear()
    moved = list(at_home.move_vectors(server.address))[-1]
    assert isinstance(moved, VectorsMoved)
    assert (moved.at, moved.left) == (server.address, "")
    assert moved.vectors > PAPERS
    assert words.embedded == []
    assert not paths.vectors.exists()
    assert load_settings(paths).storage.url == server.address
    assert not at_home._stores.doubted  # all were compared on the way
    assert whole(at_home)
    assert found(at_home) == before
    words.embedded.clear()
    list(at_home.move_vectors(""))
    assert words.embedded == []
    assert server.collections() == set()
    assert load_settings(paths).storage.url == ""
    assert whole(at_home)
    assert found(at_home) == before
    assert not any(isinstance(event, IndexRepaired) for event in indexed(at_home))


def test_what_a_server_had_lost_before_the_move_is_made_anew_after_it(
    library: Library, server: RunningChroma
) -> None:
    indexed(library)
    server.restart_empty()
    assert results(library).words_only
    until(lambda: not library.status().vectors.problem)
    list(library.move_vectors(""))
    assert "were lost" in results(library).words_only
    assert any(isinstance(event, IndexRepaired) for event in indexed(library))
    assert whole(library)
    assert results(library).words_only == ""


def test_a_move_that_is_stopped_goes_on_where_it_was(
    at_home: Library, paths: LibraryPaths, server: RunningChroma, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pocketrag.engine.moving.BATCH", 5)
    with closing(at_home.move_vectors(server.address)) as moving:
        assert [s.done for s in islice(moving, 3) if isinstance(s, VectorsMoving)] == [0, 5, 10]
    assert load_settings(paths).storage.url == ""
    assert whole(at_home)
    assert [check.name for check in check_vector_server(paths, load_settings(paths))] == ["other vectors"]
    steps = list(at_home.move_vectors(server.address))
    assert isinstance(steps[0], VectorsMoving)
    assert steps[0].done == 10
    assert whole(at_home)
    assert [check.state for check in check_vector_server(paths, load_settings(paths))] == ["ok"]


def test_a_library_is_removed_with_what_a_broken_move_has_left_on_a_server(
    paths: LibraryPaths, docs: Path, server: RunningChroma
) -> None:
    with closing(opened(paths, StorageSettings())) as library:
        with closing(library.move_vectors(server.address)) as moving:
            next(moving)
        assert server.collections()
    assert remove_library(paths) == ""
    assert server.collections() == set()


def test_a_move_to_a_server_that_dies_changes_nothing(
    at_home: Library, paths: LibraryPaths, server: RunningChroma
) -> None:
    moving = at_home.move_vectors(server.address)
    next(moving)
    server.kill()
    with pytest.raises(VectorServerError):
        list(moving)
    assert load_settings(paths).storage.url == ""
    assert not at_home.status().vectors.server
    assert whole(at_home)
    assert found(at_home)


def test_what_is_indexed_after_a_move_is_at_the_new_place(
    at_home: Library, docs: Path, server: RunningChroma
) -> None:
    list(at_home.move_vectors(server.address))
    write(docs, range(PAPERS, PAPERS + MORE))
    assert sum(isinstance(event, FileIndexed) for event in indexed(at_home)) == MORE
    assert whole(at_home)


def test_nothing_is_sent_to_a_server_beyond_this_computer_before_it_is_confirmed(
    paths: LibraryPaths, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beyond = StorageSettings(url="http://chroma.example:8000")
    reached: list[object] = []
    monkeypatch.setattr("httpx.Client.send", lambda self, request, **_: reached.append(request))
    refused = pytest.raises(VectorServerError, match="not confirmed")
    with closing(opened(paths, StorageSettings())) as at_home, refused:
        list(at_home.move_vectors(beyond.url))
    with closing(opened(paths, beyond)) as unconfirmed:
        assert "not confirmed" in results(unconfirmed).words_only
        status = unconfirmed.status()
        assert "not confirmed" in status.vectors.problem
        assert not status.stays_here
        with pytest.raises(VectorServerError, match="not confirmed"):
            indexed(unconfirmed)
    assert "not confirmed" in next(check_vector_server(paths, Settings(storage=beyond))).found
    assert reached == []


def test_a_server_beyond_this_computer_is_used_and_marked_once_it_is_confirmed(
    paths: LibraryPaths, docs: Path, server: RunningChroma, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pocketrag.addresses.is_loopback", lambda address: False)
    with closing(opened(paths, server.settings)) as library:  # set by hand, and not confirmed
        assert "not confirmed" in results(library).words_only
        list(library.move_vectors(server.address, confirmed=True))
        assert load_settings(paths).storage.confirmed_address == server.address
        assert library.settings().storage == library._stores.storage
        indexed(library)
        assert whole(library)
        assert results(library).words_only == ""
        assert library.status().vectors.leaves_computer
    checked = next(check_vector_server(paths, Settings(storage=library.settings().storage)))
    assert checked.state == "warning"
    assert "leave this computer" in checked.found


def test_the_next_index_moves_too(paths: LibraryPaths, docs: Path, server: RunningChroma) -> None:
    with closing(Library(paths, Settings(index=IndexSettings(chunk_tokens=100)))) as library:
        library._stores.vectors.beside().add("chunks", ["begun"], np.ones((1, 8), np.float32))
        list(library.move_vectors(server.address))
        assert library._stores.vectors.beside().keys("chunks") == {"begun"}
        assert any(isinstance(event, IndexRenewed) for event in indexed(library))
        assert whole(library)
        assert found(library)[0] == "5.md"
    assert not any(name.endswith("-next") for name in server.collections())
