"""The questions of a conversation: one is answered at a time, the others wait their turn."""

from __future__ import annotations

from collections import deque
from typing import Final

from pocketrag.domain import Answer, KeptConversation, Turn
from pocketrag.tui.bridge import Bridge
from pocketrag.tui.jobs import Job
from pocketrag.tui.requests.answers import KeptIn
from pocketrag.tui.widgets.turn import TurnView

_OPENING: Final = "will be asked when the model is loaded"
_BEHIND: Final = "will be asked after this answer"


class Questions:
    """Hands questions to the bridge in order, and keeps the exchanges that are over."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._open = False
        self._waiting: deque[TurnView] = deque()
        self._running: tuple[TurnView, Job] | None = None
        self._over: list[Turn] = []
        self._kept = KeptIn()

    @property
    def reason_to_wait(self) -> str:
        """What a question put now would wait for."""
        return _BEHIND if self._open else _OPENING

    @property
    def conversation(self) -> int | None:
        """The conversation that answers are kept in; None before the first one is."""
        return self._kept.conversation

    @property
    def kept_in(self) -> KeptIn:
        """Where answers are kept, known or not yet."""
        return self._kept

    def put(self, turn: TurnView) -> None:
        """Ask a question as soon as it is its turn; its view must be mounted."""
        self._waiting.append(turn)
        self._next()

    def open(self) -> None:
        """Let questions through: the models are loaded."""
        self._open = True
        for turn in self._waiting:
            turn.wait_for(_BEHIND)
        self._next()

    def shut(self) -> None:
        """Let no question through: the library is out of reach."""
        self._open = False

    def finish(self, turn: TurnView) -> tuple[Answer, KeptIn] | None:
        """Note that a question is over; return its answer and where to keep it, if it was the running one."""
        if self._running is None or self._running[0] is not turn:
            return None
        self._running = None
        if turn.answer is not None:
            self._over.append(Turn(turn.question, turn.answer.text, turn.answer.query))
            turn.kept_in = self._kept
        self._next()
        return (turn.answer, self._kept) if turn.answer is not None else None

    def retract(self, turn: TurnView) -> None:
        """Leave an exchange that is over out of what the next question leans on."""
        if turn.answer is not None:
            said = Turn(turn.question, turn.answer.text, turn.answer.query)
            self._over = [over for over in self._over if over != said]

    async def stop(self) -> bool:
        """Call off the running question, or else those that wait; return whether there were any."""
        if self._running is not None:
            turn, job = self._running
            self._running = None
            job.stop()
            await turn.stop()
            self._next()
            return True
        waiting = list(self._waiting)
        self._waiting.clear()
        for turn in waiting:
            await turn.stop()
        return bool(waiting)

    async def forget(self) -> None:
        """Call everything off and begin a new conversation."""
        self._waiting.clear()
        await self.stop()
        self._over.clear()
        self._kept = KeptIn()

    async def resume(self, kept: KeptConversation) -> None:
        """Call everything off and go on with a kept conversation."""
        await self.forget()
        self._over.extend(kept.said)
        self._kept = KeptIn(kept.entry.id)

    def _next(self) -> None:
        if self._open and self._running is None and self._waiting:
            turn = self._waiting.popleft()
            turn.begin()
            self._running = (turn, self._bridge.answers.ask(turn, turn.question, tuple(self._over)))
