"""Sentence boundaries, with offsets. Owns sentencex, Wikimedia's segmenter.

The chunker cuts long paragraphs here, and evidence is chosen sentence by sentence.
"""

from __future__ import annotations

import sentencex

from pocketrag.domain import Span

DEFAULT_LANGUAGE = "en"
"""Where a document's language cannot be told."""


def sentence_spans(text: str, offset: int = 0, language: str = "") -> tuple[Span, ...]:
    """Return the span of each sentence of `text`, in order, without surrounding blanks.

    `language`, ISO 639: what ends a sentence depends on it (`am 3. März`).

    A line break that ends a paragraph or a table row ends a sentence too. `offset` is added to
    every position. Sentences never overlap, and together they hold all that is not blank.
    """
    spans: list[Span] = []
    position = offset
    for line in text.splitlines(keepends=True):
        for piece in sentencex.segment(language or DEFAULT_LANGUAGE, line):
            spans.extend(_without_blanks(piece, position))
            position += len(piece)
    return tuple(spans)


def _without_blanks(piece: str, position: int) -> list[Span]:
    """Return the piece's span less leading and trailing blanks; nothing if it is all blank."""
    kept = piece.strip()
    if not kept:
        return []
    start = position + piece.index(kept)
    return [Span(start, start + len(kept))]
