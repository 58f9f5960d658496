"""The files screen: a tree of what the library holds, how each file stands, and doing something about it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from tui.driving import SMALL, click_text, press, running, screen_text, settle, until
from tui.fake_engine import DONE, FakeEngine, Gate, status
from tui.papers import FILES, FOLDER

from pocketrag.domain import Counts, FileState, FileStatus, IndexProgress
from pocketrag.tui.screens.document import DocumentScreen
from pocketrag.tui.screens.files import FilesScreen
from pocketrag.tui.screens.main import MainScreen
from pocketrag.tui.widgets.file_tree import FileTree, address
from pocketrag.tui.widgets.folder_model import Folder, Sort, folders_of
from pocketrag.tui.widgets.index_chart import IndexChart
from pocketrag.tui.widgets.library_picture import library_picture


@pytest.fixture
def full(engine: FakeEngine) -> FakeEngine:
    """An engine whose library holds the household's files."""
    engine.library = replace(status(), items=FILES)
    return engine


def cursor(pilot: Pilot[None]) -> str:
    """Return the name of what is under the cursor."""
    at = address(pilot.app.screen.query_one(FileTree).selected)
    return at.name if at else ""


async def test_folders_say_how_what_is_in_them_stands(full: FakeEngine) -> None:
    async with running(full, (140, 40), "f3") as (app, pilot):
        assert isinstance(app.screen, FilesScreen)
        shown = screen_text(app)
        assert "/home/ada/Papers  7 files · 2 failed · 1 waiting · 1 skipped" in shown
        assert "Bank  1 file · 1 failed" in shown
        assert "Types" in shown
        assert "Years" in shown
        await press(pilot, "enter", "enter")
        assert "Scans" in screen_text(app), "opened again"
        await press(pilot, "escape")
        assert isinstance(app.screen, MainScreen)


async def test_typing_narrows_the_tree_and_shows_the_remedy(full: FakeEngine) -> None:
    async with running(full, SMALL, "f3") as (app, pilot):
        await pilot.press(*"scan")
        await settle(pilot)
        shown = screen_text(app)
        assert "1 file shown" in shown
        assert cursor(pilot) == "Receipt.pdf"
        assert "ocrmypdf" in shown
        assert "Statement" not in shown


async def test_states_and_orders_go_round(full: FakeEngine) -> None:
    async with running(full, SMALL, "f3", "f6") as (app, pilot):
        shown = screen_text(app)
        assert "2 files shown · by state · failed only" in shown
        assert "Needs a password." in shown
        await press(pilot, "f6", "f6", "f6", "f6", "f2")
        assert "by name · all states" in screen_text(app)


async def test_an_indexed_file_is_opened_by_key_and_by_click(full: FakeEngine) -> None:
    async with running(full, (120, 40), "f3", *"lease", "enter") as (app, pilot):
        assert isinstance(app.screen, DocumentScreen)
        assert "Lease agreement" in screen_text(app)
        assert "changed since" not in screen_text(app)
        await press(pilot, "escape")
        await click_text(pilot, "Lease 2024.pdf")
        assert isinstance(app.screen, DocumentScreen)


async def test_a_failed_file_cannot_be_opened(full: FakeEngine) -> None:
    async with running(full, (120, 40), "f3", *"statement", "enter", notifications=True) as (app, pilot):
        await until(pilot, lambda: "Only what is indexed can be shown." in screen_text(app))


async def test_a_failed_file_is_read_again_where_it_is_listed(full: FakeEngine) -> None:
    async with running(full, (120, 40), "f3", *"statement", notifications=True) as (app, pilot):
        gate = Gate()
        full.index_script = [IndexProgress(0, 1, 0, 0.0, None, None), gate, replace(DONE, indexed=1)]
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "Reading again… 0 of 1" in screen_text(app))
        mended = tuple(replace(item, state=FileState.INDEXED, reason="", remedy="") for item in FILES)
        full.library = replace(status(Counts(indexed=33)), items=mended)
        gate.open()
        await until(pilot, lambda: "1 file read, 0 failed again" in screen_text(app))
        await settle(pilot)
        assert full.retried == [(FOLDER / "Bank/Statement 2023.pdf",)]
        assert "failed ·" not in screen_text(app)
        await press(pilot, "ctrl+r", "ctrl+t")
        assert "No file has failed." in screen_text(app)
        assert len(full.retried) == 1


