"""Settings and keys: shown, changed, refused where they cannot be, and kept."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest
from textual.widgets import Input
from tui.driving import SMALL, WIDE, press, screen_text, settle, until
from tui.fake_engine import FakeEngine, Gate, status
from tui.papers import EXAMPLES, FILES, FOLDER

from pocketrag.errors import ModelMissing
from pocketrag.models import pull
from pocketrag.models.known import known_models
from pocketrag.models.prepare import PreparedModels
from pocketrag.paths import LibraryPaths
from pocketrag.tui.app import PocketRagApp
from pocketrag.tui.liking import Liking
from pocketrag.tui.screens.help import HelpScreen
from pocketrag.tui.screens.keys import KeysScreen
from pocketrag.tui.screens.main import MainScreen
from pocketrag.tui.screens.settings import SettingsScreen


@pytest.fixture
def paths(tmp_path: Path) -> LibraryPaths:
    """A library's folder that is there."""
    made = LibraryPaths(tmp_path / "library")
    made.make()
    return made


Opened = list[FakeEngine]


@pytest.fixture
def opened() -> Opened:
    """The engines that were opened, in order."""
    return []


@pytest.fixture
def app(engine: FakeEngine, paths: LibraryPaths, opened: Opened) -> Callable[[], PocketRagApp]:
    """What makes an app on that folder, as if it were started again."""

    def open_engine() -> FakeEngine:
        opened.append(engine)
        return engine

    def make() -> PocketRagApp:
        made = PocketRagApp(open_engine, paths, EXAMPLES, Liking(paths.app))
        made.animation_level = "none"
        return made

    return make


async def test_a_setting_is_changed_in_its_file_and_the_engine_starts_anew(
    app: Callable[[], PocketRagApp], paths: LibraryPaths, opened: Opened
) -> None:
    paths.settings.write_text("# mine\n[answer]\nstrictness = 0.4  # rather bold\n")
    running = app()
    async with running.run_test(size=WIDE, notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "f6", *"strict", "enter")
        assert "When to refuse" in screen_text(running)
        running.screen.query_one(Input).value = "0.7"
        await press(pilot, "enter")
        await until(pilot, lambda: len(opened) == 2)
        assert isinstance(running.screen, SettingsScreen)
        assert "0.7 ◂ changed" in screen_text(running)
        assert "answer.strictness is changed" in screen_text(running)
        written = paths.settings.read_text()
        assert "# mine" in written
        assert "strictness = 0.7" in written
        assert "# rather bold" in written
        await press(pilot, "f8")
        await until(pilot, lambda: len(opened) == 3)
        assert "0.7" not in paths.settings.read_text()


async def test_a_value_that_cannot_be_is_refused_and_the_file_left_alone(
    app: Callable[[], PocketRagApp], paths: LibraryPaths, opened: Opened
) -> None:
    running = app()
    async with running.run_test(size=WIDE, notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "f6", *"drawn", "enter")
        before = paths.settings.read_text()
        running.screen.query_one(Input).value = "9000"
        await press(pilot, "enter")
        await until(pilot, lambda: "search.passages" in screen_text(running) and "50" in screen_text(running))
        assert paths.settings.read_text() == before
        assert len(opened) == 1


async def test_a_file_is_ignored_by_a_rule_that_means_it_alone(
    app: Callable[[], PocketRagApp], paths: LibraryPaths, engine: FakeEngine
) -> None:
    odd = replace(FILES[0], path=FOLDER / "Home" / "Lease [2024]!.pdf")
    engine.library = replace(status(), items=(odd,))
    running = app()
    async with running.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await press(pilot, "f3", *"lease", "f7")
        assert "Leave this out of the index from now on?" in screen_text(running)
        await press(pilot, "enter")
        await settle(pilot)
    rules = tomllib.loads(paths.settings.read_text())["index"]["ignore"]
    assert rules == [r"/Home/Lease\ \[2024\]\!.pdf"]


async def test_a_key_is_changed_kept_and_given_back(
    app: Callable[[], PocketRagApp], paths: LibraryPaths
) -> None:
    first = app()
    async with first.run_test(size=WIDE, notifications=True) as pilot:
        await settle(pilot)
        first.action_keys()
        await settle(pilot)
        assert isinstance(first.screen, KeysScreen)
        await press(pilot, *"help", "enter", "ctrl+g")
        assert "ctrl+g ◂ changed" in screen_text(first)
        await press(pilot, "enter", "escape", "enter", "tab")
        assert "tab is taken" in screen_text(first)
        await press(pilot, "escape", "ctrl+g")
        assert isinstance(first.screen, HelpScreen)
    second = app()
    async with second.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+g")
        assert isinstance(second.screen, HelpScreen)
        await press(pilot, "escape")
        second.action_keys()
        await press(pilot, *"help", "f8", "escape", "f1")
        assert isinstance(second.screen, HelpScreen)
    assert Liking(paths.app).keys == {}


