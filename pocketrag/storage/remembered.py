"""What was read from a catalog is remembered for as long as nothing in it changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from pocketrag.storage.database import Database

_Value = TypeVar("_Value")

MOST = 10_000
"""Things remembered, at most; then it begins anew."""


class Remembered:
    """Values by key, of one state of the catalog. Any thread may ask."""

    def __init__(self, database: Database) -> None:
        """Remember what is read from this catalog, which nobody else writes to."""
        self._database = database
        self._kept: tuple[int, dict[Hashable, Any]] = (-1, {})

    def get(self, key: Hashable, read: Callable[[], _Value]) -> _Value:
        """Return what is remembered under the key; else what is read now."""
        generation = self._database.generation  # before reading: a change meanwhile makes it read again
        state, values = self._kept
        if state != generation or len(values) > MOST:
            state, values = self._kept = generation, {}
        if key not in values:
            values[key] = read()
        found: _Value = values[key]
        return found
