"""Completing a question: filters and their values, files after an `@`, taken by key and by mouse."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot
from tui.driving import WIDE, click_text, press, running, settle
from tui.fake_engine import FakeEngine, status
from tui.papers import FILES

from pocketrag.tui.widgets.completion import Known, completion, known_of
from pocketrag.tui.widgets.composer import Composer
from pocketrag.tui.widgets.suggestions import Suggestions

KNOWN = Known(
    folders=("Home", "Old papers", "Home/Letters"),
    files=("Home/Lease 2024.pdf", "Notes/lease.md"),
    types=("pdf", "md"),
    languages=("en", "de"),
    years=("2025", "2024"),
)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("rent in:ho", ["in:Home ", "in:Home/Letters ", 'in:"Home/Lease 2024.pdf" ']),
        ('rent in:"old p', ['in:"Old papers" ']),
        ("rent type:", ["type:pdf ", "type:md "]),
        ("rent type:pdf,m", ["type:pdf,md "]),
        ("rent lang:d", ["lang:de "]),
        ("rent after:20", ["after:2025 ", "after:2024 "]),
        ("rent @lease", ['in:"Home/Lease 2024.pdf" ', "in:Notes/lease.md "]),
        ("rent ty", ["type:"]),
        ("rent be", ["before:"]),
        ("rent type:pdf ", []),
        ("a@b", []),
        ("rent nothing", []),
    ],
)
def test_what_may_follow_is_suggested(typed: str, offered: list[str]) -> None:
    found = completion(typed, KNOWN)
    assert [suggestion.text for suggestion in (found.suggestions if found else ())] == offered


def test_what_a_library_can_be_narrowed_to_is_what_is_indexed() -> None:
    known = known_of(FILES)
    assert known.files == (
        "Home/Lease 2024.pdf",
        "Home/Letter from the landlord, March.docx",
        "Notes/moving.md",
    )
    assert known.folders == ("Home", "Notes")
    assert set(known.types) == {"pdf", "docx", "md"}


def line(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one(Composer).text


async def test_suggestions_are_moved_among_and_taken_by_key(engine: FakeEngine) -> None:
    engine.library = replace(status(), items=FILES)
    async with running(engine, WIDE, *"ty") as (app, pilot):
        await press(pilot, "tab")
        assert line(pilot) == "type:"
        shown = app.screen.query_one(Suggestions)
        assert shown.display
        assert shown.option_count == 3
        await press(pilot, "down", "enter")
        first, second = (engine.library.items[0].path.suffix, engine.library.items[1].path.suffix)
        assert line(pilot) == f"type:{second[1:]} " != f"type:{first[1:]} "
        assert not shown.display
        assert engine.asked == []


async def test_a_file_is_named_by_a_click(engine: FakeEngine) -> None:
    engine.library = replace(status(), items=FILES)
    async with running(engine, WIDE, *"rent @mov") as (_, pilot):
        await click_text(pilot, "in:Notes/moving.md")
        assert line(pilot) == "rent in:Notes/moving.md "


async def test_escape_puts_suggestions_away_and_enter_then_asks(engine: FakeEngine) -> None:
    async with running(engine, WIDE, *"why be") as (app, pilot):
        assert app.screen.query_one(Suggestions).display
        await press(pilot, "escape")
        assert not app.screen.query_one(Suggestions).display
        await press(pilot, "enter")
        await settle(pilot)
        assert [asked.question for asked in engine.asked] == ["why be"]


@pytest.mark.parametrize("question", ["what must I hand in", "the day before", "rent in:Home"])
async def test_enter_asks_what_may_be_meant_as_it_stands(engine: FakeEngine, question: str) -> None:
    engine.library = replace(status(), items=FILES)
    async with running(engine, WIDE, *question) as (app, pilot):
        assert app.screen.query_one(Suggestions).display
        await press(pilot, "enter")
        await settle(pilot)
        assert [asked.question for asked in engine.asked] == [question]
        assert not app.screen.query_one(Suggestions).display


async def test_enter_takes_what_is_surely_meant(engine: FakeEngine) -> None:
    engine.library = replace(status(), items=FILES)
    async with running(engine, WIDE, *"rent in:No") as (_, pilot):
        await press(pilot, "enter")
        assert line(pilot) == "rent in:Notes "
        assert engine.asked == []
