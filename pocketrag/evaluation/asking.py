"""Asking without a screen: answers as values, one by one or a whole file of questions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pocketrag.domain import Answer, AnswerEvents, AnswerReady, Filters, Refused, Turn
from pocketrag.engine.protocol import Engine
from pocketrag.errors import EngineStopped
from pocketrag.evaluation.questions import Question, read_questions


def answer_of(events: AnswerEvents) -> Answer:
    """Return the answer at the end of a stream of events."""
    for event in events:
        if isinstance(event, AnswerReady | Refused):
            return event.answer
    raise EngineStopped("The engine gave no answer.", "Ask again.")


def answers_of_file(engine: Engine, file: Path, filters: Filters) -> Iterator[tuple[Question, Answer]]:
    """Yield each question of a file with its answer; one with `after` goes on from that one's turns."""
    conversations: dict[str, tuple[Turn, ...]] = {}
    for question in read_questions(file):
        turns = conversations.get(question.after, ())
        answer = answer_of(engine.ask(question.question, turns, filters))
        conversations[question.id] = (*turns, Turn(question.question, answer.text, answer.query))
        yield question, answer
