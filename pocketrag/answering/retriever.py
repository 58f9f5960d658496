"""Hybrid retrieval: chunks by meaning and by words, put together; the catalog says which still count.

Dense: cosine of the query with each chunk. Lexical: BM25. The files whose folders or name the query
names propose chunks too. How the three are weighed is in `fusion.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Literal, TypeVar

from pocketrag.answering.asked import Asked
from pocketrag.answering.deeper_look import DeeperLook
from pocketrag.answering.folding import folded, newest_version_first
from pocketrag.answering.fusion import Scored, Signals, fused, ranked
from pocketrag.answering.retrieved import Found
from pocketrag.answering.sources import Source, sources
from pocketrag.answering.variety import asks_for_several, varied
from pocketrag.domain import Filters
from pocketrag.models.embedder import EmbeddedQuery, Vectors
from pocketrag.storage.lookup import COPIES, Lookup
from pocketrag.storage.mounts import Mounts
from pocketrag.storage.stored import Standing, StoredChunk
from pocketrag.storage.vectors import NoVectors, Searchable, Space

_Keyed = TypeVar("_Keyed", Standing, StoredChunk)

_Held = tuple[Collection[int], Collection[int]]
"""The chunks and the files that hold a code."""

FEW = 500
"""Chunks let through by a filter that are all compared: 10 ms. Of more, the nearest are looked at first."""

MORE = 2
"""Times as many vectors are looked at as should be enough, from the share of files that pass a filter."""

NEAREST = 2_000
"""Vectors that are looked at, or twice as many, before all that pass a filter are compared."""

READ = 32
"""Chunks whose text is read at a time: seldom more are needed."""

HELD = 10_000
"""Files whose path holds a code, at most."""

NOTHING: Mapping[str, float] = {}

MANY = 30_000
"""Chunks from which on meaning and words are looked up side by side: of fewer, that gains nothing."""

NAMED_FILES = 5
"""Files, best by the words of their path, that propose chunks of theirs; and how many each on average."""

CLOSELY = 80
"""Chunks whose headings and paths are compared with the query, of a hundred or two that are proposed."""

NAMED_CHUNKS = 500
"""Their chunks that are compared, at most."""

SEVERAL = 3
"""Times as many passages are looked at as are wanted, where a question asks about several documents."""


class Retriever:
    """Finds the chunks that fit a query."""

    def __init__(self, lookup: Lookup, vectors: Searchable, mounts: Mounts, candidates: int) -> None:
        """Search these stores; each way of searching proposes `candidates` chunks."""
        self._lookup = lookup
        self._vectors = vectors
        self._mounts = mounts
        self._candidates = candidates

    def by_words(self) -> Retriever:
        """Return a retriever that goes by words alone, for when there are no vectors to be had."""
        return Retriever(self._lookup, NoVectors(), self._mounts, self._candidates)

    def search(
        self, query: EmbeddedQuery, filters: Filters, limit: int, look: DeeperLook | None = None
    ) -> list[Found]:
        """Return at most `limit` chunks, best first; what says nothing new is folded, deleted files left out.

        As many as there are, however little the filters let through. Without a deeper look they come in the
        order of the quick ranking.
        """
        several = asks_for_several(query.text)
        wanted = limit * SEVERAL if several else limit
        depth = max(self._candidates, wanted)
        with ThreadPoolExecutor(1, thread_name_prefix="meaning") as aside:
            dense = self._begun(aside, query, filters, depth)
            asked = Asked.of(query, self._lookup)
            found = self._found(asked, filters, depth, dense)
        while True:
            groups = folded(look.settled(found.shown) if look else found.shown, wanted)
            if len(groups) >= limit or found.proposed < depth:
                break
            depth *= 4
            found = self._found(asked, filters, depth, partial(self._nearest, query.vector, filters, depth))
        shown = newest_version_first(groups, query.text)
        return varied(shown, limit) if several else shown

    def _begun(
        self, aside: Executor, query: EmbeddedQuery, filters: Filters, depth: int
    ) -> Callable[[], dict[str, float]]:
        """Return what gives the chunks nearest in meaning.

        Of many, they are looked for already, beside the words; but not where the catalog has to be asked too,
        whose connections are a thread's own.
        """

        def nearest() -> dict[str, float]:
            """Return them; the query is embedded first."""
            return self._nearest(query.vector, filters, depth)

        beside = not filters.active and self._lookup.chunk_count() >= MANY
        return aside.submit(nearest).result if beside else nearest

    def _found(
        self, asked: Asked, filters: Filters, depth: int, nearest: Callable[[], dict[str, float]]
    ) -> _Depth:
        """Return what is found where each way of searching proposes `depth` chunks."""
        lexical = self._lookup.words.chunks(asked.words, depth, filters)
        exact = self._lookup.words.chunks(asked.rare_codes, depth, filters)
        paths = self._lookup.words.files(asked.words, depth)
        files = list(paths)[:NAMED_FILES]
        in_named = self._lookup.keys_of(files, filters, NAMED_CHUNKS)
        held = [(self._lookup.words.holding(c), self._lookup.words.files([c], HELD)) for c in asked.codes]
        dense = nearest()
        known = self._cosines("chunks", asked.vector, [*lexical, *exact, *in_named], dense)
        named = sorted(in_named, key=known, reverse=True)[: NAMED_FILES * len(files)]
        standings = self._lookup.standings(dict.fromkeys((*dense, *lexical, *exact, *named)), filters)
        places = _by_key(standings)
        scores = self._scores(asked, places, known, lexical, paths, held, max(CLOSELY, depth))
        return _Depth(self._shown(asked, scores, places, filters), max(len(dense), len(lexical)))

    def _shown(
        self,
        asked: Asked,
        scores: Mapping[str, Scored],
        places: Mapping[str, Sequence[Standing]],
        filters: Filters,
    ) -> Iterator[Found]:
        """Yield the chunks, best first, each in the file that people mean; without those of deleted files."""
        away, left = self._mounts.away(), iter(scores)
        while batch := list(islice(left, READ)):
            equal = _by_key(self._stored([places[key] for key in batch], filters))
            for key in batch:
                there = sources(equal.get(key, ()), asked.named, away)
                if there:
                    yield _found(there, scores[key])

    def _stored(self, places: Sequence[Sequence[Standing]], filters: Filters) -> list[StoredChunk]:
        """Return the chunks that stand there; of those with the same key, `COPIES` at most."""
        if any(len(equal) > COPIES for equal in places):
            return self._lookup.chunks_by_key([equal[0].key for equal in places], filters)
        return self._lookup.chunks({place.chunk_id for equal in places for place in equal}, filters)

    def _nearest(self, vector: Vectors, filters: Filters, depth: int) -> dict[str, float]:
        """Return the chunks nearest in meaning that pass the filters, `depth` of them if there are."""
        if not filters.active:
            return dict(self._vectors.nearest("chunks", vector, depth))
        few = self._lookup.keys(filters, FEW + 1)
        if len(few) <= FEW:
            return dict(self._vectors.nearest("chunks", vector, depth, few))
        looked_at = int(MORE * depth / max(self._lookup.share(filters), depth / NEAREST))
        while looked_at <= max(2 * NEAREST, depth):
            near = dict(self._vectors.nearest("chunks", vector, looked_at))
            passing = self._lookup.passing_keys(list(near), filters)
            if len(passing) >= depth or not near:
                return {key: near[key] for key in [key for key in near if key in passing][:depth]}
            if len(near) < looked_at:  # there are no more; or a server hands out no more at once
                break
            looked_at *= 4
        return dict(self._vectors.nearest("chunks", vector, depth, self._lookup.keys(filters)))

    def _scores(
        self,
        asked: Asked,
        places: Mapping[str, Sequence[Standing]],
        meaning: Callable[[str], float],
        lexical: Mapping[str, float],
        paths: Mapping[int, float],
        held: Sequence[_Held],
        closely: int,
    ) -> dict[str, Scored]:
        """Return each chunk's score by its key, best first.

        Headings and paths are looked at of the `closely` best ones without them.
        """
        foreign = set() if asked.fits_all else self._lookup.documents_in_other_languages(asked.known)
        alone = {
            key: Signals(
                meaning(key),
                lexical.get(key, 0.0),
                max([paths.get(place.file_id, 0.0) for place in equal]),
                max([_share_held(held, place) for place in equal]) if held else 0.0,
                equal[0].document_id not in foreign,
            )
            for key, equal in places.items()
        }
        best = ranked(alone, asked.total)[:closely]
        context = self._cosines("contexts", asked.vector, _named(places, best, "context_key"))
        path = self._cosines("paths", asked.vector, _named(places, best, "path_key"))
        whole = {
            key: Signals(
                cosine,
                bm25,
                named,
                exact,
                fits,
                max([context(place.context_key) for place in places[key]]),
                max([path(place.path_key) for place in places[key]]),
            )
            for key, (cosine, bm25, named, exact, fits, _, _) in alone.items()
        }
        return fused(whole, asked.total)

    def _cosines(
        self, space: Space, vector: Vectors, keys: Iterable[str], near: Mapping[str, float] = NOTHING
    ) -> Callable[[str], float]:
        """Return what gives the cosine of each of these keys; that of the least similar one for others.

        `near` holds those that are known.
        """
        wanted = list(dict.fromkeys(key for key in keys if key not in near))
        known = {**near, **dict(self._vectors.nearest(space, vector, len(wanted), wanted))}
        floor = min(known.values(), default=0.0)
        return lambda key: known.get(key, floor)


@dataclass(frozen=True, slots=True)
class _Depth:
    """What one depth of searching has found."""

    shown: Iterator[Found]
    """Best first."""
    proposed: int
    """Chunks proposed for their meaning, or for their words if those are more; all of them where fewer than
    were asked for."""


def _named(
    places: Mapping[str, Sequence[Standing]], keys: Iterable[str], of: Literal["context_key", "path_key"]
) -> set[str]:
    """Return the keys of the headings above some chunks, or of the paths of their files."""
    return {found for key in keys for place in places[key] if (found := getattr(place, of))}


def _share_held(held: Sequence[_Held], place: Standing) -> float:
    """Return the share of some codes that stand in a chunk, above it or in its file's path, 0 to 1."""
    return sum(place.chunk_id in chunks or place.file_id in files for chunks, files in held) / len(held)


def _by_key(chunks: Iterable[_Keyed]) -> dict[str, list[_Keyed]]:
    """Return the chunks by their key: chunks with equal embedded text have equal keys."""
    groups: dict[str, list[_Keyed]] = {}
    for chunk in chunks:
        groups.setdefault(chunk.key, []).append(chunk)
    return groups


def _found(there: Sequence[Source], scored: Scored) -> Found:
    """Return what stands in several places, in the first of them."""
    chunk, file, state = there[0]
    others = dict.fromkeys(source.file.version.shown for source in there[1:])
    if others:
        others.pop(file.version.shown, None)
    return Found(chunk, file, state, tuple(others), scored.score, scored.cosine)
