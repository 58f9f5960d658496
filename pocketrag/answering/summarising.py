"""Summaries: the sentences of one document that say what it is about, in its own words.

Each part of the document is embedded by itself, and gives its most central sentence, so that of a long one
something is seen at once (map); then the most central sentences of all are put in order (reduce). No sentence
is anybody's but the document's, so none needs a language model, or its context window.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np

from pocketrag.answering.central import most_central
from pocketrag.answering.cleaning import shown_quote
from pocketrag.answering.instructing import instructs
from pocketrag.answering.kinds import Summary
from pocketrag.answering.quoting import OpenDocument, Quote, Quoted, quote_lines, shown_name
from pocketrag.domain import (
    AnswerEvent,
    AnswerReady,
    Block,
    BlockKind,
    PassagesFound,
    SearchResults,
    Token,
)
from pocketrag.models.embedder import Embedder, Vectors
from pocketrag.models.loading import Loading
from pocketrag.storage.lookup import Lookup

SHOWN = 6
"""Sentences of a summary, at most."""

WORDS = 150
"""Words of a summary, at most."""

PART = 12
"""Sentences of a part, at least, before a heading begins another one."""

LONGEST_PART = 40
PARTS = 60
"""Sentences of a part, and parts, at most. Of a document that has more, the beginnings of as many stretches
of equal length are looked at: some 2,400 sentences, which take some seconds on two cores."""

SHORTEST, LONGEST = 5, 45
"""Words of a sentence that can be part of a summary."""


class Quotable(NamedTuple):
    """A sentence that can be part of a summary."""

    quote: Quote
    section: tuple[str, ...]
    """The headings it stands under."""


class Summaries:
    """Summarises documents of one library."""

    def __init__(self, lookup: Lookup, load_embedder: Callable[[], Loading[Embedder]]) -> None:
        """Look in this library."""
        self._lookup = lookup
        self._load_embedder = load_embedder

    def answer(self, question: str, asked: Summary, document: OpenDocument) -> Iterator[AnswerEvent] | None:
        """Return the events of an answer; None where the document holds nothing to quote."""
        sentences = quotable(document)
        return self._events(question, asked, sentences) if sentences else None

    def _events(self, question: str, asked: Summary, sentences: Sequence[Quotable]) -> Iterator[AnswerEvent]:
        counts = self._lookup.counts()
        opening = Quoted.of([sentences[0].quote], self._lookup)
        yield PassagesFound(SearchResults(asked.of, opening.passages, counts, 0.0))
        embedder = yield from self._load_embedder()
        began = time.monotonic()
        parts = _parts(sentences)
        vectors = []
        for part in parts:
            vectors.append(embedder.embed_documents([one.quote.text for one in part]))
            if len(parts) > 1:
                (best,) = _central(part, vectors[-1], 1)
                yield Token(f"“{shown_quote(best.quote.text)}” ")
        chosen = _within(_central([one for part in parts for one in part], np.concatenate(vectors), SHOWN))
        quoted = Quoted.of([one.quote for one in chosen], self._lookup)
        taken = (time.monotonic() - began) * 1000
        yield PassagesFound(SearchResults(asked.of, quoted.passages, counts, taken))
        lines = quote_lines([quoted.said(n) for n in range(1, len(chosen) + 1)])
        text = f"{_lead(chosen, len(sentences), asked.german)}\n\n{lines}"
        yield AnswerReady(quoted.answer(question, asked.of, text, counts, began))


def quotable(document: OpenDocument) -> list[Quotable]:
    """Return what can be part of a summary: whole sentences; of a document without any, rows and titles."""
    everything = list(document.sentences())
    telling = [(b, s) for b, s in everything if _tells(b, document.text(s))]
    prose = [(b, s) for b, s in telling if b.kind in (BlockKind.PARAGRAPH, BlockKind.LIST)]
    quotes = ((block, document.quote(span)) for block, span in prose or telling or everything)
    return [Quotable(quote, block.place.section) for block, quote in quotes if quote]


def _tells(block: Block, text: str) -> bool:
    """Whether a sentence tells a reader something by itself."""
    length = len(text.split())
    return block.kind is not BlockKind.HEADING and SHORTEST <= length <= LONGEST and not instructs(text)


def _parts(sentences: Sequence[Quotable]) -> list[Sequence[Quotable]]:
    """Return the sentences in parts: cut where a heading begins something new, or a part gets long."""
    starts = [0]
    for n in range(1, len(sentences)):
        length = n - starts[-1]
        new = sentences[n].section != sentences[n - 1].section
        if length == LONGEST_PART or (new and length >= PART):
            starts.append(n)
    if len(starts) > PARTS:
        evenly = [n * len(sentences) // PARTS for n in range(PARTS)]
        return [sentences[start : start + LONGEST_PART] for start in evenly]
    return [sentences[a:b] for a, b in pairwise([*starts, len(sentences)])]


def _central(sentences: Sequence[Quotable], vectors: Vectors, limit: int) -> list[Quotable]:
    return [sentences[n] for n in most_central(vectors, limit, [one.section for one in sentences])]


def _within(chosen: Sequence[Quotable]) -> list[Quotable]:
    """Return the sentences that make at most `WORDS` words, the first in any case, in order."""
    lengths = accumulate(len(one.quote.text.split()) for one in chosen)
    kept = max(1, sum(words <= WORDS for words in lengths))
    return sorted(chosen[:kept], key=lambda one: one.quote.span.start)


def _lead(chosen: Sequence[Quotable], total: int, german: bool) -> str:
    """Return what is shown of which document, and how it was chosen."""
    name, shown = shown_name(chosen[0].quote.passage.file.shown), len(chosen)
    if german:
        which = "alle" if shown == total else f"die {shown} von {total}, die dem Übrigen am nächsten kommen"
        return f"{name} in eigenen Sätzen ({which}):"
    which = "all of them" if shown == total else f"the {shown} of {total} nearest to what the rest says"
    return f"{name} in its own sentences ({which}):"
