"""Evidence: the sentences that bear on a question, with their spans, and how well they do.

Signals of a sentence: how like it is to the question, as a whole and word by word, seen in the light of its
passage (`late_interaction.py`); cover, the share of the question's telling words that it (or the headings
above it) holds, rarer words counting more; how well its passage was found; whether it holds the kind of
thing asked for (a number, a date, a name), and the codes named.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter

from pocketrag.answering.answer_types import expected_type
from pocketrag.answering.late_interaction import Likeness, QueryTokens
from pocketrag.answering.retrieved import Found
from pocketrag.answering.words import query_words, stem, stems, words
from pocketrag.domain import Chunk, Span
from pocketrag.models.embedder import Tokens
from pocketrag.reading.sentences import sentence_spans

COSINE_WEIGHT = 0.8
WORDS_WEIGHT = 1.2
COVER_WEIGHT = 0.55
TYPE_WEIGHT = 0.4
PASSAGE_WEIGHT = 0.7
"""What sentences are compared by: likeness as a whole, word by word, cover, the kind of answer asked for,
and the passage's own score. Fitted on dev: docs/decisions/0019-deeper-look.md."""

CONTEXT_COVER = 0.5
"""What a word counts that stands in the headings above a sentence, not in the sentence itself."""

CODE_WEIGHT = 0.3
"""What it adds when a sentence holds the codes and numbers that the query names: somebody who asks for
F31, or for invoice 2025-014, means that one and no other."""

CLOSE = 0.2
"""How far below the best sentence's relevance one may lie and still be quoted: a fifth of the answers then
have two quotes, and four quotes in five hold the answer (docs/decisions/0019-deeper-look.md). What lies
farther off carries no sentence of a model's either: it answers another question ("the first payment is due
in May")."""

MIN_CHARACTERS = 12
"""Shorter pieces (a heading's number, a lone name) are no evidence by themselves."""

COLUMN = " | "
"""What stands between the cells of a row."""

LONGEST = 60
"""Words of a sentence that is quoted whole; longer ones, lists mostly, are looked at in parts."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that bears on the question."""

    passage: int
    """Which passage it stands in, from 0."""
    span: Span
    """In the document's text."""
    text: str
    cosine: float
    """Of its meaning in its passage with the question's, -1 to 1."""
    cover: float
    """0 to 1."""
    relevance: float
    """What sentences are ranked by."""
    words: float = 0.0
    """How near the question's words come to one of it, or of its head, each, -1 to 1."""
    head: str = ""
    """The headings that it stands under inside its passage; empty where those above the passage say all."""

    @property
    def headed(self) -> str:
        """The sentence, its head before it."""
        return f"{self.head}\n{self.text}".strip()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage, and what is seen of it."""

    span: Span
    text: str
    likeness: Likeness
    cover: float
    relevance: float
    """What it is worth by itself, whatever its passage is."""
    head: str

    def in_passage(self, number: int, score: float, less: float = 0.0) -> Evidence:
        """Return it as evidence of the passage of this number, found with this score; worth so much less."""
        relevance = self.relevance + PASSAGE_WEIGHT * score - less
        like = self.likeness
        return Evidence(
            number, self.span, self.text, like.cosine, self.cover, relevance, like.words, self.head
        )


def above(chunk: Chunk) -> str:
    """Return what a chunk's text is seen below: the header of its table, with a line end; empty without."""
    return f"{chunk.header}\n" if chunk.header else ""


def sentences(
    found: Found, tokens: Tokens, query: str, asked: QueryTokens, weights: Mapping[str, float]
) -> tuple[Sentence, ...]:
    """Return the sentences of a passage that can be evidence, in order.

    `tokens` are those of its text and of what is `above` it; `weights` are the `word_weights` of the query.
    """
    spans = _sentences(found)
    heads = [_head(found, span) for span in spans]
    columns = [_columns(found, span) for span in spans]
    named = [filter(None, pair) for pair in zip(heads, columns, strict=True)]
    begin = found.stored.chunk.start - len(above(found.stored.chunk))
    likenesses = asked.likenesses(
        tokens,
        [_from(begin, span) for span in spans],
        [[_from(begin, one) for one in some] for some in named],
    )
    return tuple(
        _sentence(found, span, *pair, like, query, weights)
        for span, pair, like in zip(spans, zip(heads, columns, strict=True), likenesses, strict=True)
    )


def _from(begin: int, span: Span) -> Span:
    """Return where a stretch of the document stands, counted from there."""
    return Span(span.start - begin, span.end - begin)


def _under(found: Found, span: Span, *, header: bool) -> Span | None:
    """Return the headings, or the table's header, that a sentence stands under inside its chunk."""
    heads = (one for one in found.stored.chunk.headings if one.end <= span.start)
    of_kind = (one for one in heads if (COLUMN in _text(found, one)) is header)
    return max(of_kind, default=None, key=attrgetter("end"))


def _head(found: Found, span: Span) -> Span | None:
    """Return the headings inside the chunk that a sentence stands under.

    None if there are none, or if they are the chunk's own context: that counts for each of its sentences.
    """
    head = _under(found, span, header=False)
    lines = filter(None, _text(found, head).splitlines()) if head else ()
    return None if all(line in found.stored.chunk.context for line in lines) else head


def _columns(found: Found, row: Span) -> Span | None:
    """Return where the header of the table stands that a row is of, before its chunk if need be."""
    chunk = found.stored.chunk
    if COLUMN not in _text(found, row):
        return None
    before = Span(chunk.start - len(above(chunk)), chunk.start) if chunk.header else None
    return _under(found, row, header=True) or before


def _sentence(
    found: Found,
    span: Span,
    head: Span | None,
    columns: Span | None,
    like: Likeness,
    query: str,
    weights: Mapping[str, float],
) -> Sentence:
    chunk, text = found.stored.chunk, _text(found, span)
    named = _text(found, head) if head else ""
    header = (_text(found, columns) or chunk.header) if columns else ""  # before the chunk there is no text
    covered = cover(weights, f"{named}\n{text}", f"{chunk.context}\n{header}")
    relevance = (
        COSINE_WEIGHT * like.cosine
        + WORDS_WEIGHT * like.words
        + COVER_WEIGHT * covered
        + TYPE_WEIGHT * fits_type(query, text)
        + CODE_WEIGHT * codes_held(query, text)
    )
    return Sentence(span, text, like, covered, relevance, named)


def word_weights(query: str, frequencies: Mapping[str, int], total: int) -> dict[str, float]:
    """Return each content word's stem with its weight, BM25's inverse document frequency."""
    return {
        stem(word): math.log(1 + (total - frequencies.get(word, 0) + 0.5) / (frequencies.get(word, 0) + 0.5))
        for word in query_words(query)
    }


def cover(weights: Mapping[str, float], text: str, context: str) -> float:
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
    """Return how well the text holds the kind of thing that is asked for, 0 to 1.

    A query of no kind that can be told gives 0 for every text, which ranks nothing.
    """
    expected = expected_type(query)
    return expected.held(text) if expected else 0.0


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
        and not any(head.start <= s.start < head.end for head in chunk.headings)
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
