"""Clauses of a sentence, and which clause of a quote speaks of the same thing as a clause of an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pocketrag.answering.checking.likeness import telling_words

_BOUNDARY = re.compile(
    r"\s*(?:[;:|–—]|,(?!\d)|\.\s|\s(?:and|but|whereas|while|except|because|if|und|aber|sondern|während|außer|weil|wenn|falls)\b)\s*",
    re.IGNORECASE,
)
_CONTRAST = re.compile(r"\W*(?:but|except|not|never|aber|sondern|außer|nicht|nie)\b", re.IGNORECASE)

INHERITED = 0.5
"""What a word counts that stands only in the clauses before: `the tenant pays the water and the heating`.
After `but`, `except` or `never` it counts in full: `dogs are allowed in the garden but not in the hall`."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause: where it stands in its text, its own telling words, and those of the clauses before it."""

    text: str
    start: int
    end: int
    words: frozenset[str]
    before: frozenset[str]

    def overlap(self, words: frozenset[str]) -> tuple[float, float]:
        """Return how far the clause speaks of these words, and, for ties, how much of it does."""
        own = len(words & self.words)
        inherited = len(words & (self.before - self.words))
        weight = 1.0 if _CONTRAST.match(self.text) else INHERITED
        return own + weight * inherited, own / (len(self.words) or 1)


def clauses(text: str) -> list[Clause]:
    """Return the clauses of a text, in order; the whole text if it has one only."""
    found: list[Clause] = []
    start, before = 0, frozenset[str]()
    cuts = [*((m.start(), m.start()) for m in _BOUNDARY.finditer(text)), (len(text), len(text))]
    for cut, following in cuts:
        words = frozenset(telling_words(text[start:cut]))
        if words:
            found.append(Clause(text[start:cut], start, cut, words, before))
            before |= words
            start = following
    if found and found[-1].end < len(text):
        last = found[-1]
        found[-1] = Clause(text[last.start :], last.start, len(text), last.words, last.before)
    return found


def aligned(clause: Clause, of: Sequence[Clause]) -> Clause | None:
    """Return the clause that speaks of the same thing; None if none shares a word with it."""
    best = max(of, key=lambda c: c.overlap(clause.words), default=None)
    return best if best is not None and best.overlap(clause.words)[0] > 0 else None
