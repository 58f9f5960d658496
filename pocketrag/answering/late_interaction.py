"""Late interaction: the tokens of a query against those of a passage, each seen in the light of its own text.

A sentence is compared twice. Its meaning is the mean of its tokens as they stand in the passage, so that
"it" means what was named before ("late chunking": Günther et al., 2024). And each token of the query looks
for the one nearest to it in the sentence (MaxSim: Khattab & Zaharia, "ColBERT", SIGIR 2020); those that
tell more count more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt

from pocketrag.answering.words import stem
from pocketrag.domain import Span
from pocketrag.models.embedder import EmbeddedQuery, Tokens, Vectors, unit

COMMON_WEIGHT = 0.3
"""What a word counts that tells little ("how", "the"); a telling one has its BM25 weight, 1 to 10."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like a sentence is to a query."""

    cosine: float
    """Of what both mean, -1 to 1."""
    words: float
    """The weighted mean of how near each word of the query is to one of the sentence, -1 to 1."""


NONE = Likeness(0.0, 0.0)


class QueryTokens:
    """A query's tokens, ready to be compared."""

    def __init__(self, query: EmbeddedQuery, weights: Mapping[str, float]) -> None:
        """Weigh the tokens; `weights` are the `word_weights` of the query."""
        self._unit = unit(query.tokens.vectors)
        self._mean = _mean(query.tokens.vectors)
        self._weights = _token_weights(query, weights)

    def likenesses(
        self, tokens: Tokens, spans: Sequence[Span], heads: Sequence[Sequence[Span]]
    ) -> list[Likeness]:
        """Return how like each stretch of a text is to the query; `NONE` for one without tokens.

        `heads` are what they stand under in the text: words may be near to theirs as well.
        """
        if not len(self._unit) or not len(tokens.vectors):
            return [NONE] * len(spans)
        near = self._unit @ unit(tokens.vectors).T
        return [self._likeness(tokens, near, span, head) for span, head in zip(spans, heads, strict=True)]

    def _likeness(self, tokens: Tokens, near: Vectors, span: Span, heads: Sequence[Span]) -> Likeness:
        inside = _inside(tokens, span)
        if not inside.any():
            return NONE
        cosine = _mean(tokens.vectors[inside]) @ self._mean
        spoken = reduce(np.logical_or, (_inside(tokens, head) for head in heads), inside)
        return Likeness(float(cosine), float(self._weights @ near[:, spoken].max(axis=1)))


def _inside(tokens: Tokens, span: Span) -> npt.NDArray[np.bool_]:
    """Return which tokens stand in a stretch; one may take the blank before or after it along."""
    inside: npt.NDArray[np.bool_] = (tokens.spans[:, 1] > span.start) & (tokens.spans[:, 0] < span.end)
    return inside


def _token_weights(query: EmbeddedQuery, weights: Mapping[str, float]) -> Vectors:
    """Return each token's weight (t,): its word's, shared among the word's tokens; they add up to 1."""
    written = list(_WORD.finditer(query.text))
    owners = [
        next((n for n, word in enumerate(written) if start < word.end() and end > word.start()), -1)
        for start, end in query.tokens.spans
    ]
    pieces = Counter(owners)
    found = np.array(
        [
            (weights.get(stem(written[n].group().casefold()), COMMON_WEIGHT) / pieces[n]) if n >= 0 else 0.0
            for n in owners
        ],
        np.float32,
    )
    return found / max(float(found.sum()), 1e-9)


def _mean(vectors: Vectors) -> Vectors:
    """Return the mean direction (d,)."""
    if not len(vectors):
        return np.zeros(vectors.shape[1:], np.float32)
    return unit(vectors.mean(axis=0))
