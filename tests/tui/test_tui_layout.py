"""The screen itself: sizes, keys, help, palette, and foreign text drawn as what it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from time import process_time

import pytest
from tui.driving import (
    SMALL,
    WIDE,
    ask,
    ask_and_wait,
    press,
    resize,
    running,
    screen_text,
    settle,
    until,
)
from tui.fake_engine import FakeEngine, answered, status
from tui.papers import (
    EXAMPLES,
    FILES,
    LEASE,
    PASSAGES,
    QUESTION,
    document,
    file,
    notice_answer,
    plain_answer,
)

from pocketrag.domain import Citation, Document, Place, Sentence, Span
from pocketrag.tui.screens.help import HelpScreen
from pocketrag.tui.widgets.citations import CitationList
from pocketrag.tui.widgets.composer import Composer
from pocketrag.tui.widgets.conversation import Conversation
from pocketrag.tui.widgets.document_view import DocumentView
from pocketrag.tui.widgets.key_bar import KeyBar
from pocketrag.tui.widgets.sources import PassageList, SourcesPanel


async def test_eighty_columns_keep_everything_in_reach(engine: FakeEngine) -> None:
    engine.scripts = [answered(notice_answer())]
    async with running(engine, SMALL) as (app, pilot):
        await ask_and_wait(pilot, QUESTION)
        shown = screen_text(app)
        for wanted in ("PocketRAG", "609 passages", "three months", "✓ verbatim", "Sources", "0.83", "❯"):
            assert wanted in shown
        sources, conversation = app.screen.query_one(SourcesPanel), app.screen.query_one(Conversation)
        assert sources.region.y >= conversation.region.bottom
        assert conversation.region.height >= 11
        await press(pilot, "f2", "f2")
        assert not sources.display


@pytest.mark.parametrize("size", [(60, 20), (300, 80)])
async def test_every_screen_can_be_used_at_the_smallest_and_at_a_very_large_size(
    engine: FakeEngine, size: tuple[int, int]
) -> None:
    engine.scripts = [answered(notice_answer())]
    engine.library = replace(status(), items=FILES)
    async with running(engine, size) as (app, pilot):
        await ask_and_wait(pilot, QUESTION)
        shown = screen_text(app)
        for wanted in (QUESTION[:40], "three months", "Ask your files", "0.83"):
            assert wanted in shown, "of an answer that is longer than the screen, its beginning"
        await press(pilot, "tab")
        assert all(wanted in screen_text(app) for wanted in ("✓ verbatim", "- wrong"))
        await press(pilot, "f3")
        assert "Statement" not in screen_text(app)
        await press(pilot, *"statement")
        assert "Needs a password." in screen_text(app)
        await press(pilot, "escape", "f4")
        assert "conversation" in screen_text(app)
        await press(pilot, "escape", "tab", "enter")
        assert "The notice period" in screen_text(app)


async def test_the_sources_move_as_the_terminal_is_resized(engine: FakeEngine) -> None:
    engine.scripts = [answered(notice_answer())]
    async with running(engine) as (app, pilot):
        await ask_and_wait(pilot, QUESTION)
        sources = app.screen.query_one(SourcesPanel)
        assert sources.region.x > 60
        await resize(pilot, 80, 24)
        await until(pilot, lambda: sources.region.x == 0)
        assert sources.region.height <= 6


async def test_tab_goes_round(engine: FakeEngine) -> None:
    engine.scripts = [answered(notice_answer())]
    async with running(engine) as (app, pilot):
        await ask_and_wait(pilot, QUESTION)
        stops = []
        for _ in range(4):
            stops.append(type(app.focused))
            await pilot.press("tab")
        assert stops == [Composer, CitationList, PassageList, Composer]


async def test_help_opens_by_f1_and_by_a_question_mark_on_an_empty_line(engine: FakeEngine) -> None:
    async with running(engine) as (app, pilot):
        await press(pilot, "f1")
        assert isinstance(app.screen, HelpScreen)
        assert "ask the question" in screen_text(app)
        await pilot.press("escape", "question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await press(pilot, "escape", "w", "h", "y", "question_mark")
        assert app.screen.query_one(Composer).text == "why?"


async def test_examples_are_offered_by_number_and_taken_back_by_typing_on(engine: FakeEngine) -> None:
    engine.scripts = [answered(plain_answer(EXAMPLES[1], "Yes."))]
    async with running(engine) as (app, pilot):
        composer = app.screen.query_one(Composer)
        await pilot.press("2")
        await until(pilot, lambda: composer.text == EXAMPLES[1])
        await pilot.press("0")
        assert composer.text == "20"
        await pilot.press("backspace", "backspace", "2")
        await until(pilot, lambda: composer.text == EXAMPLES[1])
        await press(pilot, "enter")
        assert [asked.question for asked in engine.asked] == [EXAMPLES[1]]


async def test_the_history_comes_back_with_the_arrows(engine: FakeEngine) -> None:
    async with running(engine) as (app, pilot):
        await ask(pilot, "first?")
        await ask(pilot, "second?")
        composer = app.screen.query_one(Composer)
        await pilot.press(*"thi", "up")
        assert composer.text == "second?"
        await pilot.press("up")
        assert composer.text == "first?"
        await pilot.press("down", "down")
        assert composer.text == "thi"


async def test_the_composer_grows_with_the_question(engine: FakeEngine) -> None:
    async with running(engine, SMALL) as (app, pilot):
        await press(pilot, "a", "ctrl+j", "b", "ctrl+j", "c")
        composer = app.screen.query_one(Composer)
        assert composer.text == "a\nb\nc"
        assert composer.region.height == 3


async def test_a_megabyte_opens_without_freezing(engine: FakeEngine) -> None:
    line = "All work and no play makes Jack a dull boy, said the landlord. "
    paper = document(tuple(("p", n // 40 + 1, line * 8) for n in range(2_000)), "Long")
    source = file("long.txt", "d" * 64)
    engine.documents[source.path] = (source, paper)
    middle = paper.text.index("landlord", len(paper.text) // 2)
    citation = Citation(1, source, Place(page=25), middle, middle + 8, "landlord", True)
    engine.scripts = [
        answered(plain_answer("q", "So.", sentences=(Sentence("So.", (1,), True),), citations=(citation,)))
    ]
    async with running(engine) as (app, pilot):
        await ask_and_wait(pilot, "q")
        before = process_time()
        await pilot.press("tab", "enter")
        await settle(pilot)
        assert process_time() - before < 5, "of work: not of waiting for a busy computer"
        view = app.screen.query_one(DocumentView)
        assert view.virtual_size.height > 8_000
        assert view.scroll_y > 3_000
        assert "  page 26" in screen_text(app)


async def test_a_file_the_index_no_longer_holds_is_explained(engine: FakeEngine) -> None:
    engine.documents = {}
    engine.scripts = [answered(notice_answer())]
    async with running(engine) as (app, pilot):
        await ask_and_wait(pilot, QUESTION)
        await pilot.press("tab", "enter")
        await settle(pilot)
        assert "The index does not hold Lease 2024.pdf." in screen_text(app)


async def test_a_document_stays_where_one_reads_when_the_terminal_is_resized(engine: FakeEngine) -> None:
    engine.scripts = [answered(notice_answer())]
    async with running(engine) as (app, pilot):
        await ask_and_wait(pilot, QUESTION)
        await pilot.press("tab", "enter")
        await settle(pilot)
        await resize(pilot, 60, 14)
        assert "page" in screen_text(app)
        await pilot.press("p", "n")
        await settle(pilot)
        assert "The notice period" in screen_text(app)


def test_the_fake_documents_have_the_structure_of_real_ones() -> None:
    assert isinstance(LEASE, Document)
    assert all(LEASE.text[b.start : b.end] for b in LEASE.blocks)
    assert PASSAGES[0].highlights[0] == Span(*_bounds(LEASE.text, "The notice period for the tenant"))
    assert Path(PASSAGES[0].file.relative).name == "Lease 2024.pdf"


def _bounds(text: str, begin: str) -> tuple[int, int]:
    start = text.index(begin)
    return start, text.index(".", start) + 1


@pytest.mark.parametrize("key", ["f1", "f3"])
async def test_what_changes_below_a_screen_has_it_drawn_once_at_most(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    async with running(engine, WIDE, key) as (app, pilot):
        again: list[object] = []
        monkeypatch.setattr(app.screen, "refresh", lambda *regions, **_: again.append(regions))
        app.screen_stack[0].query_one(Composer).refresh()
        await pilot.pause(0.2)  # a dozen frames
        assert len(again) <= 1


@pytest.mark.parametrize("width", [60, 80, 120])
async def test_the_last_line_ends_with_a_whole_key(engine: FakeEngine, width: int) -> None:
    async with running(engine, (width, 24)) as (app, pilot):
        for screen in ("f3", "f4", "f6"):
            await press(pilot, screen)
            bar = app.screen.query_one(KeyBar)
            assert bar.max_scroll_x == 0
            assert "esc Back" in screen_text(app).splitlines()[-1]
            await press(pilot, "escape")
        assert "palette" in screen_text(app).splitlines()[-1]
