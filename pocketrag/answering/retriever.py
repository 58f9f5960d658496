"""Hybrid retrieval: chunks by meaning and by words, put together; the catalog says which still count.

Dense: cosine of the query with each chunk. Lexical: BM25. The files whose folders or name the query
names propose chunks too. How the three are weighed is in `fusion.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pocketrag.answering.folding import folded, newest_version_first
from pocketrag.answering.fusion import Scored, Signals, fused
from pocketrag.answering.retrieved import Found
from pocketrag.answering.sources import sources
from pocketrag.answering.variety import asks_for_several, varied
from pocketrag.answering.words import QUERY_WORDS, codes, query_words, words
from pocketrag.domain import Filters
from pocketrag.models.embedder import Embedder, Vectors
from pocketrag.models.languages import languages_of
from pocketrag.reading.language import likeliest
from pocketrag.storage.lookup import Lookup, StoredChunk
from pocketrag.storage.mounts import Mounts
from pocketrag.storage.terms import indexed, is_plain
from pocketrag.storage.vectors import Space, VectorStore

COMMON_SHARE = 0.25
"""Words in more than this share of all chunks are left out of the lexical query, if rarer ones remain."""

MISSPELT = 5
"""Letters that a word has, at least, that stands nowhere and is looked for as one a slip away."""

FEW = 2_000
"""Chunks let through by a filter that are all compared: 30 ms. Of more, the nearest are looked at first."""

NEAREST = 3_000
"""Vectors that are looked at, at most, before all that pass a filter are compared."""

NOTHING: Mapping[str, float] = {}

NAMED_FILES = 5
"""Files, best by the words of their path, that propose chunks of theirs; and how many each on average."""

SEVERAL = 3
"""Times as many passages are looked at as are wanted, where a question asks about several documents."""


class Retriever:
    """Finds the chunks that fit a query."""

    def __init__(self, lookup: Lookup, vectors: VectorStore, mounts: Mounts, candidates: int) -> None:
        """Search these stores; each way of searching proposes `candidates` chunks."""
        self._lookup = lookup
        self._vectors = vectors
        self._mounts = mounts
        self._candidates = candidates

    def search(self, query: str, filters: Filters, limit: int, embedder: Embedder) -> list[Found]:
        """Return at most `limit` chunks, best first; what says nothing new is folded, deleted files left out.

        As many as there are, however little the filters let through.
        """
        asked = self._asked(query, embedder)
        several = asks_for_several(query)
        wanted = limit * SEVERAL if several else limit
        depth = max(self._candidates, wanted)
        while True:
            found = self._found(asked, filters, depth)
            groups = folded(found.shown, wanted)
            if len(groups) >= limit or found.proposed < depth:
                break
            depth *= 4
        shown = newest_version_first(groups, query)
        return varied(shown, limit) if several else shown

    def _asked(self, query: str, embedder: Embedder) -> _Asked:
        known = languages_of(embedder)
        among = {*known, *self._lookup.languages()} if known else set()
        total = self._lookup.chunk_count()
        return _Asked(
            vector=embedder.embed_query(query),
            words=self._telling(query, total),
            named=frozenset(indexed(" ".join(query_words(query))).split()),
            codes=codes(query),
            language=likeliest(query, among),
            known=known,
            total=total,
        )

    def _telling(self, query: str, total: int) -> list[str]:
        """Return the words that tell chunks from one another; misspelt ones as they were meant."""
        terms = query_words(query) or words(query)[:QUERY_WORDS]
        frequencies = self._lookup.words.frequencies(terms)
        meant = (self._meant(term) for term in terms if not frequencies[term])
        corrected = self._lookup.words.frequencies([word for word in meant if word])
        frequencies |= corrected
        present = [term for term in frequencies if frequencies[term]]
        rare = [term for term in present if frequencies[term] <= total * COMMON_SHARE]
        return rare or present

    def _meant(self, word: str) -> str:
        """Return the known word that was meant by one that stands nowhere; empty if that cannot be told."""
        if len(word) < MISSPELT or not is_plain(word) or any(c.isdigit() for c in word):
            return ""
        return self._lookup.words.spelling(word)

    def _found(self, asked: _Asked, filters: Filters, depth: int) -> _Depth:
        """Return what is found where each way of searching proposes `depth` chunks."""
        dense = self._nearest(asked.vector, filters, depth)
        lexical = self._lookup.words.chunks(asked.words, depth, filters)
        exact = self._lookup.words.chunks(asked.codes, depth, filters)
        paths = self._lookup.words.files(asked.words, depth)
        named = self._of_files(list(paths)[:NAMED_FILES], asked.vector, filters)
        keys = {**dense, **lexical, **exact, **named}
        chunks = _by_key(self._lookup.chunks_by_key(keys, filters))
        scores = fused(self._signals(asked, chunks, dense | named, lexical, paths), asked.total)
        away = self._mounts.away()
        shown = (_shown(chunks[key], scores[key], asked.named, away) for key in scores)
        return _Depth((one for one in shown if one is not None), len(dense))

    def _nearest(self, vector: Vectors, filters: Filters, depth: int) -> dict[str, float]:
        """Return the chunks nearest in meaning that pass the filters, `depth` of them if there are."""
        if not filters.active:
            return dict(self._vectors.nearest("chunks", vector, depth))
        few = self._lookup.keys(filters, FEW + 1)
        if len(few) <= FEW:
            return dict(self._vectors.nearest("chunks", vector, depth, few))
        near = dict(self._vectors.nearest("chunks", vector, max(NEAREST, depth)))
        passing = self._lookup.passing_keys(list(near), filters)
        if len(passing) < depth:
            return dict(self._vectors.nearest("chunks", vector, depth, self._lookup.keys(filters)))
        return {key: near[key] for key in [key for key in near if key in passing][:depth]}

    def _of_files(self, files: list[Path], vector: Vectors, filters: Filters) -> dict[str, float]:
        """Return those chunks of the files that are nearest in meaning."""
        keys = self._lookup.keys_of(files, filters, FEW)
        return dict(self._vectors.nearest("chunks", vector, NAMED_FILES * len(files), keys))

    def _signals(
        self,
        asked: _Asked,
        chunks: Mapping[str, list[StoredChunk]],
        near: Mapping[str, float],
        lexical: Mapping[str, float],
        paths: Mapping[Path, float],
    ) -> dict[str, Signals]:
        """Return what speaks for each chunk, by key."""
        meaning = self._cosines("chunks", asked.vector, chunks, near)
        of_contexts = {c.context_key for equal in chunks.values() for c in equal if c.context_key}
        context = self._cosines("contexts", asked.vector, of_contexts)
        files = {f.path_key for equal in chunks.values() for c in equal for f in c.files if f.path_key}
        path = self._cosines("paths", asked.vector, files)
        return {
            key: Signals(
                cosine=meaning(key),
                context=max(context(chunk.context_key) for chunk in equal),
                path=max(path(file.path_key) for chunk in equal for file in chunk.files),
                bm25=lexical.get(key, 0.0),
                named=max(paths.get(file.version.address, 0.0) for chunk in equal for file in chunk.files),
                exact=max(_share_held(asked.codes, chunk) for chunk in equal),
                fits=asked.fits(equal[0].files[0].version.language),
            )
            for key, equal in chunks.items()
        }

    def _cosines(
        self, space: Space, vector: Vectors, keys: Iterable[str], near: Mapping[str, float] = NOTHING
    ) -> Callable[[str], float]:
        """Return what gives the cosine of each of these keys; that of the least similar one for others.

        `near` holds those that are known.
        """
        wanted = [key for key in keys if key not in near]
        known = {**near, **dict(self._vectors.nearest(space, vector, len(wanted), wanted))}
        floor = min(known.values(), default=0.0)
        return lambda key: known.get(key, floor)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query as it is searched."""

    vector: Vectors
    words: list[str]
    """Those of its words that tell chunks from one another."""
    named: frozenset[str]
    """Its terms: of files with equal text it means the one whose path holds most of them."""
    codes: list[str]
    language: str
    """Empty where that cannot be told."""
    known: frozenset[str]
    """Languages that the embedder knows; empty for all."""
    total: int
    """Chunks that are searched."""

    def fits(self, language: str) -> bool:
        """Whether the embedder can compare the query with a chunk in this language."""
        return not self.known or bool({self.language, language or self.language} & self.known)


