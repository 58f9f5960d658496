"""A lost catalog is set aside, and a fresh one takes its place.

What it held of the documents is read anew from the folders, and the vectors, which are kept by
content, need not be made again. Only the list of folders and the conversations cannot be had from
there. The folders are taken from their copy, which is written whenever they change and does not
depend on the damaged file; only without one from what can still be read of that.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Literal

from pocketrag.domain import CatalogRebuilt
from pocketrag.errors import LibraryDamaged, LibraryUnwritable
from pocketrag.paths import LibraryPaths
from pocketrag.storage.catalog import Catalog
from pocketrag.storage.checking import faults
from pocketrag.storage.database import Database, read_only
from pocketrag.storage.folder_copy import keep_folders, kept_folders
from pocketrag.storage.salvage import Salvage, read
from pocketrag.storage.schema import VERSION
from pocketrag.storage.sums import Standing

log = logging.getLogger(__name__)

BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite puts beside a database, which belongs to it."""


def opened(paths: LibraryPaths, standing: Standing) -> Database:
    """Return the library's catalog, open and sound: itself, or a fresh one if it was lost.

    Raises LibraryFromNewerVersion or LibraryUnwritable; nothing is set aside for either.
    """
    reason = _loss(paths, standing)
    if reason:
        return _fresh(paths, reason)
    database = Database(paths.catalog)
    keep_folders(paths.folders, Catalog(database).folders())
    return database


def loss_at_rest(paths: LibraryPaths, standing: Standing) -> Literal["damaged", "missing", ""]:
    """Return whether the catalog of a library that nobody has open is lost; nothing is changed by looking.

    One that was not closed well is not looked at as closely as by whoever opens it.
    """
    if not paths.catalog.exists() or _is_empty(paths.catalog):
        return "missing" if paths.folders.exists() or paths.vectors.exists() else ""
    if standing.closed_well:
        return "damaged" if standing.catalog_damaged and not _is_newer(paths.catalog) else ""
    try:
        with closing(read_only(paths.catalog)) as connection:
            (told,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.OperationalError:  # it cannot be looked at, which does not mean that it is damaged
        return ""
    except sqlite3.DatabaseError:
        return "damaged"
    return "" if told == "ok" else "damaged"


def _is_newer(catalog: Path) -> bool:
    """Whether a newer version has made or used a catalog."""
    with suppress(sqlite3.Error), closing(read_only(catalog)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        return bool(version > VERSION)
    return False


def _loss(paths: LibraryPaths, standing: Standing) -> Literal["damaged", "missing", ""]:
    """Return whether the catalog is lost; it is checked where its sum does not tell."""
    if _is_empty(paths.catalog):
        # deleted, or cut off before its first page: unless the library is a new one
        return "missing" if paths.folders.exists() or paths.vectors.exists() else ""
    if standing.closed_well and not standing.catalog_damaged:
        return ""
    try:
        database = Database(paths.catalog)
    except LibraryDamaged as error:
        log.warning("the catalog cannot be opened: %s", error.__cause__)
        return "damaged"
    with closing(database):
        wrong = "" if standing.catalog_damaged else faults(database.connection)
    if standing.catalog_damaged or wrong:
        log.warning("the catalog is damaged: %s", wrong or "its sum is not the one it was left with")
        return "damaged"
    return ""


def _is_empty(catalog: Path) -> bool:
    """Whether there is no catalog, or one in which nothing has ever been kept."""
    if not catalog.exists():
        return True
    with suppress(sqlite3.Error), closing(read_only(catalog)) as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        return bool(version == 0 and pages <= 1)
    return False


def _fresh(paths: LibraryPaths, reason: Literal["damaged", "missing"]) -> Database:
    """Return a fresh catalog, which holds what could be salvaged of the lost one."""
    salvage = _salvaged(paths)
    keep_folders(paths.folders, salvage.folders)
    aside = _set_aside(paths)
    database = Database(paths.catalog)
    catalog = Catalog(database)
    for folder in salvage.folders:
        catalog.add_folder(folder)
    salvage.keep_conversations(database)
    catalog.begin_rebuilding(
        CatalogRebuilt(reason, len(salvage.folders), len(salvage.turns), aside, len(salvage.conversations))
    )
    database.settle()
    log.warning("the catalog was %s: %d folders are read anew", reason, len(salvage.folders))
    return database


def _salvaged(paths: LibraryPaths) -> Salvage:
    found = read(paths.catalog) if paths.catalog.exists() else Salvage()
    copied = kept_folders(paths.folders)
    return found if copied is None else replace(found, folders=copied)


def _set_aside(paths: LibraryPaths) -> str:
    """Return the name that the lost catalog is kept under; empty if nothing is left of it."""
    catalog = paths.catalog
    try:
        if not catalog.exists() or catalog.stat().st_size == 0:
            for left in (catalog, *_beside(catalog)):
                left.unlink(missing_ok=True)
            return ""
        aside = paths.aside(catalog)
        for suffix in BESIDE:  # first: a log must never be taken for that of the next catalog
            log_file = catalog.with_name(catalog.name + suffix)
            if log_file.exists():
                log_file.rename(aside.with_name(aside.name + suffix))
        catalog.rename(aside)
    except OSError as error:
        raise LibraryUnwritable(
            f"The damaged catalog {catalog} cannot be set aside: {error.strerror or error}.",
            "Check the permissions of the library's folder.",
        ) from error
    return aside.name


def _beside(catalog: Path) -> Iterator[Path]:
    for suffix in BESIDE:
        yield catalog.with_name(catalog.name + suffix)
