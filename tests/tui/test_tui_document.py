"""The document view: places, finding, quotes taken elsewhere, and the file shown by other programs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot
from tui.driving import WIDE, ask_and_wait, click_text, press, running, screen_text, settle, until
from tui.fake_engine import FakeEngine, answered
from tui.papers import LEASE, LEASE_FILE, NOTICE, QUESTION, notice_answer

from pocketrag.domain import Span
from pocketrag.errors import OutsideError
from pocketrag.tui import outside
from pocketrag.tui.screens.document import DocumentScreen
from pocketrag.tui.screens.main import MainScreen
from pocketrag.tui.widgets.document_outline import MOST_FOUND, found_in, outline
from pocketrag.tui.widgets.document_view import DocumentView
from pocketrag.tui.widgets.outline_list import OutlineList


@pytest.fixture
def ready(engine: FakeEngine) -> FakeEngine:
    """An engine that answers from the lease."""
    engine.scripts = [answered(notice_answer())]
    return engine


async def opened(pilot: Pilot[None], *keys: str) -> App[None]:
    """Ask, open the first source, press these keys; return the app."""
    await ask_and_wait(pilot, QUESTION)
    await press(pilot, "tab", "enter", *keys)
    assert isinstance(pilot.app.screen, DocumentScreen)
    return pilot.app


async def test_the_places_are_listed_and_gone_to(ready: FakeEngine) -> None:
    async with running(ready, (100, 12)) as (_, pilot):
        app = await opened(pilot, "t")
        assert isinstance(app.focused, OutlineList)
        assert app.focused.highlighted == [e.label for e in outline(LEASE)].index("Deposit")
        await press(pilot, "end", "enter")
        assert isinstance(app.focused, DocumentView)
        assert "front_door" in screen_text(app)
        await click_text(pilot, "Rent")
        assert "The monthly rent" in screen_text(app)
        await press(pilot, "t", "t")
        assert not app.screen.query_one(OutlineList).display


async def test_words_are_found_gone_through_and_put_away(ready: FakeEngine) -> None:
    async with running(ready, WIDE) as (_, pilot):
        app = await opened(pilot, "slash", *"RENT")
        view = app.screen.query_one(DocumentView)
        matches = found_in(LEASE, "rent")
        assert f"of {len(matches)}" in screen_text(app)
        await press(pilot, "enter", "g")
        first = view.current
        await press(pilot, "n")
        assert view.current == (first + 1) % len(matches)
        assert f"match {view.current + 1} of {len(matches)}" in screen_text(app)
        await press(pilot, "escape")
        await press(pilot, "n")
        assert "passage 1 of 2" in screen_text(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, MainScreen)


async def test_words_that_stand_nowhere_leave_the_evidence(ready: FakeEngine) -> None:
    async with running(ready, WIDE) as (_, pilot):
        app = await opened(pilot, "ctrl+f", *"xyzzy", "enter", "n")
        assert "passage 1 of 2" in screen_text(app)


async def test_a_quote_is_copied_with_its_reference(ready: FakeEngine) -> None:
    async with running(ready, WIDE) as (_, pilot):
        app = await opened(pilot, "c")
        assert app.clipboard == f"“{NOTICE}” (Home/Lease 2024.pdf, page 3 · Termination)"


async def test_a_file_is_shown_by_other_programs_at_its_page(
    ready: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Path, int | None]] = []
    monkeypatch.setattr(outside, "open_outside", lambda path, page: asked.append((path, page)))
    monkeypatch.setattr(outside, "reveal", lambda path: asked.append((path, None)))
    async with running(ready, WIDE, notifications=True) as (_, pilot):
        app = await opened(pilot, "o", "r")
        await until(pilot, lambda: "is opened outside" in screen_text(app))
    assert asked == [(LEASE_FILE.path, 3), (LEASE_FILE.path, None)]


async def test_a_file_that_is_gone_is_said(ready: FakeEngine) -> None:
    async with running(ready, WIDE, notifications=True) as (_, pilot):
        app = await opened(pilot, "o")
        await until(pilot, lambda: "Lease 2024.pdf is not there any more." in screen_text(app))


@pytest.mark.parametrize(
    ("viewer", "command"),
    [
        ("org.gnome.Evince.desktop", ["evince", "--page-index=3"]),
        ("okular.desktop", ["okular", "--page=3"]),
        ("firefox.desktop", ["xdg-open"]),
    ],
)
def test_a_viewer_is_told_the_page_if_it_can_go_there(
    monkeypatch: pytest.MonkeyPatch, viewer: str, command: list[str]
) -> None:
    named = viewer.removesuffix(".desktop").rpartition(".")[2].lower()
    monkeypatch.setattr(outside, "_default_viewer", lambda: named)
    monkeypatch.setattr("sys.platform", "linux")
    path = Path("/home/ada/-rf; ls.pdf")
    assert outside.open_command(path, 3) == [*command, str(path)]
    assert outside.open_command(path.with_suffix(".docx"), 3)[0] == "xdg-open"


def test_only_files_that_are_there_are_handed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "_start", lambda command: pytest.fail(str(command)))
    for path in (Path("relative.pdf"), tmp_path / "none.pdf", tmp_path):
        with pytest.raises(OutsideError):
            outside.open_outside(path, None)
        with pytest.raises(OutsideError):
            outside.reveal(path)


def test_an_outline_has_pages_and_headings_in_order() -> None:
    labels = [entry.label for entry in outline(LEASE)]
    assert labels[:3] == ["page 1", "Lease agreement", "Rent"]
    assert labels[-2:] == ["page 4", "Keys"]


def test_words_are_found_over_line_ends_and_only_so_often() -> None:
    text = replace(LEASE, text="the\n  RENT " * (MOST_FOUND + 5))
    found = found_in(text, "The rent")
    assert found[0] == Span(0, 10)
    assert len(found) == MOST_FOUND
    assert found_in(text, " ") == ()
    assert found_in(text, ".*") == ()


async def test_a_thousand_pages_are_searched_and_scrolled(engine: FakeEngine) -> None:
    from tui.papers import citation, document, file, plain_answer

    from pocketrag.domain import Sentence

    words = "All work and no play makes Jack a dull boy, said the landlord."
    parts = tuple(
        part for page in range(1, 1_001) for part in (("h", page, f"Chapter {page}"), ("p", page, words * 30))
    )
    paper, source = document(parts, "Long"), file("long.pdf", "e" * 64)
    engine.documents[source.path] = (source, paper)
    cited = citation(1, source, paper, "Chapter 700")
    sentence = Sentence("So.", (1,), True)
    engine.scripts = [answered(plain_answer("q", "So.", sentences=(sentence,), citations=(cited,)))]
    async with running(engine, WIDE) as (app, pilot):
        await ask_and_wait(pilot, "q")
        await press(pilot, "tab", "enter", "t", "end", "enter")
        assert "Chapter 1000" in screen_text(app)
        await press(pilot, "slash", *"landlord", "enter", "n")
        await settle(pilot)
        assert "of 5000" in screen_text(app)
