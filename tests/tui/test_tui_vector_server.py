"""Vectors on a server, as the app marks them: that they leave the computer, and that the server is away."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tui.driving import WIDE, ask_and_wait, running, screen_text
from tui.fake_engine import FakeEngine, status
from tui.papers import QUESTION, notice_answer

from pocketrag.domain import AnswerReady, PassagesFound, SearchResults, VectorPlace
from pocketrag.tui.widgets.outcome import footnote

BEYOND = VectorPlace("https://chroma.example", server=True, leaves_computer=True)
AWAY = VectorPlace("http://127.0.0.1:8000", server=True, problem="It cannot be reached.")


@pytest.mark.parametrize(
    ("place", "said", "unsaid"),
    [
        (VectorPlace("/library/chroma"), "offline", "leaves this computer"),
        (BEYOND, "leaves this computer", "offline"),
        (AWAY, "searching by words alone", "leaves this computer"),
    ],
    ids=["in the folder", "beyond this computer", "away"],
)
async def test_the_first_line_says_where_vectors_go(
    engine: FakeEngine, place: VectorPlace, said: str, unsaid: str
) -> None:
    engine.library = replace(status(), vectors=place)
    async with running(engine, WIDE) as (app, _):
        first_line = screen_text(app).splitlines()[0]
        assert said in first_line
        assert unsaid not in first_line


async def test_an_answer_that_was_found_by_words_alone_says_so(engine: FakeEngine) -> None:
    answer = replace(notice_answer(), words_only="It cannot be reached.")
    results = SearchResults(QUESTION, answer.passages, answer.counts, 3.0, words_only=answer.words_only)
    engine.scripts = [[PassagesFound(results), AnswerReady(answer)]]
    async with running(engine, WIDE) as (app, pilot):
        await ask_and_wait(pilot, QUESTION)
        title = next(line for line in screen_text(app).splitlines() if "found in" in line)
        assert "words only" in title
        assert "words only" in footnote(answer).plain
