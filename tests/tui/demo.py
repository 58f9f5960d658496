"""Run the app with the fake engine: `PYTHONPATH=tests python -m tui.demo [--fast] [--error] [--empty]`."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tui.fake_engine import FakeEngine, Script, answered, refused, status
from tui.papers import DOCUMENTS, EXAMPLES, FILES, FOLDER, QUESTION, notice_answer, refusal_answer

from pocketrag.domain import (
    AnswerEvent,
    Counts,
    Filters,
    IndexDone,
    IndexEvent,
    IndexProgress,
    LoadEvent,
    Turn,
    Watching,
)
from pocketrag.errors import LibraryLocked
from pocketrag.paths import LibraryPaths
from pocketrag.tui.app import PocketRagApp

PACE = 0.0 if "--fast" in sys.argv else 1.0


class SlowEngine(FakeEngine):
    """A fake engine that takes its time, as a real one does."""

    def load(self) -> Iterator[LoadEvent]:
        for event in super().load():
            time.sleep(0.7 * PACE)
            yield event

    def watch(self) -> Iterator[IndexEvent]:
        for done in range(32):
            time.sleep(0.15 * PACE)
            yield IndexProgress(
                done, 31, done * 20, 120.0, (31 - done) * 0.15, FOLDER / "Home/Lease 2024.pdf"
            )
        yield IndexDone(31, 0, 0, 0, 0, 0, 609, 0, 4.6)
        while not self._closing.wait(1.0):
            yield Watching(1)

    def ask(self, question: str, turns: tuple[Turn, ...], filters: Filters) -> Iterator[AnswerEvent]:
        script: Script = answered(notice_answer(question))
        if "dentist" in question:
            script = refused(refusal_answer(question))
        self.scripts = [script]
        for event in super().ask(question, turns, filters):
            time.sleep(0.06 * PACE)
            yield event


def open_engine() -> FakeEngine:
    time.sleep(0.8 * PACE)
    if "--error" in sys.argv:
        raise LibraryLocked(
            "The library is in use by another PocketRAG (process 4242).",
            "Close that one, or wait until it has finished, then try again.",
        )
    library = replace(status(Counts(indexed=31, waiting=1, failed=2, skipped=1)), items=FILES)
    if "--empty" in sys.argv:
        library = status(Counts(), 0, ())
    return SlowEngine(documents=DOCUMENTS, library=library)


if __name__ == "__main__":
    PocketRagApp(open_engine, LibraryPaths(Path("/nowhere/household")), (QUESTION, *EXAMPLES[1:])).run()
