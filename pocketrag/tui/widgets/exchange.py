"""An exchange apart from its view: how far it came, and what it is shown from again, once long past."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pocketrag.domain import Answer, Freshness, KeptTurn, Mark, SearchResults
from pocketrag.tui.requests.answers import KeptIn


class TurnState(StrEnum):
    """How far an exchange has come."""

    QUEUED = "queued"
    SEARCHING = "searching"
    READING = "reading"
    WRITING = "writing"
    DONE = "done"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question that is over, and what became of it."""

    question: str
    answer: Answer | None
    """None where it was stopped, or failed."""
    standings: tuple[Freshness, ...]
    """Of each citation: how its file stands."""
    kept_in: KeptIn
    """The conversation that it is kept in."""
    kept: KeptTurn | None = None
    """As it was kept, if it is of an earlier day."""
    mark: Mark | None = None
    results: SearchResults | None = None
    """The passages found for it, if it is of today."""


def exchange_of(kept: KeptTurn, kept_in: KeptIn) -> Exchange:
    """Return a kept exchange."""
    return Exchange(kept.answer.question, kept.answer, kept.freshness, kept_in, kept, kept.mark)
