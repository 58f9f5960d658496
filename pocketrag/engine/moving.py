"""Moving: a library's vectors are carried from its folder to a server, or back, or on.

What is there already stays, so that a move that was broken off goes on where it was; no text is embedded. The
place they come from answers until the new one holds the very same keys and finds what it is given; only
then do the settings name it, and the old one is emptied.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from typing import NamedTuple

import numpy as np

from pocketrag.domain import MoveEvent, VectorsMoved, VectorsMoving
from pocketrag.engine.renewing import Renewing
from pocketrag.engine.stores import Stores
from pocketrag.errors import VectorServerError
from pocketrag.indexing.indexer import Indexer
from pocketrag.paths import LibraryPaths
from pocketrag.settings import StorageSettings
from pocketrag.settings_file import change_setting
from pocketrag.storage.chroma.home import Home
from pocketrag.storage.chroma.server import ChromaServer
from pocketrag.storage.chroma.vectors import ChromaVectors
from pocketrag.storage.vectors import SPACES, Space

BATCH = 500
"""Vectors carried between two signs of progress, and two chances to stop: a quarter of a second."""

PATIENCE = 60.0
"""Seconds that changing over waits for questions."""

AGAIN = "The vectors are where they were. Do the same again: it goes on from here."

log = logging.getLogger(__name__)


class Moving:
    """Moves the vectors of one library, which nothing indexes meanwhile."""

    def __init__(self, paths: LibraryPaths, stores: Stores, renewing: Renewing, indexer: Indexer) -> None:
        """Do nothing yet. `indexer` is told if what is carried may not be what the catalog refers to."""
        self._paths = paths
        self._stores = stores
        self._renewing = renewing
        self._indexer = indexer

    def run(self, storage: StorageSettings) -> Iterator[MoveEvent]:
        """Yield how far it is, and that it is done; closing stops it, for the next time to go on.

        Raises VectorServerError if a server cannot be used, or does not hold in the end what it was given,
        SettingsError if the settings cannot be written: then the vectors are where they were.
        """
        if storage == self._stores.storage:
            yield VectorsMoved(self._stores.place.at, 0)
            return
        home: Home = self._stores.server(storage) if storage.url else self._stores.folder()
        stays, total = storage.url == self._stores.storage.url, 0
        try:
            if isinstance(home, ChromaServer):
                home.reach()
            if stays:  # set before, and confirmed only now
                self._stores.lack(home)
            else:
                total = yield from self._carried(ChromaVectors(home))
                self._stores.carried(home)
            old = self._change_over(home, storage)
        except BaseException:
            home.close()
            raise
        if stays:
            old.close()
        yield VectorsMoved(self._stores.place.at, total, "" if stays else _emptied(old))

    def _carried(self, target: ChromaVectors) -> Generator[MoveEvent, None, int]:
        """Yield how far it is; return how many vectors the target holds: all there are, known to be found."""
        source = self._stores.vectors
        self._indexer.in_doubt |= self._stores.reach()
        self._renewing.catch_up()
        loads = list(_loads(source, target))
        if source.has_next:
            loads += _loads(source.beside(), target.beside())
        total, done = sum(len(load.keys) for load in loads), 0
        for load in loads:
            there = load.target.keys(load.space)
            if not there & load.keys:  # also what another model made
                load.target.reset(load.space)
            load.target.remove(load.space, there - load.keys)
            done += len(there & load.keys)
            lacking = sorted(load.keys - there)
            for start in range(0, len(lacking), BATCH):
                yield VectorsMoving(done, total)
                done += load.carry(lacking[start : start + BATCH])
        yield VectorsMoving(done, total)
        for load in loads:
            load.verify()
        return total

    def _change_over(self, home: Home, storage: StorageSettings) -> Home:
        """Have the vectors searched at their new home, from one question to the next; return the old one."""
        with self._renewing.gate.closed(PATIENCE) as alone:
            if not alone:
                raise VectorServerError("A question has been at work for a minute.", AGAIN)
            for key in ("confirmed_address", "tenant", "database", "url"):
                if getattr(storage, key) != getattr(self._stores.storage, key):
                    change_setting(self._paths, f"storage.{key}", getattr(storage, key))
            old = self._stores.vectors.home
            self._stores.moved(home, storage)
            self._renewing.moved()
        log.info("the vectors have moved")
        return old


class Load(NamedTuple):
    """The vectors of one space that are to be carried over."""

    space: Space
    source: ChromaVectors
    target: ChromaVectors
    keys: set[str]

    def carry(self, keys: list[str]) -> int:
        """Return how many vectors were carried over: one for each key. Raises VectorServerError."""
        rows = self.source.fetched(self.space, keys)
        if len(rows) < len(keys):
            raise VectorServerError(
                f"Vectors of the {self.space} cannot be read where they are.",
                "`pocketrag doctor --repair` mends them; then do the same again.",
            )
        self.target.add(self.space, list(rows), np.stack(list(rows.values())))
        return len(rows)

    def verify(self) -> None:
        """Return if the target holds these very vectors, and finds them. Raises VectorServerError."""
        if self.target.keys(self.space) != self.keys or not self.target.is_sound(self.space):
            raise VectorServerError(
                f"Not all vectors of the {self.space} are found where they were carried to.", AGAIN
            )


def _loads(source: ChromaVectors, target: ChromaVectors) -> Iterator[Load]:
    for space in SPACES:
        yield Load(space, source, target, source.keys(space))


def _emptied(old: Home) -> str:
    """Return why a place still holds vectors after all, in a sentence; empty if it does not."""
    try:
        old.remove()
    except VectorServerError as error:
        return f"{error.message} What is there of this library stays there."
    return ""
