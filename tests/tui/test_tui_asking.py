"""Asking: evidence first, drafts replaced, citations opened, answers called off."""

from __future__ import annotations

from dataclasses import replace

from textual.widgets import Static
from tui.driving import ask, ask_and_wait, press, running, screen_text, settle, until
from tui.fake_engine import FakeEngine, Gate, answered, refused, words
from tui.papers import (
    COUNTS,
    DRAFT,
    LEASE,
    NOTICE,
    PASSAGES,
    QUESTION,
    notice_answer,
    plain_answer,
    refusal_answer,
)

from pocketrag.domain import AnswerReady, PassagesFound, SearchResults
from pocketrag.errors import EngineStopped, PocketRagError
from pocketrag.tui.screens.document import DocumentScreen
from pocketrag.tui.screens.error import ErrorScreen
from pocketrag.tui.widgets.answer_text import AnswerText
from pocketrag.tui.widgets.citations import CitationList
from pocketrag.tui.widgets.document_view import DocumentView
from pocketrag.tui.widgets.exchange import TurnState
from pocketrag.tui.widgets.sources import PassageList, SourcesPanel
from pocketrag.tui.widgets.turn import TurnView

FOUND = PassagesFound(SearchResults(QUESTION, PASSAGES, COUNTS, 42.0))


async def test_passages_are_shown_before_the_first_word(engine: FakeEngine) -> None:
    gate = Gate()
    engine.scripts = [[FOUND, gate, *words(DRAFT), AnswerReady(notice_answer())]]
    async with running(engine) as (app, pilot):
        await ask(pilot, QUESTION)
        await until(pilot, gate.reached.is_set)
        await until(pilot, lambda: app.screen.query_one(SourcesPanel).passages == PASSAGES)
        await until(pilot, lambda: "reading 3 passages" in screen_text(app))
        shown = screen_text(app)
        assert "Home/Lease 2024.pdf" in shown
        assert "page 3 · 2023-11-14" in shown
        assert "reading 3 passages" in shown
        assert app.screen.query_one(AnswerText).source == ""
        gate.open()
        await settle(pilot)


async def test_the_draft_is_dimmed_and_then_replaced_by_the_checked_answer(engine: FakeEngine) -> None:
    gate = Gate()
    engine.scripts = [[FOUND, *words(DRAFT), gate, AnswerReady(notice_answer())]]
    async with running(engine) as (app, pilot):
        await ask(pilot, QUESTION)
        await until(pilot, lambda: "maybe" in app.screen.query_one(AnswerText).source)
        assert app.screen.query_one(AnswerText).has_class("-draft")
        assert "draft, not yet checked" in screen_text(app)
        gate.open()
        await settle(pilot)
        shown = screen_text(app)
        assert not app.screen.query_one(AnswerText).has_class("-draft")
        assert "I think" not in shown
        assert "Your notice period is three months to the end of a month. [1]" in shown
        assert "unverified" in shown
        assert "✓ verbatim" in shown
        assert "1.9 s · SmolLM2-135M-Instruct" in shown


async def test_a_citation_opens_its_document_at_the_quote(engine: FakeEngine) -> None:
    engine.scripts = [answered(notice_answer())]
    async with running(engine) as (app, pilot):
        await ask_and_wait(pilot, QUESTION)
        await pilot.press("tab")
        assert isinstance(app.focused, CitationList)
        await press(pilot, "enter")
        assert isinstance(app.screen, DocumentScreen)
        view = app.screen.query_one(DocumentView)
        assert NOTICE in highlighted(view, "document--current")
        assert "Notice must be given by letter." in highlighted(view, "document--mark")
        assert "passage 1 of 2" in screen_text(app)
        await pilot.press("n")
        assert highlighted(view, "document--current") == "Notice must be given by letter."
        await pilot.press("escape")
        assert not isinstance(app.screen, DocumentScreen)


def highlighted(view: DocumentView, name: str) -> str:
    """Return the text drawn with a component class's background."""
    wanted = view.get_visual_style("document--text", name).rich_style.bgcolor
    rows = [view.render_line(y) for y in range(view.size.height)]
    return " ".join(s.text.strip() for row in rows for s in row if s.style and s.style.bgcolor == wanted)


async def test_a_marker_in_the_text_is_clickable_and_its_number_is_a_key(engine: FakeEngine) -> None:
    engine.scripts = [answered(notice_answer())]
    async with running(engine) as (app, pilot):
        await ask_and_wait(pilot, QUESTION)
        row, line = next((y, t) for y, t in enumerate(screen_text(app).splitlines()) if "[2]" in t)
        await pilot.click(offset=(line.index("[2]") + 1, row))
        await settle(pilot)
        assert isinstance(app.screen, DocumentScreen)
        assert "Letter from the landlord" in screen_text(app)
        await pilot.press("escape", "tab", "3")
        await settle(pilot)
        assert isinstance(app.screen, DocumentScreen)
        assert "passage 2 of 2" in screen_text(app)


async def test_a_passage_opens_its_document(engine: FakeEngine) -> None:
    engine.scripts = [answered(notice_answer())]
    async with running(engine) as (app, pilot):
        await ask_and_wait(pilot, QUESTION)
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.focused, PassageList))
        await pilot.press("down", "enter")
        await settle(pilot)
        assert isinstance(app.screen, DocumentScreen)
        assert "passage 1 of 1" in screen_text(app)
        assert "notice period of two months" in highlighted(
            app.screen.query_one(DocumentView), "document--current"
        )


