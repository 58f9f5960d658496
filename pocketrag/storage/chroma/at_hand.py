"""Vectors that are kept in memory: Chroma hands them out slowly, and questions come back to the same ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from pocketrag.storage.vectors import Vectors

MOST = 10_000
"""Vectors of a space that are kept, at most: 15 MB of 384 dimensions."""


class AtHand:
    """Some vectors of one space, by key; all of them, after a while, if they are few enough."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._known: dict[str, Vectors] = {}
        self._page = 0
        self._whole = False

    def among(self, keys: Sequence[str]) -> dict[str, Vectors]:
        """Return those of the vectors that are kept, in the order of their keys."""
        known = ((key, self._known.get(key)) for key in keys)
        return {key: row for key, row in known if row is not None}

    def keep(self, fetched: Mapping[str, Vectors]) -> None:
        """Keep vectors, in place of all others where there is no more room."""
        if len(self._known) + len(fetched) > MOST:
            self._known.clear()
        self._known |= islice(fetched.items(), MOST)

    def drop(self, keys: Iterable[str]) -> None:
        """Keep these vectors no longer."""
        for key in keys:
            self._known.pop(key, None)

    @property
    def next_page(self) -> int | None:
        """From where on the space's vectors are to be fetched, if they are not too many; None for not at all.

        Nothing is fetched of a space of which nothing was ever asked.
        """
        return None if self._whole or not self._known else self._page

    @staticmethod
    def takes(there: int) -> bool:
        """Return whether so many vectors, all of a space, may be kept."""
        return there <= MOST

    def keep_page(self, fetched: Mapping[str, Vectors], size: int) -> None:
        """Keep a page, of so many vectors if it is not the last one."""
        self.keep({key: row for key, row in fetched.items() if key not in self._known})
        self._page += size
        self._whole = len(fetched) < size
