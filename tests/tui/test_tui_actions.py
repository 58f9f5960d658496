"""Every action has a key and a way by mouse, and either does it.

A walk goes through a screen's actions. In one run each is done by its key, in the other by clicking words
on the screen; what has come of it must be the same. The last test knows which actions there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import NamedTuple

import pytest
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.pilot import Pilot
from textual.widgets import Input
from tui.driving import ask_and_wait, make_app, press, screen_text, settle, tap_text, until
from tui.fake_engine import FakeEngine, Gate, answered, status
from tui.papers import DOCUMENTS, FILES, HISTORY, QUESTION, notice_answer
from tui.test_tui_pictures import picture

from pocketrag.domain import Counts, Mark
from pocketrag.errors import LibraryLocked
from pocketrag.tui import outside, screens, widgets
from pocketrag.tui.app import PocketRagApp
from pocketrag.tui.widgets.composer import Composer
from pocketrag.tui.widgets.document_view import DocumentView
from pocketrag.tui.widgets.folder_picker import FolderPicker
from pocketrag.tui.widgets.outline_list import OutlineList
from pocketrag.tui.widgets.sources import PassageList, SourcesPanel

TALL = (150, 70)
FAILED = FILES[3].path
"""The last file in the tree of those that failed."""
Shown = Callable[[App[None], FakeEngine], object]


class Step(NamedTuple):
    """An action, and what comes of it."""

    action: str
    """Whose it is and its name, as a binding has it."""
    key: str
    mouse: tuple[str, ...]
    """Words to click, one after the other."""
    then: Shown
    keys: tuple[str, ...] = ()
    """Keys that lead to where the next step begins."""


def on(name: str) -> Shown:
    """Return whether a screen of that name is shown."""
    return lambda app, _: type(app.screen).__name__ == f"{name}Screen"


def says(text: str) -> Shown:
    """Return whether a text is on the screen."""
    return lambda app, _: text in screen_text(app)


def typed(text: str) -> Shown:
    """Return whether a text alone is on the line."""
    return lambda app, _: app.screen.query_one(Composer).text == text


def focused(kind: type[DOMNode]) -> Shown:
    """Return whether something of a kind has the focus."""
    return lambda app, _: isinstance(app.focused, kind)


def asked(times: int) -> Shown:
    """Return whether the engine was asked so often, and has answered."""
    return lambda app, engine: len(engine.asked) == times and "unverified" in screen_text(app)


def indexed(times: int) -> Shown:
    """Return whether the index was brought up to date so often."""
    return lambda _, engine: engine.indexed == times


def retried(*files: tuple[Path, ...]) -> Shown:
    """Return whether these files, none for all, were to be read again, one time after the other."""
    return lambda _, engine: engine.retried == list(files)


def unchanged(app: App[None], _: FakeEngine) -> bool:
    """Return whether nothing is said to be changed."""
    return "changed" not in screen_text(app)


def copied(text: str) -> Shown:
    """Return whether a text is in what was copied."""
    return lambda app, _: text in app.clipboard


def marked(mark: Mark) -> Shown:
    """Return whether the newest answer is marked so."""
    return lambda _, engine: mark in engine.marked.values()


PALETTE = "^p palette"
ANSWER = "c copy  s sources"
WALKS: dict[str, tuple[Step, ...]] = {
    "main": (
        Step("PocketRagApp.help", "f1", ("f1 Help",), on("Help")),
        Step("HelpScreen.dismiss", "escape", ("esc closes",), on("Main")),
        Step("MainScreen.app.help", "question_mark", ("f1 Help",), on("Help"), ("escape",)),
        Step("MainScreen.app.settings", "f6", (PALETTE, "Models, search"), on("Settings"), ("escape",)),
        Step("MainScreen.app.history", "f4", ("f4 History",), on("History"), ("escape",)),
        Step("MainScreen.app.files", "f3", ("f3 Files",), on("Files"), ("escape",)),
        Step("MainScreen.app.add_folder", "ctrl+o", (PALETTE, "Let PocketRAG read"), on("AddFolder")),
        Step("AddFolderScreen.dismiss(False)", "escape", ("esc cancels",), on("Main")),
        Step("MainScreen.update_index", "ctrl+r", (PALETTE, "Look for new"), indexed(1), ("x",)),
        Step("Composer.send", "enter", ("⏎ Ask",), asked(1)),
        Step("MainScreen.with_last('again')", "f5", ("a again",), asked(2)),
        Step("MainScreen.with_last('copy_sources')", "f9", ("s sources",), copied("[1]")),
        Step("MainScreen.with_last('edit')", "f8", ("e edit",), typed("x"), ("escape",)),
        Step("MainScreen.sources", "f2", ("f2 Sources",), focused(PassageList)),
        Step("PassageList.select", "enter", ("1 Home/Lease",), on("Document"), ("escape",)),
        Step("MainScreen.move_on(1)", "tab", ("Ask your files anything",), focused(Composer)),
        Step("MainScreen.new_conversation", "ctrl+n", (PALETTE, "Begin anew"), says("How long is my notice")),
        Step("Examples.select", "1", ("How long is my notice",), lambda a, e: "How long" in screen_text(a)),
    ),
    "an answer": (
        Step("TurnView.want('copy')", "c", ("c copy",), copied("three months")),
        Step("TurnView.want('copy_sources')", "s", ("s sources",), copied("[1] Home")),
        Step("TurnView.want('right')", "plus", ("+ right",), marked(Mark.RIGHT)),
        Step("TurnView.want('wrong')", "minus", ("- wrong",), marked(Mark.WRONG)),
        Step("CitationList.select", "enter", ("1  Home/Lease",), on("Document"), ("escape",)),
        Step("MainScreen.open_marker(2)", "2", ("[2]",), says("Letter from the landlord"), ("escape",)),
        Step("TurnView.want('edit')", "e", ("e edit",), typed(QUESTION), ("escape", "tab")),
        Step("TurnView.want('again')", "a", ("a again",), asked(2)),
    ),
    "document": (
        Step("DocumentScreen.go(1)", "n", ("n Next",), says("passage 2 of 2")),
        Step("DocumentScreen.go(-1)", "p", ("p Previous",), says("passage 1 of 2")),
        Step("DocumentScreen.copy", "c", ("c Copy quote",), copied("page 3")),
        Step("DocumentScreen.open_outside", "o", ("o Open",), says("is opened outside")),
        Step("DocumentScreen.reveal", "r", ("r Reveal",), lambda app, _: OUTSIDE == ["open", "reveal"]),
        Step("DocumentScreen.outline", "t", ("t Places",), focused(OutlineList)),
        Step("OutlineList.select", "enter", ("   Termination",), focused(DocumentView), ("t", "t")),
        Step("DocumentScreen.find", "slash", ("/ Find",), focused(Input), ("escape",)),
        Step("PicturingScreen.picture", "v", ("v Page picture",), says("Page 1 of 4")),
        Step("PicturingScreen.turn(1)", "right", ("→ Page after",), says("Page 2 of 4")),
        Step("PicturingScreen.turn(-1)", "left", ("← Page before",), says("Page 1 of 4"), ("v",)),
        Step("DocumentScreen.back", "escape", ("esc Back",), on("Main")),
    ),
    "files": (
        Step("FilesScreen.sort", "f2", ("f2 Sort",), says("by name")),
        Step("FilesScreen.state", "f6", ("f6 State",), says("failed only")),
        Step("FilesScreen.retry_all", "ctrl+t", ("^t All failed",), retried(()), ("pagedown",)),
        Step("FilesScreen.ignore", "f7", ("Receipt.pdf", "f7 Ignore"), on("Sure")),
        Step("SureScreen.dismiss(False)", "escape", ("esc leaves it",), on("Files")),
        Step("FilesScreen.retry", "ctrl+r", ("^r Read again",), retried((), (FAILED,)), ("pageup",)),
        Step("FilesScreen.forget", "f8", ("/home/ada/Papers", "f8 Forget"), on("Sure")),
        Step("SureScreen.dismiss(True)", "enter", ("enter forgets",), lambda _, e: not e.library.folders),
        Step("FilesScreen.app.add_folder", "ctrl+o", ("^o Add",), on("AddFolder"), ("escape",)),
        Step("FilesScreen.app.pop_screen", "escape", ("esc Back",), on("Main")),
    ),
    "opening a file": (
        Step("FilesScreen.open", "enter", ("Lease 2024.pdf",), on("Document")),
    ),
    "history": (
        Step("HistoryScreen.rename", "f2", ("f2 Rename",), on("Line")),
        Step("LineScreen.dismiss", "escape", ("esc cancels",), on("History")),
        Step("HistoryScreen.export", "f5", ("f5 Export",), on("Line"), ("escape", "f2", *"Xyz")),
        Step("LineScreen.submit", "enter", ("enter renames",), says("Xyz")),
        Step("HistoryScreen.delete", "f8", ("f8 Delete",), says("is deleted when you leave")),
        Step("HistoryScreen.take_back", "ctrl+z", ("^z Undo",), says("Xyz")),
        Step("HistoryScreen.leave", "escape", ("esc Back",), on("Main"), ("f4",)),
        Step("HistoryScreen.begin_anew", "ctrl+n", ("^n New",), on("Main"), ("f4",)),
        Step("HistoryScreen.choose", "enter", ("Xyz",), on("Main")),
    ),
    "settings": (
        Step("SettingsScreen.choose", "enter", ("models.embedding",), on("Line"), ("9", "enter")),
        Step("SettingsScreen.reset", "f8", ("f8 Default",), unchanged),
        Step("SettingsScreen.app.pop_screen", "escape", ("esc Back",), on("Main")),
    ),
    "keys": (
        Step("KeysScreen.choose", "enter", ("everywhere",), on("Key")),
        Step("KeyScreen.dismiss", "escape", ("esc leaves it",), on("Keys"), ("enter", "ctrl+g")),
        Step("KeysScreen.reset", "f8", ("f8 Its own again",), unchanged),
        Step("KeysScreen.app.pop_screen", "escape", ("esc Back",), on("Main")),
    ),
    "models": (
        Step("ModelsScreen.choose", "enter", ("SmolLM2-360M",), on("Sure"), ("escape",)),
        Step("ModelsScreen.leave", "escape", ("esc Back",), on("Main")),
    ),
    "first run": (
        Step("Examples.select", "1", ("Add a folder of yours",), on("AddFolder")),
        Step("AddFolderScreen.pick", "tab", ("tab folders",), focused(FolderPicker), ("shift+tab", *"~/pa")),
        Step("AddFolderScreen.complete", "right", ("→ completes",), lambda a, _: "papers" in line_of(a)),
        Step("AddFolderScreen.add", "enter", ("enter adds",), lambda _, e: e.added),
    ),
    "stopping": (
        Step("MainScreen.stop", "escape", ("esc stops",), says("■ stopped")),
    ),
    "out of reach": (
        Step("ErrorScreen.app.settings", "f6", ("f6 settings",), on("Settings"), ("escape",)),
        Step("ErrorScreen.dismiss(True)", "ctrl+r", ("ctrl+r try again",), on("Main")),
    ),
}  # fmt: skip
"""What one may do, screen by screen."""

BEGIN: dict[str, tuple[str, ...]] = {
    "an answer": ("tab",), "document": ("tab", "enter"), "files": ("f3",), "opening a file": ("f3", *"lease"),
    "history": ("f4",), "settings": ("f6",),
}  # fmt: skip
"""Keys that lead to where a walk begins."""

OUTSIDE: list[str] = []


def line_of(app: App[None]) -> str:
    """Return what stands on the line of a dialog."""
    return app.screen.query_one(Input).value


@pytest.fixture
def household(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """An engine with papers, a history and answers; other programs only note that they were asked."""
    OUTSIDE.clear()
    monkeypatch.setattr(outside, "open_outside", lambda *_: OUTSIDE.append("open"))
    monkeypatch.setattr(outside, "reveal", lambda *_: OUTSIDE.append("reveal"))
    return FakeEngine(
        documents=dict(DOCUMENTS),
        history=list(HISTORY),
        library=replace(status(), items=FILES),
        scripts=[answered(notice_answer()) for _ in range(3)],
        pictures=dict.fromkeys(range(5), picture()),
    )


@pytest.mark.parametrize("way", ["key", "mouse"])
@pytest.mark.parametrize("walk", WALKS)
async def test_every_action_is_done_by(
    household: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, walk: str, way: str
) -> None:
    (tmp_path / "home" / "papers").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    app = make_app(household, folder=tmp_path)
    app._graphics.like_blocks(True)
    async with app.run_test(size=TALL, notifications=True) as pilot:
        await begin(walk, household, pilot)
        for step in WALKS[walk]:
            await do(step, way, household, pilot)
            for gate in Gate.made:  # an engine comes to a safe point before it stops
                gate.open()
            await until(pilot, partial(step.then, app, household))
            await settle(pilot)
            await press(pilot, *step.keys)


async def begin(walk: str, engine: FakeEngine, pilot: Pilot[None]) -> None:
    """Bring the app to where a walk begins."""
    if walk == "first run":
        engine.library = status(Counts(), 0, ())
    if walk == "out of reach":
        engine.load_script = [LibraryLocked("Another process has it.", "Close that one.")]
    await settle(pilot)
    engine.load_script = []
    if walk in ("an answer", "document"):
        await ask_and_wait(pilot, QUESTION)
    if walk in ("keys", "models"):
        await pilot.app.run_action(f"app.{walk}")
        await settle(pilot)
    if walk == "models":
        await press(pilot, "down")
    if walk == "stopping":
        engine.scripts = [[Gate()]]
        await press(pilot, "x")
        await pilot.press("enter")
        await until(pilot, lambda: "searching your files" in screen_text(pilot.app))
    await press(pilot, *BEGIN.get(walk, ()))


async def do(step: Step, way: str, engine: FakeEngine, pilot: Pilot[None]) -> None:
    """Do an action by its key, or by the mouse alone."""
    if way == "key":
        await pilot.press(step.key)
        return
    for words in step.mouse:
        await until(pilot, partial(says(words), pilot.app, engine))
        await tap_text(pilot, words)


# ── the palette ─────────────────────────────────────────────────────────────────────────────

COMMANDS: dict[str, Shown] = {
    "Update index now": indexed(1),
    "Add a folder…": on("AddFolder"),
    "Show files": on("Files"),
    "Show history": on("History"),
    "Toggle sources": lambda app, _: not app.screen.query_one(SourcesPanel).display,
    "Pictures in blocks": lambda app, _: isinstance(app, PocketRagApp) and app._graphics.blocks,
    "Theme": says("pocket-day"),
    "Settings": on("Settings"),
    "Models": on("Models"),
    "Keys": on("Keys"),
    "Ask again": asked(2),
    "Edit question": typed(QUESTION),
    "Copy answer": copied("three months"),
    "Copy answer with sources": copied("[1] Home"),
    "Mark answer right": marked(Mark.RIGHT),
    "Mark answer wrong": marked(Mark.WRONG),
    "Export conversation…": on("Line"),
    "Help": on("Help"),
    "New conversation": says("Ask your own files."),
}
"""What one may do from the palette, and what comes of it."""


async def test_every_command_of_the_palette_does_what_it_says(household: FakeEngine) -> None:
    app = make_app(household)
    async with app.run_test(size=TALL) as pilot:
        await ask_and_wait(pilot, QUESTION)
        titles = {command.title for command in app.get_system_commands(app.screen)}
        assert titles - set(COMMANDS) == {"Quit"}, "which ends the app, and is tested where that is"
        for command, shown in COMMANDS.items():
            await press(pilot, "ctrl+p")
            app.screen.query_one(Input).value = command
            await settle(pilot)
            await press(pilot, "enter")
            await until(pilot, partial(shown, app, household))
            while len(app.screen_stack) > 1:
                await press(pilot, "escape")


# ── which actions there are ─────────────────────────────────────────────────────────────────

MOVING = (
    "move(",
    "scroll",
    "cursor_",
    "page_",
    "leave(",
    "new_line",
    "move_on(-1)",
    "open_marker(",
    "copy_or_quit",
)
"""What moves about, which by mouse is the wheel and the click, and what one does while typing."""


def owners() -> Iterator[type[DOMNode]]:
    """Yield all classes that have bindings of their own."""
    for package in (screens, widgets):
        for module in iter_modules(package.__path__):
            for found in vars(import_module(f"{package.__name__}.{module.name}")).values():
                if isinstance(found, type) and issubclass(found, DOMNode) and "BINDINGS" in vars(found):
                    yield found
    yield PocketRagApp


def test_no_action_is_left_out() -> None:
    walked = {step.action for steps in WALKS.values() for step in steps}
    there = {
        f"{owner.__name__}.{binding.action}"
        for owner in owners()
        if owner.__module__.startswith("pocketrag.")
        for binding in owner.BINDINGS
        if isinstance(binding, Binding) and not binding.action.startswith(MOVING)
        if binding not in Input.BINDINGS  # of Textual's own, which a line of ours has but one less of
    }
    assert there - walked == {"PocketRagApp.quit"}, "which ends the app, and is tested where that is"
