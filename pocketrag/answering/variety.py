"""Variety: a question about several documents gets passages of several.

"Which letters…", "compare…", "both contracts…" ask for more than the one document that fits best. Then
each passage counts for less by what was already taken from its document: maximal marginal relevance
(Carbonell & Goldstein, SIGIR 1998), with "of the same document" for a likeness.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pocketrag.answering.retrieved import Found
from pocketrag.answering.words import ENGLISH_DOCUMENT, GERMAN_DOCUMENT

TAKEN = 0.05
"""What each passage of its document that goes before costs one, of a score between 0 and 1. Of the papers
that 18 questions on the sample papers are about, .833 are among the first five passages without, .861 with
any value from .02 to .2."""

_PAPERS = (
    rf"(?:{ENGLISH_DOCUMENT}s|agreements|policies|invoices|bills|receipts|studies|books|chapters|meetings|minutes"
    r"|versions|people|persons|companies|products"
    rf"|{GERMAN_DOCUMENT}e|dateien|rechnungen|notizen|artikel|fassungen)"
)
_SEVERAL = re.compile(
    r"\b(?:compare|comparison (?:of|between)|differences? between|both"
    r"|(?:each of|in all) (?:the|my|our)"
    rf"|(?:which|what|how many|all|list|any)(?: (?:of|the|my|our|other|are))* {_PAPERS}"
    r"|vergleiche?|unterschiede? zwischen|beide[rn]?|jede[rsmn]? (?:der|meiner|unserer)"
    rf"|(?:welche|wie ?viele|alle)(?: (?:der|die|meine[rn]?|unsere[rn]?))* {_PAPERS})\b",
    re.IGNORECASE,
)
"""What says that several are asked for. A plural alone says nothing: "how many miles" stand in one paper."""


def asks_for_several(query: str) -> bool:
    """Return whether a query asks about more than one document, as far as its words tell."""
    return bool(_SEVERAL.search(query))


def varied(found: Sequence[Found], limit: int) -> list[Found]:
    """Return `limit` of the passages, best first where each costs those of its document after it."""
    left = list(found)
    taken: Counter[Path] = Counter()
    chosen: list[Found] = []
    while left and len(chosen) < limit:
        best = max(left, key=lambda one: one.score - TAKEN * taken[one.file.version.address])
        left.remove(best)
        chosen.append(best)
        taken[best.file.version.address] += 1
    return chosen
