"""Evidence: the sentences that bear on a question, with their spans, and how well they do.

Signals of a sentence: the cosine of its meaning with the question's; cover, the share of the question's
telling words that it (or the headings above it) holds, rarer words counting more; how well its passage
was found; whether it holds the kind of thing asked for (a number, a date, a name), and the codes named.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pocketrag.answering.retrieved import Found
from pocketrag.answering.words import query_words, stem, stems, words
from pocketrag.domain import Span
from pocketrag.models.embedder import EmbeddedQuery
from pocketrag.reading.sentences import sentence_spans

COVER_WEIGHT = 0.7
RANK_WEIGHT = 0.5
TYPE_WEIGHT = 0.1
"""What cover, the passage's own score, and the kind of answer asked for add to the cosine when
sentences are compared: docs/decisions/0013-evidence.md."""

ASKS_NUMBER = re.compile(
    r"\b(when|how (much|many|long|old|far|often|big|high|hot)|what (time|date|day|year|price|temperature)"
    r"|which (date|day|year)|wann|wie ?viele?|wie (lange|oft|hoch))\b",
    re.IGNORECASE,
)
ASKS_NAME = re.compile(r"\b(who|whom|whose|wer|wem|wen)\b", re.IGNORECASE)
NUMBER = re.compile(
    r"\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|half|monday"
    r"|tuesday|wednesday|thursday|friday|saturday|sunday)\b",
    re.IGNORECASE,
)
NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-ZÄÖÜ][a-zäöüß]+")

CONTEXT_COVER = 0.5
"""What a word counts that stands in the headings above a sentence, not in the sentence itself."""

CODE_WEIGHT = 0.4
"""What it adds when a sentence holds the codes and numbers that the query names: somebody who asks for
F31, or for invoice 2025-014, means that one and no other."""

MIN_CHARACTERS = 12
"""Shorter pieces (a heading's number, a lone name) are no evidence by themselves."""

LONGEST = 60
"""Words of a sentence that is quoted whole; longer ones, lists mostly, are looked at in parts."""

SENTENCES = 120
"""Sentences whose words are looked at, at most."""

EMBEDDED = 40
"""Those of them whose meaning is looked at: embedding is what a search spends its time on. On 732 public
questions the best sentence, and the best two, hold the answer as often with the 8 that share most words
with the question as with all of them; more are looked at for those that are asked in other words."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that bears on the question."""

    passage: int
    """Which passage it stands in, from 0."""
    span: Span
    """In the document's text."""
    text: str
    cosine: float
    cover: float
    """0 to 1."""
    relevance: float
    """What sentences are ranked by."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence before its meaning is looked at."""

    passage: int
    span: Span
    text: str
    cover: float
    score: float
    """What its words, its passage and its kind add to its cosine."""


def find_evidence(
    query: EmbeddedQuery, passages: Sequence[Found], frequencies: dict[str, int], total: int
) -> list[Evidence]:
    """Return the sentences of the passages, the most relevant first.

    `frequencies` says in how many of `total` chunks each of the query's content words stands.
    """
    weights = word_weights(query.text, frequencies, total)
    candidates = [
        _candidate(n, span, passage, weights, query.text)
        for n, passage in enumerate(passages)
        for span in _sentences(passage)
    ][:SENTENCES]
    near = sorted(candidates, key=lambda c: c.score, reverse=True)[:EMBEDDED]
    if not near:
        return []
    cosines = query.embedder.embed_documents([c.text for c in near]) @ query.vector
    evidence = [
        Evidence(c.passage, c.span, c.text, float(cosine), c.cover, float(cosine) + c.score)
        for c, cosine in zip(near, np.asarray(cosines), strict=True)
    ]
    return sorted(evidence, key=lambda e: e.relevance, reverse=True)


def word_weights(query: str, frequencies: dict[str, int], total: int) -> dict[str, float]:
    """Return each content word's stem with its weight, BM25's inverse document frequency."""
    return {
        stem(word): math.log(1 + (total - frequencies.get(word, 0) + 0.5) / (frequencies.get(word, 0) + 0.5))
        for word in query_words(query)
    }


def cover(weights: dict[str, float], text: str, context: str) -> float:
    """Return the weighted share of the words that the text holds, 0 to 1; those in its context count half."""
    total = sum(weights.values())
    if not total:
        return 0.0
    here, above = stems(text), stems(context)
    held = sum(
        weight * (1.0 if word in here else CONTEXT_COVER if word in above else 0.0)
        for word, weight in weights.items()
    )
    return held / total


def fits_type(query: str, text: str) -> float:
    """Return 1 if the text holds the kind of thing that is asked for (a number or date, a name), else 0.

    A query that asks for neither gives 0 for every text, which ranks nothing.
    """
    if ASKS_NUMBER.search(query):
        return float(bool(NUMBER.search(text)))
    if ASKS_NAME.search(query):
        return float(bool(NAME.search(text)))
    return 0.0


def codes_held(query: str, text: str) -> float:
    """Return the share of the query's codes (words with a digit) that the text holds; 0 if it has none."""
    codes = {word for word in query_words(query) if any(c.isdigit() for c in word)}
    return len(codes & set(words(text))) / len(codes) if codes else 0.0


def _sentences(found: Found) -> list[Span]:
    """Return the sentences that can be evidence: headings, table heads and subjects only point at it."""
    chunk = found.stored.chunk
    spans = sentence_spans(chunk.text, chunk.start, found.file.version.language)
    pointers = {*chunk.place.section, *chunk.context.splitlines()}
    parts = [part for s in spans for part in _parts(s, _text(found, s))]
    telling = [
        s
        for s in parts
        if s.end - s.start >= MIN_CHARACTERS
        and not (text := _text(found, s)).startswith("Subject: ")
        and text not in pointers
    ]
    return telling or parts


def _parts(span: Span, text: str) -> list[Span]:
    """Return a sentence as it is; an overlong one halved at the mark nearest to its middle, and again."""
    if len(text.split()) <= LONGEST:
        return [span]
    marks = [*re.finditer(r"(?<=[;:,–—])\s+", text)] or [*re.finditer(r"\s+", text)]
    gap = min(marks, key=lambda mark: abs(mark.start() - len(text) // 2))
    first = Span(span.start, span.start + gap.start())
    second = Span(span.start + gap.end(), span.end)
    return [*_parts(first, text[: gap.start()]), *_parts(second, text[gap.end() :])]


def _text(found: Found, span: Span) -> str:
    chunk = found.stored.chunk
    return chunk.text[span.start - chunk.start : span.end - chunk.start]


def _candidate(passage: int, span: Span, found: Found, weights: dict[str, float], query: str) -> _Candidate:
    text = _text(found, span)
    covered = cover(weights, text, found.stored.chunk.context)
    score = (
        COVER_WEIGHT * covered
        + RANK_WEIGHT * found.score
        + TYPE_WEIGHT * fits_type(query, text)
        + CODE_WEIGHT * codes_held(query, text)
    )
    return _Candidate(passage, span, text, covered, score)
