"""Garbage collected while nobody types: looking through all there is takes longer than drawing a screen.

Python looks through all objects after so many new ones: while one scrolls through a long conversation that
is at every fifth key, for a tenth of a second and more. So here it hardly does by itself, but once keys rest.
"""

from __future__ import annotations

import gc
from time import monotonic
from typing import Final

from textual import events
from textual.app import App

_ROUNDS_OF_THE_YOUNG: Final = 100
"""Collections of younger garbage before one of all, if the keys never rest; Python's default is 10."""
_WORTH: Final = 10
"""Collections of younger garbage after which one of all is worth it."""
_REST: Final = 2.0
"""Seconds without a key."""


def collect_rarely() -> None:
    """Let Python look through all there is but rarely, and pass over what is there now: that is to stay."""
    gc.freeze()
    gc.set_threshold(*gc.get_threshold()[:2], _ROUNDS_OF_THE_YOUNG)
    gc.enable()


class Tidying(App[None]):
    """An app that collects garbage while nobody types."""

    _key_at = 0.0

    def on_mount(self) -> None:
        """Look now and then whether the keys rest."""
        self._key_at = monotonic()
        self.set_interval(_REST, self._tidy)

    async def on_event(self, event: events.Event) -> None:
        """Note when there was a key last."""
        if isinstance(event, events.InputEvent):
            self._key_at = monotonic()
        await super().on_event(event)

    def _tidy(self) -> None:
        if monotonic() - self._key_at >= _REST and gc.get_count()[2] >= _WORTH:
            gc.collect()
