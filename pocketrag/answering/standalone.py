"""A question that leans on the conversation is made to stand alone before it is searched."""

from __future__ import annotations

import re

from pocketrag.answering.words import content_words, query_words, words
from pocketrag.domain import Turn

LEANING = re.compile(
    r"^(and|but|so|also|then|what about|how about|why|what if|und|aber|was ist mit)\b"
    r"|\b(it|its|they|them|their|that|this|those|these|he|she|his|her|there|one|ones|same|else|er|sie|es|dort)\b",
    re.IGNORECASE,
)
"""Words that point back: a question with one of them may not stand alone."""

SHORT = 1
"""A question with this many telling words or fewer leans on the one before."""


def standalone(question: str, turns: tuple[Turn, ...]) -> str:
    """Return the query to search for: the question, with the last query's telling words if it leans.

    A question that names enough of its own, and points back to nothing, is left as it is.
    """
    if not turns or not _leans(question):
        return question
    own = set(words(question))
    carried = [word for word in query_words(turns[-1].query) if word not in own]
    return f"{question} ({' '.join(carried)})" if carried else question


def _leans(question: str) -> bool:
    return bool(LEANING.search(question)) or len(content_words(question)) <= SHORT
