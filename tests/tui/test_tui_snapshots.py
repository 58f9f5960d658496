"""Pictures of the states that matter, compared with the ones we have approved.

Nothing in them moves: no animation, no blinking cursor, no clock, fixed papers. Draw them anew with
`pytest tests/tui --snapshot-update` after a change that was meant, and look at them.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input
from tui.driving import SMALL, WIDE, ask, make_app, settle, until
from tui.fake_engine import FakeEngine, answered, refused, status
from tui.papers import FILES, HISTORY, QUESTION, notice_answer, refusal_answer

from pocketrag.tui.widgets.composer import Composer

SnapCompare = Callable[..., bool]


def walk(*keys: str, question: str = "") -> Callable[[Pilot[None]], Awaitable[None]]:
    """Return what to do before the picture is taken."""

    async def run(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: pilot.app.screen.query(Composer))
        pilot.app.screen.query_one(Composer).cursor_blink = False
        await settle(pilot)
        if question:
            await ask(pilot, question)
            await settle(pilot)
        for key in keys:
            await pilot.press(key)
            await settle(pilot)
        for field in pilot.app.screen.query(Input):
            field.cursor_blink = False
        await settle(pilot)

    return run


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["small", "wide"])
def test_welcome(snap_compare: SnapCompare, engine: FakeEngine, size: tuple[int, int]) -> None:
    assert snap_compare(make_app(engine), run_before=walk(), terminal_size=size)


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["small", "wide"])
def test_answered(snap_compare: SnapCompare, engine: FakeEngine, size: tuple[int, int]) -> None:
    engine.scripts = [answered(notice_answer())]
    assert snap_compare(make_app(engine), run_before=walk("tab", question=QUESTION), terminal_size=size)


def test_refused(snap_compare: SnapCompare, engine: FakeEngine) -> None:
    engine.scripts = [refused(refusal_answer())]
    question = refusal_answer().question
    assert snap_compare(make_app(engine), run_before=walk("f2", question=question), terminal_size=WIDE)


def test_document(snap_compare: SnapCompare, engine: FakeEngine) -> None:
    engine.scripts = [answered(notice_answer())]
    before = walk("tab", "enter", question=QUESTION)
    assert snap_compare(make_app(engine), run_before=before, terminal_size=WIDE)


def test_history(snap_compare: SnapCompare, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    engine.history = list(HISTORY)
    assert snap_compare(make_app(engine), run_before=walk("f4"), terminal_size=SMALL)


def test_status(snap_compare: SnapCompare, engine: FakeEngine) -> None:
    engine.library = replace(status(), items=FILES)
    assert snap_compare(make_app(engine), run_before=walk("f3"), terminal_size=WIDE)
