"""Which fact a figure or a name belongs to: `the rent is £840, the deposit £1,480` has no rent of £1,480."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pocketrag.answering.checking.clauses import Clause, clauses
from pocketrag.answering.checking.likeness import alike, telling_words
from pocketrag.answering.checking.names import is_german, names, people
from pocketrag.answering.checking.quantities import Quantity, quantities, without_quantities
from pocketrag.answering.words import words

NAME = "name"

NUMBER = "number "
"""A number without a unit, which may leave out that of the one before: `two years for the motor, five for
the frame`."""

LABEL = "label"
YEAR = "year"

NEAREST = 2
"""Words on one side of a figure that tell what it belongs to: the verb may be left out the second time."""

_LABELLED = re.compile(
    r"\b(?:flat|apartment|room|house|floor|chapter|page|section|clause|paragraph|platform|gate|line|unit|table"
    r"|figure|version|class|item|lot|zone|route|bus|tram|number|no\.?|nr\.?|wohnung|zimmer|haus|stock|kapitel|seite"
    r"|abschnitt|gleis|linie|tabelle|abbildung|klasse|nummer)\s*$",
    re.IGNORECASE,
)
"""What a number after it only names."""

_YEAR = re.compile(r"(?:19|20)\d\d")

_CARRIED = re.compile(
    r"\s*(?:,\s*)?(?:and|but|und|aber)\s+(?:then |also |dann |auch )?"
    r"(?:is|are|was|were|has|had|must|may|can|will|ist|sind|hat|muss|kann|wird|\w{3,}(?:s|ed))\b(?!['’])"
    r"(?=\s+(?:at|in|on|by|from|to|for|until|with|the|an?|um|am|im|in|bis|von|mit|der|die|das|ein|eine|\d|£|€))",
    re.IGNORECASE,
)
"""How a clause begins that has the subject of the one before: `… and arrives at 7:55`."""

_PART = re.compile(
    r";\s+(?!(?:and |und )?(?:it|they|he|she|this|these|which|es|er|sie|dies)\b)", re.IGNORECASE
)
"""Where another part of a sentence begins that speaks of something else: none that says `it`."""


@dataclass(frozen=True, slots=True)
class _Anchor:
    """A figure or a name in a quote, and the words around it, the nearest first."""

    kind: str
    """What it can be taken for: money for money, a name for a name."""
    start: int
    clause: int
    before: tuple[str, ...]
    """As far as the anchor of the same kind before it."""
    after: tuple[str, ...]
    """As far as its clause goes."""
    said: bool
    """Whether the sentence says it too."""


def mixes_facts(sentence: str, quote: str) -> bool:
    """Return whether a sentence gives one fact's figure or name to another fact of the same quote."""
    said = frozenset(_around(without_quantities(sentence)))
    anchors = _anchors(sentence, quote)
    carried = {n for n, clause in enumerate(clauses(quote)) if _CARRIED.match(clause.text)}
    for anchor in (a for a in anchors if a.said):
        rivals = [a for a in anchors if _competes(a.kind, anchor.kind) and not a.said]
        if any(_is_taken_for(anchor, rival, said) for rival in rivals):
            return True
        if anchor.clause in carried:
            continue
        others = [a for a in anchors if a.said and a.kind != anchor.kind and a.clause != anchor.clause]
        if any(rival.clause == other.clause for rival in rivals for other in others):
            return True
    return False


def with_same_figure(clause: Clause, said: str, of: Sequence[Clause], held: str) -> Clause | None:
    """Return the only clause of a quote that holds a number of a sentence's clause; None if not one alone.

    `said` and `held` are the texts they stand in. `34 in favour and 11 against` and `11 against and 34 in
    favour` speak of the same two things.
    """
    own, theirs = _numbers(said, clause), [(other, _numbers(held, other)) for other in of]
    same = [other for other, numbers in theirs if any(s.fits(q) for s in own for q in numbers)]
    return same[0] if len(same) == 1 else None


def _numbers(text: str, clause: Clause) -> list[Quantity]:
    return [q for q in quantities(text) if q.kind == "number" and clause.start <= q.start < clause.end]


