"""Whether a sentence bears on the question at all: before it is asked if a quote supports it.

A model that does not know what to say talks about the quotes, says again what was asked, or names a thing of
another kind; all of it can be true.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pocketrag.answering.answer_types import expected_type
from pocketrag.answering.checking.names import words_of

_ABOUT = frozenset("answer question quote quotes quoted antwort frage zitat zitate".split())
"""Words of a sentence about the task, unless question or quote have them."""

_LIST_NUMBER = re.compile(r"\W*\d{1,2}\W*")
"""What is left of `1. Admission 2. Expansion`, taken apart into sentences."""


def bears_on(sentence: str, question: str, quotes: Sequence[str], *, alone: bool) -> bool:
    """Return whether a sentence answers, be it wrongly; `alone`: nothing else was written.

    Where a quantity is asked for and one of the quotes has such a one, so must the sentence.
    """
    if (words_of(sentence) & _ABOUT) - words_of(f"{question} {' '.join(quotes)}"):
        return False
    if _LIST_NUMBER.fullmatch(sentence) and not alone:
        return False
    expected = expected_type(question)
    if expected is None or not expected.certain or not any(map(expected.held, quotes)):
        return True
    return expected.held(sentence) > 0
