"""Answerability: how likely what was found carries an answer, from what is seen of it.

Four signals, each 0 to 1 but for the cosines, weighed by a logistic model that was fitted on public
questions: docs/decisions/0002-refusing-from-evidence.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pocketrag.answering.evidence import CONTEXT_COVER, Evidence
from pocketrag.answering.words import content_words, query_words, stem
from pocketrag.models.embedder import EmbeddedQuery

Floats = npt.NDArray[np.float32]

COSINE_WEIGHT = 7.5
COVER_WEIGHT = 3.3
LIKENESS_WEIGHT = 6.0
HEADING_WEIGHT = 2.3
OFFSET = -8.2
"""A logistic model of "the answer is here", fitted by `benchmarks/refusal.py` on the dev split of public
questions, its offset moved so that 98.5 % of those about nothing in the library are refused at 0.5."""

SENTENCES = 3
"""Sentences of evidence whose words are compared by meaning, the best ones."""

ASKED_WORDS = 20
SENTENCE_WORDS = 60
HEADING_WORDS = 40
"""Words that are compared, at most: of the query, of a sentence, of what stands above it."""


@dataclass(frozen=True, slots=True)
class EvidenceSignals:
    """What is seen of the evidence for a query."""

    cosine: float
    """Of the sentence nearest in meaning, -1 to 1."""
    cover: float
    """Of the sentence that holds most of the query's telling words, rarer ones counting more."""
    likeness: float
    """The same by meaning: how near the words of one of the best sentences come to the query's."""
    heading: float
    """Cosine of the nearest title and headings above a passage; 0 where there are none."""


def evidence_signals(
    query: EmbeddedQuery,
    evidence: Sequence[Evidence],
    contexts: Sequence[str],
    weights: Mapping[str, float],
) -> EvidenceSignals | None:
    """Return what is seen of the evidence, best first; None if there is none.

    `contexts` are the titles and headings above each passage, `weights` the `word_weights` of the query.
    """
    if not evidence:
        return None
    return EvidenceSignals(
        cosine=max(e.cosine for e in evidence),
        cover=max(e.cover for e in evidence),
        likeness=_likeness(query, evidence[:SENTENCES], contexts, weights),
        heading=_nearest_heading(query, contexts),
    )


def answerability(seen: EvidenceSignals | None) -> float:
    """Return how likely the evidence carries an answer, 0 to 1."""
    if seen is None:
        return 0.0
    total = (
        COSINE_WEIGHT * seen.cosine
        + COVER_WEIGHT * seen.cover
        + LIKENESS_WEIGHT * seen.likeness
        + HEADING_WEIGHT * seen.heading
        + OFFSET
    )
    return 1 / (1 + math.exp(-total))


def _nearest_heading(query: EmbeddedQuery, contexts: Sequence[str]) -> float:
    above = [context for context in dict.fromkeys(contexts) if context.strip()]
    if not above:
        return 0.0
    return float((query.embedder.embed_documents(above) @ query.vector).max())


def _likeness(
    query: EmbeddedQuery,
    evidence: Sequence[Evidence],
    contexts: Sequence[str],
    weights: Mapping[str, float],
) -> float:
    """Return the weighted mean of how near each of the query's words is to one of a sentence's.

    A word of the headings counts half. The best of the sentences counts.
    """
    asked = query_words(query.text)[:ASKED_WORDS]
    if not asked:
        return 0.0
    held = [content_words(e.text)[:SENTENCE_WORDS] for e in evidence]
    above = [content_words(contexts[e.passage])[:HEADING_WORDS] for e in evidence]
    every = list(dict.fromkeys([*asked, *(word for words in (*held, *above) for word in words)]))
    vectors = dict(zip(every, np.asarray(query.embedder.embed_documents(every)), strict=True))
    weighed = np.array([weights[stem(word)] for word in asked])
    near = (
        np.maximum(_nearest(asked, here, vectors), CONTEXT_COVER * _nearest(asked, there, vectors))
        for here, there in zip(held, above, strict=True)
    )
    return max(float(one @ weighed / weighed.sum()) for one in near)


def _nearest(asked: Sequence[str], there: Sequence[str], vectors: Mapping[str, Floats]) -> Floats:
    """Return for each word asked the cosine of the nearest of those there; 0 if there are none."""
    if not there:
        return np.zeros(len(asked), np.float32)
    found = np.stack([vectors[word] for word in asked]) @ np.stack([vectors[word] for word in there]).T
    nearest: Floats = found.max(axis=1)
    return nearest
