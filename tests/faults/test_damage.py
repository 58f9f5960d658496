"""Whatever is done to a library's files, the next start ends as a fresh index of the same folders."""

from __future__ import annotations

import json
import logging
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from types import SimpleNamespace as Namespace
from unittest.mock import Mock

import pytest
from fakes import WordEmbedder
from tui.papers import plain_answer

from pocketrag.domain import CatalogRebuilt, FileIndexed, Filters, IndexEvent, IndexRepaired
from pocketrag.engine.library import Library
from pocketrag.errors import LibraryDamaged, LibraryFromNewerVersion, LibraryUnwritable
from pocketrag.paths import LibraryPaths
from pocketrag.settings import Settings
from pocketrag.storage.chroma.folder import ChromaFolder
from pocketrag.storage.chroma.vectors import ChromaVectors
from pocketrag.storage.database import Database
from pocketrag.storage.references import References
from pocketrag.storage.schema import VERSION
from pocketrag.storage.vectors import SPACES

Contents = dict[str, object]
ANSWERS = tuple(plain_answer(f"How much is the rent of flat {number}?", "850 euros.") for number in range(50))


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch) -> WordEmbedder:
    """Words for an embedder; everything else of the library is real."""
    embedder = WordEmbedder(window=256)
    embedder.stand_in(monkeypatch)
    return embedder


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    for number in range(20):
        text = " ".join(f"word{number * 7 + n}" for n in range(400))
        (folder / f"{number}.md").write_text(f"# Paper {number}\n\n{text}.\n")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 of no use")
    (folder / "left out.mp3").write_bytes(b"ID3")
    return folder


