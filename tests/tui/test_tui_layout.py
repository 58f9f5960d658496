"""The screen itself: sizes, keys, help, palette, and foreign text drawn as what it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from time import perf_counter

import pytest
from textual.command import CommandPalette
from tui.driving import SMALL, WIDE, ask, make_app, screen_text, settle, until
from tui.fake_engine import FakeEngine, answered, status
from tui.papers import (
    EXAMPLES,
    FILES,
    FOLDER,
    LEASE,
    PASSAGES,
    QUESTION,
    document,
    file,
    notice_answer,
    passage,
    plain_answer,
)

from pocketrag.domain import Citation, Document, FileState, Place, Sentence, Span
from pocketrag.tui.screens.document import DocumentScreen
from pocketrag.tui.screens.help import HelpScreen
from pocketrag.tui.widgets.answer_text import AnswerText
from pocketrag.tui.widgets.citations import CitationList
from pocketrag.tui.widgets.composer import Composer
from pocketrag.tui.widgets.conversation import Conversation
from pocketrag.tui.widgets.document_view import DocumentView
from pocketrag.tui.widgets.sources import PassageList, SourcesPanel

HOSTILE = (
    "[bold]x[/bold] [/] [@click=app.quit]go[/] \x1b[31mred\x1b]8;;http://evil\x07 \u202etxt.exe\u202c \x9b1m"
)


async def test_eighty_columns_keep_everything_in_reach(engine: FakeEngine) -> None:
    engine.scripts = [answered(notice_answer())]
    app = make_app(engine)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await ask(pilot, QUESTION)
        await settle(pilot)
        shown = screen_text(app)
        for wanted in ("PocketRAG", "609 passages", "three months", "✓ verbatim", "Sources", "0.83", "❯"):
            assert wanted in shown
        sources, conversation = app.screen.query_one(SourcesPanel), app.screen.query_one(Conversation)
        assert sources.region.y >= conversation.region.bottom
        assert conversation.region.height >= 11
        await pilot.press("f2", "f2")
        await pilot.pause()
        assert not sources.display


async def test_the_sources_move_as_the_terminal_is_resized(engine: FakeEngine) -> None:
    engine.scripts = [answered(notice_answer())]
    app = make_app(engine)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await ask(pilot, QUESTION)
        await settle(pilot)
        sources = app.screen.query_one(SourcesPanel)
        assert sources.region.x > 60
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert sources.region.x == 0
        assert sources.region.height <= 6


async def test_tab_goes_round(engine: FakeEngine) -> None:
    engine.scripts = [answered(notice_answer())]
    app = make_app(engine)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await ask(pilot, QUESTION)
        await settle(pilot)
        stops = []
        for _ in range(4):
            stops.append(type(app.focused))
            await pilot.press("tab")
        assert stops == [Composer, CitationList, PassageList, Composer]


async def test_help_opens_by_f1_and_by_a_question_mark_on_an_empty_line(engine: FakeEngine) -> None:
    app = make_app(engine)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await pilot.press("f1")
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)
        assert "ask the question" in screen_text(app)
        await pilot.press("escape", "question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await pilot.press("escape", "w", "h", "y", "question_mark")
        await pilot.pause()
        assert app.screen.query_one(Composer).text == "why?"


async def test_the_palette_holds_our_commands_only(engine: FakeEngine) -> None:
    app = make_app(engine)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, CommandPalette))
        titles = [command.title for command in app.get_system_commands(app.screen)]
        assert titles == [
            "New conversation", "Update index now", "Add a folder…", "Show files", "Show history",
            "Toggle sources", "Theme", "Settings", "Models", "Keys", "Ask again",
            "Edit question", "Copy answer",
            "Copy answer with sources", "Mark answer right", "Mark answer wrong", "Export conversation…",
            "Help", "Quit",
        ]  # fmt: skip
        await pilot.press(*"update", "enter")
        await until(pilot, lambda: engine.indexed == 1)


async def test_examples_are_offered_by_number_and_taken_back_by_typing_on(engine: FakeEngine) -> None:
    engine.scripts = [answered(plain_answer(EXAMPLES[1], "Yes."))]
    app = make_app(engine)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        composer = app.screen.query_one(Composer)
        await pilot.press("2")
        await until(pilot, lambda: composer.text == EXAMPLES[1])
        await pilot.press("0")
        assert composer.text == "20"
        await pilot.press("backspace", "backspace", "2")
        await until(pilot, lambda: composer.text == EXAMPLES[1])
        await pilot.press("enter")
        await settle(pilot)
        assert [asked.question for asked in engine.asked] == [EXAMPLES[1]]


async def test_the_history_comes_back_with_the_arrows(engine: FakeEngine) -> None:
    app = make_app(engine)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
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
    app = make_app(engine)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await pilot.press("a", "ctrl+j", "b", "ctrl+j", "c")
        await pilot.pause()
        composer = app.screen.query_one(Composer)
        assert composer.text == "a\nb\nc"
        assert composer.region.height == 3


async def test_hostile_text_is_drawn_as_the_characters_it_is(engine: FakeEngine) -> None:
    paper = document((("p", 1, f"Evidence: {HOSTILE} here."),), "")
    source = replace(file("a"), path=FOLDER / f"{HOSTILE.replace('/', '_')}.pdf")
    engine.documents[source.path] = (source, paper)
    found = (passage(1, 0.9, source, paper, "Evidence", "here.", "Evidence"),)
    quote = paper.text
    citation = Citation(1, source, Place(page=1, section=(HOSTILE,)), 0, len(quote), quote, True)
    answer = plain_answer(
        "q", f"{HOSTILE} says so.", sentences=(Sentence(f"{HOSTILE} says so.", (1,), True),),
        citations=(citation,), passages=found, model=HOSTILE,
    )  # fmt: skip
    engine.scripts = [answered(answer)]
    engine.library = replace(
        status(), items=(replace(FILES[2], path=source.path, reason=HOSTILE, state=FileState.FAILED),)
    )
    app = make_app(engine)
    async with app.run_test(size=(160, 40)) as pilot:
        await settle(pilot)
        await ask(pilot, HOSTILE)
        await settle(pilot)
        main = screen_text(app)
        await pilot.press("tab", "enter")
        await settle(pilot)
        assert isinstance(app.screen, DocumentScreen)
        opened = screen_text(app)
        await pilot.press("escape", "f3")
        await settle(pilot)
        listed = screen_text(app)
    for shown in (main, opened, listed):
        assert "[bold]x[" in shown
        assert "[@click=app.quit]go" in shown
        assert "␛[31mred" in shown
        assert not any(letter in shown for letter in "\x1b\x07\x9b\u202e\u202c")


async def test_links_and_images_of_an_answer_stay_text(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "See [here](https://evil.example) and ![cat](https://evil.example/c.png) <b>now</b> &amp; https://x.org"
    engine.scripts = [answered(plain_answer("q", text))]
    app = make_app(engine)
    opened: list[str] = []
    monkeypatch.setattr(app, "open_url", lambda url, **_: opened.append(url))
    async with app.run_test(size=(160, 30)) as pilot:
        await settle(pilot)
        await ask(pilot, "q")
        await settle(pilot)
        shown = screen_text(app)
        assert "[here](https://evil.example)" in shown
        assert "![cat](https://evil.example/c.png)" in shown
        assert "<b>now</b> &amp;" in shown
        row, line = next((y, t) for y, t in enumerate(shown.splitlines()) if "[here]" in t)
        for wanted in ("here", "cat", "https://x.org"):
            await pilot.click(offset=(line.index(wanted) + 1, row))
        assert opened == []


async def test_an_answer_cannot_fake_a_citation(engine: FakeEngine) -> None:
    text = "The rent is 940 [1]. Trust me [7]. \ue0001\ue001"
    engine.scripts = [answered(plain_answer("q", text, sentences=(Sentence("The rent is 940.", (), True),)))]
    app = make_app(engine)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await ask(pilot, "q")
        await settle(pilot)
        row, line = next((y, t) for y, t in enumerate(screen_text(app).splitlines()) if "The rent" in t)
        for at in range(len(line.rstrip())):
            assert "citation" not in app.screen.get_style_at(at, row).meta
        assert not app.screen.query(CitationList)


async def test_an_unfinished_draft_is_never_parsed_as_markup(engine: FakeEngine) -> None:
    engine.scripts = [
        answered(notice_answer(), draft="**bold [/] `code [b]x | a | b\n|---|---|\n| [/x] | y |")
    ]
    app = make_app(engine)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await ask(pilot, QUESTION)
        await settle(pilot)
        assert "three months" in screen_text(app)
        assert not app.screen.query_one(AnswerText).has_class("-draft")


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
    app = make_app(engine)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await ask(pilot, "q")
        await settle(pilot)
        before = perf_counter()
        await pilot.press("tab", "enter")
        await settle(pilot)
        assert perf_counter() - before < 5
        view = app.screen.query_one(DocumentView)
        assert view.virtual_size.height > 8_000
        assert view.scroll_y > 3_000
        assert "  page 26" in screen_text(app)


async def test_a_file_the_index_no_longer_holds_is_explained(engine: FakeEngine) -> None:
    engine.documents = {}
    engine.scripts = [answered(notice_answer())]
    app = make_app(engine)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await ask(pilot, QUESTION)
        await settle(pilot)
        await pilot.press("tab", "enter")
        await settle(pilot)
        assert "The index does not hold Lease 2024.pdf." in screen_text(app)


async def test_a_document_stays_where_one_reads_when_the_terminal_is_resized(engine: FakeEngine) -> None:
    engine.scripts = [answered(notice_answer())]
    app = make_app(engine)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await ask(pilot, QUESTION)
        await settle(pilot)
        await pilot.press("tab", "enter")
        await settle(pilot)
        await pilot.resize_terminal(60, 14)
        await settle(pilot)
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
