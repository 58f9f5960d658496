"""A page as a picture: turned to and back from, page by page, with the quote marked, or text instead."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.app import App
from textual.pilot import Pilot
from tui.driving import WIDE, ask_and_wait, click_text, press, running, screen_text, settle, until
from tui.fake_engine import FakeEngine, Gate, answered, status
from tui.papers import FILES, LEASE_FILE, NOTES_FILE, QUESTION, notice_answer

from pocketrag.domain import Box, PagePicture, Place
from pocketrag.errors import Damaged
from pocketrag.reading.png import Pixels, png
from pocketrag.tui.graphics import draws_among_text
from pocketrag.tui.screens.document import DocumentScreen
from pocketrag.tui.widgets.document_view import DocumentView
from pocketrag.tui.widgets.page_view import PageView

WIDTH, HEIGHT = 300, 424
RED, BLUE = b"\xc8\x10\x10", b"\x10\x10\xc8"


def picture(top: bytes = RED, *marks: Box) -> PagePicture:
    """Return a page that is of one colour in its upper half, and blue in its lower half."""
    rgb = top * (WIDTH * HEIGHT // 2) + BLUE * (WIDTH * HEIGHT // 2)
    return PagePicture(png(Pixels(WIDTH, HEIGHT, 3 * WIDTH, rgb)), WIDTH, HEIGHT, marks)


MARK = Box(30, 380, 200, 392)


@pytest.fixture
def drawing(engine: FakeEngine) -> FakeEngine:
    """An engine that answers from the lease, and draws its pages; the quote stands at the end of page 3."""
    engine.scripts = [answered(notice_answer())]
    engine.pictures = {2: picture(), 3: picture(RED, MARK), 4: picture()}
    return engine


async def in_document(pilot: Pilot[None], *keys: str, blocks: bool = True) -> App[None]:
    """Ask, open the first source, press these keys; return the app, which draws with blocks or not."""
    if blocks:
        await press(pilot, "ctrl+p")
        await pilot.press(*"in blocks")
        await settle(pilot)
        await press(pilot, "enter")
    await ask_and_wait(pilot, QUESTION)
    await press(pilot, "tab", "enter", *keys)
    return pilot.app


def colours(app: App[None]) -> set[tuple[int, int, int]]:
    """Return the colours of the blocks on the screen."""
    drawn = (
        segment.style.color.get_truecolor()
        for strip in app.screen._compositor.render_strips()
        for segment in strip
        if "▀" in segment.text and segment.style and segment.style.color
    )
    return {(colour.red, colour.green, colour.blue) for colour in drawn}


async def test_a_page_is_shown_with_its_quote_in_view_and_left_again(drawing: FakeEngine) -> None:
    async with running(drawing, WIDE) as (_, pilot):
        app = await in_document(pilot, "v")
        span = notice_answer().citations[0]
        ((path, page, asked),) = drawing.drawn
        assert (path, page) == (LEASE_FILE.path, 3)
        assert asked is not None
        assert (asked.start, asked.end) == (span.start, span.end)
        assert isinstance(app.focused, PageView)
        assert "Page 3 of 4" in screen_text(app)
        assert "could not be found" not in screen_text(app)
        await until(pilot, lambda: tuple(BLUE) in colours(app))  # scrolled down, to the quote
        await press(pilot, "g")
        await until(pilot, lambda: colours(app) == {tuple(RED)})
        await press(pilot, "v")
        assert isinstance(app.focused, DocumentView)
        assert not colours(app)
        assert "Either party may end this lease" in screen_text(app)
        await press(pilot, "v", "escape")
        assert isinstance(app.focused, DocumentView), "escape leaves the picture before the document"
        assert isinstance(app.screen, DocumentScreen)


async def test_pages_are_turned_by_key_and_by_mouse_and_the_text_follows(drawing: FakeEngine) -> None:
    async with running(drawing, (140, 20)) as (_, pilot):
        app = await in_document(pilot)
        await click_text(pilot, "Page picture")
        await press(pilot, "right", "right")
        assert "Page 4 of 4" in screen_text(app)
        await click_text(pilot, "Page before")
        await press(pilot, "left")
        assert [page for _, page, _ in drawing.drawn] == [3, 4, 3, 2]
        await until(pilot, lambda: colours(app) == {tuple(RED)})  # at the top, where nothing is marked
        await press(pilot, "v")
        assert "Caretaker" in screen_text(app), "the text is at the page that was shown"
        assert "Page before" not in screen_text(app)


async def test_a_quote_that_is_not_found_in_the_picture_is_said(drawing: FakeEngine) -> None:
    drawing.pictures[3] = picture()
    async with running(drawing, WIDE) as (_, pilot):
        app = await in_document(pilot, "v")
        assert "The quote could not be found in the picture" in screen_text(app)
        await press(pilot, "left")
        assert "could not be found" not in screen_text(app), "it does not stand on this page"


async def test_going_to_another_passage_turns_to_its_page(drawing: FakeEngine) -> None:
    async with running(drawing, WIDE) as (_, pilot):
        await in_document(pilot, "v", "left", "n")
        assert [page for _, page, _ in drawing.drawn] == [3, 2, 3]


@pytest.mark.parametrize("keys", [("slash", *"rent"), ("t",)])
async def test_finding_and_places_are_of_the_text(drawing: FakeEngine, keys: tuple[str, ...]) -> None:
    async with running(drawing, WIDE) as (_, pilot):
        app = await in_document(pilot, "v", *keys)
        assert app.screen.query_one(DocumentView).display
        assert not colours(app)


async def test_a_page_that_cannot_be_drawn_costs_its_picture_alone(drawing: FakeEngine) -> None:
    drawing.pictures[3] = Damaged("The file made its reader [b]crash.", "Open it in its own program.")
    async with running(drawing, WIDE, notifications=True) as (_, pilot):
        app = await in_document(pilot, "v")
        await until(pilot, lambda: "The file made its reader [b]crash." in screen_text(app))
        assert isinstance(app.focused, DocumentView)
        await press(pilot, "n")
        assert "Either party may end this lease" in screen_text(app)


async def test_a_page_that_comes_late_does_not_take_the_place_of_another(drawing: FakeEngine) -> None:
    gate = Gate()
    drawing.pictures |= {3: gate, 0: picture(BLUE), 2: picture()}
    async with running(drawing, WIDE) as (_, pilot):
        app = await in_document(pilot)
        await pilot.press("v")
        await until(pilot, gate.reached.is_set)
        await until(pilot, lambda: "Drawing page 3…" in screen_text(app))
        await pilot.press("left")
        gate.open()
        await settle(pilot)
        assert "Page 2 of 4" in screen_text(app)
        await until(pilot, lambda: tuple(RED) in colours(app))


async def test_a_terminal_without_graphics_shows_text_and_says_so(drawing: FakeEngine) -> None:
    async with running(drawing, WIDE, notifications=True) as (_, pilot):
        app = await in_document(pilot, "v", blocks=False)
        await until(pilot, lambda: "This terminal draws no pictures" in screen_text(app))
        assert not drawing.drawn
        assert isinstance(app.focused, DocumentView)


async def test_documents_without_pages_offer_no_picture(drawing: FakeEngine) -> None:
    drawing.library = replace(status(), items=FILES)
    file, paper = drawing.documents[NOTES_FILE.path]
    blocks = tuple(replace(block, place=Place(line=1)) for block in paper.blocks)
    drawing.documents[file.path] = file, replace(paper, blocks=blocks, pages=None)
    async with running(drawing, (140, 36), "f3", *"moving", "enter") as (app, pilot):
        assert isinstance(app.screen, DocumentScreen)
        assert "Page picture" not in screen_text(app)
        await press(pilot, "v")
        assert not drawing.drawn


@pytest.mark.parametrize(
    ("name", "draws"),
    [
        ("kitty(0.26.5)", False),
        ("kitty(0.28.1)", True),
        ("kitty(1.0.0)", True),
        ("ghostty 1.1.3", True),
        ("WezTerm 20240203-110809-5046fc22", False),
        ("Konsole 22.12.3", False),
        ("", False),
    ],
)
def test_kitty_graphics_count_where_they_can_stand_among_text(name: str, draws: bool) -> None:
    assert draws_among_text(name) is draws
