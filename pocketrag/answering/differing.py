"""Differences: the sentences of two documents that say something else, those that belong together in pairs.

A sentence that both hold, wherever it stands in each, is no difference, nor is its number ("4.1"). Of the
rest those are pairs that share most words (Dice, "Measures of the amount of ecologic association between
species", Ecology 26, 1945); within a pair, only the words that differ are quoted, and some around them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pocketrag.answering.words import words
from pocketrag.domain import Span

PAIRED = 0.5
"""Share of words from which on two sentences are one in two wordings."""

AROUND = 4
"""Words that are quoted before and after those that differ."""

WHOLE = 18
"""Words of a sentence that is quoted whole, though only some of them differ."""

_NUMBERED = re.compile(
    r"^\W*(?:(?:\d{1,3}|[a-zA-Z]|[ivxIVX]+)[.)](?:\s+|$)|\d{1,3}(?:\.\d{1,3})+\.?\s+(?=[A-ZÄÖÜ](?:\S*\s+){4}))"
)
"""What numbers a sentence: inserting one clause must not make all after it differ. A number that counts
something ("2.5 bar", "10 miles", "1.5 Liter Milch") is none."""

_FIGURE = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Side:
    """What one of two documents says."""

    sentence: Span
    differing: Span
    """The words in it that differ, and some around them: the whole of a short sentence."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What one document says and the other does not, or in other words."""

    before: Side | None
    """In the first document; None where only the second says it."""
    after: Side | None
    figures: bool
    """Whether a figure differs: an amount, a date, a length of time."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    span: Span
    text: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """How two texts compare."""

    found: tuple[Difference, ...]
    """In the order of the second text; what only the first says comes last."""
    alike: float
    """Share of the shorter text's sentences that the other holds, in the same words or nearly."""


def differences(one: str, ones: Iterable[Span], other: str, others: Iterable[Span]) -> Differences:
    """Return how two texts compare, given their sentences."""
    first, second = _sentences(one, ones), _sentences(other, others)
    known, wanted = {s.words for s in first}, {s.words for s in second}
    gone = [s for s in first if s.words not in wanted]
    new = [s for s in second if s.words not in known]
    partner = _pairs(gone, new)
    changed = [_changed(gone[a], new[b]) for b, a in sorted(partner.items())]
    alone = [Difference(None, Side(s.span, s.span), False) for n, s in enumerate(new) if n not in partner]
    dropped = set(range(len(gone))) - set(partner.values())
    lost = [Difference(Side(gone[n].span, gone[n].span), None, False) for n in sorted(dropped)]
    found = sorted([*changed, *alone], key=lambda d: d.after.sentence.start if d.after else 0)
    same = min(len(first) - len(gone), len(second) - len(new)) + len(partner)
    return Differences((*found, *lost), same / (min(len(first), len(second)) or 1))


def _sentences(text: str, spans: Iterable[Span]) -> list[_Sentence]:
    """Return the sentences that have words, each wording once."""
    found: dict[tuple[str, ...], _Sentence] = {}
    for span in spans:
        said = text[span.start : span.end]
        key = tuple(words(_NUMBERED.sub("", said)))
        if key:
            found.setdefault(key, _Sentence(span, said, key))
    return list(found.values())


def _pairs(gone: Sequence[_Sentence], new: Sequence[_Sentence]) -> dict[int, int]:
    """Return for each sentence of the second that is one of the first in other words, which."""
    holding: defaultdict[str, list[int]] = defaultdict(list)
    for n, sentence in enumerate(gone):
        for word in set(sentence.words):
            holding[word].append(n)
    scored: list[tuple[float, int, int]] = []
    for b, sentence in enumerate(new):
        shared = Counter(a for word in set(sentence.words) for a in holding[word])
        size = len(set(sentence.words))
        scored += [(2 * count / (size + len(set(gone[a].words))), a, b) for a, count in shared.items()]
    partner: dict[int, int] = {}
    for score, a, b in sorted(scored, key=lambda one: (-one[0], one[2], one[1])):
        if score >= PAIRED and b not in partner and a not in partner.values():
            partner[b] = a
    return partner


def _changed(before: _Sentence, after: _Sentence) -> Difference:
    """Return a pair, cut down to what differs in it."""
    old, new = (list(re.finditer(r"\S+", s.text)) for s in (before, after))
    turned = [
        code
        for code in SequenceMatcher(None, _bare(old), _bare(new), autojunk=False).get_opcodes()
        if code[0] != "equal"
    ]
    if not turned:
        return Difference(Side(before.span, before.span), Side(after.span, after.span), False)
    differing = [w[0] for _, a, b, c, d in turned for w in (*old[a:b], *new[c:d])]
    return Difference(
        Side(before.span, _cut(before, old, turned[0][1], turned[-1][2])),
        Side(after.span, _cut(after, new, turned[0][3], turned[-1][4])),
        any(_FIGURE.search(word) for word in differing),
    )


def _bare(said: Sequence[re.Match[str]]) -> list[str]:
    return [word[0].strip(".,;:").casefold() for word in said]


def _cut(sentence: _Sentence, said: Sequence[re.Match[str]], first: int, last: int) -> Span:
    """Return the words from the first to the last one that differs, with some around them."""
    if len(said) <= WHOLE:
        return sentence.span
    begin, end = max(0, first - AROUND), min(len(said), last + AROUND)
    start = sentence.span.start
    return Span(start + said[begin].start(), start + said[end - 1].end())
