"""Screens under another one: drawn where they shine through it, and only when they have changed.

Textual 8.2 counts the screen below the top one as seen even where the top one hides it, and has such a screen
drawn again because it was drawn: once anything had changed below, the top screen was drawn for ever, some
forty times a second. A page shown as a picture was sent to the terminal anew each time.
"""

from __future__ import annotations

from textual.app import App
from textual.screen import Screen, ScreenResultType


class Covering(App[None]):
    """An app whose screens hide what is below them, unless they are translucent."""

    @property
    def _background_screens(self) -> list[Screen[object]]:
        return super()._background_screens if self.screen.styles.background.a < 1 else []


class Covered(Screen[ScreenResultType]):
    """A screen that may lie under a translucent one."""

    def _compositor_refresh(self) -> None:
        super()._compositor_refresh()
        if self is not self.app.screen:  # it is drawn with the one on top, and needs no drawing of its own
            self._repaint_required = False
