"""The runs that bring one library's index up to date, and what they give way to."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing

from pocketrag.domain import IndexDone, IndexEvent
from pocketrag.engine.forecasting import note_rate
from pocketrag.engine.renewing import Renewing
from pocketrag.engine.stores import Stores
from pocketrag.errors import LibraryUnwritable
from pocketrag.indexing.indexer import Indexer
from pocketrag.indexing.power import Battery
from pocketrag.indexing.scope import Scope
from pocketrag.settings import IndexSettings
from pocketrag.storage.vectors import SPACES

AWAY = "the vector server cannot be used"


class Runs:
    """The indexer's runs, each followed by the making of the next index where one is due."""

    def __init__(
        self,
        stores: Stores,
        indexer: Indexer,
        renewing: Renewing,
        settings: IndexSettings,
        give_way: Callable[[], object],
    ) -> None:
        """Do nothing yet. `give_way` is called at every step of a run."""
        self._stores = stores
        self._indexer = indexer
        self._renewing = renewing
        self._settings = settings
        self._give_way = give_way
        self._battery = Battery()

    def hold(self) -> str:
        """Return why indexing that nobody asked for is to wait; empty if it need not."""
        if self._settings.on_battery == "wait" and self._battery.in_use():
            return "on battery"
        return AWAY if self._stores.place.problem else ""

    def run(self, scope: Scope) -> Iterator[IndexEvent]:
        """Yield one run; closing it stops at the next safe point."""
        self._indexer.in_doubt |= self._stores.reach()
        self._renewing.catch_up()
        try:
            with closing(self._changes(scope)) as events:
                for event in events:
                    yield event
                    self._give_way()
        except LibraryUnwritable:
            self._indexer.in_doubt |= self._stores.vectors.home.failed  # they may be there, or not
            raise
        if not self._indexer.in_doubt:
            self._stores.made_whole()

    def _changes(self, scope: Scope) -> Generator[IndexEvent, None, None]:
        """Yield one run of the indexer, and how the index is renewed where that is due; last `IndexDone`."""
        if self._renewing.first:
            yield from self._renewing.run()
        done: IndexDone | None = None
        with closing(self._indexer.run(scope.within, retry=scope.retry)) as events:
            for event in events:
                if isinstance(event, IndexDone):
                    done = event
                else:
                    yield event
        yield from self._renewing.run()
        if done is not None:
            note_rate(self._stores.catalog, done)
            yield done

    def discard(self) -> None:
        """Drop all that was read and embedded; the folders stay. No run may be at work."""
        self._stores.reach()
        self._stores.catalog.discard_index()
        for space in SPACES:
            self._stores.vectors.reset(space)
        self._renewing.forget()
