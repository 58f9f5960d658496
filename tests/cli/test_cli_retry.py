"""`pocketrag index --retry`: files that failed are read again, all or those named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fakes import WordEmbedder
from front_door import pocketrag

from pocketrag.domain import FileFailed, FileIndexed, FileState, IndexEvent
from pocketrag.engine.library import Library
from pocketrag.errors import UnknownFile
from pocketrag.paths import LibraryPaths
from pocketrag.settings import Settings


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """A library of two files that could not be read, though nothing about them has changed since."""
    WordEmbedder().stand_in(monkeypatch)
    docs = tmp_path / "docs"
    docs.mkdir()
    for name in ("one.txt", "two.txt"):
        (docs / name).write_text(f"This is file {name}.")
    with closing(Library(LibraryPaths(tmp_path / "library"), Settings())) as opened:
        opened.add(docs)
        with monkeypatch.context() as patch:
            patch.setattr("pocketrag.reading.sandbox.SECONDS", 0.0)
            opened._sandbox._seconds = 0.0  # so that every file takes too long
            assert sum(isinstance(event, FileFailed) for event in opened.index()) == 2
        opened._sandbox._seconds = 30.0
        yield opened


def read(events: Iterator[IndexEvent]) -> list[str]:
    return [event.path.name for event in events if isinstance(event, FileIndexed)]


def test_a_file_that_failed_is_not_read_again_by_itself(library: Library) -> None:
    assert read(library.index()) == []


def test_all_that_failed_are_read_again(library: Library) -> None:
    assert sorted(read(library.retry())) == ["one.txt", "two.txt"]
    assert read(library.retry()) == []


def test_those_named_are_read_again_and_no_others(library: Library, tmp_path: Path) -> None:
    assert read(library.retry((tmp_path / "docs" / "two.txt",))) == ["two.txt"]
    (failed,) = [item for item in library.status(files=True).items if item.state is FileState.FAILED]
    assert failed.path.name == "one.txt"


def test_a_file_outside_the_library_is_said(library: Library, tmp_path: Path) -> None:
    with pytest.raises(UnknownFile, match=r"elsewhere\.txt"):
        library.retry((tmp_path / "elsewhere.txt",))


def test_from_the_command_line(tmp_path: Path) -> None:
    docs, library = tmp_path / "docs", tmp_path / "library"
    docs.mkdir()
    (docs / "broken.pdf").write_bytes(b"%PDF-1.7 of no use")
    assert pocketrag(library, "add", str(docs)).returncode == 0
    assert pocketrag(library, "index").returncode == 0
    assert "index --retry" in pocketrag(library, "status").stdout
    for named in ([], [str(docs / "broken.pdf")]):
        done = pocketrag(library, "index", "--retry", "--json", *named)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        assert [event["event"] for event in events] == ["failed", "done"]
    outside = pocketrag(library, "index", "--retry", str(tmp_path / "x.pdf"), "--json")
    assert outside.returncode == 1
    assert json.loads(outside.stdout)["error"]["kind"] == "unknown file"
    assert pocketrag(library, "index", str(docs / "broken.pdf")).returncode == 2
