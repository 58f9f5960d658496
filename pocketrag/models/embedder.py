"""What an embedder is: text becomes vectors. Two are real: prepared for this computer, and as it came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class Embedder(Protocol):
    """Text becomes vectors of unit length, so that a dot product is a cosine."""

    @property
    def name(self) -> str:
        """The model's name, for people."""

    @property
    def fingerprint(self) -> str:
        """Model, revision and numeric form: vectors with another fingerprint never mix."""

    @property
    def window(self) -> int:
        """How many tokens are embedded; what is longer would be cut in silence."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens each text takes of the window, special tokens included."""

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return float32 (n, d), unit length: one row a text, in order."""

    def embed_query(self, text: str) -> Vectors:
        """Return float32 (d,), unit length."""

    def giving_way(self, wait: Callable[[], object]) -> Embedder:
        """Return the same embedder for work in the background: it calls `wait` before each batch."""


class EmbeddedQuery:
    """A query and its vector, which several stages need and which is made once."""

    def __init__(self, text: str, embedder: Embedder) -> None:
        """Embed nothing yet."""
        self.text = text
        self.embedder = embedder

    @cached_property
    def vector(self) -> Vectors:
        """Float32 (d,), unit length."""
        return self.embedder.embed_query(self.text)


def fingerprint(name: str, revision: str, numeric_form: str) -> str:
    """Return what tells a model's vectors from all others: its name, revision and numeric form."""
    return f"{name}@{revision}/{numeric_form}"
