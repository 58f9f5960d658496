"""What one does with an answer: copied, asked again, edited, marked, exported, by key and by mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input
from tui.driving import WIDE, ask_and_wait, click_text, press, running, screen_text
from tui.fake_engine import FakeEngine, answered, refused
from tui.papers import HISTORY, QUESTION, notice_answer, plain_answer, refusal_answer

from pocketrag.domain import Mark
from pocketrag.tui.widgets.citations import CitationList
from pocketrag.tui.widgets.composer import Composer
from pocketrag.tui.widgets.turn import TurnView


@pytest.fixture
def ready(engine: FakeEngine) -> FakeEngine:
    """An engine that has an answer, and another one."""
    engine.scripts = [answered(notice_answer()), answered(plain_answer(QUESTION, "Three months."))]
    return engine


@pytest.mark.parametrize(("key", "words", "sources"), [("c", "c copy", False), ("s", "s sources", True)])
async def test_an_answer_is_copied_with_or_without_its_sources(
    ready: FakeEngine, key: str, words: str, sources: bool
) -> None:
    async with running(ready, WIDE) as (app, pilot):
        await ask_and_wait(pilot, QUESTION)
        await press(pilot, "tab", key)
        by_key = app.clipboard
        app.copy_to_clipboard("")
        await click_text(pilot, words)
        assert app.clipboard == by_key
        assert by_key.startswith("Your notice period is **three months** to the end of a month.")
        assert ("[1] Home/Lease 2024.pdf, page 3 · Termination: “The notice" in by_key) is sources
        assert ("[2]" in by_key) is sources


async def test_the_last_question_is_asked_again_in_its_place(ready: FakeEngine) -> None:
    async with running(ready, WIDE) as (app, pilot):
        await ask_and_wait(pilot, QUESTION)
        await press(pilot, "tab", "a")
        assert [asked.question for asked in ready.asked] == [QUESTION, QUESTION]
        assert ready.asked[1].turns == (), "it does not lean on its own answer"
        assert [turn.question for turn in app.screen.query(TurnView)] == [QUESTION]
        assert "Three months." in screen_text(app)


async def test_a_question_is_edited_and_takes_its_own_place(ready: FakeEngine) -> None:
    async with running(ready, WIDE) as (app, pilot):
        await ask_and_wait(pilot, QUESTION)
        await click_text(pilot, "e edit")
        composer = app.screen.query_one(Composer)
        assert composer.text == QUESTION
        assert composer.has_focus
        await press(pilot, "escape")
        assert composer.text == "", "the edit is put away"
        await press(pilot, "f8", "!", "enter")
        assert [turn.question for turn in app.screen.query(TurnView)] == [f"{QUESTION}!"]
        assert ready.asked[1].turns == ()


async def test_an_answer_is_marked_and_the_mark_taken_back(ready: FakeEngine) -> None:
    async with running(ready, WIDE) as (app, pilot):
        await ask_and_wait(pilot, QUESTION)
        await press(pilot, "tab", "plus")
        assert list(ready.marked.values()) == [Mark.RIGHT]
        assert "✓ marked right" in screen_text(app)
        await click_text(pilot, "- wrong")
        assert list(ready.marked.values()) == [Mark.WRONG]
        assert "✗ marked wrong" in screen_text(app)
        await press(pilot, "minus")
        assert list(ready.marked.values()) == [None]
        assert "marked" not in screen_text(app)


async def test_a_kept_answer_shows_its_mark_and_is_marked(engine: FakeEngine) -> None:
    engine.history = list(HISTORY[2:])
    number = engine.history[0].turns[0].id
    async with running(engine, WIDE, "f4", "enter", "tab", "plus", "f4", "enter") as (app, _):
        assert engine.marked == {number: Mark.RIGHT}
        assert "✓ marked right" in screen_text(app)


async def test_a_refusal_can_be_reached_and_marked_but_not_copied(engine: FakeEngine) -> None:
    engine.scripts = [refused(refusal_answer()), answered(notice_answer())]
    async with running(engine, WIDE, notifications=True) as (app, pilot):
        await ask_and_wait(pilot, refusal_answer().question)
        await ask_and_wait(pilot, QUESTION)
        await press(pilot, "tab", "up")
        assert isinstance(app.focused, TurnView)
        await press(pilot, "plus", "c")
        assert list(engine.marked.values()) == [Mark.RIGHT]
        assert "There is no answer to copy." in screen_text(app)
        await press(pilot, "down")
        assert isinstance(app.focused, CitationList)


async def test_the_conversation_is_exported_from_where_one_is(ready: FakeEngine, tmp_path: Path) -> None:
    file = tmp_path / "notice.md"
    async with running(ready, WIDE) as (app, pilot):
        await ask_and_wait(pilot, QUESTION)
        app.screen.action_export()  # type: ignore[attr-defined]
        await pilot.pause()
        app.screen.query_one(Input).value = str(file)
        await press(pilot, "enter")
    assert "three months" in file.read_text()


async def test_with_no_answer_there_is_nothing_to_do_anything_with(engine: FakeEngine) -> None:
    async with running(engine, WIDE, "f5", "f8", "f9", notifications=True) as (app, _):
        assert "There is no answer yet." in screen_text(app)
        assert engine.asked == []


async def test_a_long_paste_is_asked_whole_and_drawn_in_short(engine: FakeEngine) -> None:
    pasted = "\n".join(f"line {n} of a long letter" for n in range(5_000))
    engine.scripts = [answered(plain_answer(pasted, "Yes."))]
    async with running(engine, WIDE) as (app, pilot):
        await ask_and_wait(pilot, pasted)
        assert engine.asked[0].question == pasted
        shown = screen_text(app)
        assert "line 11 of a long letter" in shown
        assert "more characters" in shown
        assert "Yes." in shown


async def test_what_is_unverified_is_said_in_words_and_counted(ready: FakeEngine) -> None:
    async with running(ready, WIDE) as (app, pilot):
        await ask_and_wait(pilot, QUESTION)
        shown = screen_text(app)
        assert "≈ unverified" in shown
        assert "1 of 4 unverified" in shown
