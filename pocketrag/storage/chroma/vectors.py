"""Vectors in Chroma's collections, wherever those are: one collection a space."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING

import numpy as np

from pocketrag.storage.chroma.at_hand import AtHand
from pocketrag.storage.chroma.home import NEXT, Home
from pocketrag.storage.gate import Gate
from pocketrag.storage.vectors import SPACES, Space, Vectors

if TYPE_CHECKING:
    from chromadb import Collection, GetResult

FETCHED = 1_000
"""Vectors that are fetched and compared one by one: 20 ms. More of them Chroma compares faster itself."""

AHEAD = 500
"""Vectors that are fetched at once before they are asked for: a question waits for that, 10 ms."""

PROBES = 16
"""Vectors looked for at each of four places of a space to tell whether it is sound."""

FOUND_SHARE = 0.5
"""Share of them that must find themselves: the graph is approximate, and a few never do."""

NEARLY = 0.001
"""Cosine distance within which a vector counts as the one looked for."""

PATIENCE = 60.0
"""Seconds that dropping or renaming collections waits for those who have them in hand."""


class ChromaVectors:
    """The vectors of one library."""

    def __init__(self, home: Home) -> None:
        """Keep them there."""
        self._suffix = ""
        self._gate = Gate()
        """Passed with a collection in hand; closed while collections are dropped or renamed."""
        self.settle(home)

    def settle(self, home: Home) -> None:
        """Have them there from now on. Nothing may be at work on them."""
        self.home = home
        self._at_hand = _nothing_at_hand()
        self._spaces: tuple[int, dict[Space, Collection]] | None = None

    def add(self, space: Space, keys: Sequence[str], vectors: Vectors) -> None:
        """Keep the vectors, float32 (n, d), under their keys; known keys are written over."""
        self._at_hand[space].drop(keys)
        if not keys:
            return
        with self._collection(space) as there:
            for start in range(0, len(keys), self.home.batch):
                end = start + self.home.batch
                there.upsert(ids=list(keys[start:end]), embeddings=vectors[start:end])

    def missing(self, space: Space, keys: Iterable[str]) -> list[str]:
        """Return those keys that are not there, each once, in order."""
        wanted = list(dict.fromkeys(keys))
        found: set[str] = set()
        if wanted:
            with self._collection(space) as there:
                for batch in self._batches(wanted):
                    found.update(there.get(ids=batch, include=[])["ids"])
        return [key for key in wanted if key not in found]

    def nearest(
        self, space: Space, vector: Vectors, limit: int, among: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return at most `limit` (key, cosine) pairs, nearest first; only of `among` if it is given."""
        if limit < 1 or (among is not None and not among):
            return []
        with self.home.at_search():
            many = among is not None and len(among) > FETCHED
            if among is None or (many and space == "chunks" and not self.home.deepest):
                return self._searched(space, vector, limit, among)
            widely = many and self.home.deepest
            near = self._searched_widely(space, vector, set(among)) if widely else []
            return (near if len(near) >= limit else self._compared(space, vector, among))[:limit]

    def _searched(
        self, space: Space, vector: Vectors, limit: int, among: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return the nearest keys with their cosines, as Chroma's index finds them."""
        with self._collection(space) as there:
            found = there.query(
                query_embeddings=vector[np.newaxis, :],
                n_results=min(limit, self.home.deepest or limit),
                include=["distances"],
                ids=None if among is None else list(among),
            )
        (distances,) = found["distances"] or [[]]
        return [(key, 1.0 - d) for key, d in zip(found["ids"][0], distances, strict=True)]

    def _searched_widely(self, space: Space, vector: Vectors, among: set[str]) -> list[tuple[str, float]]:
        """Return those of the nearest which are among many, as far down as a query may ask: often enough.

        Where a request holds few ids, to fetch and compare them all takes a request for every few hundred.
        """
        near = self._searched(space, vector, self.home.deepest)
        return [(key, cosine) for key, cosine in near if key in among]

    def _compared(self, space: Space, vector: Vectors, among: Sequence[str]) -> list[tuple[str, float]]:
        """Return these keys with their cosines, nearest first: they are fetched, and compared one by one.

        Chroma goes through all that there is to find a few by their ids.
        """
        there = self._near_at_hand(space, among)
        if not there:
            return []
        rows = np.stack(list(there.values()))
        cosines = rows @ vector / np.maximum(np.linalg.norm(rows, axis=1), 1e-12)
        keys, order = list(there), np.argsort(-cosines, kind="stable")
        return [(keys[n], float(cosines[n])) for n in order]

    def _near_at_hand(self, space: Space, wanted: Sequence[str]) -> dict[str, Vectors]:
        """Return the vectors with these keys, of those that are there, and keep them at hand."""
        there = self._at_hand[space].among(wanted)
        missing = [key for key in dict.fromkeys(wanted) if key not in there]
        if not missing:
            return there
        fetched = self.fetched(space, missing)
        self._at_hand[space].keep(fetched)
        return there | fetched

    def fetch_ahead(self) -> bool:
        """Fetch some vectors that questions will ask for, in idle moments; return whether there were any.

        Of spaces that were asked of, and that are small enough to be at hand as a whole.
        """
        for space, at_hand in self._at_hand.items():
            start = at_hand.next_page
            if start is None:  # nothing is asked of Chroma at every rest
                continue
            with self._collection(space) as there:
                if at_hand.takes(there.count()):
                    page = there.get(limit=AHEAD, offset=start, include=["embeddings"])
                    at_hand.keep_page(_rows(page), AHEAD)
                    return True
        return False

    def fetched(self, space: Space, keys: Sequence[str]) -> dict[str, Vectors]:
        """Return the vectors with these keys, of those that are there."""
        there: dict[str, Vectors] = {}
        with self._collection(space) as collection:
            for batch in self._batches(keys):
                there |= _rows(collection.get(ids=batch, include=["embeddings"]))
        return there

    def keys(self, space: Space) -> set[str]:
        """Return every key that is there."""
        found: set[str] = set()
        with self._collection(space) as there:
            while True:
                page = there.get(include=[], limit=self.home.batch, offset=len(found))["ids"]
                found.update(page)
                if len(page) < self.home.batch:
                    return found

    def remove(self, space: Space, keys: Iterable[str]) -> None:
        """Drop the vectors with these keys."""
        dropped = list(keys)
        if dropped:
            self.home.keep_apart()
        for batch in self._batches(dropped):
            with self._collection(space) as there:
                there.delete(ids=batch)
            self._at_hand[space].drop(batch)

    def is_sound(self, space: Space) -> bool:
        """Whether vectors that are there are found: some of them are looked for.

        An index whose files were lost goes on answering, with little of what it should know.
        """
        with self._gate.passing(), self.home.at_work():
            try:
                there = self._opened()[space]
                last = max(0, there.count() - PROBES)
                starts = (0, last // 3, 2 * last // 3, last)
                found = [one for start in starts for one in _found(there, start)]
            except self.home.damage:
                return False
        return sum(found) >= FOUND_SHARE * len(found)

    def reset(self, space: Space) -> None:
        """Drop all vectors, and whatever is wrong with where they were kept."""
        with self._alone():
            self.home.drop(self._name(space))
            self._at_hand[space] = AtHand()
            self._spaces = None
            self._opened()

    def beside(self) -> ChromaVectors:
        """Return the vectors of the next index, which is made beside the one that is searched."""
        other = copy(self)
        other._suffix = NEXT
        other.settle(self.home)
        return other

    @property
    def has_next(self) -> bool:
        """Whether there are vectors of a next index."""
        with self.home.at_work():
            return any(self.home.exists(f"{space}{NEXT}") for space in SPACES)

    def take_over(self) -> None:
        """Let the vectors of the next index, if there are any, take the place of those here.

        One space after the other: what a stop in between leaves is taken over the next time.
        """
        with self._alone():
            self._at_hand = _nothing_at_hand()
            self._spaces = None
            for space in SPACES:
                if self.home.exists(f"{space}{NEXT}"):
                    self.home.rename(f"{space}{NEXT}", space)

    def abandon(self) -> None:
        """Drop the vectors of the next index."""
        with self._alone():
            for space in SPACES:
                self.home.drop(f"{space}{NEXT}")

    def close(self) -> None:
        """Let go of where they are kept."""
        self.home.close()

    @contextmanager
    def _collection(self, space: Space) -> Iterator[Collection]:
        with self._gate.passing(), self.home.at_work():
            yield self._opened()[space]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Have the collections be ours, and in nobody's hands meanwhile, who would ask one that has gone."""
        self.home.keep_apart()
        with self._gate.closed(PATIENCE), self.home.at_work():
            yield

    def _opened(self) -> dict[Space, Collection]:
        """Return the collections; all of them are made at once."""
        epoch, opened = self.home.epoch, self._spaces  # which another thread may set to None meanwhile
        if opened is None or opened[0] != epoch:
            opened = epoch, {space: self.home.collection(self._name(space)) for space in SPACES}
            self._spaces = opened
        return opened[1]

    def _name(self, space: Space) -> str:
        return f"{space}{self._suffix}"

    def _batches(self, keys: Sequence[str]) -> Iterator[list[str]]:
        for start in range(0, len(keys), self.home.batch):
            yield list(keys[start : start + self.home.batch])


def _nothing_at_hand() -> dict[Space, AtHand]:
    return {space: AtHand() for space in SPACES}


def _rows(found: GetResult) -> dict[str, Vectors]:
    """Return the vectors that Chroma hands out, by key."""
    if not found["ids"] or found["embeddings"] is None:
        return {}
    return dict(zip(found["ids"], np.asarray(found["embeddings"], np.float32), strict=True))


def _found(there: Collection, start: int) -> list[bool]:
    """Return of some vectors, from a position on, whether each finds itself."""
    probes = there.get(limit=PROBES, offset=start, include=["embeddings"])["embeddings"]
    if probes is None or not len(probes):
        return []
    found = there.query(query_embeddings=np.asarray(probes), n_results=1, include=["distances"])
    return [bool(row) and row[0] < NEARLY for row in found["distances"] or []]
