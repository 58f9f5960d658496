"""The history screen: what was asked before is found, opened and gone on with, named and deleted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.app import App
from textual.widgets import Input
from tui.driving import SMALL, ask_and_wait, click_text, press, running, screen_text, settle, until
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


def questions(app: App[None]) -> list[str]:
    """Return the questions of the exchanges that are mounted."""
    return [view.question for view in app.screen.query(TurnView)]


async def test_a_conversation_is_found_opened_and_gone_on_with(past: FakeEngine) -> None:
    past.scripts = [answered(plain_answer("And by letter?", "Yes."))]
    async with running(past, SMALL, "f4") as (app, pilot):
        shown = screen_text(app)
        assert "3 conversations" in shown
        assert "Moving [b]out[/b]" in shown
        assert shown.index("Moving") < shown.index("dentist") < shown.index("How long is my notice")
        await pilot.press(*"notice fax")
        await settle(pilot)
        assert "1 conversation found" in screen_text(app)
        await press(pilot, "enter")
        assert [view.question for view in app.screen.query(TurnView)] == [QUESTION, "And by fax?"]
        assert isinstance(app.focused, Composer)
        await ask_and_wait(pilot, "And by letter?")
        assert [turn.question for turn in past.asked[0].turns] == [QUESTION, "And by fax?"]
        assert past.kept[0][1] == 1
        assert "Yes." in screen_text(app)


async def test_a_conversation_is_opened_by_a_click_and_selected_by_a_right_click(past: FakeEngine) -> None:
    async with running(past, SMALL, "f4") as (app, pilot):
        await click_text(pilot, "Moving [b]out", button=3)
        assert isinstance(app.screen, HistoryScreen)
        assert app.screen.selected is not None
        assert app.screen.selected.title.startswith("Moving")
        await press(pilot, "up")
        await click_text(pilot, "Moving [b]out")
        assert [view.question for view in app.screen.query(TurnView)] == ["When may I move out?"]


async def test_a_kept_citation_opens_its_document_and_says_what_it_said(past: FakeEngine) -> None:
    file, document = past.documents[LETTER_FILE.path]
    other = replace(document, text="Other words.", blocks=())
    past.documents[LETTER_FILE.path] = (replace(file, sha256="f" * 64), other)
    past.history = [kept(1, notice_answer())]
    del past.documents[notice_answer().citations[0].file.path]
    async with running(past, SMALL, "f4", "enter", "tab") as (app, pilot):
        assert isinstance(app.focused, CitationList)
        assert "changed since" in screen_text(app)
        await press(pilot, "down", "enter")
        assert isinstance(app.screen, DocumentScreen)
        told = " ".join(screen_text(app).split())
        assert "has changed since the answer" in told
        assert LETTER_QUOTE in told
        await press(pilot, "escape", "up", "enter")
        told = " ".join(screen_text(app).split())
        assert "does not hold" in told
        assert "It said: “The notice period for the tenant" in told


async def test_a_conversation_is_renamed(past: FakeEngine) -> None:
    async with running(past, SMALL, "f4", "down", "f2") as (app, pilot):
        app.screen.query_one(Input).value = "Teeth"
        await press(pilot, "enter")
        assert isinstance(app.screen, HistoryScreen)
        assert "Teeth" in screen_text(app)
        assert app.screen.table.cursor_row == 1, "the cursor stays"
        assert past.conversation(2).entry.title == "Teeth"


async def test_a_deleted_conversation_can_be_brought_back_until_one_leaves(past: FakeEngine) -> None:
    async with running(past, SMALL, "f4", "f8") as (app, pilot):
        assert "2 conversations" in screen_text(app)
        assert "“Moving [b]out[/b]” is deleted when you leave" in screen_text(app)
        assert len(past.history) == 3
        await press(pilot, "ctrl+z")
        assert "3 conversations" in screen_text(app)
        await press(pilot, "escape")
        assert len(past.history) == 3
        await press(pilot, "f4", "f8", "f8", "escape")
        assert [entry.id for entry in past.conversations()] == [1]


async def test_quitting_deletes_for_good_what_was_deleted(past: FakeEngine) -> None:
    async with running(past, SMALL, "f4", "f8") as (_, pilot):
        await pilot.press("ctrl+q")
    assert len(past.history) == 2


async def test_a_deleted_conversation_does_not_stay_on_the_screen(past: FakeEngine) -> None:
    async with running(past, SMALL, "f4", "enter", "f4", "f8", "escape") as (app, _):
        assert len(past.history) == 2
        assert not app.screen.query(TurnView)


async def test_a_conversation_is_exported(past: FakeEngine, tmp_path: Path) -> None:
    async with running(past, SMALL, "f4", "f5", notifications=True) as (app, pilot):
        assert "~/Moving bout b.md" in app.screen.query_one(Input).value.replace("boutb", "bout b")
        for name in ("moving.md", "moving.json", "nowhere/moving.md"):
            app.screen.query_one(Input).value = str(tmp_path / name)
            await press(pilot, "enter")
            if not name.startswith("nowhere"):
                await press(pilot, "f5")
        # as it was told, for on the screen the folder's length decides where a line of it ends
        await until(pilot, lambda: any("cannot be written" in told.message for told in app._notifications))
        assert "# Moving" in (tmp_path / "moving.md").read_text()
        assert '"title": "Moving [b]out[/b]"' in (tmp_path / "moving.json").read_text()


async def test_a_new_conversation_begins_from_there(past: FakeEngine) -> None:
    past.scripts = [answered(notice_answer())]
    async with running(past, SMALL) as (app, pilot):
        await ask_and_wait(pilot, QUESTION)
        await press(pilot, "f4", "ctrl+n")
        assert not isinstance(app.screen, HistoryScreen)
        assert not app.screen.query(TurnView)


async def test_of_a_long_conversation_the_end_is_shown(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "most_drawn", lambda height: 2)
    engine.history = [kept(7, *(plain_answer(f"Question {n}?", f"Answer {n}.") for n in range(5)))]
    async with running(engine, SMALL, "f4", "enter") as (app, pilot):
        assert questions(app) == ["Question 3?", "Question 4?"]
        assert "3 earlier questions" in screen_text(app)
        await press(pilot, "tab", "up", "up")
        assert isinstance(app.focused, TurnView)
        assert app.focused.question == "Question 2?"
        await press(pilot, "up", "up")
        assert questions(app)[:4] == [f"Question {number}?" for number in range(4)], "the rest comes back"
        assert "earlier question" not in screen_text(app)
        assert app.focused.question == "Question 0?"


async def test_what_is_long_past_leaves_the_screen(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "most_drawn", lambda height: 2)
    monkeypatch.setattr(conversation, "_SLACK", 2)
    engine.scripts = [answered(plain_answer(f"Question {n}?", f"Answer {n}.")) for n in range(6)]
    async with running(engine, SMALL) as (app, pilot):
        for number in range(6):
            await ask_and_wait(pilot, f"Question {number}?")
        assert questions(app) == [f"Question {number}?" for number in range(2, 6)]
        assert len(engine.asked[-1].turns) == 5, "what is asked leans on all of it"
        assert "2 earlier questions" not in screen_text(app), "they are above what is seen"
        await press(pilot, "pageup")
        assert questions(app) == [f"Question {number}?" for number in range(4)]
        seen = screen_text(app)
        assert "Question 2?" in seen, "one stays where one reads"
        assert "Question 0?" not in seen
        await press(pilot, *["pageup"] * 5)
        assert "Answer 0." in screen_text(app)
        await press(pilot, "ctrl+n")
        assert not app.screen.query_one(".left-out").display


async def test_a_long_conversation_is_scrolled_up_and_down_with_few_exchanges_drawn(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "most_drawn", lambda height: 6)
    monkeypatch.setattr(conversation, "_SLACK", 1)
    engine.history = [kept(7, *(plain_answer(f"Question {n}?", f"Answer {n}.") for n in range(30)))]
    engine.scripts = [answered(plain_answer("And now?", "Now too."))]
    async with running(engine, SMALL, "f4", "enter") as (app, pilot):
        drawn = set()
        for key, wanted in (
            ("pageup", "Question 0?"),
            ("pagedown", "Question 29?"),
            ("pageup", "Question 9?"),
        ):
            for _ in range(60):
                drawn.add(len(questions(app)))
                if wanted in screen_text(app):
                    break
                await press(pilot, key)
            assert wanted in screen_text(app)
        assert max(drawn) <= 9
        await ask_and_wait(pilot, "And now?")
        assert questions(app) == [*(f"Question {n}?" for n in range(24, 30)), "And now?"]


async def test_without_history_there_is_nothing_to_choose(engine: FakeEngine) -> None:
    async with running(engine, SMALL, "f4") as (app, pilot):
        assert "0 conversations" in screen_text(app)
        await press(pilot, "enter", "f2", "f5", "f8", "ctrl+z")
        assert isinstance(app.screen, HistoryScreen)
        await press(pilot, "escape")
        assert isinstance(app.focused, Composer)
