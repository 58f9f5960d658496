"""Answerability: how likely what was found carries an answer, from what is seen of it.

Four signals, each 0 to 1 but for the cosines, weighed by a logistic model that was fitted on public
questions: docs/decisions/0002-refusing-from-evidence.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pocketrag.answering.evidence import Evidence
from pocketrag.models.embedder import EmbeddedQuery

COSINE_WEIGHT = 6.1
COVER_WEIGHT = 3.5
WORDS_WEIGHT = 6.3
HEADING_WEIGHT = 2.4
OFFSET = -6.8
"""A logistic model of "the answer is here", fitted by `benchmarks/refusal.py` on the dev split of public
questions, its offset moved so that 98.5 % of those about nothing in the library are refused at 0.5."""

SENTENCES = 3
"""Sentences of evidence that are compared with the query by themselves, the best ones."""


@dataclass(frozen=True, slots=True)
class EvidenceSignals:
    """What is seen of the evidence for a query."""

    cosine: float
    """Of the sentence nearest in meaning, by itself, -1 to 1."""
    cover: float
    """Of the sentence that holds most of the query's telling words, rarer ones counting more."""
    words: float
    """Of the sentence whose words come nearest to each of the query's."""
    heading: float
    """Cosine of the nearest title and headings above a passage; 0 where there are none."""


def evidence_signals(
    query: EmbeddedQuery, evidence: Sequence[Evidence], contexts: Sequence[str]
) -> EvidenceSignals | None:
    """Return what is seen of the evidence, best first; None if there is none.

    `contexts` are the titles and headings above each passage.
    """
    if not evidence:
        return None
    return EvidenceSignals(
        cosine=_nearest(query, [e.headed for e in evidence[:SENTENCES]]),
        cover=max(e.cover for e in evidence),
        words=max(e.words for e in evidence),
        heading=_nearest(query, [context for context in dict.fromkeys(contexts) if context.strip()]),
    )


def answerability(seen: EvidenceSignals | None) -> float:
    """Return how likely the evidence carries an answer, 0 to 1."""
    if seen is None:
        return 0.0
    total = (
        COSINE_WEIGHT * seen.cosine
        + COVER_WEIGHT * seen.cover
        + WORDS_WEIGHT * seen.words
        + HEADING_WEIGHT * seen.heading
        + OFFSET
    )
    return 1 / (1 + math.exp(-total))


def _nearest(query: EmbeddedQuery, texts: Sequence[str]) -> float:
    """Return the cosine of the text nearest to the query; 0 if there are none."""
    if not texts:
        return 0.0
    return float((query.embedder.embed_documents(texts) @ query.vector).max())
