"""The bridge between the screen and the engine: the only place where the two meet.

The engine is synchronous and may take seconds; the screen must never wait. So each request
(`requests/`) runs in a thread of its own, which calls the engine, posts typed messages to whoever
asked, and does nothing else (`jobs.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from textual.app import App

from pocketrag.paths import LibraryPaths
from pocketrag.tui.jobs import in_thread
from pocketrag.tui.requests.answers import AnswerRequests
from pocketrag.tui.requests.documents import DocumentRequests
from pocketrag.tui.requests.history import HistoryRequests
from pocketrag.tui.requests.lanes import Lanes
from pocketrag.tui.requests.library import LibraryRequests
from pocketrag.tui.requests.models import ModelRequests
from pocketrag.tui.requests.settings import SettingsRequests

if TYPE_CHECKING:  # only types, at the first paint
    from pocketrag.engine.protocol import Engine

_CLOSING_PATIENCE: Final = 2.0
"""Seconds that quitting waits for the engine to let go of the library."""


class Bridge:
    """Everything that screens may ask of an engine, by subject."""

    def __init__(self, app: App[None], open_engine: Callable[[], Engine], paths: LibraryPaths) -> None:
        self._lanes = Lanes(app, open_engine)
        self.library = LibraryRequests(self._lanes)
        """The library and its files."""
        self.answers = AnswerRequests(self._lanes)
        """Questions and their answers."""
        self.history = HistoryRequests(self._lanes)
        """Kept conversations."""
        self.documents = DocumentRequests(self._lanes)
        """Single files."""
        self.settings = SettingsRequests(self._lanes, paths)
        """The settings file."""
        self.models = ModelRequests(self._lanes, paths)
        """The models."""

    def stop(self) -> None:
        """Call everything off."""
        self._lanes.stop()

    async def close(self) -> None:
        """Call everything off and close the engine, waiting no longer than two seconds."""
        self.stop()

        def let_go() -> None:
            with suppress(Exception):  # leaving: there is nothing left to do about it
                self.history.settle_now()
            with suppress(Exception):
                self._lanes.let_go()

        with suppress(TimeoutError):
            await asyncio.wait_for(in_thread(let_go), _CLOSING_PATIENCE)
