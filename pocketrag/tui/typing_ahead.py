"""Keys in their order: each is taken once what came of the one before it is done.

Textual hands a key to the widget that has the focus when the key arrives. What an earlier key does, such as
moving the focus, is done some messages later, so of keys that arrive together (a quick hand, a busy computer,
a packet over SSH) the later ones would go where the person no longer is. Here they wait for their turn.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import ClassVar, Final

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.message_pump import MessagePump
from textual.timer import Timer

_ROUNDS: Final = 3
"""How often a mark follows a key from the focus up to the app: behind the key, which a binding may act on
there; behind the message which that posts; and behind the one which that leads to."""
_MOST_ROUNDS: Final = 8
"""How often at most, where focus or screen go on changing."""


class TypingAhead(App[None]):
    """An app that takes keys one by one."""

    PATIENCE: ClassVar[float] = 5.0
    """Seconds that a key waits at most for another: if something holds that up, one may want to quit."""
    _ahead: deque[events.Event]
    """Keys, and pasted text, that wait."""
    _taken = 0
    """How many were taken so far."""
    _over = 0
    """How many of these are over, with all that came of them."""
    _written = False
    """Whether the last ones were letters on a line, and what came of them was not waited for."""
    _timer: Timer | None = None

    def __init__(self) -> None:
        super().__init__()
        self._ahead = deque()

    async def on_event(self, event: events.Event) -> None:
        """Take a key or pasted text as soon as it is its turn, anything else at once."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif self._taken == self._over:
            await self._take(event)
        else:
            self._ahead.append(event)
            self._be_patient()

    async def _take(self, event: events.Event) -> None:
        self._taken += 1
        if self._only_writes(event):
            self._written = True
            await super().on_event(event)
            self.call_later(self._end, self._taken)
        elif self._written:  # which may have led to suggestions, that this one takes
            self._written = False
            self._ahead.appendleft(event)
            self._be_patient()
            self._follow(self._taken, 1, None)
        else:
            await self._take_to_its_end(event)

    async def _take_to_its_end(self, event: events.Event) -> None:
        try:
            await super().on_event(event)
        finally:
            self._follow(self._taken, 1, None)

    def _only_writes(self, event: events.Event) -> bool:
        """Return whether an event is a letter on a line, the commonest of all: it moves no focus."""
        if not isinstance(event, events.Key) or self.focused is None:
            return False
        letter = event.character or ""
        return (letter.isalpha() or letter == " ") and self.focused.check_consume_key(event.key, letter)

    def _be_patient(self) -> None:
        if self._ahead and self._timer is None:
            self._timer = self.set_timer(self.PATIENCE, partial(self._lose_patience, self._taken))

    async def _lose_patience(self, number: int) -> None:
        self._timer = None
        await self._end(number)  # nothing, if it has come to its end meanwhile
        self._be_patient()

    def _follow(self, number: int, round_: int, before: DOMNode | None) -> None:
        """Send a mark after what was taken, once more if that may lead to more."""
        place = (self.focused or self.screen) if self.screen_stack else self
        if round_ > _MOST_ROUNDS or (round_ > _ROUNDS and place is before):
            self.call_later(self._end, number)
        else:
            self._pass_on(number, round_, place, place.ancestors_with_self)

    def _pass_on(self, number: int, round_: int, place: DOMNode, way: Sequence[MessagePump]) -> None:
        """Let each on the way note the mark once it is done with all before it."""
        for at, node in enumerate(way):
            if node.call_later(self._pass_on, number, round_, place, way[at + 1 :]):
                return  # the others are on their way out: nothing comes of them any more
        self._follow(number, round_ + 1, place)

    async def _end(self, number: int) -> None:
        """Take what waited for this."""
        if number > self._over:
            self._over = number
            if self._ahead and self.screen_stack:
                await self._take(self._ahead.popleft())
