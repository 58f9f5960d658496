"""Conversations that are kept: what was asked, what was answered, and how the cited files stand today."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pocketrag.domain.answers import Answer, Turn
from pocketrag.domain.documents import Freshness


@dataclass(frozen=True, slots=True)
class ConversationEntry:
    """A kept conversation, as a list of them names it."""

    id: int
    """Never given to another one."""
    title: str
    """The first question, shortened, or what a person named it."""
    created: float
    """Seconds since the epoch."""
    updated: float
    """When its last answer came; seconds since the epoch."""
    turns: int
    """How many questions it holds."""
    excerpt: str = ""
    """Where searched words stand in it; empty if only in its title, and far down a list."""


class Mark(StrEnum):
    """What a person says of an answer."""

    RIGHT = "right"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A question and its answer, as they were shown; the citations are those of that day."""

    answer: Answer
    """Without its passages, which are not kept."""
    at: float
    """When the answer came; seconds since the epoch."""
    freshness: tuple[Freshness, ...]
    """Of each citation, in order: how its file stands now, compared with the version it quotes."""
    id: int = 0
    """Never given to another one."""
    mark: Mark | None = None
    """What a person said of the answer; None if nothing."""


@dataclass(frozen=True, slots=True)
class KeptConversation:
    """A conversation, oldest turn first."""

    entry: ConversationEntry
    turns: tuple[KeptTurn, ...]

    @property
    def said(self) -> tuple[Turn, ...]:
        """What the next question may lean on: all but what the model failed to answer."""
        answers = (turn.answer for turn in self.turns if not turn.answer.is_failure)
        return tuple(Turn(answer.question, answer.text, answer.query) for answer in answers)
