"""Vectors by the text that they stand for: a store is given those that it lacks, and no other is embedded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from pocketrag.domain import Chunk
from pocketrag.models.embedder import Embedder
from pocketrag.models.languages import embed_whole
from pocketrag.storage.records import KeyedChunk
from pocketrag.storage.vectors import Space, VectorStore, vector_key

SLICE = 128
"""Texts embedded between two signs of progress, and two chances to stop."""

ADDED = 512
"""Vectors that the store is given at once: Chroma takes 0.3 ms for each, 0.6 by dozens, 1.7 by handfuls."""


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

    def add(self, space: Space, texts: Mapping[str, str]) -> Iterator[tuple[int, float]]:
        """Embed texts, given by key; yield before each slice its number, and the share of all done."""
        # Texts of like length share a batch with little padding.
        ordered = sorted(texts, key=lambda key: len(texts[key]), reverse=True)
        for start in range(0, len(ordered), ADDED):
            keys, rows = ordered[start : start + ADDED], []
            for first in range(0, len(keys), SLICE):
                some = [texts[key] for key in keys[first : first + SLICE]]
                yield len(some), (start + first) / len(ordered)
                rows.append(embed_whole(self._embedder, some))
            self._store.add(space, keys, np.concatenate(rows))
