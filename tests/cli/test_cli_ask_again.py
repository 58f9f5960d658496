"""A question that the language model fails to answer is kept, and asked once more."""

from __future__ import annotations

import io
import json
import sys

import pytest
from tui.fake_engine import FakeEngine, answered
from tui.papers import QUESTION, plain_answer

from pocketrag.cli import EXIT_USAGE, run
from pocketrag.console.chat import Chat
from pocketrag.errors import ModelServerError

AWAY = ModelServerError("The server does not answer.", "Ask again.")


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """An engine that answers, then fails, then answers."""
    engine = FakeEngine(
        [answered(plain_answer("Hello?", "Hello.")), [AWAY], answered(plain_answer(QUESTION, "Yes."))]
    )
    monkeypatch.setattr("pocketrag.commands.asking.opened", lambda: engine)
    return engine


def test_a_question_that_the_model_fails_to_answer_is_kept_and_asked_again(
    engine: FakeEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["ask", "Hello?"]) == 0
    capsys.readouterr()
    assert run(["ask", QUESTION, "--continue", "--json"]) == 1
    told = capsys.readouterr()
    assert "`pocketrag ask --again`" in told.err
    assert json.loads(told.out)["error"]["kind"] == AWAY.kind
    kept, conversation = engine.kept[-1]
    assert (kept.question, kept.is_failure, conversation) == (QUESTION, True, 100)
    assert kept.text == "No answer: The server does not answer."
    assert run(["ask", "--again"]) == 0
    assert [(asked.question, len(asked.turns)) for asked in engine.asked[1:]] == [(QUESTION, 1)] * 2
    assert [within for _, within in engine.kept] == [None, 100, 100]
    assert [turn.question for turn in engine.conversation(100).said] == ["Hello?", QUESTION]


def test_what_was_not_asked_cannot_be_asked_again(
    engine: FakeEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["ask", "--again"]) == 1
    assert "Nothing was asked yet" in capsys.readouterr().err
    assert run(["ask", "--again", QUESTION]) == EXIT_USAGE
    assert engine.asked == []


def test_a_conversation_line_by_line_asks_again(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"/again\nHello?\n{QUESTION}\n/again\n"))
    Chat(engine).run()
    assert "/again     ask the last question once more" in capsys.readouterr().out
    assert [asked.question for asked in engine.asked] == ["Hello?", QUESTION, QUESTION]
    assert [answer.is_failure for answer, _ in engine.kept] == [False, True, False]