async def test_the_document_says_when_it_is_another_version(engine: FakeEngine) -> None:
    file, document = engine.documents[PASSAGES[0].file.path]
    engine.documents[file.path] = (replace(file, sha256="f" * 64), document)
    engine.scripts = [answered(notice_answer())]
    async with running(engine) as (app, pilot):
        await ask_and_wait(pilot, QUESTION)
        await pilot.press("tab", "enter")
        await settle(pilot)
        assert "has changed since the answer" in screen_text(app)


async def test_escape_stops_at_once_and_closes_the_iterator(engine: FakeEngine) -> None:
    gate = Gate()
    engine.scripts = [[FOUND, *words("One two"), gate, *words("three"), AnswerReady(notice_answer())]]
    async with running(engine) as (app, pilot):
        await ask(pilot, QUESTION)
        await until(pilot, gate.reached.is_set)
        await until(pilot, lambda: "two" in app.screen.query_one(AnswerText).source)
        await pilot.press("escape")
        turn = app.screen.query_one(TurnView)
        assert turn.state is TurnState.STOPPED
        assert "stopped" in screen_text(app)
        gate.open()
        await settle(pilot)
        assert engine.ended_early == 1
        assert "three" not in app.screen.query_one(AnswerText).source
        assert turn.answer is None
        assert engine.kept == []


async def test_follow_ups_pass_the_turns_and_all_are_kept_in_one_conversation(engine: FakeEngine) -> None:
    first, second = notice_answer(), plain_answer("And by fax?", "No.", query="notice by fax")
    engine.scripts = [answered(first), answered(second)]
    async with running(engine) as (app, pilot):
        await ask_and_wait(pilot, QUESTION)
        await ask_and_wait(pilot, "And by fax?")
        assert engine.asked[0].turns == ()
        (turn,) = engine.asked[1].turns
        assert (turn.question, turn.answer, turn.query) == (QUESTION, first.text, first.query)
        assert engine.kept == [(first, None), (second, 100)]
        assert "searched: notice by fax" in screen_text(app)


async def test_a_new_conversation_passes_no_turns(engine: FakeEngine) -> None:
    engine.scripts = [answered(notice_answer()), answered(plain_answer("Again?", "Yes."))]
    async with running(engine) as (app, pilot):
        await ask_and_wait(pilot, QUESTION)
        await press(pilot, "ctrl+n")
        assert not app.screen.query(TurnView)
        assert app.screen.query_one(SourcesPanel).passages == ()
        await ask_and_wait(pilot, "Again?")
        assert engine.asked[1].turns == ()
        assert [conversation for _, conversation in engine.kept] == [None, None]


async def test_a_refusal_is_calm_and_keeps_the_nearest_passages(engine: FakeEngine) -> None:
    answer = refusal_answer()
    engine.scripts = [refused(answer)]
    async with running(engine) as (app, pilot):
        await ask_and_wait(pilot, answer.question)
        shown = screen_text(app)
        assert "Nothing in your files answers this." in shown
        assert "dentist name" in shown
        assert "use other words" in shown
        assert "Notes/moving.md" in shown
        outcome = app.screen.query_one(".outcome", Static)
        assert outcome.has_class("-refusal")
        assert not outcome.has_class("-error")


async def test_an_error_while_answering_stays_with_its_question(engine: FakeEngine) -> None:
    engine.scripts = [
        [FOUND, PocketRagError("The question is too long.", "Ask it in fewer words.")],
        answered(plain_answer("Again?", "Yes.")),
    ]
    async with running(engine) as (app, pilot):
        await ask_and_wait(pilot, QUESTION)
        assert "The question is too long." in screen_text(app)
        assert "Ask it in fewer words." in screen_text(app)
        await ask_and_wait(pilot, "Again?")
        assert "Yes." in screen_text(app)


async def test_an_engine_that_stops_is_reported_and_can_be_started_again(engine: FakeEngine) -> None:
    engine.scripts = [[FOUND, EngineStopped("The engine stopped.", "Try again.")]]
    async with running(engine) as (app, pilot):
        await ask(pilot, QUESTION)
        await until(pilot, lambda: isinstance(app.screen, ErrorScreen))
        engine.scripts = [answered(plain_answer("Again?", "Yes."))]
        await press(pilot, "ctrl+r")
        await ask_and_wait(pilot, "Again?")
        assert "Yes." in screen_text(app)


async def test_a_second_question_waits_for_the_first(engine: FakeEngine) -> None:
    gate = Gate()
    engine.scripts = [[FOUND, gate, AnswerReady(notice_answer())], answered(plain_answer("Next?", "Yes."))]
    async with running(engine) as (app, pilot):
        await ask(pilot, QUESTION)
        await until(pilot, gate.reached.is_set)
        await ask(pilot, "Next?")
        assert "will be asked after this answer" in screen_text(app)
        assert len(engine.asked) == 1
        gate.open()
        await settle(pilot)
        assert [asked.question for asked in engine.asked] == [QUESTION, "Next?"]
        assert len(engine.asked[1].turns) == 1


async def test_an_older_answer_brings_its_passages_back(engine: FakeEngine) -> None:
    second = plain_answer("Next?", "Yes.", passages=PASSAGES[2:], citations=notice_answer().citations[1:2])
    engine.scripts = [answered(notice_answer()), answered(second)]
    async with running(engine) as (app, pilot):
        await ask_and_wait(pilot, QUESTION)
        await ask_and_wait(pilot, "Next?")
        sources = app.screen.query_one(SourcesPanel)
        assert len(sources.passages) == 1
        await press(pilot, "tab", "up")
        assert isinstance(app.focused, CitationList)
        assert app.focused.answer == notice_answer()
        assert len(sources.passages) == len(PASSAGES)


def test_the_papers_are_true_to_themselves() -> None:
    for citation in notice_answer().citations:
        if citation.file.path == PASSAGES[0].file.path:
            assert LEASE.text[citation.start : citation.end] == citation.quote
