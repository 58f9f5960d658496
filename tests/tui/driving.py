"""Driving the app in tests: an app over a fake engine, and waiting for conditions, never for time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

from rich.cells import cell_len
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static
from tui.fake_engine import PATIENCE, FakeEngine
from tui.papers import EXAMPLES

from pocketrag.paths import LibraryPaths
from pocketrag.tui.app import PocketRagApp
from pocketrag.tui.widgets.composer import Composer

WIDE = (120, 36)
SMALL = (80, 24)


def make_app(
    engine: FakeEngine,
    open_engine: Callable[[], FakeEngine] | None = None,
    samples: Path | None = None,
    folder: Path = Path("/nowhere"),
) -> PocketRagApp:
    """Return an app over the engine, without animations."""
    paths = LibraryPaths(folder / "household")
    app = PocketRagApp(open_engine or (lambda: engine), paths, EXAMPLES, samples=samples)
    app.animation_level = "none"
    return app


@asynccontextmanager
async def running(
    engine: FakeEngine, size: tuple[int, int] = WIDE, *keys: str, notifications: bool = False
) -> AsyncIterator[tuple[PocketRagApp, Pilot[None]]]:
    """Run an app over the engine until the library is open and these keys were pressed, one by one."""
    app = make_app(engine)
    async with app.run_test(size=size, notifications=notifications) as pilot:
        await settle(pilot)
        await press(pilot, *keys)
        yield app, pilot


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, and after each wait for what comes of it."""
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


async def ask_and_wait(pilot: Pilot[None], question: str) -> None:
    """Ask a question, and wait for its answer."""
    await ask(pilot, question)
    await settle(pilot)


async def resize(pilot: Pilot[None], width: int, height: int) -> None:
    """Make the terminal another size, and wait until the screen is laid out anew."""
    await pilot.resize_terminal(width, height)
    await until(pilot, lambda: pilot.app.screen._compositor.size == (width, height))
    await settle(pilot)


async def click_text(pilot: Pilot[None], text: str, button: int = 1) -> None:
    """Click a text as `tap_text` does, and wait for what comes of it."""
    await tap_text(pilot, text, button)
    await settle(pilot)


async def tap_text(pilot: Pilot[None], text: str, button: int = 1) -> None:
    """Click the first place on the screen where a text stands; button 3 is the right one."""
    rows = screen_text(pilot.app).splitlines()
    row = next(number for number, line in enumerate(rows) if text in line)
    before = rows[row][: rows[row].index(text)]
    await pilot.click(offset=(cell_len(before), row), button=button)
    await pilot.pause()


async def until(pilot: Pilot[None], holds: Callable[[], object]) -> None:
    """Return once the condition holds; fail if it does not within reason."""
    deadline = monotonic() + PATIENCE
    while not holds():
        assert monotonic() < deadline, "the condition never came true"
        await pilot.pause()
        await asyncio.sleep(0.002)  # for threads


async def settle(pilot: Pilot[None]) -> None:
    """Return once only the watching goes on, and messages have had their rounds from widget to widget."""
    for _ in range(3):
        await pilot.pause()
        lasting = ("watch", "_loader")  # the second is Textual's, of a tree of folders
        busy = [worker for worker in pilot.app.workers if not {worker.group, worker.name} & set(lasting)]
        if busy:  # of an empty list Textual makes all of them
            await pilot.app.workers.wait_for_complete(busy)
        await until(pilot, lambda: watching_rests(pilot.app))
    await pilot.pause()
    await until(pilot, lambda: drawn(pilot.app.screen))


def drawn(screen: Screen[object]) -> bool:
    """Return whether nothing is left to be drawn, and nothing waits for that."""
    left = (screen._layout_required, screen._scroll_required, screen._repaint_required)
    return not any((*left, screen._recompose_required, screen._dirty_widgets, screen._callbacks))


def watching_rests(app: App[None]) -> bool:
    """Return whether no watching is on its way to tell something."""
    engine = app._bridge._lanes._opened if isinstance(app, PocketRagApp) else None
    watching = any(worker.group == "watch" and not worker.is_finished for worker in app.workers)
    return not watching or not isinstance(engine, FakeEngine) or engine.at_rest


async def nothing_to_do(min_sleep: float = 0.0, max_sleep: float = 0.0) -> None:
    """Return once the event loop has nothing to do but wait.

    It takes the place of Textual's own wait, until the process has hardly worked for 20 ms: that is twice a
    key, as long again on a busy computer, and for nothing, as here threads and conditions are waited for.
    """
    loop = asyncio.get_running_loop()
    await asyncio.sleep(0)
    while loop._ready:  # type: ignore[attr-defined]  # what asyncio will run next, before it waits
        await asyncio.sleep(0)


async def ask(pilot: Pilot[None], question: str) -> None:
    """Type a question and send it."""
    composer = pilot.app.screen.query_one(Composer)
    composer.focus()
    composer.show_text(question)
    await pilot.press("enter")
    await pilot.pause()


def screen_text(app: App[None]) -> str:
    """Return what the screen shows, line by line."""
    width, height = app.size
    lines = app.screen._compositor.render_strips()
    assert len(lines) == height
    return "\n".join(strip.text[:width].rstrip() for strip in lines)


def text_of(widget: Static) -> str:
    """Return a static widget's text."""
    return str(widget.visual)
