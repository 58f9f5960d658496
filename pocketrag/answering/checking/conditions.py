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


def drops_condition(sentence: str, question: str, quote: str) -> bool:
    """Return whether a condition of the quote is named neither in the sentence nor in the question."""
    said = telling_words(f"{sentence} {question}")
    conditions = (telling_words(match["words"]) for match in _CONDITION.finditer(quote))
    return any(wanted and not _named(wanted, said) for wanted in conditions)


def _named(wanted: list[str], said: list[str]) -> bool:
    """Return whether half of a condition's words are said."""
    return 2 * sum(any(alike(word, other) for other in said) for word in wanted) >= len(wanted)
