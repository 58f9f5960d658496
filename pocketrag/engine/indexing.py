"""The path of a file, wired together: runs of the indexer, who asks for them, and what else they serve."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from pocketrag.domain import Check
from pocketrag.engine.folders import within_folders
from pocketrag.engine.following import Following
from pocketrag.engine.inspection import check_catalog, check_files, check_folders, check_vectors
from pocketrag.engine.renewing import Renewing
from pocketrag.engine.runs import Runs
from pocketrag.engine.stores import Stores
from pocketrag.engine.upkeep import Upkeep
from pocketrag.indexing.indexer import RECIPE, Indexer
from pocketrag.indexing.scan import ScanRules
from pocketrag.indexing.survey import Surveyor
from pocketrag.models.embedder import Embedder
from pocketrag.models.loading import Loading
from pocketrag.paths import LibraryPaths
from pocketrag.reading.sandbox import Sandbox
from pocketrag.settings import IndexSettings
from pocketrag.storage.lookup import Lookup
from pocketrag.storage.mounts import Mounts
from pocketrag.storage.references import References

MEGABYTE = 1_000_000


class Indexing:
    """Keeps the index of one library."""

    def __init__(
        self,
        paths: LibraryPaths,
        settings: IndexSettings,
        stores: Stores,
        mounts: Mounts,
        sandbox: Sandbox,
        renewing: Renewing,
        give_way: Callable[[], object],
    ) -> None:
        """Do nothing yet. `give_way` is called at every step: questions go first."""
        self._stores = stores
        self._mounts = mounts
        self._renewing = renewing
        self._give_way = give_way
        self.rules = ScanRules(settings.max_file_mb * MEGABYTE, paths.root, settings.ignore)
        self._surveyor = Surveyor(stores.catalog, mounts, self.rules, RECIPE)
        self.indexer = Indexer(
            stores.catalog,
            stores.vectors,
            sandbox,
            self._embedder,
            self._surveyor,
            References(stores.database),
            in_doubt=stores.in_doubt,
        )
        self._runs = Runs(stores, self.indexer, renewing, settings, give_way)
        self.upkeep = Upkeep(self._runs.run, stores.catalog.folders, mounts.away, self._runs.hold)

    def _embedder(self) -> Loading[Embedder]:
        """Return the embedder for work in the background: it gives way at every batch."""
        return (yield from self._renewing.embedder()).giving_way(self._give_way)

    def retry(self, files: tuple[Path, ...]) -> Following:
        """Yield what becomes of files that failed as they are read again: these, or all."""
        wanted = [within_folders(self._stores.catalog.folders(), file) for file in files]
        return self.upkeep.retry(wanted or None)

    def mend(self) -> Following:
        """Yield how the vectors are brought in line with the catalog, and then the index with the files."""
        self.indexer.in_doubt = True
        return self.upkeep.index()

    def check(self, lookup: Lookup) -> Iterator[Check]:
        """Yield how catalog, vectors, folders and files stand; indexing stands still meanwhile."""
        with self.upkeep.standstill():
            yield check_catalog(self._stores)
            if not self._stores.database.damaged:
                yield check_vectors(self._stores)
                yield check_folders(self._stores.catalog.folders(), self._mounts.away())
                yield check_files(self._surveyor, lookup)

    def rebuild(self) -> None:
        """Discard all that was read and embedded; the folders stay."""
        with self.upkeep.standstill():
            self.discard()

    def discard(self) -> None:
        """The same while no run can be at work."""
        self._runs.discard()
