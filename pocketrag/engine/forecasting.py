"""What a folder would bring, told before it is added: as fast as this computer has shown itself to be."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

from pocketrag.domain import FolderForecast, IndexDone
from pocketrag.engine.stores import Stores
from pocketrag.errors import ModelError
from pocketrag.indexing.forecast import Held, forecast
from pocketrag.indexing.indexer import RECIPE
from pocketrag.indexing.scan import Before, ScanRules, scan_folder
from pocketrag.models.loading import Models
from pocketrag.storage.catalog import Catalog
from pocketrag.storage.lookup import Lookup
from pocketrag.storage.mounts import Mounts

SECONDS: Final = 2.0
"""Time that counting a folder's files may take; what is not counted by then is said to be more."""

RATE: Final = "passages_per_second"
"""The fact of a catalog that tells how fast the last run of some length was."""

_LONG_ENOUGH: Final = 100
"""Passages of a run that tells a rate."""
_SHARE: Final = 0.5
"""What is left of the rate at which a model embeds alone, with reading and writing beside it."""


class Forecasts:
    """Looks at folders that are not the library's yet."""

    def __init__(
        self, stores: Stores, lookup: Lookup, mounts: Mounts, models: Models, rules: ScanRules
    ) -> None:
        self._catalog = stores.catalog
        self._lookup = lookup
        self._mounts = mounts
        self._models = models
        self._rules = rules

    def of(self, folder: Path) -> FolderForecast:
        """Return what adding a folder would have read, and how long that would take."""
        settled = self._catalog.settled(folder, RECIPE, [folder])
        before = Before(self._mounts.drive, self._mounts.away(), settled)
        scan = scan_folder(folder, self._rules, before, seconds=SECONDS)
        held = {kind: Held(*known) for kind, known in self._lookup.held_by_kind().items()}
        return forecast(scan, held, self._rate())

    def _rate(self) -> float | None:
        """Return passages a second: of the last run, else from when the model was tried on this computer."""
        kept = self._catalog.meta(RATE)
        if kept is not None:
            return float(kept)
        with suppress(ModelError):
            tried = self._models.embedding_rate()
            return tried * _SHARE if tried else None
        return None


def note_rate(catalog: Catalog, done: IndexDone) -> None:
    """Keep how fast a run was, if it was long enough to tell."""
    if done.chunks_embedded >= _LONG_ENOUGH and done.seconds > 0:
        catalog.set_meta(RATE, f"{done.chunks_embedded / done.seconds:.1f}")
