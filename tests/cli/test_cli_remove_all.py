"""`pocketrag remove --all`: the library leaves nothing, and takes nothing that is not its own."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from front_door import COMMAND, pocketrag
from tui.papers import plain_answer

from pocketrag.domain import FileState
from pocketrag.engine.record import read_record
from pocketrag.paths import LibraryPaths
from pocketrag.storage.catalog import Catalog
from pocketrag.storage.conversations import Conversations
from pocketrag.storage.database import Database
from pocketrag.storage.folder_copy import keep_folders
from pocketrag.storage.records import FileRecord, Verdict


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 of no use")
    return folder


@pytest.fixture
def paths(tmp_path: Path, docs: Path) -> LibraryPaths:
    """A library with a folder, a file that failed and a conversation."""
    made = LibraryPaths(tmp_path / "library")
    made.make()
    with closing(Database(made.catalog)) as database:
        catalog = Catalog(database)
        catalog.add_folder(docs)
        record = FileRecord(docs / "broken.pdf", docs, 18, 0, "pdf")
        catalog.set_aside(record, Verdict(FileState.FAILED, "damaged", "It is damaged.", "Save it anew."))
        for question in ("Why?", "Why not?"):
            Conversations(database).keep(plain_answer(question, "Because."))
    keep_folders(made.folders, (docs,))
    return made


def is_alive(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_nothing_is_left_and_no_document_is_touched(paths: LibraryPaths, docs: Path) -> None:
    assert pocketrag(paths.root, "folders").returncode == 0
    record = read_record(paths.engine)
    assert record is not None
    done = pocketrag(paths.root, "remove", "--all", "--yes")
    assert done.returncode == 0, done.stderr
    assert "1 folder, 1 file, 2 conversations" in done.stdout
    assert not paths.root.exists()
    assert not is_alive(record.pid)
    assert (docs / "broken.pdf").read_bytes() == b"%PDF-1.7 of no use"


def test_without_a_terminal_it_must_be_said_that_it_is_meant(paths: LibraryPaths) -> None:
    done = pocketrag(paths.root, "remove", "--all")
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert json.loads(pocketrag(paths.root, "status", "--json").stdout)["files"]["failed"] == 1


@pytest.mark.parametrize(("answer", "status", "there"), [("n", 130, True), ("y", 0, False)])
def test_at_a_terminal_it_is_asked_first(paths: LibraryPaths, answer: str, status: int, there: bool) -> None:
    ours, theirs = pty.openpty()
    command = [COMMAND, "--library", str(paths.root), "remove", "--all"]
    asked = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = b""
    while b"[y/N]" not in said:
        said += os.read(ours, 1000)
    assert b"1 folder, 1 file, 2 conversations" in b" ".join(said.split())
    os.write(ours, f"{answer}\n".encode())
    assert asked.wait(120) == status
    os.close(ours)
    assert paths.root.exists() is there


def test_what_is_not_the_librarys_stays_and_is_named(paths: LibraryPaths, docs: Path, tmp_path: Path) -> None:
    assert pocketrag(paths.root, "folders").returncode == 0
    kept = {"notes.txt", "engine.py", "logs/diary.txt", "chroma/poem.md", "mine/catalog.sqlite3"}
    for name in kept:
        (paths.root / name).parent.mkdir(exist_ok=True)
        (paths.root / name).write_text("mine")
    (paths.root / "papers").symlink_to(docs)
    done = pocketrag(paths.root, "remove", "--all", "--yes")
    assert done.returncode == 0, done.stderr
    assert "notes.txt" in done.stdout
    left = {path.relative_to(paths.root).as_posix() for path in paths.root.rglob("*") if not path.is_dir()}
    assert left == kept
    assert (paths.root / "papers").is_symlink()
    assert (docs / "broken.pdf").exists()


def test_a_link_among_the_librarys_own_is_not_followed(paths: LibraryPaths, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    paths.logs.rename(elsewhere)
    paths.logs.symlink_to(elsewhere)
    before = sorted(path.name for path in elsewhere.iterdir())
    assert pocketrag(paths.root, "remove", "--all", "--yes").returncode == 0
    assert not paths.root.exists()
    assert sorted(path.name for path in elsewhere.iterdir()) == before


@pytest.mark.parametrize("what", ["nothing", "a folder of documents", "a link to a library"])
def test_what_is_no_library_is_refused(paths: LibraryPaths, docs: Path, tmp_path: Path, what: str) -> None:
    link = tmp_path / "link"
    link.symlink_to(paths.root)
    (docs / "logs").mkdir()
    (docs / "logs" / "engine.log").touch()
    named = {"nothing": tmp_path / "none", "a folder of documents": docs, "a link to a library": link}[what]
    done = pocketrag(named, "remove", "--all", "--yes")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert (docs / "logs" / "engine.log").exists()
    assert paths.catalog.exists()


@pytest.mark.parametrize("damage", ["catalog", "settings", "newer"])
def test_a_library_that_cannot_be_opened_can_be_removed(paths: LibraryPaths, damage: str) -> None:
    if damage == "settings":
        paths.settings.write_text("= nonsense")
    else:
        paths.catalog.write_bytes(b"junk" * 5000 if damage == "catalog" else b"")
    done = pocketrag(paths.root, "remove", "--all", "--yes")
    assert done.returncode == 0, done.stderr
    assert "1 folder" in done.stdout
    assert not paths.root.exists()


@pytest.mark.parametrize("arguments", [[], ["--all", "folder"], ["--yes", "folder"], ["--yes"]])
def test_wrong_usage(paths: LibraryPaths, arguments: list[str]) -> None:
    assert pocketrag(paths.root, "remove", *arguments).returncode == 2
    assert paths.catalog.exists()
