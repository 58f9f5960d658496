"""Foreign text is drawn as what it is: no markup, no control sequences, no links, no false citations."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tui.driving import (
    WIDE,
    ask,
    make_app,
    screen_text,
    settle,
)
from tui.fake_engine import FakeEngine, answered, status
from tui.papers import (
    FILES,
    FOLDER,
    QUESTION,
    document,
    file,
    notice_answer,
    passage,
    plain_answer,
)

from pocketrag.domain import Citation, FileState, Place, Sentence
from pocketrag.tui.screens.document import DocumentScreen
from pocketrag.tui.widgets.answer_text import AnswerText
from pocketrag.tui.widgets.citations import CitationList

HOSTILE = (
    "[bold]x[/bold] [/] [@click=app.quit]go[/] \x1b[31mred\x1b]8;;http://evil\x07 \u202etxt.exe\u202c \x9b1m"
)


async def test_hostile_text_is_drawn_as_the_characters_it_is(engine: FakeEngine) -> None:
    paper = document((("p", 1, f"Evidence: {HOSTILE} here."),), "")
    source = replace(file("a"), path=FOLDER / f"{HOSTILE.replace('/', '_')}.pdf")
    engine.documents[source.path] = (source, paper)
    found = (passage(1, 0.9, source, paper, "Evidence", "here.", "Evidence"),)
    quote = paper.text
    citation = Citation(1, source, Place(page=1, section=(HOSTILE,)), 0, len(quote), quote, True)
    answer = plain_answer(
        "q", f"{HOSTILE} says so.", sentences=(Sentence(f"{HOSTILE} says so.", (1,), True),),
        citations=(citation,), passages=found, model=HOSTILE,
    )  # fmt: skip
    engine.scripts = [answered(answer)]
    engine.library = replace(
        status(), items=(replace(FILES[2], path=source.path, reason=HOSTILE, state=FileState.FAILED),)
    )
    app = make_app(engine)
    async with app.run_test(size=(160, 40)) as pilot:
        await settle(pilot)
        await ask(pilot, HOSTILE)
        await settle(pilot)
        main = screen_text(app)
        await pilot.press("tab", "enter")
        await settle(pilot)
        assert isinstance(app.screen, DocumentScreen)
        opened = screen_text(app)
        await pilot.press("escape", "f3")
        await settle(pilot)
        listed = screen_text(app)
    for shown in (main, opened, listed):
        assert "[bold]x[" in shown
        assert "[@click=app.quit]go" in shown
        assert "␛[31mred" in shown
        assert not any(letter in shown for letter in "\x1b\x07\x9b\u202e\u202c")


async def test_links_and_images_of_an_answer_stay_text(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "See [here](https://evil.example) and ![cat](https://evil.example/c.png) <b>now</b> &amp; https://x.org"
    engine.scripts = [answered(plain_answer("q", text))]
    app = make_app(engine)
    opened: list[str] = []
    monkeypatch.setattr(app, "open_url", lambda url, **_: opened.append(url))
    async with app.run_test(size=(160, 30)) as pilot:
        await settle(pilot)
        await ask(pilot, "q")
        await settle(pilot)
        shown = screen_text(app)
        assert "[here](https://evil.example)" in shown
        assert "![cat](https://evil.example/c.png)" in shown
        assert "<b>now</b> &amp;" in shown
        row, line = next((y, t) for y, t in enumerate(shown.splitlines()) if "[here]" in t)
        for wanted in ("here", "cat", "https://x.org"):
            await pilot.click(offset=(line.index(wanted) + 1, row))
        assert opened == []


async def test_an_answer_cannot_fake_a_citation(engine: FakeEngine) -> None:
    text = "The rent is 940 [1]. Trust me [7]. \ue0001\ue001"
    engine.scripts = [answered(plain_answer("q", text, sentences=(Sentence("The rent is 940.", (), True),)))]
    app = make_app(engine)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await ask(pilot, "q")
        await settle(pilot)
        row, line = next((y, t) for y, t in enumerate(screen_text(app).splitlines()) if "The rent" in t)
        for at in range(len(line.rstrip())):
            assert "citation" not in app.screen.get_style_at(at, row).meta
        assert not app.screen.query(CitationList)


async def test_an_unfinished_draft_is_never_parsed_as_markup(engine: FakeEngine) -> None:
    engine.scripts = [
        answered(notice_answer(), draft="**bold [/] `code [b]x | a | b\n|---|---|\n| [/x] | y |")
    ]
    app = make_app(engine)
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await ask(pilot, QUESTION)
        await settle(pilot)
        assert "three months" in screen_text(app)
        assert not app.screen.query_one(AnswerText).has_class("-draft")