@dataclass(frozen=True, slots=True)
class _Depth:
    """What one depth of searching has found."""

    shown: Iterator[Found]
    """Best first."""
    proposed: int
    """Chunks that were proposed for their meaning; fewer than asked for if there are no more."""


def _share_held(wanted: Sequence[str], chunk: StoredChunk) -> float:
    """Return the share of some codes that stand in a chunk, above it or in its file's path, 0 to 1."""
    if not wanted:
        return 0.0
    paths = (file.version.shown for file in chunk.files)
    there = f" {indexed(' '.join((chunk.chunk.text, chunk.chunk.context, *paths)))} "
    return sum(f" {indexed(code)} " in there for code in wanted) / len(wanted)


def _by_key(chunks: Iterable[StoredChunk]) -> dict[str, list[StoredChunk]]:
    """Return the chunks by their key: chunks with equal embedded text have equal keys."""
    groups: dict[str, list[StoredChunk]] = {}
    for chunk in chunks:
        groups.setdefault(chunk.key, []).append(chunk)
    return groups


def _shown(
    equal: list[StoredChunk], scored: Scored, named: frozenset[str], away: frozenset[Path]
) -> Found | None:
    """Return one of some equal chunks, in the file that people mean; None if no file is still there."""
    there = sources(equal, named, away)
    if not there:
        return None
    chunk, file, state = there[0]
    others = dict.fromkeys(source.file.version.shown for source in there[1:])
    others.pop(file.version.shown, None)
    return Found(chunk, file, state, tuple(others), scored.score, scored.cosine)
