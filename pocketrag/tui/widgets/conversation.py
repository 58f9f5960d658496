"""The conversation: exchanges from top to bottom, kept in view as they grow."""

from __future__ import annotations

from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from pocketrag.domain import KeptConversation
from pocketrag.tui.widgets.citations import CitationList
from pocketrag.tui.widgets.turn import TurnView
from pocketrag.tui.widgets.welcome import Examples, Welcome
from pocketrag.wording import plural

MOST_SHOWN: Final = 30
"""Exchanges that are drawn, the latest ones: each makes every answer some milliseconds slower."""
_SLACK: Final = 10
"""How many more there may be before the earliest are taken away, all at once."""


class Conversation(VerticalScroll, can_focus=False):
    """All exchanges since the conversation began; a welcome while there are none."""

    def __init__(self, examples: tuple[str, ...], *, samples: bool = False) -> None:
        super().__init__(id="conversation")
        self._examples = examples
        self._samples = samples
        self._shed_so_far = 0

    def compose(self) -> ComposeResult:
        """Begin with the welcome."""
        with Vertical(id="turns"):
            yield Welcome(self._examples, samples=self._samples)

    async def append(self, turn: TurnView) -> None:
        """Add an exchange at the end, and keep the end in view."""
        await self.query(Welcome).remove()
        await self._turns.mount(turn)
        await self._shed()
        self.anchor()

    async def _shed(self) -> None:
        """Take exchanges long past off the screen: hundreds of them would make it slow."""
        over = [turn for turn in self.turns if turn.over]
        if len(over) < MOST_SHOWN + _SLACK:
            return
        gone = over[:-MOST_SHOWN]
        self._shed_so_far += len(gone)
        await self._turns.remove_children([*gone, *self.query(".left-out")])
        said = f"{plural(self._shed_so_far, 'earlier question')}: `pocketrag history show` tells all"
        note = Static(Content.styled(said, "$foreground 60%"), classes="left-out")
        await self._turns.mount(note, before=0)

    async def restore(self, kept: KeptConversation) -> None:
        """Show a kept conversation in place of what is shown, its end in view."""
        await self._turns.remove_children()
        self._shed_so_far = max(0, len(kept.turns) - MOST_SHOWN)
        shown = kept.turns[-MOST_SHOWN:]
        if len(shown) < len(kept.turns):
            left_out = plural(len(kept.turns) - len(shown), "earlier question")
            said = f"{left_out}: `pocketrag history show {kept.entry.id}` tells all"
            await self._turns.mount(Static(Content.styled(said, "$foreground 60%"), classes="left-out"))
        views = [TurnView(turn.answer.question) for turn in shown]
        await self._turns.mount_all(views)
        for view, turn in zip(views, shown, strict=True):
            await view.restore(turn)
        self.anchor()

    async def clear(self) -> None:
        """Begin anew with the welcome."""
        await self._turns.remove_children()
        self._shed_so_far = 0
        await self._turns.mount(Welcome(self._examples, samples=self._samples))

    @property
    def _turns(self) -> Vertical:
        return self.query_one("#turns", Vertical)

    @property
    def turns(self) -> list[TurnView]:
        """The exchanges shown, oldest first."""
        return list(self.query(TurnView))

    @property
    def last_answered(self) -> TurnView | None:
        """The newest exchange that has an answer."""
        return next((turn for turn in reversed(self.turns) if turn.answer is not None), None)

    @property
    def stops(self) -> list[Widget]:
        """Where the cursor can go, one place an exchange: its citations, or else itself."""
        places = ((next(iter(turn.query(CitationList)), None), turn) for turn in self.turns)
        return [cited or turn for cited, turn in places if cited is not None or turn.can_focus]

    @property
    def examples(self) -> Examples | None:
        """The example questions, while they are shown."""
        return next((found for found in self.query(Examples) if found.display), None)

    def on_turn_view_left(self, event: TurnView.Left) -> None:
        """Move on to the exchange before or after."""
        event.stop()
        stops = self.stops
        at = next(i for i, stop in enumerate(stops) if event.turn in (stop, *stop.ancestors)) + event.step
        if 0 <= at < len(stops):
            stop = stops[at]
            stop.focus()
            if isinstance(stop, CitationList):
                stop.highlighted = 0 if event.step > 0 else stop.option_count - 1
