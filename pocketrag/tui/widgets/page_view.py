"""A page of a document as a picture, scrolled to where the quote is marked in it."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from pocketrag.domain import PagePicture
from pocketrag.tui.graphics import Graphics

_MEASURE: Final = 100
"""Cells that a page is wide, at most."""


class PageView(VerticalScroll, can_focus=True, inherit_bindings=False):
    """Shows one picture at a time, as wide as there is room; left and right are free to turn pages."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_down", show=False),
        Binding("up,k", "scroll_up", show=False),
        Binding("pagedown,space", "page_down", show=False),
        Binding("pageup", "page_up", show=False),
        Binding("home,g", "scroll_home", show=False),
        Binding("end,G", "scroll_end", show=False),
    ]

    def __init__(self, graphics: Graphics) -> None:
        super().__init__()
        self._graphics = graphics
        self._shown: tuple[PagePicture, Widget] | None = None

    async def show(self, picture: PagePicture) -> None:
        """Show a picture in place of the one before."""
        await self.clear()
        widget = self._graphics.widget(picture)
        self._shown = picture, widget
        self._fit()
        await self.mount(widget)
        self.call_after_refresh(self._go_to_mark)

    async def clear(self) -> None:
        """Show nothing."""
        self._shown = None
        await self.remove_children()

    def on_resize(self, event: events.Resize) -> None:
        """Make the picture as wide as there is room now."""
        self._fit()

    def _fit(self) -> int:
        """Return how many rows the picture takes, made as wide as there is room."""
        if self._shown is None or not self.size:
            return 0
        picture, widget = self._shown
        columns = max(1, min(_MEASURE, self.scrollable_content_region.width - 2))  # room for the scrollbar
        return self._graphics.fit(widget, picture, columns)

    def _go_to_mark(self) -> None:
        """Scroll so that the quote is seen, a third from the top; to the top where nothing is marked."""
        if self._shown is None:
            return
        picture, _ = self._shown
        top = min((mark.top for mark in picture.marks), default=0)
        row = self._fit() * top // picture.height
        self.scroll_to(y=max(0, row - self.size.height // 3), animate=False, force=True)
