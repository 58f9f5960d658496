"""What is foreign cannot act by characters that have no width or turn the direction of a line: on no screen.

Everything that comes from outside holds such characters here: names, text, titles, errors, the model's words,
what is pasted. After each step nothing on the screen does, and what is visible of them is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input
from tui.driving import ask, press, screen_text, settle, until
from tui.fake_engine import FakeEngine, Gate, answered, refused, status, words
from tui.papers import (
    DOCUMENTS,
    FILES,
    document,
    kept,
    passage,
    plain_answer,
    refusal_answer,
)

from pocketrag.domain import (
    Answer,
    Citation,
    FileState,
    FileVersion,
    FolderForecast,
    FolderOutlook,
    Freshness,
    IndexProgress,
    KindCount,
    ModelLoading,
    PassagesFound,
    Place,
    Refusal,
    RefusalReason,
    SearchResults,
    Sentence,
    VectorPlace,
)
from pocketrag.errors import LibraryLocked, QueryError
from pocketrag.paths import LibraryPaths
from pocketrag.tui.app import PocketRagApp
from pocketrag.tui.liking import Liking
from pocketrag.tui.widgets.composer import Composer
from pocketrag.tui.widgets.folder_picker import FolderPicker

UNSEEN = "\u200b\u200e\u202e\u2066\u2060\u00ad\ufeff\u061c\u200d\U000e0041\u034f\u3164\x1b\x9b"
EVIL = f"ev{UNSEEN}il"
NAME = EVIL.replace("\x1b", "")
SHOWN = "ev\ufffd"
FOLDER = Path(f"/home/ada/{NAME}")
FILE = FileVersion(FOLDER / f"{NAME}.pdf", FOLDER, "a" * 64, EVIL, 1.7e9, "", EVIL, EVIL)
PLACE = Place(page=1, section=(EVIL,), sheet=EVIL, message=EVIL)
PAPER = document((("h", 1, EVIL), ("p", 1, f"{EVIL} words and {EVIL} more.")), EVIL)


def drawn_safely(pilot: Pilot[None]) -> None:
    """Fail if any character on the screen has no width or turns a line, or if nothing foreign is shown."""
    text = screen_text(pilot.app).replace("\n", "")
    unseen = {letter for letter in text if letter in UNSEEN or unicodedata.category(letter) in ("Cc", "Cf")}
    assert not unseen, [hex(ord(letter)) for letter in unseen]
    assert SHOWN in text, screen_text(pilot.app)


def answer(question: str = EVIL) -> Answer:
    """Return an answer all of whose words are foreign."""
    quote = PAPER.text
    return plain_answer(
        question,
        f"So says {EVIL}. [1]",
        sentences=(Sentence(f"So says {EVIL}.", (1,), True),),
        citations=(Citation(1, FILE, PLACE, 0, len(quote), quote, True),),
        passages=(passage(1, 0.9, FILE, PAPER, "ev", "more.", "words", freshness=Freshness.CHANGED),),
        model=EVIL,
    )


def evil_engine() -> FakeEngine:
    """Return an engine that tells nothing but such names and words."""
    item = replace(FILES[0], path=FILE.path, folder=FOLDER, title=EVIL, author=EVIL)
    failed = replace(item, path=FOLDER / f"{NAME}.docx", state=FileState.FAILED, reason=EVIL, remedy=EVIL)
    attached = replace(item, attachment=f"{NAME}.txt")
    library = replace(
        status(folders=(FOLDER,)),
        items=(item, failed, attached),
        polled=((FOLDER, EVIL),),
        away=(FOLDER / "x",),
        vectors=VectorPlace(EVIL, server=True, leaves_computer=True, problem=EVIL),
    )
    return FakeEngine(
        documents={**DOCUMENTS, FILE.path: (FILE, PAPER)},
        history=[kept(1, answer(), title=EVIL)],
        library=library,
        load_script=[ModelLoading(EVIL, "language")],
    )


@asynccontextmanager
async def open_app(engine: FakeEngine, folder: Path) -> AsyncIterator[tuple[PocketRagApp, Pilot[None]]]:
    """Run an app on a library of such a name, with such an example."""
    paths = LibraryPaths(folder / NAME)
    paths.make()
    app = PocketRagApp(lambda: engine, paths, (EVIL,), Liking(paths.app))
    app.animation_level = "none"
    async with app.run_test(size=(130, 40), notifications=True) as pilot:
        await settle(pilot)
        yield app, pilot


async def test_a_conversation(tmp_path: Path) -> None:
    engine = evil_engine()
    found = PassagesFound(SearchResults(EVIL, answer().passages, status().counts, 1.0))
    gate = Gate()
    nothing = refusal_answer()
    refusal = Refusal(RefusalReason.NOTHING_RELEVANT, EVIL, (EVIL,), 0.1)
    engine.scripts = [
        [found, *words(f"maybe {EVIL} then"), gate, *answered(answer())[-1:]],
        refused(replace(nothing, query=EVIL, refusal=refusal, passages=answer().passages)),
        [QueryError(EVIL, EVIL)],
    ]
    engine.watch_script = [IndexProgress(1, 2, 3, 4.0, 5.0, FILE.path), Gate()]
    async with open_app(engine, tmp_path) as (app, pilot):
        drawn_safely(pilot)
        await ask(pilot, EVIL)
        await until(pilot, lambda: "maybe" in screen_text(app))
        drawn_safely(pilot)
        gate.open()
        await settle(pilot)
        drawn_safely(pilot)
        for question in ("nothing", "not understood"):
            await ask(pilot, question)
            await settle(pilot)
            drawn_safely(pilot)
        await press(pilot, "f2", "f8")
        drawn_safely(pilot)
        composer = app.screen.query_one(Composer)
        composer.insert(EVIL)
        drawn_safely(pilot)
        composer.show_text("")
        await press(pilot, *"x in:")
        drawn_safely(pilot)
        await press(pilot, "tab")
        drawn_safely(pilot)
        for made in Gate.made:
            made.open()


async def test_a_document(tmp_path: Path) -> None:
    engine = evil_engine()
    engine.scripts = [answered(answer())]
    engine.documents[FILE.path] = (replace(FILE, sha256="b" * 64), replace(PAPER, text=PAPER.text + EVIL))
    async with open_app(engine, tmp_path) as (app, pilot):
        await ask(pilot, "q")
        await settle(pilot)
        await press(pilot, "tab", "enter")
        drawn_safely(pilot)
        await press(pilot, "t")
        drawn_safely(pilot)
        await press(pilot, "escape", "slash")
        app.screen.query_one("#document-find", Input).value = EVIL
        await settle(pilot)
        drawn_safely(pilot)
        await press(pilot, "escape", "o")
        drawn_safely(pilot)
        engine.documents.clear()
        await press(pilot, "escape", "escape", "tab", "enter")
        drawn_safely(pilot)


LISTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "files": (("f3",), ("down",), ("down",), ("ctrl+r",), ("f7",), ("escape", "pageup", "f8"), ("escape",)),
    "history": (("f4",), ("f2",), ("escape", "f5"), ("escape", "f8"), ("ctrl+z",), ("enter",), ("f8",)),
    "settings": (("f6", *"models.language"), ("enter",)),
}


@pytest.mark.parametrize("name", LISTS)
async def test_lists(tmp_path: Path, name: str) -> None:
    engine = evil_engine()
    engine.index_script = [QueryError(EVIL, EVIL)]
    (tmp_path / NAME).mkdir()
    written = f'[models]\nlanguage = "{EVIL.encode("unicode_escape").decode()}"\n'
    (tmp_path / NAME / "settings.toml").write_text(written.replace("\\x", "\\u00"))
    async with open_app(engine, tmp_path) as (_, pilot):
        for keys in LISTS[name]:
            await press(pilot, *keys)
            drawn_safely(pilot)


async def test_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POCKETRAG_MODELS", str(tmp_path / "models"))
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / f"{NAME}.gguf").write_bytes(b"GGUF")
    async with open_app(evil_engine(), tmp_path) as (app, pilot):
        app.action_models()
        await settle(pilot)
        await press(pilot, *"ev", "enter")
        drawn_safely(pilot)
        await press(pilot, "enter")
        drawn_safely(pilot)


async def test_adding_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = evil_engine()
    home = tmp_path / "home"
    (home / NAME).mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    kinds = (KindCount(EVIL, 1, 1),)
    engine.forecasts = {home / NAME: FolderForecast(1, 1, kinds, 0, 0, more=False, seconds=1.0)}
    outlook = FolderOutlook(home, None, (FOLDER,), (EVIL,), 1, more=False)
    monkeypatch.setattr(engine, "outlook", lambda folder: outlook)
    async with open_app(engine, tmp_path) as (app, pilot):
        await press(pilot, "ctrl+o")
        picker = app.screen.query_one(FolderPicker)
        await until(pilot, lambda: picker.root.children)
        await press(pilot, "tab", "down")
        await until(pilot, lambda: "1 file to read" in screen_text(app))
        drawn_safely(pilot)
        assert app.screen.query_one(Input).value == str(home / NAME), "what is added is what is there"
        await press(pilot, "enter")
        drawn_safely(pilot)


async def test_errors(tmp_path: Path) -> None:
    engine = evil_engine()
    engine.load_script = [LibraryLocked(EVIL, EVIL)]
    async with open_app(engine, tmp_path) as (_, pilot):
        drawn_safely(pilot)
        engine.load_script = []
        engine.watch_script = [QueryError(EVIL, EVIL)]
        await press(pilot, "ctrl+r")
        drawn_safely(pilot)
