"""Conditions: what a quote grants only under one, a sentence must not grant without it."""

from __future__ import annotations

import re

from pocketrag.answering.checking.likeness import alike, telling_words

_CONDITION = re.compile(
    r"\b(?:(?:only |but only )?if|unless|provided(?: that)?|on condition that|as long as"
    r"|except (?:if|when|where)"
    r"|only (?:when|where|with|on|for|after|before|during|until)|wenn|falls|sofern|soweit|es sei denn"
    r"|vorausgesetzt|nur (?:wenn|bei|mit|für|nach|im|am|an))\b(?P<words>[^,;.:|]*)",
    re.IGNORECASE,
)

NAMED = 0.5
"""Share of a condition's words that a sentence, or the question, must say; ..."""

ALLUDED = 0.1
"""... where the sentence has a condition of its own, one word: the others may be put otherwise."""


def drops_condition(sentence: str, question: str, quote: str) -> bool:
    """Return whether a condition of the quote is named neither in the sentence nor in the question."""
    said = telling_words(f"{sentence} {question}")
    conditions = (telling_words(match["words"]) for match in _CONDITION.finditer(quote))
    share = ALLUDED if _CONDITION.search(sentence) else NAMED
    return any(wanted and not _is_named(wanted, said, share) for wanted in conditions)


def _is_named(wanted: list[str], said: list[str], share: float) -> bool:
    """Return whether this share of a condition's words is said."""
    return sum(any(alike(word, other) for other in said) for word in wanted) >= share * len(wanted)
