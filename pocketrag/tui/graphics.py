"""What pictures are drawn with: the terminal's own graphics, blocks of colour if liked, or nothing.

Whether a terminal has graphics (Sixel, or Kitty's) must be asked of it. That is done when the first picture
is wanted, and with the app off the screen for a moment: the answer comes in where keys do, and would be
taken for some. Owns textual-image, which asks when it is imported, and Pillow.
"""

from __future__ import annotations

import asyncio
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

    graphic = renderable.Image in (renderable.SixelImage, renderable.TGPImage)
    return widget.Image if graphic else None


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
