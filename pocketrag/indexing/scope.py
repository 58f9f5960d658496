"""The scope of a run: what it looks at, and whether it reads again what failed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class Scope:
    """What one run of the indexer looks at; `|` of two is both."""

    everything: bool = False
    places: frozenset[Path] = frozenset()
    """Files, and folders with what is below them; of no matter if it is everything."""
    retry: bool = False
    """Whether files and attachments that failed are read again."""

    @classmethod
    def of(cls, places: Iterable[Path] | None, *, retry: bool = False) -> Self:
        """Return the scope of these places, or of everything."""
        return cls(places is None, frozenset(places or ()), retry)

    def __or__(self, other: Scope) -> Scope:
        """Return what covers both."""
        return Scope(
            self.everything or other.everything, self.places | other.places, self.retry or other.retry
        )

    @property
    def within(self) -> tuple[Path, ...] | None:
        """The places, in order; None for everything."""
        return None if self.everything else tuple(sorted(self.places))


EVERYTHING = Scope(everything=True)
"""A look at all folders, as when an engine starts."""
