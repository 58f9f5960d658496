"""What long things cost in the app: a conversation of 500 turns, and a document of 1,000 pages.

    PYTHONPATH=tests python benchmarks/long_reading.py

The app runs in Textual's own driver for tests, over an engine that answers at once. Told are the milliseconds
from a question to its checked answer on the screen, early and late in the conversation; how long the document
takes to be shown; and the milliseconds of processor time that a key takes which scrolls, until nothing is
left to be drawn: up through the whole conversation and down again, through the document, and from end to end.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Sequence

import textual.app
import textual.pilot
from textual.app import App
from textual.pilot import Pilot
from tui.driving import ask, drawn, make_app, nothing_to_do, press, settle, until
from tui.fake_engine import FakeEngine, answered
from tui.papers import DOCUMENTS, citation, document, file, notice_answer, plain_answer

from pocketrag.domain import Sentence
from pocketrag.tui.tidying import collect_rarely
from pocketrag.tui.widgets.conversation import Conversation
from pocketrag.tui.widgets.document_view import DocumentView

SIZE = (120, 36)
TURNS = 500
PAGES = 1_000
SCROLLS = 300
WORDS = "All work and no play makes Jack a dull boy, said the landlord. " * 30


def told(name: str, seconds: Sequence[float]) -> None:
    """Print median, 95th percentile and worst of some times."""
    found = sorted(1000 * one for one in seconds)
    p50, p95 = statistics.median(found), found[min(len(found) - 1, round(0.95 * len(found)))]
    print(f"{name}: p50 {p50:.1f} ms, p95 {p95:.1f} ms, worst {found[-1]:.1f} ms, {len(found)} times")


async def conversing(pilot: Pilot[None]) -> list[float]:
    """Return the seconds from each question to its answer on the screen."""
    conversation = pilot.app.screen.query_one(Conversation)
    found = []
    for number in range(TURNS):
        began = time.perf_counter()
        await ask(pilot, f"Question {number}: how long is my notice period?")
        await until(pilot, lambda: (last := conversation.turns) and last[-1].answer is not None)
        await pilot.pause()
        found.append(time.perf_counter() - began)
    return found


async def scrolling_back(pilot: Pilot[None]) -> AsyncIterator[float]:
    """Yield the seconds of each key that scrolls up, until nothing is before what is seen."""
    conversation = pilot.app.screen.query_one(Conversation)
    while conversation._past or conversation.scroll_y > 0:
        yield await scrolled(pilot.app, "pageup")


async def scrolling_on(pilot: Pilot[None]) -> AsyncIterator[float]:
    """Yield the seconds of each key that scrolls down, until nothing is after what is seen."""
    conversation = pilot.app.screen.query_one(Conversation)
    while conversation._later or conversation.scroll_y < conversation.max_scroll_y:
        yield await scrolled(pilot.app, "pagedown")


async def conversation() -> None:
    """Tell how the answers of a long conversation come, and how it is scrolled."""
    engine = FakeEngine(documents=dict(DOCUMENTS), scripts=[answered(notice_answer())] * (TURNS + 1))
    app = make_app(engine)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        collect_rarely()  # as from the first paint on
        found = await conversing(pilot)
        back = [seconds async for seconds in scrolling_back(pilot)]
        down = [seconds async for seconds in scrolling_on(pilot)]
        began = time.perf_counter()
        await ask(pilot, "And after all that was read again?")
        await until(pilot, lambda: pilot.app.screen.query_one(Conversation).turns[-1].answer)
        after = time.perf_counter() - began
    told(f"question to answer, turns 1 to {TURNS // 10}", found[: TURNS // 10])
    told(f"question to answer, turns {TURNS - TURNS // 10 + 1} to {TURNS}", found[-TURNS // 10 :])
    told(f"page up, back through all {TURNS} turns", back)
    told("page down again", down)
    told("question to answer after that", [after])


async def reading() -> None:
    """Tell how a long document is shown and scrolled."""
    parts = tuple(
        part
        for page in range(1, PAGES + 1)
        for part in (("h", page, f"Chapter {page}"), *(("p", page, WORDS) for _ in range(2)))
    )
    paper, source = document(parts, "Long"), file("long.pdf", "e" * 64)
    cited = citation(1, source, paper, f"Chapter {PAGES // 2}")
    answer = plain_answer("q", "So.", sentences=(Sentence("So.", (1,), True),), citations=(cited,))
    app = make_app(FakeEngine(documents={source.path: (source, paper)}, scripts=[answered(answer)]))
    async with app.run_test(size=SIZE) as pilot:
        await ask(pilot, "q")
        await settle(pilot)
        await press(pilot, "tab")
        began = time.perf_counter()
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen.query(DocumentView) and shown(pilot))
        told(f"{len(paper.text) / 1e6:.1f} million characters shown", [time.perf_counter() - began])
        await press(pilot, "g")
        told("page down", [await scrolled(app, "space") for _ in range(SCROLLS)])
        told("end to end", [await scrolled(app, key) for key in ("G", "g") * 10])


def shown(pilot: Pilot[None]) -> bool:
    """Return whether the document is there, scrolled to its quote."""
    return pilot.app.screen.query_one(DocumentView).scroll_y > 0


async def scrolled(app: App[None], key: str) -> float:
    """Return the processor seconds from a key until all that came of it is drawn."""
    began = time.process_time()
    app.simulate_key(key)
    for _ in range(3):  # what is drawn may lead to more
        await nothing_to_do()
        while not drawn(app.screen):
            await asyncio.sleep(0.001)
            await nothing_to_do()
    return time.process_time() - began


if __name__ == "__main__":
    for module in (textual.app, textual.pilot):
        vars(module)["wait_for_idle"] = nothing_to_do  # which adds no time of its own
    asyncio.run(conversation())
    asyncio.run(reading())
