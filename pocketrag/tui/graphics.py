"""What pictures are drawn with: the terminal's own graphics, blocks of colour if liked, or nothing.

Whether a terminal has graphics (Sixel, or Kitty's) must be asked of it. That is done when the first picture
is wanted, and with the app off the screen for a moment: the answer comes in where keys do, and would be
taken for some. Owns textual-image, which asks when it is imported, and Pillow.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from io import BytesIO, StringIO
from math import ceil
from typing import TYPE_CHECKING, Final

from textual.app import App, SuspendNotSupported
from textual.widget import Widget

from pocketrag.domain import PagePicture
from pocketrag.tui.liking import Liking

if TYPE_CHECKING:
    from textual_image.widget._base import Image

WIDTH: Final = 1_200
"""Pixels of a page's width: what a hundred cells of twelve take."""

_ANSWER: Final = 0.5
"""Seconds that a terminal may take for an answer, perhaps over SSH."""


class Graphics:
    """Makes widgets of pictures."""

    def __init__(self, liking: Liking) -> None:
        """Ask nothing yet."""
        self._liking = liking
        self._drawer: type[Image] | None = None
        self._asked = False

    @property
    def blocks(self) -> bool:
        """Whether blocks of colour are liked where the terminal has no graphics."""
        return self._liking.blocks

    def like_blocks(self, liked: bool) -> None:
        """Draw with blocks of colour, or not, where the terminal has no graphics."""
        self._liking.like_blocks(liked)

    async def can_draw(self, app: App[object]) -> bool:
        """Return whether pictures can be drawn here; the first time, the terminal is asked."""
        if not self._asked:
            # what takes time, and asks nothing
            await asyncio.to_thread(import_module, "textual_image._sixel")
            self._drawer = _terminal_drawer(app)
            self._asked = True
        return self._drawer is not None or self.blocks

    def widget(self, picture: PagePicture) -> Widget:
        """Return what draws a picture; its size is to be set by `fit`."""
        from PIL import Image as Pillow
        from textual_image.widget import HalfcellImage

        drawer = self._drawer or HalfcellImage
        return drawer(Pillow.open(BytesIO(picture.png), formats=("PNG",)))

    def fit(self, widget: Widget, picture: PagePicture, columns: int) -> int:
        """Return how many rows a picture takes that is so many cells wide, which its widget now is."""
        from textual_image._terminal import get_cell_size

        cell = get_cell_size()
        rows = max(1, ceil(columns * cell.width * picture.height / picture.width / cell.height))
        widget.styles.width, widget.styles.height = columns, rows
        return rows


def _terminal_drawer(app: App[object]) -> type[Image] | None:
    """Return the widget that the terminal's own graphics draw; None if it has none."""
    with _off_the_screen(app):
        from textual_image import renderable, widget

        graphic = renderable.Image is renderable.SixelImage or (
            renderable.Image is renderable.TGPImage and draws_among_text(_terminal_name())
        )
    return widget.Image if graphic else None


def draws_among_text(name: str) -> bool:
    """Return whether a terminal with Kitty's graphics, by the name it gives itself, draws them among text.

    textual-image needs that (Unicode placeholders). Kitty has it since 0.28, of 2023, and Ghostty; others
    with Kitty's graphics, such as Konsole, WezTerm or an older Kitty, would show boxes by the thousand.
    """
    kitty = re.match(r"kitty\((\d+)\.(\d+)", name)
    if kitty is not None:
        return (int(kitty[1]), int(kitty[2])) >= (0, 28)
    return name.startswith("ghostty")


def _terminal_name() -> str:
    """Return what the terminal calls itself (XTVERSION), such as `kitty(0.28.1)`; or nothing."""
    from textual_image._terminal import TerminalError, capture_terminal_response

    if sys.__stdout__ is None:
        return ""
    start, end = "\x1bP>|", "\x1b\\"
    try:
        with capture_terminal_response(start, end, _ANSWER) as response:
            sys.__stdout__.write("\x1b[>q")
            sys.__stdout__.flush()
    except (TerminalError, TimeoutError):
        return ""
    name: str = response.sequence.removeprefix(start).removesuffix(end)
    return name


@contextmanager
def _off_the_screen(app: App[object]) -> Iterator[None]:
    """Let a terminal be asked meanwhile; where there is none that can be (a browser, a test), nobody asks."""
    try:
        with app.suspend():
            yield
    except SuspendNotSupported:
        output, sys.__stdout__ = sys.__stdout__, StringIO()  # type: ignore[misc, assignment]  # no terminal
        try:
            yield
        finally:
            sys.__stdout__ = output  # type: ignore[misc]
