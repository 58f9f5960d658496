"""The library behind the screen: opening, loading, indexing, failing, adding, and what is said of it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from textual.widgets import Input
from tui.driving import (
    SMALL,
    WIDE,
    ask,
    ask_and_wait,
    click_text,
    make_app,
    press,
    running,
    screen_text,
    settle,
    until,
)
from tui.fake_engine import DONE, LOADED, PATIENCE, FakeEngine, Gate, answered, status
from tui.papers import FOLDER, plain_answer

from pocketrag.domain import (
    CatalogRebuilt,
    Counts,
    FolderForecast,
    IndexDone,
    IndexProgress,
    IndexWaiting,
    KindCount,
    ModelLoading,
)
from pocketrag.errors import EngineStopped, LibraryLocked, ModelMissing, PocketRagError, WatchError
from pocketrag.tui.messages import IndexMoved
from pocketrag.tui.screens.add_folder import AddFolderScreen
from pocketrag.tui.screens.error import ErrorScreen
from pocketrag.tui.screens.main import MainScreen
from pocketrag.tui.widgets.composer import Composer
from pocketrag.tui.widgets.header import HeaderBar

HEAVY = (
    "pydantic",
    "markdown_it",
    "chromadb",
    "torch",
    "sentence_transformers",
    "llama_cpp",
    "onnxruntime",
    "pocketrag.engine.library",
)


def test_importing_the_app_loads_nothing_heavy() -> None:
    code = f"import sys, pocketrag.tui.app; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_typing_works_and_the_question_waits_while_the_library_opens(engine: FakeEngine) -> None:
    engine.scripts = [answered(plain_answer("Early?", "Yes."))]
    opened = Event()

    def slow() -> FakeEngine:
        assert opened.wait(PATIENCE)
        return engine

    app = make_app(engine, slow)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press(*"Early")
        assert app.screen.query_one(Composer).text == "Early"
        assert "opening…" in screen_text(app)
        await pilot.press("?", "enter")
        await until(pilot, lambda: "will be asked when the model is loaded" in screen_text(app))
        assert engine.asked == []
        opened.set()
        await settle(pilot)
        assert [asked.question for asked in engine.asked] == ["Early?"]
        assert "Yes." in screen_text(app)


async def test_a_question_asked_while_a_model_loads_waits_for_it(engine: FakeEngine) -> None:
    gate = Gate()
    engine.load_script = [ModelLoading("SmolLM2-135M-Instruct", "language"), gate, *LOADED]
    engine.scripts = [answered(plain_answer("Early?", "Yes."))]
    app = make_app(engine)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, gate.reached.is_set)
        await ask(pilot, "Early?")
        await until(pilot, lambda: "loading SmolLM2-135M-Instruct…" in screen_text(app))
        assert engine.asked == []
        gate.open()
        await settle(pilot)
        assert len(engine.asked) == 1
        assert "SmolLM2-135M-Instruct ready" in screen_text(app)


async def test_a_locked_library_is_explained_and_can_be_tried_again(engine: FakeEngine) -> None:
    attempts: list[int] = []

    def locked_once() -> FakeEngine:
        attempts.append(1)
        if len(attempts) == 1:
            raise LibraryLocked("The library is in use by process 42.", "Close it, then try again.")
        return engine

    app = make_app(engine, locked_once)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, ErrorScreen)
        shown = screen_text(app)
        assert "in use by process 42" in shown
        assert "Close it, then try again." in shown
        assert "Traceback" not in shown
        await press(pilot, "ctrl+r")
        assert isinstance(app.screen, MainScreen)
        assert "609 passages" in screen_text(app)


async def test_a_missing_model_lets_the_question_wait_for_the_second_attempt(engine: FakeEngine) -> None:
    engine.load_script = [ModelMissing("The language model is not there.", "Run `pocketrag setup`.")]
    engine.scripts = [answered(plain_answer("Early?", "Yes."))]
    async with running(engine) as (app, pilot):
        assert isinstance(app.screen, ErrorScreen)
        engine.load_script = list(LOADED)
        await press(pilot, "ctrl+r")
        assert engine.closed
        await ask_and_wait(pilot, "Early?")
        assert "Yes." in screen_text(app)


async def test_a_defect_is_told_without_a_traceback(engine: FakeEngine) -> None:
    def broken() -> FakeEngine:
        raise ValueError("[bold]oops[/]")

    app = make_app(engine, broken)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, ErrorScreen)
        assert "[bold]oops[/]" in screen_text(app)


async def test_ctrl_q_quits_from_the_error_page(engine: FakeEngine) -> None:
    def locked() -> FakeEngine:
        raise LibraryLocked("The library is in use.", "Close it.")

    app = make_app(engine, locked)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: not app.is_running or app._exit)


async def test_what_one_is_typing_presses_nothing_on_the_error_page(engine: FakeEngine) -> None:
    attempts: list[int] = []

    def locked() -> FakeEngine:
        attempts.append(1)
        raise LibraryLocked("The library is in use.", "Close it.")

    app = make_app(engine, locked)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, ErrorScreen)
        await pilot.press(*"requirements?", "space", "enter", "q", "r", "escape")
        await settle(pilot)
        assert isinstance(app.screen, ErrorScreen)
        assert app.is_running
        assert len(attempts) == 1


async def test_quitting_calls_off_the_index_and_closes_the_engine(engine: FakeEngine) -> None:
    engine.watch_script = [IndexProgress(1, 9, 10, 5.0, None, None), Gate()]
    app = make_app(engine)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: app.screen.query_one(HeaderBar).progress is not None)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: engine.closed)


async def test_ctrl_c_quits(engine: FakeEngine) -> None:
    async with running(engine) as (_app, pilot):
        await pilot.press("ctrl+c")
        await until(pilot, lambda: engine.closed)


async def test_index_progress_is_shown_and_then_the_result(engine: FakeEngine) -> None:
    gate = Gate()
    done = IndexDone(1, 0, 0, 0, 0, 0, 9, 0, 1.0)
    engine.watch_script = [IndexProgress(12, 31, 240, 118.0, 4.2, None), gate, done]
    app = make_app(engine)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: "indexing 12/31" in screen_text(app))
        assert "4.2 s left" in screen_text(app)
        engine.library = status(Counts(indexed=32, failed=1), 700)
        gate.open()
        await until(pilot, lambda: "32 files · 700 passages · 1 failed" in screen_text(app))


async def test_indexing_that_waits_says_why_until_it_goes_on(engine: FakeEngine) -> None:
    gate = Gate()
    engine.watch_script = [IndexProgress(1, 9, 10, 5.0, None, None), IndexWaiting("on battery"), gate, DONE]
    app = make_app(engine)
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "2 failed · waiting: on battery" in screen_text(app))
        gate.open()
        await until(pilot, lambda: "2 failed" in screen_text(app) and "waiting" not in screen_text(app))


async def test_folders_that_are_away_or_not_watched_are_shown(engine: FakeEngine) -> None:
    stick, share = Path("/media/stick"), Path("/mnt/share")
    engine.library = replace(
        status(folders=(FOLDER, share)),
        polled=((share, "it lies on a network drive (nfs4)"),),
        away=(stick,),
    )
    app = make_app(engine)
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "2 failed · 1 folder not watched · 1 away" in screen_text(app))
        await pilot.press("f3")
        await until(pilot, lambda: f"{stick} (its drive is away" in screen_text(app))
        assert f"{share} (looked at now and then, not watched: it lies on a network" in screen_text(app)


async def test_a_catalog_that_was_lost_is_said(engine: FakeEngine) -> None:
    engine.watch_script = [CatalogRebuilt("damaged", 2, 0, "catalog.sqlite3.damaged-1"), DONE]
    app = make_app(engine)
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await until(pilot, lambda: "The library mends itself" in screen_text(app))
        assert "catalog.sqlite3.damaged-1" in screen_text(app)


async def test_changes_noticed_later_are_shown(engine: FakeEngine) -> None:
    gate = Gate()
    engine.watch_script = [DONE, gate, DONE]
    app = make_app(engine)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: "31 files · 609 passages" in screen_text(app))
        engine.library = status(Counts(indexed=32), 612)
        gate.open()
        await until(pilot, lambda: "32 files · 612 passages" in screen_text(app))


async def test_indexing_that_stops_leaves_questions_possible(engine: FakeEngine) -> None:
    engine.watch_script = [PocketRagError("The disk is full.", "Make room, then press ctrl+r.")]
    engine.scripts = [answered(plain_answer("Still?", "Yes."))]
    app = make_app(engine)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: "indexing stopped" in screen_text(app))
        assert isinstance(app.screen, MainScreen)
        await ask_and_wait(pilot, "Still?")
        assert "Yes." in screen_text(app)
        engine.watch_script = [DONE]
        await pilot.press("ctrl+r")
        await until(pilot, lambda: engine.watched == 2 and "indexing stopped" not in screen_text(app))


async def test_an_engine_lost_while_indexing_is_fatal(engine: FakeEngine) -> None:
    engine.watch_script = [EngineStopped("The engine stopped.", "Try again.")]
    app = make_app(engine)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: isinstance(app.screen, ErrorScreen))


async def test_folders_that_cannot_be_watched_are_indexed_all_the_same(engine: FakeEngine) -> None:
    engine.watch_script = [WatchError("The folders cannot be watched.", "Raise the limit.")]
    app = make_app(engine)
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await until(pilot, lambda: engine.indexed == 1)
        await until(pilot, lambda: "folders cannot be watched." in screen_text(app))
        assert engine.watched == 1


async def test_ctrl_r_updates_the_index_and_asks_only_once_more(engine: FakeEngine) -> None:
    gate = Gate()
    engine.index_script = [gate, DONE]
    async with running(engine) as (_app, pilot):
        assert engine.indexed == 0
        await pilot.press("ctrl+r")
        await until(pilot, gate.reached.is_set)
        await pilot.press("ctrl+r", "ctrl+r", "ctrl+r")
        assert engine.indexed == 1
        gate.open()
        await until(pilot, lambda: engine.indexed == 2)
        await settle(pilot)
        assert engine.indexed == 2


def test_progress_messages_replace_one_another() -> None:
    first, second = (IndexMoved(IndexProgress(n, 9, n, 1.0, None, None)) for n in (1, 2))
    assert first.can_replace(second)


async def test_an_empty_library_says_how_to_add_a_folder(engine: FakeEngine, tmp_path: Path) -> None:
    engine.library = status(Counts(), 0, ())
    async with running(engine, SMALL) as (app, pilot):
        assert "Nothing is indexed yet. Press ctrl+o to add a folder" in screen_text(app)
        assert engine.watched == 0
        await press(pilot, "ctrl+o")
        assert isinstance(app.screen, AddFolderScreen)
        app.screen.query_one(Input).value = str(tmp_path)
        await press(pilot, "enter")
        assert engine.added == [tmp_path]
        await until(pilot, lambda: engine.watched == 1)
        assert isinstance(app.screen, MainScreen)


async def test_a_folder_that_cannot_be_added_is_explained_where_it_was_typed(engine: FakeEngine) -> None:
    async with running(engine, SMALL) as (app, pilot):
        await press(pilot, "ctrl+o")
        app.screen.query_one(Input).value = "nowhere"
        await press(pilot, "enter")
        assert "There is no folder nowhere." in screen_text(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, MainScreen)


async def test_what_a_folder_would_have_read_is_told_before_it_is_added(
    engine: FakeEngine, tmp_path: Path
) -> None:
    papers = tmp_path / "papers"
    counted = (KindCount("pdf", 800, 1), KindCount("md", 404, 1))
    engine.forecasts = {papers: FolderForecast(1_204, 380_000_000, counted, 0, 0, more=False, seconds=740)}
    async with running(engine, SMALL) as (app, pilot):
        await press(pilot, "ctrl+o")
        field = app.screen.query_one(Input)
        field.value = str(tmp_path)
        field.value = str(papers)
        await until(pilot, lambda: "1,204 files to read, 380 MB: 800 pdf, 404 md." in screen_text(app))
        assert "about 12 min" in screen_text(app)
        assert engine.foretold == [papers], "not asked for while one is typing"
        field.value = str(tmp_path / "pap")
        await until(pilot, lambda: len(engine.foretold) == 2)
        await settle(pilot)
        assert "files to read" not in screen_text(app)
        assert "no folder" not in screen_text(app), "one is still typing"


async def test_folders_that_become_part_of_the_one_added_are_told_of(engine: FakeEngine) -> None:
    async with running(engine, notifications=True) as (app, pilot):
        await press(pilot, "ctrl+o")
        app.screen.query_one(Input).value = str(FOLDER.parent)
        await pilot.press("enter")
        await until(pilot, lambda: f"{FOLDER} lies in it" in screen_text(app))
        assert engine.added == [FOLDER.parent]


async def test_the_whole_computer_is_added_only_when_said_twice(engine: FakeEngine) -> None:
    async with running(engine, SMALL) as (app, pilot):
        await press(pilot, "ctrl+o")
        app.screen.query_one(Input).value = "/"
        await press(pilot, "enter")
        shown = screen_text(app)
        assert "It is the whole computer. At least 20,000 files would be looked" in shown, shown
        assert "Press enter again" in shown
        assert engine.added == []
        await press(pilot, "enter")
        assert engine.added == [Path("/")]


async def test_completion_names_a_folder(engine: FakeEngine, tmp_path: Path) -> None:
    (tmp_path / "Papers").mkdir()
    (tmp_path / "Paper.txt").touch()
    completed = make_app(engine)._bridge.library.completed
    assert await completed(f"{tmp_path}/Pa") == f"{tmp_path}/Papers"
    assert await completed(f"{tmp_path}/x") is None
    assert await completed("Pa") is None


async def test_an_empty_library_offers_the_sample_papers(engine: FakeEngine, tmp_path: Path) -> None:
    engine.library = status(Counts(), 0, ())
    app = make_app(engine, samples=tmp_path)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        assert "2 Try the sample papers" in screen_text(app)
        gate = Gate()
        engine.watch_script = [IndexProgress(12, 31, 240, 118.0, 4.2, None), gate, DONE]
        await press(pilot, "2")
        await until(
            pilot, lambda: "Reading your files: 12 of 31, 4.2 s left. Ask at once" in screen_text(app)
        )
        assert engine.added == [tmp_path]
        gate.open()


async def test_an_empty_library_is_begun_by_a_click(engine: FakeEngine) -> None:
    engine.library = status(Counts(), 0, ())
    async with running(engine, SMALL) as (app, pilot):
        await click_text(pilot, "1 Add a folder of yours")
        assert isinstance(app.screen, AddFolderScreen)


async def test_a_folder_is_picked_from_those_there_are(
    engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Papers [b]old[" / "Home").mkdir(parents=True)
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "note.txt").touch()
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    async with running(engine, WIDE, "ctrl+o", "tab", "down") as (app, pilot):
        shown = screen_text(app)
        assert "Papers [b]old[" in shown
        assert "hidden" not in shown
        assert "note.txt" not in shown
        await press(pilot, "right", "down", "enter")
        assert engine.added == [tmp_path / "Papers [b]old[" / "Home"]


async def test_a_model_that_was_loaded_before_is_named_as_ready(engine: FakeEngine) -> None:
    engine.load_script = []
    async with running(engine) as (app, _):
        assert f"● {engine.library.language_model} ready" in screen_text(app)
