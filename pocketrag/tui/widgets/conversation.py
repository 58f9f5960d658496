"""The conversation: exchanges from top to bottom, kept in view as they grow."""

from __future__ import annotations

from itertools import zip_longest
from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from pocketrag.domain import KeptConversation
from pocketrag.tui.requests.answers import KeptIn
from pocketrag.tui.widgets.citations import CitationList
from pocketrag.tui.widgets.exchange import Exchange, exchange_of
from pocketrag.tui.widgets.turn import TurnView
from pocketrag.tui.widgets.welcome import Examples, Welcome
from pocketrag.wording import plural

MOST_SHOWN: Final = 30
"""Exchanges that are drawn, the latest ones: each makes every answer some milliseconds slower."""
_SLACK: Final = 10
"""How many more there may be before the earliest are taken away, all at once."""
_AT_ONCE: Final = 3
"""How many come back when one scrolls up to the first of those shown."""


class Conversation(VerticalScroll, can_focus=False):
    """All exchanges since the conversation began; a welcome while there are none."""

    def __init__(self, examples: tuple[str, ...], *, samples: bool = False) -> None:
        super().__init__(id="conversation")
        self._examples = examples
        self._samples = samples
        self._past: list[Exchange] = []
        """Exchanges before those that are shown, oldest first."""
        self._later: list[Exchange] = []
        """Exchanges after those that are shown, oldest first, while one looks at what is long past."""
        self._staying = False

    def compose(self) -> ComposeResult:
        """Begin with the welcome."""
        with Vertical(id="turns"):
            yield Welcome(self._examples, samples=self._samples)

    async def append(self, turn: TurnView) -> None:
        """Add an exchange at the end, and keep the end in view."""
        await self.query(Welcome).remove()
        await self.to_end()
        await self._turns.mount(turn)
        self._mark_newest()
        await self._shed()
        self.anchor()

    async def restore(self, kept: KeptConversation, kept_in: KeptIn) -> None:
        """Show a kept conversation in place of what is shown, its end in view."""
        await self._show_end([exchange_of(turn, kept_in) for turn in kept.turns])
        self.anchor()

    async def clear(self) -> None:
        """Begin anew with the welcome."""
        self._past, self._later = [], []
        await self._turns.remove_children()
        await self._turns.mount(Welcome(self._examples, samples=self._samples))

    def _mark_newest(self) -> None:
        """Let the newest exchange say what may be done with it.

        By a class: with `:last-of-type`, Textual would style all exchanges anew whenever one comes.
        """
        for turn, after in zip_longest(self.turns, self.turns[1:]):
            turn.set_class(after is None and not self._later, "-newest")

    # ── what is long past ───────────────────────────────────────────────────────────────────

    async def _shed(self) -> None:
        """Take exchanges long past off the screen: hundreds of them would make it slow."""
        over = [turn for turn in self.turns if turn.over]
        if len(over) < MOST_SHOWN + _SLACK:
            return
        gone = over[:-MOST_SHOWN]
        self._past += [turn.told for turn in gone]
        await self._turns.remove_children(gone)
        await self._count_past()

    async def to_end(self) -> None:
        """Show the latest exchanges again, if one looks at what is long past."""
        if self._later:
            await self._show_end([*self._past, *(turn.told for turn in self.turns), *self._later])

    async def _show_end(self, told: list[Exchange]) -> None:
        """Show the latest of these exchanges in place of what is shown."""
        self._past, self._later = [], []
        await self._turns.remove_children()
        await self._show_again(told[-MOST_SHOWN:])
        self._mark_newest()
        self._past = told[:-MOST_SHOWN]
        await self._count_past()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Bring back what was before or after, once one has scrolled to the edge of what is shown."""
        super().watch_scroll_y(old_value, new_value)
        if self._staying:
            return
        if new_value < 1 <= old_value and self._past:
            self.call_later(self._bring_back)
        elif old_value < new_value >= self.max_scroll_y and self._later:
            self.call_later(self._bring_later)

    async def _bring_back(self) -> None:
        """Show some of the exchanges before those shown, and stay where one reads."""
        if self._past:
            first = self.turns[0]
            back, self._past = self._past[-_AT_ONCE:], self._past[:-_AT_ONCE]
            await self._show_again(back, before=first)
            gone = self.turns[MOST_SHOWN + _SLACK :]
            if all(turn.over for turn in gone):
                self._later[:0] = [turn.told for turn in gone]
                await self._turns.remove_children(gone)
            await self._count_past()
            self._stay_at(first, top=True)

    async def _bring_later(self) -> None:
        """Show some of the exchanges after those shown, and stay where one reads."""
        if self._later:
            last = self.turns[-1]
            on, self._later = self._later[:_AT_ONCE], self._later[_AT_ONCE:]
            await self._show_again(on)
            gone = self.turns[: -MOST_SHOWN - _SLACK]
            self._past += [turn.told for turn in gone]
            await self._turns.remove_children(gone)
            self._mark_newest()
            await self._count_past()
            self._stay_at(last, top=False)

    def _stay_at(self, turn: TurnView, *, top: bool) -> None:
        """Scroll to where one read, once all is laid out; that is no scrolling to an edge."""
        self._staying = True

        def stay() -> None:
            """Scroll there, now that all has its place."""
            self.scroll_to_widget(turn, top=top, animate=False, force=True, immediate=True)
            self._staying = False

        self.call_after_refresh(stay)

    async def _show_again(self, told: list[Exchange], before: TurnView | None = None) -> None:
        views = [TurnView(exchange.question) for exchange in told]
        with self.app.batch_update():  # all are laid out once, not each part of each
            await self._turns.mount_all(views, before=before)
            for view, exchange in zip(views, told, strict=True):
                await view.restore(exchange)

    async def _count_past(self) -> None:
        """Say above the exchanges shown how many there are before them."""
        await self._turns.query(".left-out").remove()
        if self._past:
            said = f"{plural(len(self._past), 'earlier question')}: scroll up"
            note = Static(Content.styled(said, "$foreground 60%"), classes="left-out")
            await self._turns.mount(note, before=0)

    # ── where one is ────────────────────────────────────────────────────────────────────────

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

    async def on_turn_view_left(self, event: TurnView.Left) -> None:
        """Move on to the exchange before or after."""
        event.stop()
        if event.step < 0 and event.turn is self.turns[0]:
            await self._bring_back()
        stops = self.stops
        at = next(i for i, stop in enumerate(stops) if event.turn in (stop, *stop.ancestors)) + event.step
        if 0 <= at < len(stops):
            stop = stops[at]
            stop.focus()
            if isinstance(stop, CitationList):
                stop.highlighted = 0 if event.step > 0 else stop.option_count - 1
