"""Whether a clause affirms or denies: negations counted, and words that deny without one (`forbidden`)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pocketrag.answering.checking.clauses import Clause, aligned
from pocketrag.answering.checking.likeness import alike, base

_NOT_DENYING = re.compile(
    r"\b(?:not only|nicht nur|no (?:more|less|fewer|longer|later|earlier) than|not (?:more|less|\w+er) than"
    r"|(?:do|does|must|may|should) not (?:\w+ ){1,3}(?:for )?(?:longer|more|larger|higher|greater|later)"
    r" than"
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
_OPEN = re.compile(r"\b(?:open(?:s|ed)?|offen|geöffnet|öffnet)\b", re.IGNORECASE)
_CLOSED = re.compile(r"\b(?:closed|shut|(?P<german>geschlossen))\b", re.IGNORECASE)
_PREFIXED = re.compile(r"\b(?:un|non-?|in|dis)(\w{4,})\b", re.IGNORECASE)


def denies(text: str) -> bool:
    """Return whether a clause denies; two negations undo each other, `no` as an answer counts for nothing."""
    text = _NOT_DENYING.sub(" ", _ANSWER.sub("", text))
    return len(_DENYING.findall(text)) % 2 == 1


def without_negation(text: str) -> str:
    """Return the text without the words that deny."""
    return _DENYING.sub(" ", text)


_LOCAL = re.compile(
    r"\b(?:without|free of|free from|except(?: for)?|excluding|ohne|außer|frei von)\s+"
    r"(?:(?:any|the|an?|all|further|extra|der|die|das|den|dem|jede|weitere)\s+)*"
    r"(?!(?:on|in|at|by|from|to|when|if|am|an|im|bei|wenn|falls)\b)(?P<what>\w+)",
    re.IGNORECASE,
)
"""What denies one thing alone: a loan to be repaid without interest is to be repaid."""


def _less_what_is_not_spoken_of(text: str, other: Clause) -> str:
    """Return a clause less what it denies of things that the other clause does not speak of."""
    spoken = other.words | other.before
    return _LOCAL.sub(lambda m: m[0] if any(alike(base(m["what"]), w) for w in spoken) else " ", text)


def negation_differs(said: Sequence[Clause], held: Sequence[Clause]) -> bool:
    """Return whether a clause of a sentence denies what its quote affirms, or the other way round."""
    for clause in said:
        match = aligned(clause, held)
        if match is None:
            continue
        own = _less_what_is_not_spoken_of(clause.text, match)
        theirs = _less_what_is_not_spoken_of(match.text, clause)
        if denies(own) != denies(theirs):
            return True
    return False


_UNDONE = re.compile(r"\b(?:had|has|have)(?: not| never|n['’]t)(?: yet)? (?P<what>\w{4,})", re.IGNORECASE)
"""What has not been done."""


def negation_moved(said: str, held: str) -> bool:
    """Return whether a sentence tells as done what its quote says has not been.

    Who has proven that nothing was meant has done more than who has not proven that something was.
    """
    done = [base(word.casefold()) for word in re.findall(r"\w{4,}", _UNDONE.sub(" ", said))]
    undone = [base(match["what"].casefold()) for match in _UNDONE.finditer(held)]
    return not _UNDONE.search(said) and any(alike(one, other) for one in undone for other in done)


def spelt_out(said: str, held: str) -> tuple[str, str]:
    """Return both texts with `unpaid` as `not paid` where the other says `paid`, and `closed` as `not open`.

    So that one can deny what the other denies in another way.
    """
    return _spelt_out(said, held), _spelt_out(held, said)


def _spelt_out(text: str, other: str) -> str:
    theirs = {word.casefold() for word in re.findall(r"\w+", other)}

    def plainly(match: re.Match[str]) -> str:
        """Return “unpaid” as “not paid” where the other text says paid."""
        spoken = match[0].casefold() not in theirs and match[1].casefold() in theirs
        return f"not {match[1]}" if spoken else match[0]

    text = _PREFIXED.sub(plainly, text)
    if _OPEN.search(other) and not _CLOSED.search(other) and not _OPEN.search(text):
        text = _CLOSED.sub(lambda match: "nicht offen" if match["german"] else "not open", text)
    return text
