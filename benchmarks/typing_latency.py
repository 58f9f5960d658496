"""From a key to its echo, while a library is indexed and an answer streams; and the first paint.

    PYTHONPATH=tests python benchmarks/typing_latency.py

The app runs in Textual's own driver for tests, over an engine that tells of 1,000 files being indexed
and of an answer word by word, as fast as a fast model. A key counts as echoed when the composer has
it and the screen was drawn after that. The first paint is compared with that of an empty Textual app in
the same kind of process: the ratio says what the app itself costs.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from textual.pilot import Pilot
from tui.driving import make_app, until
from tui.fake_engine import FakeEngine
from tui.papers import DOCUMENTS, FOLDER, PASSAGES, QUESTION, notice_answer

from pocketrag.domain import (
    AnswerEvent,
    AnswerReady,
    Counts,
    Filters,
    IndexEvent,
    IndexProgress,
    PassagesFound,
    SearchResults,
    Token,
    Turn,
)
from pocketrag.tui.tidying import collect_rarely
from pocketrag.tui.widgets.composer import Composer
from pocketrag.tui.widgets.turn import TurnView

SIZE = (120, 36)
KEYS = 300
FILES = 1_000
TOKENS_A_SECOND = 60
PROGRESS_A_SECOND = 10
STARTS = 5

EMPTY = """
from textual.app import App
from textual.widgets import Static
class Empty(App[None]):
    def compose(self):
        yield Static("x")
app = Empty()
"""
OURS = """
from pathlib import Path
from pocketrag.paths import LibraryPaths
from pocketrag.tui.launch import made
def never():
    import time
    time.sleep(60)
app = made(never, LibraryPaths(Path("/nowhere/library")))
"""
PAINT = """
import asyncio, time
async def main():
    async with app.run_test(size=(120, 36)) as pilot:
        print(time.monotonic() - began)
        import os; os._exit(0)
asyncio.run(main())
"""


class Busy(FakeEngine):
    """An engine that never rests."""

    def watch(self) -> Iterator[IndexEvent]:
        """Tell of files, again and again."""
        done = 0
        while not self._closing.wait(1 / PROGRESS_A_SECOND):
            done = (done + 3) % FILES
            yield IndexProgress(done, FILES, done * 9, 118.0, 60.0, FOLDER / f"Home/file {done}.pdf")

    def ask(self, question: str, turns: tuple[Turn, ...], filters: Filters) -> Iterator[AnswerEvent]:
        """Answer for as long as anybody listens."""
        yield PassagesFound(SearchResults(question, PASSAGES, Counts(indexed=31), 42.0))
        for number in range(100_000):
            if self._closing.wait(1 / TOKENS_A_SECOND):
                break
            yield Token(f"word {number}\n\n" if number % 30 == 29 else f"word{number} ")
        yield AnswerReady(notice_answer(question))


async def echoes(pilot: Pilot[None]) -> list[float]:
    """Return the milliseconds from each key to its echo."""
    composer = pilot.app.screen.query_one(Composer)
    composer.show_text(QUESTION)
    await pilot.press("enter")
    await until(pilot, lambda: pilot.app.screen.query_one(TurnView).live)
    found = []
    for number in range(KEYS):
        if number % 60 == 0:
            composer.text = ""
        began = time.perf_counter()
        length = len(composer.text)
        pilot.app.simulate_key("abcdefgh"[number % 8])
        drawn = asyncio.Event()
        while len(composer.text) == length:
            await asyncio.sleep(0)
        pilot.app.screen.call_after_refresh(drawn.set)
        await drawn.wait()
        found.append(1000 * (time.perf_counter() - began))
        await asyncio.sleep(0.05)  # a fast typist
    return found


async def typing() -> list[float]:
    """Return the milliseconds of each key in a busy app."""
    app = make_app(Busy(documents=dict(DOCUMENTS)))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: pilot.app.screen.query(Composer))
        collect_rarely()  # as from the first paint on
        return await echoes(pilot)


def first_paint(program: str) -> float:
    """Return the seconds from the first import to the first paint, the best of a few starts."""
    code = f"import time; began = time.monotonic()\n{program}{PAINT}"
    times = []
    for _ in range(STARTS):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        times.append(float(done.stdout))
    return min(times)


def main() -> None:
    """Print both."""
    found = sorted(asyncio.run(typing()))
    p50, p95 = statistics.median(found), found[round(0.95 * len(found))]
    print(f"key to echo, {KEYS} keys: p50 {p50:.1f} ms, p95 {p95:.1f} ms, worst {found[-1]:.1f} ms")
    empty, ours = first_paint(EMPTY), first_paint(OURS)
    print(f"first paint: {ours:.2f} s, an empty Textual app {empty:.2f} s, ratio {ours / empty:.2f}")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    main()