async def test_models_are_listed_and_one_that_is_here_is_taken_into_use(
    app: Callable[[], PocketRagApp],
    engine: FakeEngine,
    opened: Opened,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("POCKETRAG_MODELS", str(tmp_path / "models"))
    (tmp_path / "models").mkdir()
    own = tmp_path / "models" / "Mine [b]7B.gguf"
    own.write_bytes(b"GGUF")
    running = app()
    async with running.run_test(size=(140, 36), notifications=True) as pilot:
        await settle(pilot)
        running.action_models()
        await settle(pilot)
        shown = screen_text(running)
        assert "in use" in shown
        assert "recommended here: language: " in shown
        assert "GB of memory free" in shown
        await press(pilot, *"mine", "enter")
        assert "Answer with this model?" in screen_text(running)
        await press(pilot, "enter")
        await until(pilot, lambda: len(opened) == 2)
        assert "Mine [b]7B" in screen_text(running)
    assert engine.used == [str(own)]


async def test_another_embedding_model_says_what_it_costs_before_it_is_taken(
    app: Callable[[], PocketRagApp], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POCKETRAG_MODELS", str(tmp_path / "models"))
    finder = tmp_path / "models" / "Finder"
    finder.mkdir(parents=True)
    for name in ("model.safetensors", "config.json"):
        (finder / name).write_bytes(b"{}")
    monkeypatch.setattr(PreparedModels, "find", lambda *_: Mock(texts_per_second=10.0))
    running = app()
    async with running.run_test(size=(140, 36)) as pilot:
        await settle(pilot)
        running.action_models()
        await settle(pilot)
        await press(pilot, *"finder", "enter")
        assert re.search(r"[1-9][0-9,]* passages, about \d+", screen_text(running))


async def test_a_model_is_fetched_once_that_is_confirmed(
    app: Callable[[], PocketRagApp], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POCKETRAG_MODELS", str(tmp_path / "models"))
    fetched: list[str] = []

    def fake(target: pull.PullTarget, folder: Path) -> Iterator[pull.PullEvent]:
        fetched.append(target.name)
        yield pull.PullProgress(50_000_000, 100_000_000, 5e6, 10.0)
        gate.wait()
        yield pull.Pulled(target.name, folder)

    gate = Gate()
    monkeypatch.setattr(pull, "pull", fake)
    wanted = next(model for model in known_models() if not model.bundled)
    running = app()
    async with running.run_test(size=(140, 36), notifications=True) as pilot:
        await settle(pilot)
        running.action_models()
        await settle(pilot)
        running.screen.query_one(Input).value = wanted.name
        await settle(pilot)
        await press(pilot, "enter")
        assert "Fetch this model?" in screen_text(running)
        await press(pilot, "escape")
        assert fetched == []
        await press(pilot, "enter")
        await pilot.press("enter")
        await until(pilot, lambda: "50 of 100 MB, 5.0 MB/s, 10 s left" in screen_text(running))
        gate.open()
        await until(pilot, lambda: "is here, whole" in screen_text(running))
    assert fetched == [wanted.name]


async def test_a_theme_is_kept(app: Callable[[], PocketRagApp]) -> None:
    first = app()
    async with first.run_test(size=SMALL) as pilot:
        first.theme = "pocket-day"
        await settle(pilot)
    assert app().theme == "pocket-day"


def test_a_broken_file_of_likings_is_forgotten(paths: LibraryPaths) -> None:
    paths.app.write_text("{")
    assert (Liking(paths.app).theme, Liking(paths.app).keys) == ("", {})


@pytest.mark.parametrize(
    ("way", "said"),
    [
        (("f4",), "⏎ Open"),
        (("f6",), "⏎ Change"),
        (("ctrl+p", *"models", "enter"), "⏎ Use, or fetch"),
        (("ctrl+p", *"keys", "enter"), "⏎ Change"),
    ],
)
async def test_the_last_line_says_what_enter_does(
    app: Callable[[], PocketRagApp], way: tuple[str, ...], said: str
) -> None:
    running = app()
    async with running.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await press(pilot, *way)
        assert screen_text(running).splitlines()[-1].startswith(f" esc Back  {said}")


async def test_a_library_out_of_reach_for_its_settings_is_mended_from_there(
    app: Callable[[], PocketRagApp], engine: FakeEngine, opened: Opened
) -> None:
    engine.load_script = [ModelMissing("tiny.gguf is not there.", "Choose another.")]
    running = app()
    async with running.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await press(pilot, "f6", *"models.language", "enter")
        engine.load_script = []
        running.screen.query_one(Input).value = "SmolLM2-135M-Instruct"
        await press(pilot, "enter")
        await until(pilot, lambda: len(opened) == 2)
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(running.screen, MainScreen))
