"""What an embedder knows of languages, and how texts are measured and embedded in those it does not know.

A model breaks words it does not know into letters. Measured by those, a passage would be a line: of
Russian, 140 characters, where English ones have 550. So a text in such a language is measured as if it
were English, and one that is then too long for the model becomes the mean of its parts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from pocketrag.models.embedder import Embedder, Tokens, Vectors, joined, unit

KNOWN_LANGUAGES = {"all-MiniLM-L6-v2": frozenset({"en"})}
"""What models were trained on that know few languages only (their model cards)."""

CHARACTERS = 4.2
"""Of an English token, on average."""

DENSE_TOKENS = 0.7
"""English tokens that a Chinese, Japanese or Korean character stands for, roughly."""

DENSE_FROM = "\u2e80"
"""The first of those characters."""

FULL = 0.8
"""How full of the window a part should be: some parts have more tokens than others of their length."""


def languages_of(embedder: Embedder) -> frozenset[str]:
    """Return the languages that an embedder is known to know, ISO 639; empty means any."""
    return KNOWN_LANGUAGES.get(embedder.name, frozenset())


def measure_of(embedder: Embedder, language: str) -> Callable[[Sequence[str]], list[int]]:
    """Return what measures texts in a language: their tokens, or those of an English text as long."""
    known = languages_of(embedder)
    if not known or not language or language in known:
        return embedder.count_tokens
    return lambda texts: [_like_tokens(text) for text in texts]


def embed_whole(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    """Return float32 (n, d), unit length: a row a text, in order; of one over the window, its parts' mean."""
    parts = _in_parts(embedder, texts)
    rows = embedder.embed_documents([part for of_text in parts for part in of_text])
    if len(rows) == len(texts):
        return rows
    starts = [0]
    for of_text in parts:
        starts.append(starts[-1] + len(of_text))
    return unit(np.stack([rows[start:end].mean(axis=0) for start, end in pairwise(starts)]))


def tokens_of_whole(embedder: Embedder, texts: Sequence[str]) -> list[Tokens]:
    """Return each text's tokens, in order; of one over the window, its parts', one after the other."""
    parts = _in_parts(embedder, texts)
    rows = iter(embedder.embed_document_tokens([part for of_text in parts for part in of_text]))
    return [joined([(len(part), next(rows)) for part in of_text]) for of_text in parts]


def _in_parts(embedder: Embedder, texts: Sequence[str]) -> list[list[str]]:
    counts = embedder.count_tokens(texts)
    return [_parts(text, tokens, embedder.window) for text, tokens in zip(texts, counts, strict=True)]


def _parts(text: str, tokens: int, window: int) -> list[str]:
    """Return a text in parts of like length that should fit the window; whole if it does."""
    if tokens <= window:
        return [text]
    size = max(1, int(len(text) * FULL * window / tokens))
    return [text[start : start + size] for start in range(0, len(text), size)]


def _like_tokens(text: str) -> int:
    dense = sum(character >= DENSE_FROM for character in text)
    return round(DENSE_TOKENS * dense + (len(text) - dense) / CHARACTERS) + 2
