"""A library's stores, opened in whatever state they are found, and closed so that damage will show."""

from __future__ import annotations

import logging

from pocketrag.engine.probing import survives
from pocketrag.errors import LibraryDamaged, LibraryUnwritable
from pocketrag.paths import LibraryPaths
from pocketrag.storage import recovery, sums
from pocketrag.storage.catalog import Catalog
from pocketrag.storage.folder_copy import keep_folders
from pocketrag.storage.room import lacks_room, no_room
from pocketrag.storage.vectors import ChromaVectors

log = logging.getLogger(__name__)


class Stores:
    """The catalog and the vectors of one library."""

    def __init__(self, paths: LibraryPaths) -> None:
        """Open both; one that is damaged or gone is set aside, and a fresh one takes its place.

        Raises LibraryFromNewerVersion or LibraryUnwritable.
        """
        self._paths = paths
        new = not (paths.catalog.exists() or paths.vectors.exists())
        standing = sums.standing(paths)
        try:
            sums.take_away(paths)
        except OSError as error:
            raise LibraryUnwritable(
                f"The library folder {paths.root} cannot be written: {error.strerror or error}.",
                "Check its permissions and the free space of its disk.",
            ) from error
        self.database = recovery.opened(paths, standing)
        self.catalog = Catalog(self.database)
        self.vectors, lost = _vectors(paths, standing)
        open_still = self.catalog.begin_session()
        self.in_doubt = not new and (open_still or lost or not standing.closed_well)
        """Whether vectors and catalog may not agree."""

    def keep_folders(self) -> None:
        """Keep a copy of the list of folders, which has just changed; the change itself is on the disk."""
        self.database.settle()
        keep_folders(self._paths.folders, self.catalog.folders())

    def close(self, *, still: bool, in_doubt: bool) -> None:
        """Let go of both; `still` if nothing is at work on them, `in_doubt` if they may not agree."""
        if not in_doubt and self._is_sound:
            self.catalog.end_session()
        self.vectors.close()
        self.database.close()
        if still and self._is_sound:
            sums.leave(self._paths)

    @property
    def _is_sound(self) -> bool:
        """Whether nobody has met damage so far."""
        return not (self.database.damaged or self.vectors.failed)


def _vectors(paths: LibraryPaths, standing: sums.Standing) -> tuple[ChromaVectors, bool]:
    """Return the vectors, and whether they were lost: a damaged store is set aside, and made anew."""
    folder = paths.vectors
    try:
        if not folder.exists():
            return ChromaVectors(folder), True
        if standing.vectors_damaged:
            wrong = "its sums are not those it was left with"
        elif not standing.closed_well and not survives(folder):
            wrong = "a process that looked into it died"
        else:
            return ChromaVectors(folder), False
    except LibraryDamaged as error:
        wrong = type(error.__cause__).__name__
    if lacks_room(paths.root):
        raise no_room(paths.root)  # which may be all that is wrong
    log.warning("the vector store is damaged, and set aside: %s", wrong)
    folder.rename(paths.aside(folder))
    return ChromaVectors(folder), True
