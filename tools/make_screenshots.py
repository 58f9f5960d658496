"""Export screenshots of the real app, on the sample documents with the real models, into `assets/`.

    python tools/make_screenshots.py [LIBRARY]

LIBRARY must hold `sample_docs/`; without it a throw-away one is made. The pictures are what the app
itself exports (SVG), less the web font it names: an image must not reach for the network.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input

from pocketrag.domain import ModelReady
from pocketrag.engine.client import EngineClient, open_library
from pocketrag.engine.starting import end, running
from pocketrag.evaluation.questions import read_questions
from pocketrag.paths import LibraryPaths
from pocketrag.tui.app import PocketRagApp
from pocketrag.tui.screens.document import DocumentScreen
from pocketrag.tui.widgets.composer import Composer
from pocketrag.tui.widgets.conversation import Conversation
from pocketrag.tui.widgets.file_tree import FileTree
from pocketrag.tui.widgets.header import HeaderBar

ROOT = Path(__file__).parents[1]
ASSETS = ROOT / "assets"
SIZE = (120, 36)
PATIENCE = 90.0
PAPERS = Path(tempfile.gettempdir()) / "household"
"""Where the sample papers lie in the pictures: every maker's own folder is nobody's business."""
QUESTION = "How big was the deposit on the house?"
SUM = "How much did we pay Brightwell Energy in total?"


async def until(pilot: Pilot[None], condition: Callable[[], object]) -> None:
    """Wait until the condition holds; raises TimeoutError after `PATIENCE` seconds."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > PATIENCE:
            raise TimeoutError("the app did not get there")
        await pilot.pause(0.1)


def save(app: PocketRagApp, name: str) -> None:
    """Write the screen as it is now into `assets/`."""
    picture = re.sub(r"@font-face\s*\{[^}]*\}", "", app.export_screenshot(title="PocketRAG"))
    (ASSETS / name).write_text(picture, encoding="utf-8")
    print(f"assets/{name}")


async def walk(paths: LibraryPaths) -> None:
    """Go through the app as a person would, and keep a picture of each stop."""
    examples = tuple(q.question for q in read_questions(ASSETS / "first_questions.jsonl"))
    named = LibraryPaths(Path("/nowhere/sample papers"))
    app = PocketRagApp(lambda: EngineClient(paths, "screenshots"), named, examples)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: app.screen.query(Composer))
        composer = app.screen.query_one(Composer)
        composer.cursor_blink = False
        header = app.screen.query_one(HeaderBar)
        await until(pilot, lambda: header.status is not None and isinstance(header.model, ModelReady))
        await until(pilot, lambda: header.progress is None)
        await pilot.pause(1.0)
        save(app, "welcome.svg")
        conversation = app.screen.query_one(Conversation)
        for question, name in ((SUM, "sum.svg"), (QUESTION, "answer.svg")):
            await pilot.press("ctrl+n")
            await until(pilot, lambda: not conversation.turns)
            composer.focus()
            composer.text = question
            await pilot.press("enter")
            await until(pilot, lambda: conversation.last_answered)
            await pilot.pause(1.0)
            save(app, name)
        await pilot.press("tab", "enter")
        await until(pilot, lambda: isinstance(app.screen, DocumentScreen))
        await pilot.pause(1.0)
        save(app, "document.svg")
        await pilot.press("escape", "f3")
        await until(pilot, lambda: app.screen.query(FileTree))
        await pilot.pause(1.0)
        for field in app.screen.query(Input):
            field.cursor_blink = False
        await pilot.press("down", "right", "down")
        await pilot.pause(0.5)
        save(app, "files.svg")
    engine = running(paths, "screenshots")
    if engine is not None:
        end(engine, "asked")


def main() -> None:
    """Make a library if none is named, then take the pictures."""
    if len(sys.argv) > 1:
        asyncio.run(walk(LibraryPaths(Path(sys.argv[1]).absolute())))
        return
    with tempfile.TemporaryDirectory() as folder:
        paths = LibraryPaths(Path(folder) / "library")
        papers = shutil.copytree(ROOT / "sample_docs", PAPERS)
        library = open_library(paths)
        library.add(papers)
        for _ in library.index():
            pass
        library.close()
        try:
            asyncio.run(walk(paths))
        finally:
            shutil.rmtree(papers)


if __name__ == "__main__":
    main()
