"""Words that differ but mean the same: a sentence's words against its quote's, by embedding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from pocketrag.answering.checking.likeness import alike
from pocketrag.models.embedder import Embedder

LIKE = 0.5
"""Cosine from which another word counts as the same: synonyms lie above it, and so do words of one field
(days, colours, drinks), which is why a whole sentence must be near, too."""


class Meanings:
    """Cosines between words and between texts; each text is embedded once."""

    def __init__(self, embedder: Embedder) -> None:
        """Embed with this model; nothing is embedded yet."""
        self._embedder = embedder
        self._known: dict[str, np.ndarray[tuple[int], np.dtype[np.float32]]] = {}

    def learn(self, texts: Iterable[str]) -> None:
        """Embed the texts that are not known yet, all at once."""
        fresh = [text for text in dict.fromkeys(texts) if text not in self._known]
        if fresh:
            self._known.update(zip(fresh, self._embedder.embed_documents(fresh), strict=True))

    def cosine(self, one: str, other: str) -> float:
        """Return how near two texts are in meaning, -1 to 1."""
        self.learn((one, other))
        return float(self._known[one] @ self._known[other])

    def nearest(self, word: str, others: Sequence[str]) -> float:
        """Return the cosine of a word with the nearest of the others; 0 if there are none."""
        self.learn((word, *others))
        return max((self.cosine(word, other) for other in others), default=0.0)


def likenesses(said: dict[str, str], held: dict[str, str], meanings: Meanings) -> dict[str, float]:
    """Return for each word said how near the evidence comes to it: 1 for a form of the same word.

    Both map base forms to words.
    """
    meanings.learn((*said.values(), *held.values()))
    others = list(held.values())
    return {
        base: 1.0 if any(alike(base, other) for other in held) else meanings.nearest(word, others)
        for base, word in said.items()
    }
