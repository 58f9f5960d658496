"""`pocketrag history`: what was asked and answered, found again, named, exported and deleted."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import front_door
import pytest
from tui.papers import notice_answer, plain_answer, refusal_answer

from pocketrag.domain import Citation, FileVersion, Mark, Place
from pocketrag.evaluation.questions import read_questions
from pocketrag.paths import LibraryPaths
from pocketrag.storage.catalog import Catalog
from pocketrag.storage.conversations import Conversations
from pocketrag.storage.database import Database
from pocketrag.storage.folder_copy import keep_folders

EVIL = "\x1b[31mred\x07 [bold]x[/bold] [click](http://evil.example)"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "lease.md").write_text("The rent is 850 euros.")
    return folder


@pytest.fixture
def paths(tmp_path: Path, docs: Path) -> LibraryPaths:
    """A library with two conversations: about a rent, and about a dentist."""
    made = LibraryPaths(tmp_path / "library")
    made.make()
    lease = docs / "lease.md"
    version = FileVersion(lease, docs, "ab" * 32, "Lease", lease.stat().st_mtime_ns / 1e9)
    citation = Citation(1, version, Place(page=2), 0, 22, "The rent is 850 euros.", verified=True)
    gone = replace(citation, marker=2, file=replace(version, path=docs / "gone.md"))
    with closing(Database(made.catalog)) as database:
        Catalog(database).add_folder(docs)
        kept = Conversations(database)
        answer = plain_answer("How much is the rent?", "850 euros [1].", citations=(citation, gone))
        rent = kept.keep(answer, at=1.7e9)
        kept.keep(replace(notice_answer(), question=EVIL, text=EVIL, citations=()), rent, at=1.7e9 + 60)
        kept.keep(refusal_answer(), at=1.7e9 + 120)
    keep_folders(made.folders, (docs,))
    return made


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


def pocketrag(paths: LibraryPaths, *arguments: str, status: int = 0) -> front_door.Done:
    done = front_door.pocketrag(paths.root, *arguments)
    assert done.returncode == status, done.stderr
    assert "\x1b" not in done.stdout
    return done


def in_json(paths: LibraryPaths, *arguments: str) -> Any:  # noqa: ANN401 - whatever the command tells
    return json.loads(pocketrag(paths, *arguments, "--json").stdout)


def test_conversations_are_listed_searched_and_shown(paths: LibraryPaths, docs: Path) -> None:
    lines = pocketrag(paths, "history", "list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["ID", "2", "1"]
    assert "How much is the rent?" in lines[2]
    assert "2023-11-14 22:14" in lines[2]

    found = in_json(paths, "history", "search", "euro")["conversations"]
    assert [(entry["id"], entry["turns"], entry["excerpt"]) for entry in found] == [(1, 2, "850 euros [1].")]
    assert set(found[0]) == {"id", "title", "created", "updated", "turns", "excerpt"}
    assert "850 euros [1]." in pocketrag(paths, "history", "search", "EUR").stdout
    assert pocketrag(paths, "history", "search", "boiler").stdout == "Nothing found.\n"

    shown = pocketrag(paths, "history", "show", "1").stdout
    assert "» How much is the rent?" in shown
    assert "[1] lease.md · page 2\n    “The rent is 850 euros.”" in shown
    assert "[2] gone.md · page 2  (file was deleted)" in shown
    assert "[bold]x[/bold]" in shown
    (docs / "lease.md").write_text("The rent is 900 euros.")
    os.utime(docs / "lease.md", ns=(0, 0))
    assert "[1] lease.md · page 2  (changed since)" in pocketrag(paths, "history", "show", "1").stdout

    told = in_json(paths, "history", "show", "1")
    assert set(told) == {"id", "title", "created", "updated", "turns"}
    assert set(told["turns"][0]) == {
        "at", "mark", "question", "answer", "refused", "refusal", "query", "model", "sentences", "citations",
        "index", "timings", "words_only",
    }  # fmt: skip
    assert [(c["state"], c["file_sha256"], c["quote"]) for c in told["turns"][0]["citations"]] == [
        ("changed", "ab" * 32, "The rent is 850 euros."),
        ("deleted", "ab" * 32, "The rent is 850 euros."),
    ]


def test_a_conversation_is_exported(paths: LibraryPaths, tmp_path: Path) -> None:
    written = tmp_path / "rent.md"
    pocketrag(paths, "history", "export", "1", "--out", str(written))
    text = written.read_text()
    assert text == pocketrag(paths, "history", "export", "1").stdout
    assert "## How much is the rent?" in text
    assert "- [1] **lease.md** · page 2 · sha256 abababababab…\n\n  > The rent is 850 euros." in text
    assert "\\[click](http\\://evil.example)" in text
    assert json.loads(pocketrag(paths, "history", "export", "1", "--format", "json").stdout) == in_json(
        paths, "history", "show", "1"
    )
    failed = pocketrag(paths, "history", "export", "1", "--out", str(tmp_path / "no" / "x.md"), status=1)
    assert "cannot be written" in failed.stderr
    assert "Name another file" in failed.stderr


def test_marked_answers_become_questions_for_an_evaluation(paths: LibraryPaths, tmp_path: Path) -> None:
    with closing(Database(paths.catalog)) as database:
        kept = Conversations(database)
        (right, _), (refused,) = kept.turns(1), kept.turns(2)
        kept.mark(right.id, Mark.RIGHT)
        kept.mark(refused.id, Mark.WRONG)
    out = tmp_path / "marked.jsonl"
    pocketrag(paths, "history", "questions", "--out", str(out))
    rent, dentist = read_questions(out)
    assert (rent.answers, rent.answerable) == (("850 euros.", "The rent is 850 euros."), True)
    assert (rent.evidence[0].file, rent.evidence[0].quote) == ("lease.md", "The rent is 850 euros.")
    assert (dentist.question, dentist.answers, dentist.answerable) == ("dentist name", (), True)
    assert "marked right" in pocketrag(paths, "history", "show", "1").stdout
    assert "marked right" in pocketrag(paths, "history", "export", "1").stdout


def test_conversations_are_renamed_and_deleted(paths: LibraryPaths) -> None:
    pocketrag(paths, "history", "rename", "1", "My flat")
    assert in_json(paths, "history", "search", "flat")["conversations"][0]["title"] == "My flat"
    assert pocketrag(paths, "history", "delete", "1", "99", status=1).stderr.startswith(
        "Error: There is no conversation 99."
    )
    assert pocketrag(paths, "history", "delete", "1").stdout == "Deleted 1 conversation.\n"
    assert [entry["id"] for entry in in_json(paths, "history", "list")["conversations"]] == [2]
    assert "--yes" in pocketrag(paths, "history", "delete", "--all", status=2).stderr
    assert pocketrag(paths, "history", "delete", "--all", "--yes").stdout == "Deleted 1 conversation.\n"
    assert pocketrag(paths, "history", "list").stdout == "No conversation is kept yet.\n"
    assert "history list" in pocketrag(paths, "history", "show", "1", status=1).stderr


def test_what_is_asked_is_kept_and_goes_on_if_that_is_said(tmp_path: Path) -> None:
    paths = LibraryPaths(tmp_path / "library")
    pocketrag(paths, "ask", "How much is the rent?")
    pocketrag(paths, "ask", "And the deposit?", "--continue", "--json")
    pocketrag(paths, "ask", "Who is my dentist?")
    kept = in_json(paths, "history", "list")["conversations"]
    assert [(entry["title"], entry["turns"]) for entry in kept] == [
        ("Who is my dentist?", 1),
        ("How much is the rent?", 2),
    ]
    (turn,) = in_json(paths, "history", "show", str(kept[0]["id"]))["turns"]
    assert turn["refused"] is True
    assert turn["refusal"]["reason"] == "no files"


WRONG = (["delete"], ["delete", "1", "--all"], ["delete", "1", "--yes"], ["rename", "1", " "], ["show", "x"])


@pytest.mark.parametrize("arguments", WRONG)
def test_wrong_usage_is_said(tmp_path: Path, arguments: list[str]) -> None:
    assert "Error" in pocketrag(LibraryPaths(tmp_path), "history", *arguments, status=2).stderr