def joins_parts(sentence: str, quote: str) -> bool:
    """Return whether a clause of a sentence takes its words from both sides of a quote's semicolon."""
    parts = [frozenset(telling_words(part)) for part in _PART.split(without_quantities(quote))]
    said = clauses(without_quantities(sentence)) if len(parts) > 1 else []
    return any(_joins(clause.words, parts) for clause in said)


def _joins(words: frozenset[str], parts: Sequence[frozenset[str]]) -> bool:
    """Return whether some words stand in one part alone, and others in another part alone."""
    shared = {word for n, part in enumerate(parts) for word in part if any(word in p for p in parts[:n])}
    return sum(bool(_own(words, part, shared)) for part in parts) > 1


def _own(words: frozenset[str], part: frozenset[str], shared: set[str]) -> list[str]:
    return [word for word in part - shared if _has(words, word)]


def _is_taken_for(own: _Anchor, rival: _Anchor, said: frozenset[str]) -> bool:
    """Return whether the sentence has what tells the rival apart, and not what tells its own figure apart."""
    if _told_apart(own.after, rival.after, said):
        return True
    return _told_apart(own.before, rival.before, said) and not _said_of(own.after, rival.after, said)


def _said_of(ours: Sequence[str], theirs: Sequence[str], said: frozenset[str]) -> bool:
    """Return whether the sentence has what stands after its own figure and not after the rival."""
    return any(_has(said, word) and not _has(theirs, word) for word in ours[:NEAREST])


def _competes(one: str, other: str) -> bool:
    """Return whether two anchors can be taken for one another."""
    return one == other or (NUMBER in (one, other) and one.startswith(NUMBER) and other.startswith(NUMBER))


def _told_apart(ours: Sequence[str], theirs: Sequence[str], said: frozenset[str]) -> bool:
    own = [word for word in ours if not _has(theirs, word)][:NEAREST]
    rival = [word for word in theirs if not _has(ours, word)][:1]
    return any(_has(said, word) for word in rival) and any(not _has(said, word) for word in own)


def _has(many: Sequence[str] | frozenset[str], word: str) -> bool:
    return any(alike(word, other) for other in many)


def _anchors(sentence: str, quote: str) -> list[_Anchor]:
    said, german = quantities(sentence), is_german(quote)
    named = {name for name, _ in names(sentence, german)} | set(words(sentence)[:1])
    marks = [(_kind(q, quote), q.start, q.end, any(s.fits(q) for s in said)) for q in quantities(quote)]
    marks += [
        (NAME, start, end, bool(named & who))
        for who, start, end in people(quote, german)
        if not any(begin <= start < until for _, begin, until, _ in marks)
    ]
    parts, bare = clauses(quote), without_quantities(quote)
    return [_anchor(mark, marks, parts, bare) for mark in marks]


def _kind(quantity: Quantity, quote: str) -> str:
    """Return what a figure of a quote can be taken for; a number that only names something for another."""
    if quantity.kind == "number" and not quantity.unit and _LABELLED.search(quote[: quantity.start]):
        return LABEL
    if (
        quantity.kind == "number"
        and not quantity.unit
        and _YEAR.fullmatch(quote[quantity.start : quantity.end])
    ):
        return YEAR
    return f"{quantity.kind} {quantity.unit}"


def _anchor(
    mark: tuple[str, int, int, bool],
    marks: Sequence[tuple[str, int, int, bool]],
    parts: Sequence[Clause],
    bare: str,
) -> _Anchor:
    kind, start, end, said = mark
    number = next((n for n, c in enumerate(parts) if c.start <= start < c.end), 0)
    begin = parts[number].start if parts and kind == NAME else _last_break(bare, start)
    left = max([begin, *(e for k, _, e, _ in marks if k == kind and e <= start)])
    right = min(
        [parts[number].end if parts else len(bare), *(s for k, s, _, _ in marks if k == kind and s >= end)]
    )
    before, after = _around(bare[left:start]), _around(bare[end:right])
    return _Anchor(kind, start, number, tuple(reversed(before)), tuple(after), said)


def _around(text: str) -> list[str]:
    """Return the telling words; `long`, which tells nothing in a question, tells what a measure is of."""
    return telling_words(re.sub(r"\blong\b", "length", text, flags=re.IGNORECASE))


def _last_break(text: str, before: int) -> int:
    """Return where the part of a sentence begins that a position stands in: commas do not end one."""
    return max(text.rfind(mark, 0, before) for mark in ";:") + 1