async def test_all_failed_files_are_read_again(full: FakeEngine) -> None:
    async with running(full, SMALL, "f3", "ctrl+t"):
        assert full.retried == [()]


async def test_a_failed_attachment_is_read_again_with_the_file_it_came_in(full: FakeEngine) -> None:
    mail = replace(FILES[0], path=FOLDER / "Mail/Trip.eml", attachment="")
    plan = replace(mail, attachment="plan.pdf", state=FileState.FAILED, reason="encrypted")
    full.library = replace(status(), items=(mail, plan))
    async with running(full, SMALL, "f3", *"plan.pdf", "ctrl+r"):
        assert full.retried == [(mail.path,)]


async def test_a_folder_of_the_library_is_forgotten_once_confirmed(full: FakeEngine) -> None:
    async with running(full, (120, 40), "f3", "up", "pageup", "f8", notifications=True) as (app, pilot):
        assert "Forget this folder and all that is indexed of it?" in screen_text(app)
        await press(pilot, "escape")
        assert full.library.folders == (FOLDER,)
        await press(pilot, "f8", "enter")
        await until(pilot, lambda: full.library.folders == ())
        await until(pilot, lambda: "7 files forgotten; nothing on disk was touched." in screen_text(app))


async def test_how_indexing_goes_is_shown_live(full: FakeEngine) -> None:
    gate = Gate()
    full.watch_script = [
        IndexProgress(412, 1_000, 900, 100.0, 200.0, FOLDER / "Home/[b]x.pdf"),
        IndexProgress(413, 1_000, 1_018, 118.0, 190.0, FOLDER / "Home/[b]x.pdf"),
        gate,
        DONE,
    ]
    async with running(full, (120, 40), "f3") as (app, pilot):
        await until(
            pilot,
            lambda: "413 of 1,000 files · 118 passages/s · 3 min left · [b]x.pdf" in screen_text(app),
        )
        gate.open()
        await until(pilot, lambda: not app.screen.query_one(IndexChart).display)


async def test_a_tree_of_very_many_files_fills_folders_as_they_are_opened(engine: FakeEngine) -> None:
    many = tuple(replace(FILES[0], path=FOLDER / f"{n // 100}" / f"{n}.pdf") for n in range(20_000))
    engine.library = replace(status(), items=many)
    async with running(engine, SMALL, "f3") as (app, _):
        tree = app.screen.query_one(FileTree)
        assert len(tree._tree_nodes) < 250
        assert "20,000 files" in screen_text(app)


def test_files_are_sorted_within_their_folders() -> None:
    def item(name: str, state: FileState, chunks: int, day: str) -> FileStatus:
        path = FOLDER / name
        return FileStatus(path, FOLDER, state, "", "", None, (), chunks, date=day)

    items = (
        item("b.md", FileState.INDEXED, 3, "2024-01-02"),
        item("a.md", FileState.INDEXED, 1, "2025"),
        item("c.md", FileState.FAILED, 2, ""),
    )
    (folder,) = folders_of(items, (FOLDER,))

    def names(sort: Sort) -> list[str]:
        return [found.path.stem for found in folder.sorted_files(sort)]

    assert {sort.value: "".join(names(sort)) for sort in Sort} == {
        "state": "cab", "name": "abc", "date": "abc", "passages": "bca"
    }  # fmt: skip
    assert isinstance(folder, Folder)


def test_the_picture_counts_types_years_and_folders() -> None:
    lines = library_picture(FILES, 34).plain.splitlines()
    assert any(line.startswith("pdf") and line.endswith(" 1") for line in lines)
    assert any(line.startswith("Home") and line.endswith(" 2") for line in lines)
    assert all(len(line) <= 34 for line in lines)
    assert Path(FILES[0].path).name not in "".join(lines)
