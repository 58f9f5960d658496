"""Vectors by content: what a store of them does, and what they are known by.

A vector's key is the hash of what was embedded and of the model that embedded it, so adding one
twice is harmless and forms never mix. Which vectors *count* is the catalog's to say. Chroma keeps
them: `chroma/`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

Space = Literal["chunks", "contexts", "paths"]
"""What a vector stands for: a chunk's text, the title and headings above it, or a file's folder and name."""

SPACES: tuple[Space, ...] = ("chunks", "contexts", "paths")


def vector_key(fingerprint: str, text: str) -> str:
    """Return the key of a text's vector: 128 bits over model fingerprint and embedded text."""
    return hashlib.blake2b(f"{fingerprint}\0{text}".encode(), digest_size=16).hexdigest()


class Searchable(Protocol):
    """Vectors that are searched."""

    def nearest(
        self, space: Space, vector: Vectors, limit: int, among: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return at most `limit` (key, cosine) pairs, nearest first; only of `among` if it is given."""


class NoVectors:
    """No vectors at all: what is left of a search is the words."""

    def nearest(
        self, space: Space, vector: Vectors, limit: int, among: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return nothing."""
        return []


class VectorStore(Searchable, Protocol):
    """Vectors of unit length by key, in several spaces.

    Every method may raise VectorServerError where a server keeps them, LibraryDamaged where a folder does.
    """

    def add(self, space: Space, keys: Sequence[str], vectors: Vectors) -> None:
        """Keep the vectors, float32 (n, d), under their keys; known keys are written over."""

    def missing(self, space: Space, keys: Iterable[str]) -> list[str]:
        """Return those keys that are not there, each once, in order."""

    def keys(self, space: Space) -> set[str]:
        """Return every key that is there."""

    def remove(self, space: Space, keys: Iterable[str]) -> None:
        """Drop the vectors with these keys."""

    def is_sound(self, space: Space) -> bool:
        """Whether vectors that are there are found: some of them are looked for."""

    def reset(self, space: Space) -> None:
        """Drop all vectors, and whatever is wrong with where they were kept."""

    def beside(self) -> VectorStore:
        """Return the vectors of the next index, which is made beside the one that is searched."""

    def take_over(self) -> None:
        """Let the vectors of the next index, if there are any, take the place of those here."""

    def abandon(self) -> None:
        """Drop the vectors of the next index."""

    def close(self) -> None:
        """Let go of the store's files."""