@pytest.fixture(scope="module")
def sound(docs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that was indexed, holds a conversation, and was closed well."""
    root = tmp_path_factory.mktemp("sound") / "library"
    with pytest.MonkeyPatch.context() as patch:
        WordEmbedder(window=256).stand_in(patch)
        with closing(Library(LibraryPaths(root), Settings())) as library:
            library.add(docs)
            assert sum(isinstance(event, FileIndexed) for event in library.index()) == 20
            for answer in ANSWERS:
                library.keep_answer(answer, None)
    return root


@pytest.fixture(scope="module")
def wanted(sound: Path, tmp_path_factory: pytest.TempPathFactory) -> Contents:
    """What a library of the documents holds that nothing has happened to."""
    return contents(LibraryPaths(shutil.copytree(sound, tmp_path_factory.mktemp("fresh") / "library")))


@pytest.fixture
def paths(sound: Path, tmp_path: Path) -> LibraryPaths:
    shutil.copytree(sound, tmp_path / "library")
    return LibraryPaths(tmp_path / "library")


def contents(paths: LibraryPaths) -> Contents:
    """All that a closed library holds, as far as it does not depend on how it came about."""
    with closing(Database(paths.catalog)) as database:
        references = References(database)
        queries = (
            "SELECT path FROM folders",
            "SELECT f.path, f.state, f.reason, f.message, f.kind, f.size, f.mtime_ns, f.path_key,"
            " t.sha256, t.text, t.blocks, t.title FROM files f"
            " LEFT JOIN documents t ON t.id = f.document_id ORDER BY 1",
            'SELECT t.sha256, c.start, c."end", c.key, c.context_key, c.context, c.place FROM chunks c'
            " JOIN documents t ON t.id = c.document_id ORDER BY 1, 2",
            "SELECT count(*) FROM chunk_words WHERE chunk_words MATCH 'word7'",
        )
        held: Contents = {query: database.connection.execute(query).fetchall() for query in queries}
        wanted = {space: references.keys(space) for space in SPACES}
    with closing(ChromaVectors(ChromaFolder(paths.vectors))) as vectors:
        there = {space: vectors.keys(space) for space in SPACES}
        assert all(vectors.is_sound(space) for space in SPACES)
    assert there == wanted
    return {**held, "vectors": there}


def mended(paths: LibraryPaths) -> list[IndexEvent]:
    """Start the library as always, index, and return what was told."""
    with closing(Library(paths, Settings())) as library:
        events = list(library.index())
        assert not library.status().rebuilding
    return events


def rebuilt(events: list[IndexEvent]) -> CatalogRebuilt:
    (found,) = [event for event in events if isinstance(event, CatalogRebuilt)]
    return found


# ── what may happen to a catalog ────────────────────────────────────────────────────────────


def flip(file: Path, seed: int) -> None:
    """Change one bit somewhere, as a disk may; nothing else of the file changes."""
    before, data = file.stat(), bytearray(file.read_bytes())
    place = random.Random(seed).randrange(len(data))
    data[place] ^= 1 << seed % 8
    file.write_bytes(data)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def cut(file: Path, share: float) -> None:
    os.truncate(file, int(file.stat().st_size * share))


def write_over(file: Path, start: int, length: int, fill: bytes = b"\0") -> None:
    with file.open("r+b") as opened:
        opened.seek(start)
        opened.write((fill * length)[:length])


DAMAGE: dict[str, Callable[[Path], object]] = {
    **{f"a bit flipped, {seed}": partial(flip, seed=seed) for seed in range(12)},
    "a letter of a text changed": lambda file: file.write_bytes(
        file.read_bytes().replace(b"word7 word8", b"word7 wird8", 1)
    ),
    "cut to a half": lambda file: cut(file, 0.5),
    "cut in its header": lambda file: os.truncate(file, 50),
    "cut to one page": lambda file: os.truncate(file, 4096),
    "the header zeroed": lambda file: write_over(file, 0, 100),
    "the first page zeroed": lambda file: write_over(file, 0, 4096),
    "junk over its middle": lambda file: write_over(file, file.stat().st_size // 2, 9000, b"junk"),
    "junk alone": lambda file: file.write_bytes(b"not a database, whatever it says" * 500),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_catalog_is_set_aside_and_rebuilt(
    paths: LibraryPaths, wanted: Contents, docs: Path, words: WordEmbedder, damage: Callable[[Path], object]
) -> None:
    damage(paths.catalog)
    told = rebuilt(mended(paths))
    assert (told.reason, told.folders, told.aside) == ("damaged", 1, "catalog.sqlite3.damaged-1")
    assert (paths.root / told.aside).exists()
    assert words.embedded == [], "the vectors are still there"
    assert contents(paths) == wanted
    assert not [event for event in mended(paths) if isinstance(event, CatalogRebuilt)], "it is said once"


def test_conversations_that_can_be_read_are_kept(paths: LibraryPaths) -> None:
    paths.sums.write_text("{}")
    with closing(Library(paths, Settings())) as library:
        kept = [library.conversation(entry.id) for entry in library.conversations()]
    assert [conversation.turns[0].answer for conversation in kept] == [*reversed(ANSWERS)]


@pytest.mark.parametrize(
    "lose", [Path.unlink, lambda catalog: os.truncate(catalog, 0)], ids=["deleted", "emptied"]
)
@pytest.mark.parametrize("closed_well", [True, False])
def test_a_catalog_that_is_gone_is_rebuilt_from_the_copy_of_its_folders(
    paths: LibraryPaths, wanted: Contents, lose: Callable[[Path], object], closed_well: bool
) -> None:
    if not closed_well:
        paths.sums.unlink()
    lose(paths.catalog)
    assert rebuilt(mended(paths)) == CatalogRebuilt("missing", 1, 0)
    assert contents(paths) == wanted


@pytest.mark.parametrize("copy", ["deleted", "junk"])
def test_without_a_copy_the_folders_are_read_from_the_damaged_catalog(
    paths: LibraryPaths, docs: Path, copy: str
) -> None:
    paths.folders.unlink() if copy == "deleted" else paths.folders.write_text("{")
    with closing(sqlite3.connect(paths.catalog)) as catalog:
        (page,) = catalog.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'documents'").fetchone()
        (size,) = catalog.execute("PRAGMA page_size").fetchone()
    write_over(paths.catalog, (page - 1) * size, size, b"junk")
    assert rebuilt(mended(paths)).folders == 1
    assert json.loads(paths.folders.read_text()) == {"folders": [str(docs)]}


def test_when_nothing_is_known_of_the_folders_that_is_said(paths: LibraryPaths) -> None:
    paths.folders.unlink()
    paths.catalog.unlink()
    assert rebuilt(mended(paths)) == CatalogRebuilt("missing", 0, 0)


def test_a_rebuilding_that_is_broken_off_goes_on_and_embeds_nothing(
    paths: LibraryPaths, words: WordEmbedder
) -> None:
    write_over(paths.catalog, 0, 100)
    with closing(Library(paths, Settings())) as library:
        events = library.index()
        assert any(isinstance(event, FileIndexed) for event in events)
        events.close()
    paths.sums.unlink()  # as if killed
    with closing(Library(paths, Settings())) as library:
        assert library.status().rebuilding
        assert library.status().set_aside == ("catalog.sqlite3.damaged-1",)
        assert any(isinstance(event, CatalogRebuilt) for event in library.index())
    assert words.embedded == []


def test_the_copy_follows_the_folders_and_is_its_owners_alone(
    paths: LibraryPaths, docs: Path, tmp_path: Path
) -> None:
    (tmp_path / "more").mkdir()
    with closing(Library(paths, Settings())) as library:
        library.add(tmp_path / "more")
        assert set(json.loads(paths.folders.read_text())["folders"]) == {str(docs), str(tmp_path / "more")}
        library.remove(docs)
        assert json.loads(paths.folders.read_text())["folders"] == [str(tmp_path / "more")]
    assert paths.folders.stat().st_mode & 0o777 == 0o600
    assert paths.sums.stat().st_mode & 0o777 == 0o600


def test_a_library_of_a_newer_version_is_never_set_aside(paths: LibraryPaths) -> None:
    with closing(sqlite3.connect(paths.catalog)) as newer:
        newer.execute(f"PRAGMA user_version = {VERSION + 1}")
    for _ in range(2):
        before = paths.catalog.read_bytes()
        with pytest.raises(LibraryFromNewerVersion):
            Library(paths, Settings())
        assert paths.catalog.read_bytes() == before
    assert paths.set_aside() == ()


# ── a stop without a word ───────────────────────────────────────────────────────────────────

KILLED = """
import os, signal, sys
from pathlib import Path
from fakes import WordEmbedder
from pocketrag.engine.library import Library
from pocketrag.models.loading import Models
from pocketrag.paths import LibraryPaths
from pocketrag.settings import Settings

embedder = WordEmbedder(window=256)
Models.embedder = lambda self: embedder.load()
Models.is_of = lambda self, theirs: theirs == embedder.fingerprint
library = Library(LibraryPaths(Path(sys.argv[1])), Settings())
library.add(Path(sys.argv[2]))
list(library.index())
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def killed_once(docs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose process was killed right after its first index: much of it stands in the log."""
    paths = LibraryPaths(tmp_path_factory.mktemp("killed") / "library")
    path = os.pathsep.join([str(Path(__file__).parents[1]), str(Path(__file__).parents[2])])
    command = [sys.executable, "-c", KILLED, str(paths.root), str(docs)]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, check=False)
    assert done.returncode == -signal.SIGKILL
    return paths.root


@pytest.fixture
def killed(killed_once: Path, tmp_path: Path) -> LibraryPaths:
    return LibraryPaths(shutil.copytree(killed_once, tmp_path / "killed"))


def log_of(paths: LibraryPaths) -> Path:
    return paths.catalog.with_name("catalog.sqlite3-wal")


def cut_log(paths: LibraryPaths, share: float) -> None:
    cut(log_of(paths), share)


def flip_log(paths: LibraryPaths, seed: int) -> None:
    flip(log_of(paths), seed)


STOPS: dict[str, Callable[[LibraryPaths], object]] = {
    "nothing else": lambda paths: None,
    **{f"log cut to {share}": partial(cut_log, share=share) for share in (0.0, 0.3, 0.5, 0.9)},
    "log deleted": lambda paths: log_of(paths).unlink(),
    **{f"a bit of the log flipped, {seed}": partial(flip_log, seed=seed) for seed in range(4)},
    "junk over the middle of the catalog": lambda paths: write_over(
        paths.catalog, paths.catalog.stat().st_size // 2, 5000, b"junk"
    ),
    "the header zeroed": lambda paths: write_over(paths.catalog, 0, 100),
    "the catalog cut to a half": lambda paths: cut(paths.catalog, 0.5),
    "its vectors deleted": lambda paths: shutil.rmtree(paths.vectors),
}


@pytest.mark.parametrize("happens", STOPS.values(), ids=STOPS)
def test_a_stop_without_a_word_and_worse_ends_as_a_fresh_index(
    killed: LibraryPaths, wanted: Contents, tmp_path: Path, happens: Callable[[LibraryPaths], object]
) -> None:
    happens(killed)
    mended(killed)
    assert contents(killed) == wanted


# ── what may happen to vectors ──────────────────────────────────────────────────────────────


def test_deleted_vectors_are_made_anew(paths: LibraryPaths, wanted: Contents) -> None:
    shutil.rmtree(paths.vectors)
    assert [event for event in mended(paths) if isinstance(event, IndexRepaired)]
    assert contents(paths) == wanted


def test_until_lost_vectors_are_made_anew_words_alone_are_searched_and_that_is_said(
    paths: LibraryPaths,
) -> None:
    shutil.rmtree(paths.vectors)
    for _ in range(2):  # the next start knows as well
        with closing(Library(paths, Settings())) as library:
            found = library.search("boiler", Filters(), 3)
            assert "were lost" in found.words_only
    with closing(Library(paths, Settings())) as library:
        for _ in library.index():
            pass
        assert library.search("boiler", Filters(), 3).words_only == ""


@pytest.mark.parametrize("name", ["chroma.sqlite3", "data_level0.bin", "header.bin", "length.bin"])
def test_a_file_of_the_vectors_that_is_junk_is_noticed(
    paths: LibraryPaths, wanted: Contents, name: str
) -> None:
    file = next(paths.vectors.rglob(name))
    file.write_bytes(random.Random(1).randbytes(file.stat().st_size))
    assert [event for event in mended(paths) if isinstance(event, IndexRepaired)]
    assert [path.name for path in paths.set_aside()] == ["chroma.damaged-1"]
    assert contents(paths) == wanted


def test_vectors_that_kill_whoever_looks_at_them_after_a_stop_without_a_word(
    paths: LibraryPaths, wanted: Contents, words: WordEmbedder
) -> None:
    shutil.rmtree(paths.vectors)
    with closing(ChromaVectors(ChromaFolder(paths.vectors))) as vectors:  # enough for an index on disk
        texts = [f"stray {number}" for number in range(2500)]
        vectors.add("chunks", texts, words.embed_documents(texts))
    paths.sums.unlink()
    for links in paths.vectors.rglob("link_lists.bin"):
        write_over(links, 0, links.stat().st_size)
    mended(paths)
    assert [path.name for path in paths.set_aside()] == ["chroma.damaged-1"]
    assert contents(paths) == wanted


# ── a disk without room, which is no damage ─────────────────────────────────────────────────


@pytest.fixture
def no_room(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The disk is full; SQLite's check of a catalog meets that."""
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    with monkeypatch.context() as patch:
        patch.setattr("pocketrag.storage.room.shutil.disk_usage", lambda _: Namespace(free=0))
        patch.setattr("pocketrag.storage.checking._schema", Mock(side_effect=full))
        yield patch


def test_a_catalog_that_cannot_be_checked_for_want_of_room_is_left_alone(
    paths: LibraryPaths, no_room: pytest.MonkeyPatch
) -> None:
    paths.sums.unlink()  # as if killed: it is checked
    with pytest.raises(LibraryUnwritable, match="full"):
        Library(paths, Settings())
    assert paths.set_aside() == ()
    no_room.undo()
    assert not [event for event in mended(paths) if isinstance(event, CatalogRebuilt)]


def test_vectors_that_cannot_be_opened_for_want_of_room_are_left_alone(
    paths: LibraryPaths, no_room: pytest.MonkeyPatch
) -> None:
    with no_room.context() as patch:
        patch.setattr("chromadb.PersistentClient", Mock(side_effect=RuntimeError("disk I/O error")))
        with pytest.raises(LibraryUnwritable, match="is full"):
            Library(paths, Settings())
    assert paths.set_aside() == ()


def test_a_check_that_lacks_room_says_so(paths: LibraryPaths, no_room: pytest.MonkeyPatch) -> None:
    with closing(Library(paths, Settings())) as library:
        catalog = next(iter(library.check()))
    assert (catalog.name, catalog.state) == ("catalog", "problem")
    assert "full" in catalog.found
    assert "Free some" in catalog.remedy


# ── damage that comes to light later ────────────────────────────────────────────────────────


def test_damage_met_at_work_is_said_and_the_next_start_mends_it(
    paths: LibraryPaths, wanted: Contents, docs: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(Library(paths, Settings())) as library:
        write_over(paths.catalog, 4096, paths.catalog.stat().st_size - 4096, b"\xa5")
        with pytest.raises(LibraryDamaged) as raised:
            library.document(docs / "7.md")
        assert "doctor --repair" in raised.value.remedy
    assert not paths.sums.exists(), "nobody vouches for it"
    with caplog.at_level(logging.WARNING, "pocketrag"):
        assert rebuilt(mended(paths)).reason == "damaged"
    assert "damaged" in caplog.text
    assert contents(paths) == wanted


@pytest.fixture(autouse=True)
def logs_are_heard() -> Iterator[None]:
    """An engine's tests may have sent the logs of this process to a file."""
    ours = logging.getLogger("pocketrag")
    before = ours.propagate
    ours.propagate = True
    yield
    ours.propagate = before
