"""An answer's text as Markdown: streamed while it is a draft, with citation chips once checked.

The text is a model's, and through it any document's. So links, images and HTML are not parsed at
all: they stay the characters they are, and nothing can be opened, fetched or hidden.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from textual import events
from textual.await_complete import AwaitComplete
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Markdown, Static
from textual.widgets.markdown import MarkdownBlock, MarkdownFence, MarkdownStream

from pocketrag.domain import Answer
from pocketrag.plain import plain
from pocketrag.tui.marks import CHIP_CLOSE, CHIP_OPEN, DOUBT_CLOSE, DOUBT_OPEN, DOUBT_TAG
from pocketrag.tui.widgets.annotate import annotated

_SENTINELS: Final = re.compile(f"{CHIP_OPEN}(\\d+){CHIP_CLOSE}|[{DOUBT_OPEN}{DOUBT_CLOSE}{DOUBT_TAG}]")
_META: Final = "citation"
"""The key under which a chip carries its number to the click handler."""
_DOUBT: Final = "$foreground 55% italic"
_RULES_OFF: Final = (
    "link",
    "image",
    "autolink",
    "html_inline",
    "html_block",
    "reference",
    "entity",
    "code",
    "lheading",
)


def safe_parser() -> MarkdownIt:
    """Return a Markdown parser for which links, images and HTML are ordinary text."""
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable(list(_RULES_OFF))


def decorated(content: Content) -> Content:
    """Return a block's content with the sentinels in it replaced by what they stand for."""
    if not _SENTINELS.search(content.plain):
        return content
    return Content.assemble(*_drawn(content))


def _drawn(content: Content) -> Iterator[Content]:
    text = content.plain
    # a doubt may have been opened in a block before this one: then this one begins in it
    closes, opens = text.find(DOUBT_CLOSE), text.find(DOUBT_OPEN)
    doubted = closes >= 0 and (opens < 0 or closes < opens)
    at = 0
    for match in _SENTINELS.finditer(text):
        piece = content[at : match.start()]
        yield piece.stylize(_DOUBT) if doubted else piece
        at = match.end()
        if match[1]:
            yield chip(int(match[1]))
        elif match[0] == DOUBT_TAG:
            yield Content.styled(" ≈ unverified", "$warning italic")
        else:
            doubted = match[0] == DOUBT_OPEN
    rest = content[at:]
    yield rest.stylize(_DOUBT) if doubted else rest


def chip(number: int) -> Content:
    """Return a citation's mark: `[1]` in the accent colour, which opens the citation when clicked."""
    return Content(f"[{number}]").stylize("bold $accent").stylize(Style.from_meta({_META: number}))


class _CitedBlock:
    """Mixed into a Markdown block: draws sentinels as citation chips and doubts."""

    def set_content(self, content: Content) -> None:
        """Set the block's content, its sentinels replaced."""
        super().set_content(decorated(content))  # type: ignore[misc]


class _Fence(MarkdownFence):
    """A block of code; sentinels that fell into it are dropped, for code shows characters as they are."""

    def __init__(self, markdown: Markdown, token: Token, code: str) -> None:
        super().__init__(markdown, token, _SENTINELS.sub("", code))


class _QuietTable:
    """Mixed into a Markdown table: no tooltips, for Textual would parse those as markup."""

    def on_mount(self) -> None:
        """Drop the tooltips as soon as the cells are there."""
        assert isinstance(self, Widget)
        self.call_after_refresh(self._drop_tooltips)

    def _drop_tooltips(self) -> None:
        assert isinstance(self, Widget)
        for cell in self.query(Static):
            cell.tooltip = None


def _mixed(mixin: type, name: str) -> type[MarkdownBlock]:
    """Return Textual's block of that name, the mixin before it."""
    base = Markdown.BLOCKS[name]
    return type(f"{mixin.__name__}{base.__name__}", (mixin, base), {})


_TEXT_BLOCKS: Final = ("paragraph_open", "th_open", "td_open", "h1", "h2", "h3", "h4", "h5", "h6")


class AnswerText(Markdown):
    """An answer as Markdown; `-draft` while the model is still writing it."""

    PACE: ClassVar[float] = 0.05
    """Seconds between two pieces of a draft: with each all is laid out anew, while somebody may be typing."""
    BLOCKS: dict[str, type[MarkdownBlock]] = {  # noqa: RUF012 - an instance variable where Textual declares it
        **Markdown.BLOCKS,
        **{name: _mixed(_CitedBlock, name) for name in _TEXT_BLOCKS},
        "table_open": _mixed(_QuietTable, "table_open"),
        "fence": _Fence,
        "code_block": _Fence,
    }

    def __init__(self, answer: Answer | None = None) -> None:
        """Show a checked answer, or wait for a draft's words."""
        checked = None if answer is None else annotated(answer)
        classes = "-draft" if answer is None else None
        super().__init__(checked, parser_factory=safe_parser, open_links=False, classes=classes)
        self._stream: MarkdownStream | None = None

    @dataclass
    class MarkerClicked(Message):
        """A citation's mark in the text was clicked."""

        number: int

    def on_click(self, event: events.Click) -> None:
        """Tell which citation's mark was clicked, if one was."""
        number = event.style.meta.get(_META)
        if isinstance(number, int):
            event.stop()
            self.post_message(self.MarkerClicked(number))

    async def write(self, words: str) -> None:
        """Append the next words of the draft."""
        if self._stream is None:
            self._stream = Markdown.get_stream(self)
        await self._stream.write(plain(words))

    def append(self, markdown: str) -> AwaitComplete:
        """Append a piece of the draft, and while it streams wait a little before the next one."""
        appended = super().append(markdown)

        async def paced() -> None:
            """Wait until it is drawn, and a little longer while more may come."""
            await appended
            if self._stream is not None:
                await asyncio.sleep(self.PACE)

        return AwaitComplete(paced())

    async def stop(self) -> None:
        """Stop streaming; what was written stays, as a draft."""
        if self._stream is not None:
            stream, self._stream = self._stream, None
            await stream.stop()

    async def show(self, answer: Answer) -> None:
        """Replace the draft by the checked answer."""
        await self.stop()
        await self.update(annotated(answer))
        self.remove_class("-draft")
