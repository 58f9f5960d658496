"""Answers that are made of quotes alone: each stands in a passage, and is cited."""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from pocketrag.answering.cleaning import shown_quote
from pocketrag.answering.composing import citation
from pocketrag.domain import (
    Answer,
    Block,
    Chunk,
    Citation,
    Counts,
    Document,
    FileVersion,
    Freshness,
    Passage,
    Sentence,
    Span,
    Timings,
)
from pocketrag.plain import one_line
from pocketrag.reading.sentences import sentence_spans
from pocketrag.storage.freshness import freshness_of
from pocketrag.storage.lookup import Lookup
from pocketrag.storage.stored import StoredFile


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a document, and the passage they stand in."""

    passage: Passage
    span: Span

    @property
    def text(self) -> str:
        """The words, as they stand there."""
        start = self.passage.chunk.start
        return self.passage.chunk.text[self.span.start - start : self.span.end - start]


@dataclass(frozen=True, slots=True)
class Quoted:
    """Quotes as they are shown: numbered, in order."""

    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    """Each once, in the order in which they are quoted."""

    @classmethod
    def of(cls, quotes: Sequence[Quote], lookup: Lookup) -> Quoted:
        """Return the quotes, each compared with the text that is stored."""
        document: Callable[[Path], Document] = cache(lambda path: lookup.document(path)[1])
        citations = tuple(
            citation(n, quote.span, quote.text, quote.passage, document(quote.passage.file.address))
            for n, quote in enumerate(quotes, start=1)
        )
        return cls(citations, _passages(quotes))

    def said(self, number: int) -> str:
        """Return a quote with its marker: `“Two months.” [1]`."""
        return f"“{shown_quote(self.citations[number - 1].quote)}” [{number}]"

    def answer(self, question: str, query: str, text: str, counts: Counts, began: float) -> Answer:
        """Return the answer whose text says these quotes; `began`: when it was asked, `time.monotonic`."""
        taken = (time.monotonic() - began) * 1000
        return Answer(
            question=question,
            query=query,
            text=text,
            sentences=tuple(
                Sentence(shown_quote(one.quote), (one.marker,), one.verified) for one in self.citations
            ),
            citations=self.citations,
            passages=self.passages,
            refusal=None,
            model="",
            counts=counts,
            timings=Timings(evidence_ms=taken, total_ms=taken),
        )


class OpenDocument:
    """A document to quote from: its sentences, and the passages they stand in."""

    def __init__(self, file: FileVersion, freshness: Freshness, lookup: Lookup) -> None:
        """Read the document as it is stored. Raises UnknownFile."""
        self.file = file
        self.document = lookup.document(file.address)[1]
        self._freshness = freshness
        self._chunks = [stored.chunk for stored in lookup.chunks_of(file.address)]

    @classmethod
    def stored(cls, file: StoredFile, lookup: Lookup, away: frozenset[Path]) -> OpenDocument:
        """Return a stored file's; `away`: the places whose drive is not connected. Raises UnknownFile."""
        return cls(file.version, freshness_of(file, away), lookup)

    def sentences(self) -> Iterator[tuple[Block, Span]]:
        """Yield each sentence, in order, with the block it stands in."""
        text = self.document.text
        for block in self.document.blocks:
            for span in sentence_spans(text[block.start : block.end], block.start, self.document.language):
                yield block, span

    def text(self, span: Span) -> str:
        """Return the words at a span."""
        return self.document.text[span.start : span.end]

    def above(self, span: Span) -> str:
        """Return the title and the headings above a span; empty if it stands in no passage."""
        chunk = self._chunk(span)
        return chunk.context if chunk else ""

    def quote(self, span: Span) -> Quote | None:
        """Return a quote of this span; None if it stands in no passage."""
        chunk = self._chunk(span)
        if chunk is None:
            return None
        return Quote(Passage(1, 1.0, self.file, chunk, (span,), self._freshness), span)

    def _chunk(self, span: Span) -> Chunk | None:
        """Return the chunk that holds a span; where it runs over into the next ones, these together."""
        first = bisect_right(self._chunks, span.start, key=lambda chunk: chunk.start) - 1
        last = bisect_left(self._chunks, span.end, key=lambda chunk: chunk.end)
        if first < 0 or last >= len(self._chunks) or span.start >= self._chunks[first].end:
            return None
        begins, end = self._chunks[first], self._chunks[last].end
        return replace(begins, end=end, text=self.document.text[begins.start : end])


def shown_name(name: str) -> str:
    """Return a file's name for an answer's text: nothing in it acts as markup."""
    return shown_quote(one_line(name))


def quote_lines(lines: Sequence[str]) -> str:
    """Return lines as a block quote of Markdown, a paragraph each."""
    return "\n>\n".join(f"> {line}" for line in lines)


def _passages(quotes: Sequence[Quote]) -> tuple[Passage, ...]:
    found: dict[tuple[Path, int], Passage] = {}
    for quote in quotes:
        key = quote.passage.file.address, quote.passage.chunk.start
        known = found.get(key)
        marked = (*(known.highlights if known else ()), quote.span)
        found[key] = replace(known or quote.passage, highlights=marked)
    return tuple(replace(passage, rank=n) for n, passage in enumerate(found.values(), start=1))
