"""Driving the app in tests: an app over a fake engine, and waiting for conditions, never for time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic

from textual.pilot import Pilot
from textual.widgets import Static
from tui.fake_engine import PATIENCE, FakeEngine
from tui.papers import EXAMPLES

from pocketrag.tui.app import PocketRagApp
from pocketrag.tui.widgets.composer import Composer

WIDE = (120, 36)
SMALL = (80, 24)


def make_app(engine: FakeEngine, open_engine: Callable[[], FakeEngine] | None = None) -> PocketRagApp:
    """Return an app over the engine, without animations."""
    app = PocketRagApp(open_engine or (lambda: engine), "household", EXAMPLES)
    app.animation_level = "none"
    return app


async def until(pilot: Pilot[None], holds: Callable[[], object]) -> None:
    """Return once the condition holds; fail if it does not within reason."""
    deadline = monotonic() + PATIENCE
    while not holds():
        assert monotonic() < deadline, "the condition never came true"
        await pilot.pause()
        await asyncio.sleep(0)


async def settle(pilot: Pilot[None]) -> None:
    """Return once only the watching goes on, and messages have had their rounds from widget to widget."""
    for _ in range(2):
        await pilot.pause()
        busy = [worker for worker in pilot.app.workers if worker.group != "watch"]
        if busy:  # of an empty list Textual makes all of them
            await pilot.app.workers.wait_for_complete(busy)
    await pilot.pause()


async def ask(pilot: Pilot[None], question: str) -> None:
    """Type a question and send it."""
    composer = pilot.app.screen.query_one(Composer)
    composer.focus()
    composer.show_text(question)
    await pilot.press("enter")
    await pilot.pause()


def screen_text(app: PocketRagApp) -> str:
    """Return what the screen shows, line by line."""
    width, height = app.size
    lines = app.screen._compositor.render_strips()
    assert len(lines) == height
    return "\n".join(strip.text[:width].rstrip() for strip in lines)


def text_of(widget: Static) -> str:
    """Return a static widget's text."""
    return str(widget.visual)
