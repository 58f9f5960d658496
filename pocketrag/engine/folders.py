"""The folders of a library: added, removed, and told from those that cannot be the library's."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from pathlib import Path

from pocketrag.domain import FolderForecast, FolderOutlook
from pocketrag.engine.forecasting import Forecasts
from pocketrag.engine.stores import Stores
from pocketrag.engine.upkeep import Upkeep
from pocketrag.errors import FolderError, UnknownFile, VectorServerError
from pocketrag.indexing.indexer import Indexer
from pocketrag.indexing.outlook import outlook


class Folders:
    """The folders of one library, whose own files lie in `root`."""

    def __init__(
        self, root: Path, stores: Stores, upkeep: Upkeep, indexer: Indexer, forecasts: Forecasts
    ) -> None:
        """Keep them in these stores; indexing stands still while files are forgotten."""
        self._root = root
        self._stores = stores
        self._catalog = stores.catalog
        self._upkeep = upkeep
        self._indexer = indexer
        self._forecasts = forecasts

    def add(self, folder: Path) -> Path:
        """Return the folder as the library knows it: absolute, or the one that already holds it.

        Raises FolderError if it is not there, no folder, or may not be read.
        """
        wanted, known = addable(folder, self._root), self._catalog.folders()
        for one in known:
            if wanted.is_relative_to(one):
                return one
        swallows = any(one.is_relative_to(wanted) for one in known)
        with self._upkeep.standstill() if swallows else nullcontext():
            self._catalog.add_folder(wanted)
            self._stores.keep_folders()
        return wanted

    def outlook(self, folder: Path) -> FolderOutlook:
        """Return what adding a folder would mean. Raises FolderError if it cannot be added."""
        own, home = self._root.resolve(), Path.home().resolve()
        return outlook(addable(folder, self._root), self._catalog.folders(), own, home)

    def forecast(self, folder: Path) -> FolderForecast:
        """Return what adding a folder would have read. Raises FolderError if it cannot be added."""
        return self._forecasts.of(addable(folder, self._root))

    def remove(self, folder: Path) -> int:
        """Return how many files were forgotten with the folder. Raises FolderError if it is not ours."""
        wanted = folder.expanduser().absolute()
        known = self._catalog.folders()
        wanted = wanted if wanted in known else wanted.resolve()
        if wanted not in known:
            names = ", ".join(str(f) for f in known) or "none yet"
            raise FolderError(f"{wanted} is not a folder of this library.", f"Its folders: {names}.")
        with self._upkeep.standstill():
            forgotten = self._catalog.remove_folder(wanted)
            self._stores.keep_folders()
            with suppress(VectorServerError):  # vectors that nothing refers to are dropped when it is back
                self._indexer.sweep()
        return forgotten


def addable(folder: Path, library: Path) -> Path:
    """Return a folder as the library would know it. Raises FolderError if it cannot be added."""
    wanted = _readable_folder(folder)
    if wanted.is_relative_to(library.resolve()):
        raise FolderError(f"{wanted} is the library's own folder.", "Add the folder of your documents.")
    return wanted


def within_folders(folders: Sequence[Path], file: Path) -> Path:
    """Return a file as the library knows it; for an attachment, the one it came in.

    Raises UnknownFile if it lies in none of the folders.
    """
    for known in (file.expanduser().absolute(), file.expanduser().resolve()):
        if any(known.is_relative_to(folder) for folder in folders):
            return known.parent if known.parent.is_file() else known
    raise UnknownFile(f"{file} is in none of the library's folders.", "`pocketrag status` lists what failed.")


def _readable_folder(folder: Path) -> Path:
    wanted = folder.expanduser().absolute()
    if not wanted.exists():
        raise FolderError(f"The folder {wanted} is not there.", "Check its name.")
    if not wanted.is_dir():
        raise FolderError(f"{wanted} is not a folder.", "Add the folder that it lies in.")
    if not os.access(wanted, os.R_OK | os.X_OK):
        raise FolderError(f"The folder {wanted} may not be read.", "Correct its permissions.")
    return wanted.resolve()
