"""Asking, and keeping what was answered."""

from __future__ import annotations

from dataclasses import dataclass, replace

from textual.message import Message
from textual.message_pump import MessagePump

from pocketrag.domain import (
    Answer,
    AnswerEvent,
    AnswerReady,
    Filters,
    LoadEvent,
    Mark,
    PassagesFound,
    Refused,
    Token,
    Turn,
)
from pocketrag.errors import UnknownConversation
from pocketrag.tui.jobs import Job, closing
from pocketrag.tui.messages import (
    AnswerArrived,
    AskFailed,
    Marked,
    ModelMoved,
    PassagesArrived,
    StatusTold,
    WordsArrived,
)
from pocketrag.tui.requests.lanes import Lanes


@dataclass
class KeptIn:
    """The conversation that answers are kept in; known once the first one is."""

    conversation: int | None = None


@dataclass(frozen=True)
class KeptAs:
    """Where an answer is kept: in a conversation, and under a number if that is known already."""

    within: KeptIn
    number: int | None


class AnswerRequests:
    """What is asked of the engine about questions and their answers."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes

    def ask(self, asker: MessagePump, question: str, turns: tuple[Turn, ...]) -> Job:
        """Ask a question: `PassagesArrived`, `WordsArrived`…, then `AnswerArrived` or `AskFailed`.

        An answer that was called off gives up its place at its next event; the next question waits
        for that, so the engine is never asked two things at once.
        """

        def work(job: Job) -> None:
            for event in closing(self._lanes.engine.ask(question, turns, Filters()), job):
                job.tell(_message(event))

        return self._lanes.begin("ask", work, asker, AskFailed)

    def keep(self, asker: MessagePump, answer: Answer, kept: KeptIn) -> Job:
        """Keep an answer, then tell the status, which may have moved meanwhile."""

        def work(job: Job) -> None:
            kept.conversation = self._lanes.engine.keep_answer(answer, kept.conversation)
            job.tell(StatusTold(self._lanes.engine.status()))

        return self._lanes.begin("keep", work, asker)

    def mark(self, asker: MessagePump, answer: Answer, kept: KeptAs, mark: Mark | None) -> Job:
        """Note what a person says of an answer: `Marked` or `Failed`. After it is kept, if it is to be."""

        def work(job: Job) -> None:
            self._lanes.engine.mark_answer(self._number(answer, kept), mark)
            job.tell(Marked(mark))

        return self._lanes.begin("keep", work, asker)

    def _number(self, answer: Answer, kept: KeptAs) -> int:
        """Return what tells a kept answer from others. Raises UnknownConversation if it is not kept."""
        if kept.number is not None:
            return kept.number
        if kept.within.conversation is not None:
            said = replace(answer, passages=())
            for turn in reversed(self._lanes.engine.conversation(kept.within.conversation).turns):
                if turn.answer == said:
                    return turn.id
        raise UnknownConversation("That answer is not kept.", "Ask again, then mark the new answer.")


def _message(event: AnswerEvent) -> Message:
    if isinstance(event, LoadEvent):
        return ModelMoved(event)
    match event:
        case PassagesFound(results):
            return PassagesArrived(results)
        case Token(text):
            return WordsArrived(text)
        case AnswerReady(answer) | Refused(answer):
            return AnswerArrived(answer)
