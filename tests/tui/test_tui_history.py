"""The history screen: what was asked before is found, opened and gone on with, named and deleted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import DataTable, Input
from tui.driving import SMALL, ask, make_app, screen_text, settle
from tui.fake_engine import FakeEngine, answered
from tui.papers import HISTORY, LETTER_FILE, LETTER_QUOTE, QUESTION, kept, notice_answer, plain_answer

from pocketrag.tui.screens.document import DocumentScreen
from pocketrag.tui.screens.history import HistoryScreen
from pocketrag.tui.widgets import conversation
from pocketrag.tui.widgets.citations import CitationList
from pocketrag.tui.widgets.composer import Composer
from pocketrag.tui.widgets.turn import TurnView


@pytest.fixture
def past(engine: FakeEngine) -> FakeEngine:
    """An engine that keeps three conversations."""
    engine.history = list(HISTORY)
    return engine


async def test_a_conversation_is_found_opened_and_gone_on_with(past: FakeEngine) -> None:
    past.scripts = [answered(plain_answer("And by letter?", "Yes."))]
    app = make_app(past)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await pilot.press("f4")
        await settle(pilot)
        shown = screen_text(app)
        assert "3 conversations" in shown
        assert "Moving [b]out[/b]" in shown
        assert shown.index("Moving") < shown.index("dentist") < shown.index("How long is my notice")
        await pilot.press(*"notice fax")
        await settle(pilot)
        assert "1 conversation found" in screen_text(app)
        await pilot.press("enter")
        await settle(pilot)
        assert [view.question for view in app.screen.query(TurnView)] == [QUESTION, "And by fax?"]
        assert isinstance(app.focused, Composer)

        await pilot.press("tab")
        assert isinstance(app.focused, CitationList)
        assert "changed since" in screen_text(app)
        await ask(pilot, "And by letter?")
        await settle(pilot)
        assert [turn.question for turn in past.asked[0].turns] == [QUESTION, "And by fax?"]
        assert past.kept[0][1] == 1
        assert "Yes." in screen_text(app)


async def test_a_kept_citation_opens_its_document_and_says_what_it_said(past: FakeEngine) -> None:
    file, document = past.documents[LETTER_FILE.path]
    other = replace(document, text="Other words.", blocks=())
    past.documents[LETTER_FILE.path] = (replace(file, sha256="f" * 64), other)
    past.history = [HISTORY[0]]
    del past.documents[notice_answer().citations[0].file.path]
    app = make_app(past)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await pilot.press("f4")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("tab", "down", "enter")
        await settle(pilot)
        assert isinstance(app.screen, DocumentScreen)
        told = " ".join(screen_text(app).split())
        assert "has changed since the answer" in told
        assert LETTER_QUOTE in told
        await pilot.press("escape", "up", "enter")
        await settle(pilot)
        told = " ".join(screen_text(app).split())
        assert "does not hold" in told
        assert "It said: “The notice period for the tenant" in told


async def test_a_conversation_is_renamed(past: FakeEngine) -> None:
    app = make_app(past)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await pilot.press("f4")
        await settle(pilot)
        await pilot.press("down", "f2")
        await settle(pilot)
        app.screen.query_one(Input).value = "Teeth"
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, HistoryScreen)
        assert "Teeth" in screen_text(app)
        assert app.screen.query_one(DataTable).cursor_row == 1, "the cursor stays"
        assert past.conversation(2).entry.title == "Teeth"


@pytest.mark.parametrize(("key", "left"), [("escape", 3), ("enter", 2)])
async def test_a_conversation_is_deleted_once_confirmed(past: FakeEngine, key: str, left: int) -> None:
    app = make_app(past)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await pilot.press("f4")
        await settle(pilot)
        await pilot.press("f8")
        await settle(pilot)
        assert "“Moving [b]out[/b]”, 1 question" in screen_text(app)
        await pilot.press(key)
        await settle(pilot)
        assert len(past.history) == left
        assert f"{left} conversations" in screen_text(app)


async def test_a_deleted_conversation_does_not_stay_on_the_screen(past: FakeEngine) -> None:
    app = make_app(past)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        for keys in (("f4",), ("enter",), ("f4",), ("f8",), ("enter",), ("escape",)):
            await pilot.press(*keys)
            await settle(pilot)
        assert len(past.history) == 2
        assert not app.screen.query(TurnView)


async def test_a_new_conversation_begins_from_there(past: FakeEngine) -> None:
    past.scripts = [answered(notice_answer())]
    app = make_app(past)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await ask(pilot, QUESTION)
        await settle(pilot)
        await pilot.press("f4")
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert not isinstance(app.screen, HistoryScreen)
        assert not app.screen.query(TurnView)


async def test_of_a_long_conversation_the_end_is_shown(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "MOST_SHOWN", 2)
    engine.history = [kept(7, *(plain_answer(f"Question {n}?", f"Answer {n}.") for n in range(5)))]
    app = make_app(engine)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await pilot.press("f4")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert [view.question for view in app.screen.query(TurnView)] == ["Question 3?", "Question 4?"]
        assert "3 earlier questions: `pocketrag history show 7`" in screen_text(app)


async def test_without_history_there_is_nothing_to_choose(engine: FakeEngine) -> None:
    app = make_app(engine)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await pilot.press("f4")
        await settle(pilot)
        assert "0 conversations" in screen_text(app)
        await pilot.press("enter", "f2", "f8")
        await settle(pilot)
        assert isinstance(app.screen, HistoryScreen)
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.focused, Composer)
