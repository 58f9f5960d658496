"""The conversation line by line, for terminals that cannot draw and for people who do not look."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tui.fake_engine import FakeEngine, answered, refused
from tui.papers import QUESTION, notice_answer, plain_answer, refusal_answer

from pocketrag.console.chat import Chat
from pocketrag.errors import QueryError

EVIL = "\x1b[31mred\x07 [bold]x[/bold]"


def chat(engine: FakeEngine, *lines: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    Chat(engine).run()


def test_questions_are_answered_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = FakeEngine(
        scripts=[answered(notice_answer()), refused(refusal_answer()), answered(notice_answer())]
    )
    chat(
        engine,
        QUESTION,
        "/sources",
        "And my dentist?",
        "/new",
        "Again?",
        "/quit",
        "x",
        monkeypatch=monkeypatch,
    )
    said = capsys.readouterr().out
    assert "Library: 31 files · 609 passages." in said
    assert "Reading 3 passages…" in said
    assert "[1] Home/Lease 2024.pdf · page 3 · Termination" in said
    assert "Careful: 1 sentence could not be verified." in said
    assert "2. Home/Letter from the landlord, March.docx, page 1" in said
    assert "Looked for: dentist name" in said
    assert "“Ask the landlord about notice.”" in said  # what the nearest passage says
    assert [len(asked.turns) for asked in engine.asked] == [0, 1, 0]
    assert [conversation for _, conversation in engine.kept] == [None, 100, None]


def test_an_error_is_said_and_the_next_question_awaited(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = QueryError("“x” is no day.", "Write 2025.")
    engine = FakeEngine(scripts=[[broken], answered(plain_answer("b", EVIL))])
    chat(engine, "after:x a", "b", "/sources", "/help", monkeypatch=monkeypatch)
    told = capsys.readouterr()
    assert "Write 2025." in told.err
    assert "␛[31mred␇ [bold]x[/bold]" in told.out
    assert "There are no sources to show." in told.out
    assert "/new       begin a new conversation" in told.out
    assert "\x1b" not in told.out


@pytest.mark.parametrize("variable", [{"TERM": "dumb"}, {"NO_COLOR": "1", "TERM": "xterm"}])
def test_a_terminal_that_cannot_draw_gets_lines(tmp_path: Path, variable: dict[str, str]) -> None:
    environment = {**os.environ, "POCKETRAG_LIBRARY": str(tmp_path / "library"), **variable}
    pocketrag = str(Path(sys.executable).with_name("pocketrag"))
    done = subprocess.run(
        [pocketrag],
        capture_output=True,
        text=True,
        input="/quit\n",
        env=environment,
        check=False,
        timeout=120,
    )
    subprocess.run(
        [pocketrag, "engine", "stop"], env=environment, check=False, capture_output=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "No folder belongs to it yet" in done.stdout
    assert "\x1b" not in done.stdout
