"""Draw the app's states as SVG pictures: `PYTHONPATH=tests python -m tui.shots FOLDER [STATE…]`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from textual.pilot import Pilot
from tui.driving import settle
from tui.fake_engine import FakeEngine, Gate, Script, answered, refused, status, words
from tui.papers import (
    COUNTS,
    DOCUMENTS,
    DRAFT,
    EXAMPLES,
    FILES,
    FOLDER,
    HISTORY,
    PASSAGES,
    QUESTION,
    notice_answer,
    quoting_answer,
    refusal_answer,
)

from pocketrag.domain import IndexProgress, ModelLoading, PassagesFound, SearchResults
from pocketrag.errors import LibraryLocked
from pocketrag.paths import LibraryPaths
from pocketrag.tui.app import PocketRagApp

Walk = Callable[[Pilot[None], FakeEngine], Awaitable[None]]
SIZES = ((80, 24), (120, 36))


async def nothing(pilot: Pilot[None], engine: FakeEngine) -> None:
    await settle(pilot)


async def ask(pilot: Pilot[None], engine: FakeEngine) -> None:
    await settle(pilot)
    pilot.app.screen.query_one("Composer").text = QUESTION  # type: ignore[attr-defined]
    await pilot.press("enter")
    for _ in range(20):
        await pilot.pause()


async def asked(pilot: Pilot[None], engine: FakeEngine) -> None:
    await ask(pilot, engine)
    await settle(pilot)


def keys(*pressed: str) -> Walk:
    async def walk(pilot: Pilot[None], engine: FakeEngine) -> None:
        await asked(pilot, engine)
        for key in pressed:
            await pilot.press(key)
            await settle(pilot)

    return walk


async def early(pilot: Pilot[None], engine: FakeEngine) -> None:
    for _ in range(10):
        await pilot.pause()
    pilot.app.screen.query_one("Composer").text = QUESTION  # type: ignore[attr-defined]
    await pilot.press("enter")
    for _ in range(10):
        await pilot.pause()


def streaming() -> Script:
    found = PassagesFound(SearchResults(QUESTION, PASSAGES, COUNTS, 42))
    return [found, *words(DRAFT), Gate()]


def full(**changes: object) -> FakeEngine:
    library = replace(status(), items=FILES)
    return FakeEngine(documents=DOCUMENTS, library=library, **changes)  # type: ignore[arg-type]


PROGRESS = IndexProgress(12, 31, 240, 118.0, 4.2, FOLDER)
STATES: dict[str, tuple[Callable[[], FakeEngine], Walk]] = {
    "welcome": (full, nothing),
    "empty": (lambda: FakeEngine(library=status(replace(COUNTS, indexed=0, failed=0), 0, ())), nothing),
    "loading": (
        lambda: full(load_script=[ModelLoading("SmolLM2-135M-Instruct", "language"), Gate()]),
        early,
    ),
    "indexing": (lambda: full(watch_script=[PROGRESS, Gate()]), early),
    "streaming": (lambda: full(scripts=[streaming()]), ask),
    "answered": (lambda: full(scripts=[answered(notice_answer())]), asked),
    "quotes": (lambda: full(scripts=[answered(quoting_answer())]), asked),
    "citations": (lambda: full(scripts=[answered(notice_answer())]), keys("tab", "down")),
    "passages": (lambda: full(scripts=[answered(notice_answer())]), keys("f2", "down")),
    "document": (lambda: full(scripts=[answered(notice_answer())]), keys("tab", "enter")),
    "refused": (lambda: full(scripts=[refused(refusal_answer())]), asked),
    "help": (lambda: full(scripts=[answered(notice_answer())]), keys("f1")),
    "status": (lambda: full(scripts=[answered(notice_answer())]), keys("f3")),
    "palette": (lambda: full(scripts=[answered(notice_answer())]), keys("ctrl+p")),
    "history": (lambda: full(history=list(HISTORY)), keys("f4")),
    "add": (lambda: full(scripts=[answered(notice_answer())]), keys("ctrl+o")),
    "light": (lambda: full(scripts=[answered(notice_answer())]), keys("tab")),
}


async def draw(name: str, folder: Path, size: tuple[int, int]) -> None:
    make, walk = STATES[name] if name != "error" else (full, nothing)
    engine = make()

    def open_engine() -> FakeEngine:
        if name == "error":
            raise LibraryLocked(
                "The library is in use by another PocketRAG (process 4242).",
                "Close that one, or wait until it has finished, then try again.",
            )
        return engine

    app = PocketRagApp(open_engine, LibraryPaths(Path("/nowhere/household")), (QUESTION, *EXAMPLES[1:]))
    app.animation_level = "none"
    async with app.run_test(size=size) as pilot:
        if name == "light":
            app.theme = "pocket-day"
        await walk(pilot, engine)
        svg = app.export_screenshot(title="PocketRAG")
        for gate in Gate.made:
            gate.open()
    (folder / f"{name}-{size[0]}x{size[1]}.svg").write_text(svg)


if __name__ == "__main__":
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for wanted in sys.argv[2:] or [*STATES, "error"]:
        for measure in SIZES:
            asyncio.run(draw(wanted, out, measure))
