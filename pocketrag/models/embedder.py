"""What an embedder is: text becomes vectors. Two are real: prepared for this computer, and as it came."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Spans = npt.NDArray[np.int64]

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text as its model sees them there, each in the light of the others."""

    vectors: Vectors
    """Float32 (t, d), as they are before the model pools them: not of unit length."""
    spans: Spans
    """(t, 2): the characters of the text from and up to which each stands."""

    def after(self, start: int) -> Tokens:
        """Return those that stand after so many characters, counted from there."""
        later = self.spans[:, 1] > start
        return Tokens(self.vectors[later], np.maximum(self.spans[later] - start, 0))


def unit(vectors: Vectors) -> Vectors:
    """Return the vectors, float32 (…, d), made as long as 1; one of nothing but zeros stays."""
    found: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
    return found.astype(np.float32, copy=False)


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

    def embed_document_tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Return each text's tokens, in order; those beyond the window are left out."""

    def embed_query_tokens(self, text: str) -> Tokens:
        """Return a query's tokens."""

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

    @cached_property
    def tokens(self) -> Tokens:
        """Its tokens."""
        return self.embedder.embed_query_tokens(self.text)


def fingerprint(name: str, revision: str, numeric_form: str) -> str:
    """Return what tells a model's vectors from all others: its name, revision and numeric form."""
    return f"{name}@{revision}/{numeric_form}"


def joined(parts: Sequence[tuple[int, Tokens]]) -> Tokens:
    """Return the tokens of a text from those of its parts, each with its length in characters."""
    starts = np.cumsum([0, *(length for length, _ in parts)])
    spans = [tokens.spans + start for start, (_, tokens) in zip(starts, parts, strict=False)]
    return Tokens(np.concatenate([tokens.vectors for _, tokens in parts]), np.concatenate(spans))


def placed(vectors: Vectors, spans: Sequence[tuple[int, int]], prompt: int) -> Tokens:
    """Return the tokens of a text that was embedded behind a prompt of so many characters.

    Those of the prompt and those that stand for no characters (start, end) are left out.
    """
    own = [n for n, (start, end) in enumerate(spans) if end > start]
    kept = np.array([spans[n] for n in own], np.int64).reshape(len(own), 2)
    return Tokens(np.asarray(vectors[own], np.float32), kept).after(prompt)


def words_as_tokens(texts: Sequence[str], embed: Callable[[Sequence[str]], Vectors]) -> list[Tokens]:
    """Return each text's words as its tokens, each embedded by itself, for models that show no tokens."""
    found = [[match.span() for match in _WORD.finditer(text)] for text in texts]
    written = [[text[a:b] for a, b in spans] for text, spans in zip(texts, found, strict=True)]
    every = list(dict.fromkeys(word for words in written for word in words))
    rows = embed(every)
    place = {word: n for n, word in enumerate(every)}
    return [
        placed(rows[[place[word] for word in words]], spans, 0)
        for words, spans in zip(written, found, strict=True)
    ]
