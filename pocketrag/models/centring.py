"""Centring: many models' vectors all lean one way, which makes any two texts look alike; that is taken away.

With E5 two sentences about nothing in common have a cosine of .75, with all-MiniLM-L6-v2 of .05. What is
compared with a number somewhere (is this about the question at all?) would mean another thing with every
model. The mean of a model's vectors over texts about everything is what they share and what says nothing:
without it, cosines are spread alike, and rankings hardly change (Mu & Viswanath, "All-but-the-Top",
ICLR 2018).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pocketrag.models.embedder import Embedder, Tokens, Vectors, unit
from pocketrag.models.faithfulness import Probes

LEANING = 0.25
"""Mean cosine of unrelated texts from which on vectors are centred; those of all-MiniLM-L6-v2 have .07."""


def leaning(vectors: Vectors) -> float:
    """Return the mean cosine of each text with each other one; `vectors` (n, d) are of unit length."""
    count = len(vectors)
    total = float(np.square(vectors.sum(axis=0)).sum())
    return (total - count) / (count * (count - 1))


@dataclass(frozen=True)
class Centre:
    """What all vectors of a model share; empty where that is little."""

    texts: tuple[float, ...] = ()
    """(d,): of the texts' vectors, which have unit length."""
    tokens: tuple[float, ...] = ()
    """(d,): of their tokens'."""

    @property
    def form(self) -> str:
        """What is added to the name of the numeric form: other vectors come out."""
        return "-centred" if self.texts or self.tokens else ""

    def of_texts(self, vectors: Vectors) -> Vectors:
        """Return the vectors (n, d) without what all share, of unit length."""
        return unit(vectors - self._of_texts) if self.texts and len(vectors) else vectors

    def of_tokens(self, tokens: Tokens) -> Tokens:
        """Return the tokens without what all share."""
        if not (self.tokens and len(tokens.vectors)):
            return tokens
        return Tokens(tokens.vectors - self._of_tokens, tokens.spans)

    @cached_property
    def _of_texts(self) -> Vectors:
        return np.array(self.texts, np.float32)

    @cached_property
    def _of_tokens(self) -> Vectors:
        return np.array(self.tokens, np.float32)


def centre_of(embedder: Embedder, probes: Probes) -> Centre:
    """Return what all vectors of an embedder that does not centre them share, by those of the probes."""
    questions = np.stack([embedder.embed_query(question) for question in probes.questions])
    texts = np.concatenate([questions, embedder.embed_documents(probes.passages)])
    tokens = np.concatenate([one.vectors for one in embedder.embed_document_tokens(probes.passages)])
    return Centre(_shared(texts), _shared(tokens))


def _shared(vectors: Vectors) -> tuple[float, ...]:
    """Return the mean of the vectors if they lean one way."""
    if leaning(unit(vectors)) < LEANING:
        return ()
    return tuple(float(value) for value in vectors.mean(axis=0).round(6))
