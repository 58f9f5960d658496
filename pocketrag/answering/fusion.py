"""Fusion: how what speaks for a chunk becomes one score.

A weighted sum of similarities and of BM25, not of ranks: a rank forgets by how much the first is ahead
of the second (Bruch, Gai & Ingber, ACM TOIS 42, 2023). BM25 is taken as it is, not scaled to the best
chunk's, so that words count for more where they tell more; divided by the logarithm of the number of
chunks, its rarest word's weight, it means the same in libraries of any size. The constants were chosen
on the dev splits of public questions (docs/decisions/0012-fusion.md).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

CONTEXT_WEIGHT = 0.2
"""Share of the cosine of title and headings that is added to the chunk's."""

PATH_WEIGHT = 0.25
"""Share of the cosine of folder and file name that is added."""

WORDS_WEIGHT = 0.2
"""What BM25 adds, over the logarithm of the number of chunks."""

FOREIGN_WORDS_WEIGHT = 1.0
"""The same, where neither query nor chunk is in a language that the embedder knows."""

NAMED_WEIGHT = 0.1
"""What it adds that the query's words stand in the file's folders or name, more so than in other files'."""

EXACT_WEIGHT = 0.2
"""What it adds that the chunk holds the codes, numbers and file names of the query."""


class Signals(NamedTuple):
    """What speaks for a chunk."""

    cosine: float
    bm25: float
    """0 where none of the words stands."""
    named: float
    """BM25 of the words in its file's path."""
    exact: float
    """Share of the query's codes that it holds, 0 to 1."""
    fits: bool
    """Whether the embedder knows the language of the query or the chunk."""
    context: float = 0.0
    """Cosine of its title and headings; 0 before they are looked at."""
    path: float = 0.0
    """Cosine of its file's folder and name."""


class Scored(NamedTuple):
    """A chunk's place among those found."""

    score: float
    """0 to 1: the best has 1."""
    cosine: float


def fused(signals: Mapping[str, Signals], total: int) -> dict[str, Scored]:
    """Return each key's score, best first; `total` is how many chunks were searched."""
    sums = _sums(signals, total)
    best = max(sums.values(), default=0.0)
    return {key: Scored(_share(sums[key], best), signals[key].cosine) for key in _best_first(sums)}


def ranked(signals: Mapping[str, Signals], total: int) -> list[str]:
    """Return the keys, best first, as `fused` has them."""
    return _best_first(_sums(signals, total))


def _best_first(sums: Mapping[str, float]) -> list[str]:
    return sorted(sums, key=sums.__getitem__, reverse=True)


def _sums(signals: Mapping[str, Signals], total: int) -> dict[str, float]:
    best_named = max((s.named for s in signals.values()), default=0.0) or 1.0
    rarest = math.log(2 + total)
    return {
        key: cosine
        + CONTEXT_WEIGHT * context
        + PATH_WEIGHT * path
        + (WORDS_WEIGHT if fits else FOREIGN_WORDS_WEIGHT) * bm25 / rarest
        + NAMED_WEIGHT * (named / best_named)
        + EXACT_WEIGHT * exact
        for key, (cosine, bm25, named, exact, fits, context, path) in signals.items()
    }


def _share(part: float, best: float) -> float:
    return max(0.0, part / best) if best > 0 else 0.0
