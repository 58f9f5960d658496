"""What retrieval finds."""

from __future__ import annotations

from dataclasses import dataclass

from pocketrag.domain import Freshness
from pocketrag.storage.stored import StoredChunk, StoredFile

HIGHLIGHTS = 2
"""Sentences marked in a passage, at most."""


@dataclass(frozen=True, slots=True)
class Found:
    """A chunk found, with the file it is shown for and the others that hold the same text."""

    stored: StoredChunk
    file: StoredFile
    freshness: Freshness
    also_in: tuple[str, ...]
    score: float
    """0 to 1: 1 is the best that was found."""
    cosine: float
    """Similarity of meaning, -1 to 1."""
    versions: tuple[str, ...] = ()
    """Other versions of its document that say something else there, newest first."""
