"""From a query to passages with their evidence: what `search` shows, and what `ask` answers from."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pocketrag.answering.deeper_look import DeeperLook
from pocketrag.answering.evidence import Evidence
from pocketrag.answering.joining import joined
from pocketrag.answering.narrowing import narrowed_to_nothing
from pocketrag.answering.query import narrowed, read_query
from pocketrag.answering.retrieved import HIGHLIGHTS, Found
from pocketrag.answering.retriever import Retriever
from pocketrag.answering.words import query_words
from pocketrag.domain import Counts, Filters, Passage, SearchResults, Span
from pocketrag.errors import VectorsUnusable
from pocketrag.models.embedder import EmbeddedQuery, Embedder
from pocketrag.storage.lookup import Lookup

SPARE = 2
"""Passages found beyond those asked for: they move up where two are joined into one."""

NEAR_BEST = 0.4
"""How far below the best sentence's relevance one may lie and still be marked."""


@dataclass(frozen=True, slots=True)
class Evidenced:
    """Passages, and the sentences among them that bear on the query, best first."""

    results: SearchResults
    evidence: tuple[Evidence, ...]

    @classmethod
    def nothing(cls, query: str, counts: Counts) -> Evidenced:
        """Return the outcome of a search in which there was nothing to search."""
        return cls(SearchResults(query, (), counts, 0.0), ())


class PassageFinder:
    """Finds passages and their evidence in one library."""

    def __init__(self, lookup: Lookup, retriever: Retriever) -> None:
        """Search with this retriever."""
        self._lookup = lookup
        self._retriever = retriever

    def find(self, typed: str, filters: Filters, limit: int, embedder: Embedder) -> Evidenced:
        """Return at most `limit` passages for a query as it is typed, best first, with their evidence.

        Raises QueryError.
        """
        query = read_query(typed)
        asked = EmbeddedQuery(query.text, embedder)
        found = self.find_among(asked, narrowed(query, filters, self._lookup), limit)
        return replace(found, results=replace(found.results, query=typed))

    def look(self, query: EmbeddedQuery) -> DeeperLook:
        """Return a deeper look for this query, which several searches for it may share."""
        frequencies = self._lookup.words.frequencies(query_words(query.text))
        return DeeperLook(query, frequencies, self._lookup.chunk_count())

    def find_among(
        self, query: EmbeddedQuery, filters: Filters, limit: int, look: DeeperLook | None = None
    ) -> Evidenced:
        """Return at most `limit` passages for a query without filters of its own, as `find` does.

        `look`: one for the same query, whose passages are not looked at again. While the vectors cannot be
        used, words alone are searched, and the results say so.
        """
        began = time.monotonic()
        look = look or self.look(query)
        words_only = ""
        try:
            best = self._retriever.search(query, filters, limit + SPARE, look)
        except VectorsUnusable as error:
            words_only = str(error)
            best = self._retriever.by_words().search(query, filters, limit + SPARE, look)
        found, spare = best[:limit], best[limit:]
        evidence = look.evidence(found)
        whole = joined(found, _highlights(len(found), evidence), evidence)
        shown = [*whole.found, *spare][:limit]
        marked = [*whole.marked, *(() for _ in spare)]
        results = SearchResults(
            query=query.text,
            passages=tuple(_passage(n, f, marked[n]) for n, f in enumerate(shown)),
            counts=self._lookup.counts(),
            search_ms=(time.monotonic() - began) * 1000,
            suggestions=() if found else narrowed_to_nothing(filters, self._lookup),
            looked_at=look.looked_at,
            words_only=words_only,
        )
        return Evidenced(results, tuple(whole.evidence))


def _highlights(passages: int, evidence: Sequence[Evidence]) -> list[tuple[Span, ...]]:
    """Return for each passage its most relevant sentences; none where all are far from the best."""
    best = max((e.relevance for e in evidence), default=0.0)
    marked: list[list[Span]] = [[] for _ in range(passages)]
    for e in evidence:
        if e.relevance >= best - NEAR_BEST and len(marked[e.passage]) < HIGHLIGHTS:
            marked[e.passage].append(e.span)
    return [tuple(spans) for spans in marked]


def _passage(index: int, found: Found, highlights: tuple[Span, ...]) -> Passage:
    return Passage(
        rank=index + 1,
        score=round(found.score, 4),
        file=found.file.version,
        chunk=found.stored.chunk,
        highlights=highlights,
        freshness=found.freshness,
        also_in=found.also_in,
        versions=found.versions,
    )
