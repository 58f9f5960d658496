"""The conversation: exchanges from top to bottom, kept in view as they grow."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import zip_longest
from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.layout import DockArrangeResult
from textual.widget import Widget
from textual.widgets import Static

from pocketrag.domain import KeptConversation
from pocketrag.tui.requests.answers import KeptIn
from pocketrag.tui.widgets.answer_actions import AnswerActions
from pocketrag.tui.widgets.citations import CitationList
from pocketrag.tui.widgets.exchange import Exchange, exchange_of
from pocketrag.tui.widgets.turn import TurnView
from pocketrag.tui.widgets.welcome import Examples, Welcome
from pocketrag.wording import plural

_FEWEST: Final = 8
_ROWS: Final = 3
"""Rows that an exchange takes at the least."""
_SLACK: Final = 2
"""How many more exchanges there may be than are to be drawn, before some are taken away, all at once."""
_AT_ONCE: Final = 2
"""How many come back when one scrolls near to the first or last of those drawn."""


_NOTE: Final = 2
"""Rows of the line that says how many exchanges are before those drawn."""


def most_drawn(height: int) -> int:
    """Return how many exchanges are drawn in so many rows: enough to scroll in.

    Each makes every answer and every key some milliseconds slower, for all that is drawn is laid out anew.
    """
    return max(_FEWEST, height // _ROWS)


def _rows(turns: Iterable[TurnView]) -> int:
    return sum(turn.outer_size.height for turn in turns)


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
        self._left = False
        """Whether somebody has scrolled away from the end since the last question."""
        self._stay: Callable[[int], float] | None = None
        """Given the last row: the row that is to be seen first, while exchanges come or go around it."""

    def compose(self) -> ComposeResult:
        """Begin with the welcome."""
        with Vertical(id="turns"):
            note = Static(classes="left-out")
            note.display = False
            yield note
            yield Welcome(self._examples, samples=self._samples)

    async def append(self, turn: TurnView) -> None:
        """Add an exchange at the end, and keep the end in view."""
        await self.query(Welcome).remove()
        await self.to_end()
        await self._turns.mount(turn)
        self._mark_newest()
        await self._shed()
        self.anchor()

    def on_turn_view_finished(self, event: TurnView.Finished) -> None:
        """Let an answer that is longer than the screen be read from its beginning."""
        self.call_after_refresh(self._to_beginning, event.turn)

    def anchor(self, anchor: bool = True) -> None:
        """Keep the end in view, until somebody scrolls away from it."""
        self._left = False
        super().anchor(anchor)

    def release_anchor(self) -> None:
        """Let the end go out of view: somebody scrolls."""
        self._left = True
        super().release_anchor()

    def _to_beginning(self, turn: TurnView) -> None:
        followed = not self._left or self.scroll_y >= self.max_scroll_y
        if followed and turn.is_attached and turn.outer_size.height > self.size.height:
            self.scroll_to_widget(turn, top=True, animate=False, force=True)

    async def restore(self, kept: KeptConversation, kept_in: KeptIn) -> None:
        """Show a kept conversation in place of what is shown, its end in view."""
        await self._show_end([exchange_of(turn, kept_in) for turn in kept.turns])
        self.anchor()

    async def clear(self) -> None:
        """Begin anew with the welcome."""
        self._past, self._later = [], []
        self._count_past()
        await self._turns.remove_children(TurnView)
        await self._turns.query(Welcome).remove()
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
        most = most_drawn(self.size.height)
        if len(over) >= most + _SLACK:
            gone = over[:-most]
            self._past += [turn.told for turn in gone]
            await self._turns.remove_children(gone)
            self._count_past()

    async def to_end(self) -> None:
        """Show the latest exchanges again, if one looks at what is long past."""
        if self._later:
            await self._show_end([*self._past, *(turn.told for turn in self.turns), *self._later])

    async def _show_end(self, told: list[Exchange]) -> None:
        """Show the latest of these exchanges in place of what is shown."""
        most = most_drawn(self.size.height)
        self._past, self._later = told[:-most], []
        with self.app.batch_update():
            await self._turns.remove_children(TurnView)
            await self._turns.query(Welcome).remove()
            await self._mount(told[-most:])
            self._mark_newest()
            self._count_past()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Bring back what was before or after, once one has scrolled near to the edge of what is drawn."""
        super().watch_scroll_y(old_value, new_value)
        near = self.size.height
        if new_value < min(near, old_value) and self._past:
            self.call_later(self._bring_back)
        elif new_value > max(self.max_scroll_y - near, old_value) and self._later:
            self.call_later(self._bring_later)

    async def _bring_back(self) -> None:
        """Draw some of the exchanges before those drawn, in place of the last; one stays where one reads."""
        if self._past:
            back, self._past = self._past[-_AT_ONCE:], self._past[:-_AT_ONCE]
            gone = self.turns[most_drawn(self.size.height) + _SLACK - len(back) :]
            if not all(turn.over for turn in gone):
                gone = []
            self._later[:0] = [turn.told for turn in gone]
            to_end = self.virtual_size.height - self.scroll_y - _rows(gone)  # above the rest all changes
            await self._turn_over(lambda bottom: bottom - to_end, gone, back, before=self.turns[0])

    async def _bring_later(self) -> None:
        """Draw some of the exchanges after those drawn, in place of the first; one stays where one reads."""
        if self._later:
            self.release_anchor()  # what is drawn ends here, and the conversation later
            on, self._later = self._later[:_AT_ONCE], self._later[_AT_ONCE:]
            gone = self.turns[: -(most_drawn(self.size.height) + _SLACK - len(on))]
            note = 0 if self._past or not gone else _NOTE
            self._past += [turn.told for turn in gone]
            y = self.scroll_y - _rows(gone) + note
            await self._turn_over(lambda _: y, gone, on)

    async def _turn_over(
        self,
        stay: Callable[[int], float],
        gone: list[TurnView],
        come: list[Exchange],
        before: TurnView | None = None,
    ) -> None:
        """Draw exchanges in place of others; all is laid out once, by which the scroll position moves."""
        with self.app.batch_update():
            self._stay = stay
            await self._turns.remove_children(gone)
            await self._mount(come, before=before)
            self._mark_newest()
            self._count_past()
        self.call_after_refresh(self._let_go)

    def _let_go(self) -> None:
        self._stay = None

    def arrange(self, size: Size, optimal: bool = False) -> DockArrangeResult:
        """Return where all is, as Textual does for a container that is anchored to its end."""
        arranged = super().arrange(size, optimal)
        if self._stay is not None:
            y = max(0.0, self._stay(arranged.total_region.bottom))
            self.set_reactive(Widget.scroll_y, y)
            self.set_reactive(Widget.scroll_target_y, y)
        return arranged

    async def _mount(self, told: list[Exchange], before: TurnView | None = None) -> None:
        views = [TurnView(exchange.question, told=exchange) for exchange in told]
        await self._turns.mount_all(views, before=before)

    def _count_past(self) -> None:
        """Say above the exchanges drawn how many there are before them."""
        note = self.query_one(".left-out", Static)
        note.display = bool(self._past)
        said = f"{plural(len(self._past), 'earlier question')}: scroll up"
        note.update(Content.styled(said, "$foreground 60%"))

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

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Show what may be done with the answer one goes to, and above it where one is."""
        turn = next((w for w in event.widget.ancestors_with_self if isinstance(w, TurnView)), None)
        if turn is not None:
            self.call_after_refresh(self._to_end_of, turn, event.widget)

    def _to_end_of(self, turn: TurnView, focused: Widget) -> None:
        if turn.is_attached and focused is not turn:
            turn.query_one(AnswerActions).scroll_visible(animate=False)
            focused.scroll_visible(animate=False)

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
