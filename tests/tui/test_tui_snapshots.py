"""Pictures of the states that matter, compared with the ones we have approved.

Nothing in them moves: no animation, no blinking cursor, no clock, fixed papers. Draw them anew with
`pytest tests/tui --snapshot-update` after a change that was meant, and look at them.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input
from tui.driving import SMALL, WIDE, ask_and_wait, make_app, press, settle, until
from tui.fake_engine import FakeEngine, Gate, answered, refused, status
from tui.papers import (
    DOCUMENTS,
    FILES,
    FOLDER,
    HISTORY,
    QUESTION,
    notice_answer,
    quoting_answer,
    refusal_answer,
)

from pocketrag.domain import Counts, IndexProgress, ModelLoading
from pocketrag.errors import EngineStopped, LibraryLocked, ModelMissing, QueryError
from pocketrag.tui.widgets.composer import Composer

SnapCompare = Callable[..., bool]
TINY = (60, 20)
LIGHT = "pocket-day"


@dataclass(frozen=True)
class State:
    """A state of the app: what the engine does, and what one does."""

    size: tuple[int, int] = WIDE
    keys: tuple[str, ...] = ()
    question: str = ""
    theme: str = ""
    engine: dict[str, Any] = field(default_factory=dict)
    starting: bool = False
    """Whether the engine takes for ever to start."""


def asked(script: Any, *keys: str, **changes: Any) -> State:  # noqa: ANN401 - whatever a state takes
    """Return the state after a question was asked and keys were pressed."""
    return State(keys=keys, question=QUESTION, engine={"scripts": [script]}, **changes)


NOTICE = answered(notice_answer())
READING = [IndexProgress(412, 1_000, 900, 118.0, 200.0, FOLDER / "Home/Lease 2024.pdf")]
NOTHING = {"library": status(Counts(), 0, ())}
STATES = {
    "welcome": State(),
    "welcome small": State(SMALL),
    "welcome tiny light": State(TINY, theme=LIGHT),
    "first run small": State(SMALL, engine=NOTHING),
    "first run tiny": State(TINY, engine=NOTHING),
    "engine starting tiny": State(TINY, starting=True),
    "model missing small light": State(
        SMALL,
        theme=LIGHT,
        engine={"load_script": [ModelMissing("tiny.gguf is not there.", "Choose another.")]},
    ),
    "leaving small": State(
        SMALL, engine={"library": replace(status(), leaves_computer="https://x.example/v1")}
    ),
    "model loading small": State(SMALL, engine={"load_script": [ModelLoading("SmolLM2", "language")]}),
    "indexing small": State(SMALL, engine={"watch_script": READING}),
    "indexing stopped small": State(
        SMALL, engine={"watch_script": [QueryError("The disk is full.", "Make room, then press ctrl+r.")]}
    ),
    "library locked small": State(
        SMALL, engine={"load_script": [LibraryLocked("The library is in use by process 42.", "Close it.")]}
    ),
    "answered": asked(NOTICE, "tab", "plus"),
    "answered light": asked(NOTICE, "tab", theme=LIGHT),
    "answered small": asked(NOTICE, "tab", size=SMALL),
    "answered tiny light": asked(NOTICE, size=TINY, theme=LIGHT),
    "quotes": asked(answered(quoting_answer()), "f2", "down"),
    "refused": asked(refused(refusal_answer())),
    "engine lost small": asked([EngineStopped("The engine stopped.", "Try again.")], size=SMALL),
    "not understood small": asked([QueryError("“x” is no day.", "Write 2025.")], size=SMALL),
    "completing small": State(SMALL, tuple("rent in:h")),
    "document": asked(NOTICE, "tab", "enter"),
    "document places light": asked(NOTICE, "tab", "enter", "t", theme=LIGHT),
    "files": State(keys=("f3",), engine={"watch_script": READING}),
    "files small light": State(SMALL, ("f3", "f6"), theme=LIGHT),
    "history small": State(SMALL, ("f4", "f8")),
    "settings small": State(SMALL, ("f6",)),
    "help": State(keys=("f1",)),
}


def engine_of(state: State) -> FakeEngine:
    """Return an engine with the household's papers and history."""
    fields: dict[str, Any] = {
        "documents": dict(DOCUMENTS),
        "history": list(HISTORY),
        "library": replace(status(), items=FILES),
    }
    return FakeEngine(**fields | state.engine)


def walk(state: State) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Return what to do before the picture is taken."""

    async def run(pilot: Pilot[None]) -> None:
        app = pilot.app
        await until(pilot, lambda: app.screen_stack[0].query(Composer))
        app.screen_stack[0].query_one(Composer).cursor_blink = False
        if state.theme:
            app.theme = state.theme
        if state.starting:
            await pilot.pause()
            return
        await settle(pilot)
        if state.question:
            await ask_and_wait(pilot, state.question)
        await press(pilot, *state.keys)
        for line in app.screen.query(Input):
            line.cursor_blink = False
        await settle(pilot)

    return run


@pytest.mark.parametrize("name", STATES)
def test_state(snap_compare: SnapCompare, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    state, engine, gate = STATES[name], engine_of(STATES[name]), Gate()

    def open_engine() -> FakeEngine:
        if state.starting:
            gate.wait()
        return engine

    app = make_app(engine, open_engine, folder=tmp_path)
    assert snap_compare(app, run_before=walk(state), terminal_size=state.size)
    gate.open()
