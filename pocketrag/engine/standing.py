"""How a library stands: its counts, its files, what it does and what keeps it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pocketrag.domain import FileState, FileStatus, LibraryStatus
from pocketrag.engine.preparing import Preparing
from pocketrag.engine.stores import Stores
from pocketrag.engine.upkeep import Upkeep
from pocketrag.models.loading import Models
from pocketrag.paths import LibraryPaths, bytes_of, models_folder
from pocketrag.storage.lookup import Lookup
from pocketrag.storage.mounts import Mounts, is_below

CONNECT = "Connect its drive; what is indexed of it is kept."


class Standing:
    """Looks at a library that is at work."""

    def __init__(
        self,
        paths: LibraryPaths,
        stores: Stores,
        lookup: Lookup,
        mounts: Mounts,
        models: Models,
        preparing: Preparing,
        upkeep: Upkeep,
    ) -> None:
        """Look at these."""
        self._paths = paths
        self._stores = stores
        self._lookup = lookup
        self._mounts = mounts
        self._models = models
        self._preparing = preparing
        self._upkeep = upkeep

    def status(self, files: bool = False) -> LibraryStatus:
        """Return counts and failures; with `files`, every file."""
        states = tuple(FileState) if files else (FileState.FAILED,)
        embedding_model, language_model = self._models.names()
        return LibraryStatus(
            folders=self._stores.catalog.folders(),
            counts=self._lookup.counts(),
            chunks=self._lookup.chunk_count(),
            bytes_on_disk=self._bytes_on_disk(),
            embedding_model=embedding_model,
            language_model=language_model,
            items=self._with_away(self._lookup.file_statuses(states)),
            indexing=self._upkeep.said(),
            polled=self._upkeep.polled(),
            away=self._away(),
            set_aside=tuple(path.name for path in self._paths.set_aside()),
            rebuilding=self._stores.catalog.rebuilding() is not None,
            preparing=self._preparing.said(),
            leaves_computer=self._models.leaves_computer(),
            vectors=self._stores.place,
        )

    def _away(self) -> tuple[Path, ...]:
        """Return the folders, and places in them, that cannot be looked at."""
        gone = {folder for folder in self._stores.catalog.folders() if not folder.is_dir()}
        return tuple(sorted(gone | self._mounts.away()))

    def _bytes_on_disk(self) -> int:
        """Return what the library takes, without the models, which lie in the usual one's folder for all."""
        models = models_folder()
        return sum(bytes_of(path) for path in self._paths.root.iterdir() if path != models)

    def _with_away(self, items: tuple[FileStatus, ...]) -> tuple[FileStatus, ...]:
        """Return the files' states, those marked whose drive is not connected."""
        away = self._mounts.away()
        return tuple(
            replace(item, reason="away", remedy=CONNECT) if is_below(item.path, away) else item
            for item in items
        )
