"""Every document that matches: for "which papers mention…", "how many…", "list all…".

What matches is decided by words alone, so that it can be checked: a document matches where one of its
passages holds every word of the query that says something, in its text, in the title and headings above it
or in the path of its file. A word counts in all its English forms (invoice, invoices, invoiced); what stands
in quotation marks counts as it is written. No similarity of meaning is looked at: no threshold would let
through all that a person would count, and nothing else. No model is needed either.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from pocketrag.answering.narrowing import narrowed_to_nothing
from pocketrag.answering.query import narrowed, read_query
from pocketrag.answering.retrieved import HIGHLIGHTS
from pocketrag.answering.sources import sources
from pocketrag.answering.words import (
    ENGLISH_DOCUMENT,
    GERMAN_DOCUMENT,
    QUERY_WORDS,
    query_words,
    stem,
    words,
)
from pocketrag.domain import AllMatched, DocumentMatched, Filters, Passage, SearchEvent, Span
from pocketrag.reading.sentences import sentence_spans
from pocketrag.storage.every_match import EveryMatch, Match
from pocketrag.storage.lookup import Lookup
from pocketrag.storage.mounts import Mounts
from pocketrag.storage.stored import StoredChunk
from pocketrag.storage.terms import indexed, is_plain

BATCH = 50
"""Documents that are looked up at a time: the first are shown while the others are."""

_NOUNS = rf"(?:{ENGLISH_DOCUMENT}s?|texts?|pages?|{GERMAN_DOCUMENT}e?n?|dateien?|notizen|artikeln?)"
_FRAME = re.compile(
    r"^\s*(?:please )?(?:(?:in )?(?:which|what|how many)|list|show|find|give|name|count"
    r"|welche|in welchen|wie ?viele|liste|zeige?|finde?|nenne?)"
    r"(?: (?:me|us|of|all|every|the|my|our|mir|alle|meiner?|unserer?|der|die))*"
    rf" {_NOUNS}(?: (?:that|which|where|there|is|are|die|in denen))*"
    r"(?: (?:mention|contain|say|speak|talk|discuss|refer|deal|cover|include|have|about|erwähn|enthalt|handel"
    r"|sprech|nenn|hab)\w*)?(?: (?:about|of|to|with|anything|something|von|über|um|mit))*\s+",
    re.IGNORECASE,
)
"""How all-documents questions begin: what follows is what the documents must hold."""


@dataclass(frozen=True, slots=True)
class _Word:
    """A word that a passage must hold."""

    said: str
    forms: tuple[str, ...]

    def stands_in(self, terms: str) -> bool:
        """Whether it stands among terms, which have a blank before and after each."""
        return any(f" {indexed(form)} " in terms for form in self.forms)


class AllDocuments:
    """Finds every document in one library."""

    def __init__(self, lookup: Lookup, every: EveryMatch, mounts: Mounts) -> None:
        """Look in this library."""
        self._lookup = lookup
        self._every = every
        self._mounts = mounts

    def find(self, typed: str, filters: Filters) -> Iterator[SearchEvent]:
        """Yield `DocumentMatched` for every document that matches, newest first; last `AllMatched`.

        Raises QueryError.
        """
        query = read_query(typed)
        for event in self.find_among(query.text, narrowed(query, filters, self._lookup)):
            yield replace(event, query=typed) if isinstance(event, AllMatched) else event

    def find_among(self, query: str, filters: Filters) -> Iterator[SearchEvent]:
        """Yield what `find` does, for a query without filters of its own."""
        began = time.monotonic()
        text = _FRAME.sub("", query)
        said = query_words(text) or words(text)[:QUERY_WORDS] or words(query)[:QUERY_WORDS]
        wanted = [_Word(word, self._forms(word)) for word in said]
        matches = self._every.documents([word.forms for word in wanted], filters)
        documents = passages = 0
        for event in self._matched(matches, wanted, filters):
            documents += 1
            passages += event.passages
            yield event
        yield AllMatched(
            query=query,
            words=tuple(said),
            documents=documents,
            passages=passages,
            counts=self._lookup.counts(),
            search_ms=(time.monotonic() - began) * 1000,
            suggestions=() if documents else self._suggestions(wanted, filters),
        )

    def _matched(
        self, matches: Sequence[Match], wanted: Sequence[_Word], filters: Filters
    ) -> Iterator[DocumentMatched]:
        """Yield the documents that are still there."""
        away = self._mounts.away()
        named = frozenset(form for word in wanted for form in word.forms)
        rank, left = 0, iter(matches)
        while batch := list(islice(left, BATCH)):
            stored = {chunk.id: chunk for chunk in self._lookup.chunks([m.chunk_id for m in batch], filters)}
            for match in batch:
                there = sources([stored[match.chunk_id]], named, away) if match.chunk_id in stored else []
                if there:
                    rank += 1
                    chunk, file, freshness = there[0]
                    held = sum(word.stands_in(_terms(chunk.chunk.text)) for word in wanted)
                    passage = Passage(
                        rank=rank,
                        score=round(held / len(wanted), 4),
                        file=file.version,
                        chunk=chunk.chunk,
                        highlights=_highlights(chunk, file.version.language, wanted),
                        freshness=freshness,
                        also_in=tuple(source.file.version.shown for source in there[1:]),
                    )
                    yield DocumentMatched(passage, match.passages)

    def _forms(self, word: str) -> tuple[str, ...]:
        """Return a word and its other forms that stand in the library."""
        if not is_plain(word):
            return (word,)
        begun = self._lookup.words.beginning(stem(word))
        return tuple(dict.fromkeys([word, *(known for known in begun if stem(known) == stem(word))]))

    def _suggestions(self, wanted: Sequence[_Word], filters: Filters) -> tuple[str, ...]:
        """Return why nothing matches."""
        blocked = narrowed_to_nothing(filters, self._lookup)
        if blocked:
            return blocked
        missing = [word for word in wanted if not self._every.stands(word.forms)]
        if missing:
            return tuple(map(self._missing, missing))
        return (
            "Each word stands somewhere, but no passage holds all of them: leave some out,"
            " or search without --all, which goes by meaning too.",
        )

    def _missing(self, word: _Word) -> str:
        known = self._lookup.words.spelling(word.said)
        meant = f" Did you mean “{known}”?" if known else ""
        return f"“{word.said}” stands in no document.{meant}"


def _highlights(stored: StoredChunk, language: str, wanted: Sequence[_Word]) -> tuple[Span, ...]:
    """Return the sentences of a passage that hold most of the words."""
    chunk = stored.chunk
    held = {
        span: sum(
            w.stands_in(_terms(chunk.text[span.start - chunk.start : span.end - chunk.start])) for w in wanted
        )
        for span in sentence_spans(chunk.text, chunk.start, language)
    }
    best = sorted((span for span in held if held[span]), key=lambda span: -held[span])
    return tuple(best[:HIGHLIGHTS])


def _terms(text: str) -> str:
    return f" {indexed(text)} "
