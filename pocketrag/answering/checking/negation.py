"""Whether a clause affirms or denies: negations counted, and words that deny without one (`forbidden`)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pocketrag.answering.checking.clauses import Clause, aligned

_NOT_DENYING = re.compile(
    r"\b(?:not only|nicht nur|no (?:more|less|fewer|longer|later|earlier) than|not (?:more|less) than"
    r"|whether or not|at no (?:extra )?(?:cost|charge)|no\. ?\d)\b",
    re.IGNORECASE,
)
_DENYING = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|nowhere|neither|nor|cannot|without|except|excluding"
    r"|free of(?! charge)|free from"
    r"|forbid\w*|forbad\w*|prohibit\w*|banned|exclu\w+|refus\w+|den(?:y|ies|ied)|lack(?:s|ed|ing)?"
    r"|unable|impossible"
    r"|avoid\w*|fail(?:s|ed)?|invalid|declin(?:e|es|ed)|reject\w*|unless|exempt\w*"
    r"|kein\w*|nicht|nie|niemals|niemand|nichts|weder|ohne|außer|verboten|untersagt|ausgeschlossen|unzulässig|abgelehnt"
    r"|ausgenommen|frei von)\b|\w+n['’]t\b",
    re.IGNORECASE,
)
_ANSWER = re.compile(r"^\s*(?:no|nein|yes|ja)\s*[,.:;–-]\s*", re.IGNORECASE)
_PREFIXED = re.compile(r"\b(?:un|non-?|in|dis)(\w{4,})\b", re.IGNORECASE)


def denies(text: str) -> bool:
    """Return whether a clause denies; two negations undo each other, `no` as an answer counts for nothing."""
    text = _NOT_DENYING.sub(" ", _ANSWER.sub("", text))
    return len(_DENYING.findall(text)) % 2 == 1


def without_negation(text: str) -> str:
    """Return the text without the words that deny."""
    return _DENYING.sub(" ", text)


def negation_differs(said: Sequence[Clause], held: Sequence[Clause]) -> bool:
    """Return whether a clause of a sentence denies what its quote affirms, or the other way round."""
    for clause in said:
        match = aligned(clause, held)
        if match is not None and denies(clause.text) != denies(match.text):
            return True
    return False


def prefix_differs(said: str, held: str) -> bool:
    """Return whether one text says `unfurnished` where the other says `furnished`."""
    own, theirs = ({w.casefold() for w in re.findall(r"\w+", text)} for text in (said, held))
    return _turned(own, theirs) or _turned(theirs, own)


def _turned(one: set[str], other: set[str]) -> bool:
    found = {match[1]: match[0] for word in one if (match := _PREFIXED.fullmatch(word))}
    return any(plain in other and whole not in other for plain, whole in found.items())
