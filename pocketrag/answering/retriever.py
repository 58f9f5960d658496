"""Hybrid retrieval: chunks by meaning and by words, fused; the catalog says which still count.

Dense: cosine of the query with each chunk, and, weighted, with the title and headings above it and
with its file's folder and name (vectors of their own, so that a rename re-embeds nothing, and another
heading no chunk but its own). Lexical: BM25. Fused by reciprocal rank.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from pocketrag.answering.words import QUERY_WORDS, query_words, words
from pocketrag.domain import Filters, Freshness
from pocketrag.models.embedder import Embedder, Vectors
from pocketrag.storage.lookup import Lookup, StoredChunk, StoredFile
from pocketrag.storage.mounts import Mounts, is_below
from pocketrag.storage.vectors import Space, VectorStore

RRF_K = 20
"""Rank offset of reciprocal rank fusion (Cormack, Clarke & Büttcher, SIGIR 2009, use 60). A smaller
one trusts the first ranks more: 20 was better than 60 on questions about household papers."""

PATH_WEIGHT = 0.25
"""Share of the path's cosine added to a chunk's: first-document hits rose from 0.53 to 0.71 on
questions about household papers, against the path put before the chunk's text."""

CONTEXT_WEIGHT = 0.2
"""Share of the title's and headings' cosine added to a chunk's; flat between 0.1 and 0.3 on three sets
(docs/decisions/0005-headings-as-vectors.md)."""

NEAR = 200
"""Paths, and contexts, whose similarity is looked at; the others count as the least similar of these."""

COMMON_SHARE = 0.25
"""Words in more than this share of all chunks are left out of the lexical query, if rarer ones remain."""


_COPY = re.compile(
    r"(?<![^\W_])(bak|back-?up|old|orig|copy|copies|kopie|copie|copia|duplicate)s?(?![^\W_])|~$|\(\d+\)(?=\.\w+$|$)",
    re.IGNORECASE,
)
"""What says in a path that a file is a copy of another one: `lease.pdf.bak`, `Backup/`, `lease (2).pdf`."""

_BY_FRESHNESS = (Freshness.FRESH, Freshness.CHANGED, Freshness.AWAY)


@dataclass(frozen=True, slots=True)
class Found:
    """A chunk found, with the file it is shown for and the others that hold the same text."""

    stored: StoredChunk
    file: StoredFile
    freshness: Freshness
    also_in: tuple[str, ...]
    score: float
    """Fused score, 0 to 1: 1 is first by meaning and by words."""
    cosine: float
    """Similarity of meaning, -1 to 1; 0 where only words found it."""


