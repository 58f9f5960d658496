"""Keys that arrive together, as over SSH or on a busy computer: each goes where the one before it led.

And garbage, which is collected while there are none.
"""

from __future__ import annotations

import asyncio
import gc
from typing import ClassVar
from unittest.mock import Mock

import pytest
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.pilot import Pilot
from textual.widgets import Input
from tui.driving import ask_and_wait, make_app, running, screen_text, settle, until
from tui.fake_engine import PATIENCE, FakeEngine, answered
from tui.papers import QUESTION, notice_answer

from pocketrag.tui import tidying
from pocketrag.tui.app import PocketRagApp
from pocketrag.tui.screens.document import DocumentScreen
from pocketrag.tui.screens.history import HistoryScreen
from pocketrag.tui.typing_ahead import TypingAhead
from pocketrag.tui.widgets.composer import Composer


def type_at_once(app: TypingAhead, *keys: str | events.Paste) -> None:
    """Let keys arrive before the app has looked at the first of them."""
    for key in keys:
        event: events.Event = key if isinstance(key, events.Paste) else _pressed(key)
        event.set_sender(app)
        assert app._driver is not None
        app._driver.send_message(event)


def _pressed(key: str) -> events.Key:
    return events.Key("space" if key == " " else key, key if len(key) == 1 else None)


async def open_the_source(app: PocketRagApp, pilot: Pilot[None]) -> None:
    """Ask, and let Tab and Enter arrive together: the document comes."""
    await ask_and_wait(pilot, QUESTION)
    type_at_once(app, "tab", "enter")
    await until(pilot, lambda: isinstance(app.screen, DocumentScreen))
    await settle(pilot)


async def test_tab_and_enter_open_the_source_however_quickly(engine: FakeEngine) -> None:
    engine.scripts = [answered(notice_answer())]
    async with running(engine) as (app, pilot):
        await open_the_source(app, pilot)
        assert "passage 1 of 2" in screen_text(app)


async def test_words_typed_behind_a_key_are_for_the_line_it_opens(engine: FakeEngine) -> None:
    engine.scripts = [answered(notice_answer())]
    async with running(engine) as (app, pilot):
        await open_the_source(app, pilot)
        type_at_once(app, "slash", *"rent")
        await until(pilot, lambda: app.screen.query_one("#document-find", Input).value == "rent")
        type_at_once(app, "escape", "escape", "f4", events.Paste("lease"), *" 2024")
        await until(pilot, lambda: isinstance(app.screen, HistoryScreen))
        await until(pilot, lambda: app.screen.query_one(Input).value == "lease 2024")


async def test_what_is_suggested_is_taken_however_quickly(engine: FakeEngine) -> None:
    async with running(engine) as (app, pilot):
        type_at_once(app, *"rent ty", "tab")
        await until(pilot, lambda: app.screen.query_one(Composer).text == "rent type:")


async def test_a_key_that_never_ends_holds_up_none_that_is_for_the_whole_app() -> None:
    never, noted = asyncio.Event(), asyncio.Event()

    class Stuck(Input):
        async def key_f7(self) -> None:
            await never.wait()

    class Host(TypingAhead):
        PATIENCE = 0.05
        BINDINGS: ClassVar[list[BindingType]] = [Binding("f8", "note", priority=True)]

        def compose(self) -> ComposeResult:
            yield Stuck()

        def action_note(self) -> None:
            noted.set()

    app = Host()
    async with app.run_test():
        type_at_once(app, "f7", "x", "f8")
        try:
            await asyncio.wait_for(noted.wait(), PATIENCE)
        finally:
            never.set()


async def test_a_key_of_a_screen_on_its_way_out_does_no_harm(engine: FakeEngine) -> None:
    app = make_app(engine)
    async with app.run_test() as pilot:
        await settle(pilot)
        type_at_once(app, "f1", "escape", "f3", "escape", *"What now")
        await until(pilot, lambda: "What now" in screen_text(app))
        assert isinstance(app, PocketRagApp)


@pytest.mark.parametrize(("rest", "collections"), [(0.0, 1), (1000.0, 0)])
async def test_garbage_is_collected_once_the_keys_rest(
    monkeypatch: pytest.MonkeyPatch, rest: float, collections: int
) -> None:
    collect, asked = Mock(), asyncio.Event()

    def get_count() -> tuple[int, int, int]:
        asked.set()
        return (0, 0, 0 if collect.called else 10)

    class Host(tidying.Tidying):
        def on_key(self) -> None:
            monkeypatch.setattr(tidying, "_REST", rest)
            self._tidy()

    monkeypatch.setattr(gc, "collect", collect)
    monkeypatch.setattr(gc, "get_count", get_count)
    async with Host().run_test() as pilot:
        collect.reset_mock()
        asked.clear()
        await pilot.press("x")
        assert collect.call_count == collections
        assert asked.is_set() is bool(collections)
