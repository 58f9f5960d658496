"""What is planned, due or allowed has not happened: `will write` does not say that somebody wrote."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pocketrag.answering.checking.clauses import Clause, aligned
from pocketrag.answering.checking.negation import denies

_PLANNED = re.compile(
    r"\b(?:will|shall|should|would|must|may|might|can|could|going to"
    r"|(?:is|are|has|have|had|needs?|plans?|planned|wants?|hopes?|intends?|expects?|expected|due|supposed|asked"
    r"|agreed|decided|offered|promised|proposed|invited|likes?) (?:not )?to"
    r"|wird|werden|soll(?:en|te|ten)?|muss|müssen|darf|dürfen|kann|können|möchte[n]?)\b|\b\w+['’]ll\b",
    re.IGNORECASE,
)
_IRREGULAR = (
    "wrote written went gone gave given took taken made bought sold met got came left told said found kept"
    " began begun chose chosen drove driven spoke spoken sent paid lent spent built brought lost won ran"
    " stood rose risen fell fallen held became ate drank flew swam taught thought"
).split()
_DONE = re.compile(
    r"\b(?:was|were|did|had|wurde[n]?|hat|haben|hatte[n]?|war(?:en)?)\b"
    r"|(?<!\bis )(?<!\bare )(?<!\bbe )(?<!\bbeing )(?<!\bget )(?<!\bgets )(?<!\bthe )(?<!\ban )(?<!\ba )"
    rf"\b(?:\w{{2,}}ed|{'|'.join(_IRREGULAR)})\b",
    re.IGNORECASE,
)


def tells_as_done(said: Sequence[Clause], held: Sequence[Clause], quote: str) -> bool:
    """Return whether a clause of a sentence tells as done what the quote only plans, asks or allows."""
    there = {word.casefold() for word in re.findall(r"\w+", quote)}
    return any(
        _is_told_as_done(clause.text, there) and _PLANNED.search(match.text) is not None
        for clause in said
        if (match := aligned(clause, held)) is not None
    )


def _is_told_as_done(clause: str, there: set[str]) -> bool:
    """Return whether a clause has a verb in the past that the quote does not have, and plans nothing."""
    done = any(match[0].casefold() not in there for match in _DONE.finditer(clause))
    return done and not _PLANNED.search(clause) and not denies(clause)