class Retriever:
    """Finds the chunks that fit a query."""

    def __init__(self, lookup: Lookup, vectors: VectorStore, mounts: Mounts, candidates: int) -> None:
        """Search these stores; each way of searching proposes `candidates` chunks."""
        self._lookup = lookup
        self._vectors = vectors
        self._mounts = mounts
        self._candidates = candidates

    def search(self, query: str, filters: Filters, limit: int, embedder: Embedder) -> list[Found]:
        """Return at most `limit` chunks, best first, equal texts folded, deleted files left out."""
        vector = embedder.embed_query(query)
        dense = dict(self._dense(vector, filters))
        lexical = self._lexical(query, filters)
        chunks = _by_key(self._lookup.chunks_by_key({*dense, *lexical}, filters))
        by_meaning = self._by_meaning(vector, {k: s for k, s in dense.items() if k in chunks}, chunks)
        fused = fuse([by_meaning, [key for key in lexical if key in chunks]])
        away = self._mounts.away()
        found = (_found(chunks[key], score, dense.get(key, 0.0), away) for key, score in fused.items())
        return [f for f in found if f is not None][:limit]

    def _dense(self, vector: Vectors, filters: Filters) -> list[tuple[str, float]]:
        among = self._lookup.keys(filters) if filters.active else None
        return self._vectors.nearest("chunks", vector, self._candidates, among)

    def _lexical(self, query: str, filters: Filters) -> list[str]:
        """Return keys of chunks, best BM25 first."""
        return self._lookup.search_words(self._telling(query), self._candidates, filters)

    def _telling(self, query: str) -> list[str]:
        """Return the query's words that tell chunks from one another."""
        terms = query_words(query) or words(query)[:QUERY_WORDS]
        frequencies = self._lookup.document_frequencies(terms)
        common = self._lookup.chunk_count() * COMMON_SHARE
        present = [term for term in terms if frequencies[term]]
        rare = [term for term in present if frequencies[term] <= common]
        return rare or present

    def _by_meaning(
        self, vector: Vectors, cosines: dict[str, float], chunks: dict[str, list[StoredChunk]]
    ) -> list[str]:
        """Return the keys by their chunk's cosine plus those, weighted, of its best context and path."""
        context_of = self._similarities("contexts", vector)
        path_of = self._similarities("paths", vector)

        def similarity(key: str) -> float:
            context = max(context_of(chunk.context_key) for chunk in chunks[key])
            path = max(path_of(file.path_key) for chunk in chunks[key] for file in chunk.files)
            return cosines[key] + CONTEXT_WEIGHT * context + PATH_WEIGHT * path

        return sorted(cosines, key=similarity, reverse=True)

    def _similarities(self, space: Space, vector: Vectors) -> Callable[[str], float]:
        """Return what gives a key's cosine; that of the least similar one looked at for all others."""
        near = dict(self._vectors.nearest(space, vector, NEAR))
        floor = min(near.values(), default=0.0)
        return lambda key: near.get(key, floor)


def fuse(rankings: list[list[str]]) -> dict[str, float]:
    """Return each key's reciprocal rank fusion score, best first; 1.0 is first in every ranking."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, key in enumerate(ranking):
            scores[key] = scores.get(key, 0.0) + (RRF_K + 1) / (RRF_K + 1 + rank) / len(rankings)
    return dict(sorted(scores.items(), key=lambda item: item[1], reverse=True))


def freshness(file: StoredFile, away: frozenset[Path]) -> Freshness | None:
    """Return how the file on disk compares with the index; None if it was deleted.

    `away`: the places whose drive is not connected.
    """
    path = file.version.path
    if is_below(path, away):
        return Freshness.AWAY
    try:
        stat = path.stat(follow_symlinks=False)
    except OSError:
        return None if file.version.folder.is_dir() else Freshness.AWAY
    if (stat.st_size, stat.st_mtime_ns) == (file.size, file.mtime_ns):
        return Freshness.FRESH
    return Freshness.CHANGED


def _by_key(chunks: Iterable[StoredChunk]) -> dict[str, list[StoredChunk]]:
    """Return the chunks by their key: chunks with equal embedded text have equal keys."""
    groups: dict[str, list[StoredChunk]] = {}
    for chunk in chunks:
        groups.setdefault(chunk.key, []).append(chunk)
    return groups


def _is_meant_less(place: tuple[StoredChunk, StoredFile, Freshness]) -> tuple[int, bool, int, int]:
    """Return what sorts the file that people mean before its copies, of files that hold the same text."""
    _, file, state = place
    name = file.version.shown
    return _BY_FRESHNESS.index(state), bool(_COPY.search(name)), len(name), -file.mtime_ns


def _found(equal: list[StoredChunk], score: float, cosine: float, away: frozenset[Path]) -> Found | None:
    """Return one of some equal chunks, in the file that people mean; None if no file is still there."""
    places = (
        (chunk, file, state)
        for chunk in equal
        for file in chunk.files
        if (state := freshness(file, away)) is not None
    )
    there = sorted(places, key=_is_meant_less)
    if not there:
        return None
    chunk, file, state = there[0]
    others = tuple(dict.fromkeys(f.version.shown for _, f, _ in there[1:]))
    return Found(chunk, file, state, others, score, cosine)
