"""Vectors by the text that they stand for: a store is given those that it lacks, and no other is embedded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import groupby

import numpy as np

from pocketrag.domain import Chunk
from pocketrag.models.embedder import Embedder, Vectors
from pocketrag.models.languages import embed_whole
from pocketrag.storage.records import KeyedChunk
from pocketrag.storage.vectors import Space, VectorStore, vector_key

SLICE, AT_ONCE = 64, 2
"""Texts embedded between two signs of progress, and two chances to stop; and slices at a time."""

ADDED = 512
"""Vectors that the store is given at once: Chroma takes 0.3 ms for each, 0.6 by dozens, 1.7 by handfuls."""

Missing = Mapping[Space, Mapping[str, str]]
"""Texts whose vectors a store lacks, by space and key."""

Store = Callable[[Space, Sequence[str], Vectors], object]


class KeyedVectors:
    """The vectors of one store, made by one embedder."""

    def __init__(self, store: VectorStore, embedder: Embedder) -> None:
        """Write into this store with vectors of this embedder."""
        self._store = store
        self._embedder = embedder

    def key(self, text: str) -> str:
        """Return the key of a text's vector."""
        return vector_key(self._embedder.fingerprint, text)

    def keyed(self, chunk: Chunk) -> KeyedChunk:
        """Return a chunk with the keys of its vector and of its context's, empty where it has none."""
        context_key = self.key(chunk.context) if chunk.context else ""
        return KeyedChunk(chunk, self.key(chunk.embedded_text), context_key)

    def missing(self, space: Space, texts: Iterable[str]) -> dict[str, str]:
        """Return those of the texts whose vectors the store lacks, by key."""
        by_key = {self.key(text): text for text in texts}
        return {key: by_key[key] for key in self._store.missing(space, by_key)}

    def store(self, space: Space, keys: Sequence[str], vectors: Vectors) -> None:
        """Give the store vectors."""
        self._store.add(space, keys, vectors)

    def add(self, texts: Missing, store: Store | None = None) -> Iterator[tuple[Space, int, float]]:
        """Embed texts, and store their vectors; yield of each slice its space, number, and how much is done.

        That is the share of the texts of its space, 0 to 1. `store` is given the vectors, many at once, in
        place of the store.
        """
        for space, slices in groupby(self._embedded(texts), lambda one: one[0]):
            keys: list[str] = []
            rows: list[Vectors] = []
            done = 0
            for _, some, vectors in slices:
                keys, rows, done = [*keys, *some], [*rows, vectors], done + len(some)
                if len(keys) >= ADDED or done == len(texts[space]):
                    (store or self.store)(space, keys, np.concatenate(rows))
                    keys, rows = [], []
                yield space, len(some), done / len(texts[space])

    def _embedded(self, texts: Missing) -> Iterator[tuple[Space, list[str], Vectors]]:
        """Yield the vectors slice by slice. Two are embedded at a time: no core waits for the end of one."""
        slices = [(space, keys) for space in texts for keys in _sliced(texts[space])]
        pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="slice")
        try:
            written = ([texts[space][key] for key in keys] for space, keys in slices)
            found = pool.map(partial(embed_whole, self._embedder), written)
            for (space, keys), vectors in zip(slices, found, strict=True):
                yield space, keys, vectors
        finally:
            pool.shutdown(cancel_futures=True)


def _sliced(texts: Mapping[str, str]) -> Iterator[list[str]]:
    """Yield the keys, long texts first: texts of like length share a batch with little padding."""
    ordered = sorted(texts, key=lambda key: len(texts[key]), reverse=True)
    for start in range(0, len(ordered), SLICE):
        yield ordered[start : start + SLICE]
