"""A library's stores, opened in whatever state they are found, and closed so that damage will show."""

from __future__ import annotations

import logging
from contextlib import suppress

from pocketrag.domain import VectorPlace
from pocketrag.engine.probing import survives
from pocketrag.errors import LibraryDamaged, LibraryError, LibraryUnwritable, VectorServerError
from pocketrag.paths import LibraryPaths
from pocketrag.settings import StorageSettings
from pocketrag.storage import recovery, sums
from pocketrag.storage.catalog import Catalog
from pocketrag.storage.chroma.address import leaves_computer
from pocketrag.storage.chroma.folder import ChromaFolder
from pocketrag.storage.chroma.home import Home
from pocketrag.storage.chroma.server import ChromaServer
from pocketrag.storage.chroma.vectors import ChromaVectors
from pocketrag.storage.folder_copy import keep_folders
from pocketrag.storage.room import lacks_room, no_room

log = logging.getLogger(__name__)

AT = "vectors at"
"""The fact of a catalog that tells where its vectors are: a server's address, or empty for the folder."""

LACKING = "vectors lacking"
"""The fact of a catalog that tells that vectors in the folder were lost and are not all made anew."""

NOWHERE_ELSE = StorageSettings()


class Stores:
    """The catalog and the vectors of one library."""

    def __init__(self, paths: LibraryPaths, storage: StorageSettings = NOWHERE_ELSE) -> None:
        """Open both; one that is damaged or gone is set aside, and a fresh one takes its place.

        Vectors on a server are not waited for. Raises LibraryFromNewerVersion or LibraryUnwritable.
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
        moved = (self.catalog.meta(AT) or "") != storage.url
        self.storage = storage
        home, lost = self._server(storage, moved) if storage.url else _folder(paths, standing)
        self.vectors = ChromaVectors(home)
        open_still = self.catalog.begin_session()
        self.catalog.set_meta(AT, storage.url)
        self.in_doubt = not new and (open_still or lost or moved or not standing.closed_well)
        """Whether vectors and catalog may not agree."""
        if not storage.url:
            if lost and not new:
                self.catalog.set_meta(LACKING, "yes")
            home.lacking = bool(self.catalog.meta(LACKING))

    def _server(self, storage: StorageSettings, moved: bool) -> tuple[ChromaServer, bool]:
        server = self.server(storage, lacking=moved)
        server.begin()
        return server, False

    def server(self, storage: StorageSettings, *, lacking: bool = False) -> ChromaServer:
        """Return a server as a home of this library's vectors; nothing is sent to it yet."""
        return ChromaServer(storage, self._paths.identity, self.catalog, lacking=lacking)

    def folder(self) -> ChromaFolder:
        """Return the library's folder as a home of its vectors. Raises LibraryDamaged."""
        return ChromaFolder(self._paths.vectors)

    def moved(self, home: Home, storage: StorageSettings) -> None:
        """Have the vectors there from now on."""
        self.vectors.settle(home)
        self.storage = storage
        self.catalog.set_meta(AT, storage.url)

    @property
    def place(self) -> VectorPlace:
        """Where the vectors are, and why they cannot be used now, as far as is known; nobody is asked."""
        home = self.vectors.home
        if isinstance(home, ChromaServer):
            away = bool(leaves_computer(self.storage))
            return VectorPlace(home.address, server=True, leaves_computer=away, problem=home.problem)
        return VectorPlace(str(self._paths.vectors))

    def asked(self) -> VectorPlace:
        """Return where the vectors are; a server is asked whether it can be used, now."""
        home = self.vectors.home
        if isinstance(home, ChromaServer):
            with suppress(VectorServerError):  # which the place tells
                home.reach()
        return self.place

    def reach(self) -> bool:
        """Return whether the vectors may not agree with the catalog, as a server was away or lost some.

        It is told once. Raises VectorServerError if the server cannot be used.
        """
        home = self.vectors.home
        if not isinstance(home, ChromaServer):
            return False
        home.reach()
        doubt, home.doubt = home.doubt, False
        return doubt

    def fetch_ahead(self) -> None:
        """Have some more of the folder's vectors at hand, if questions are asked."""
        if isinstance(self.vectors.home, ChromaFolder):
            with suppress(LibraryError):
                self.vectors.fetch_ahead()

    @property
    def doubted(self) -> bool:
        """Whether a server is there of which it is not known that its vectors agree with the catalog."""
        home = self.vectors.home
        return isinstance(home, ChromaServer) and home.doubt and not home.problem

    def lack(self, home: Home | None = None) -> None:
        """Take note that the vectors are not to be searched until they are made whole."""
        home = home or self.vectors.home
        home.lacking = True
        if isinstance(home, ChromaServer):
            home.doubt = True
        else:
            self.catalog.set_meta(LACKING, "yes")

    def carried(self, home: Home) -> None:
        """Take note that a home holds the very vectors of the one in use: what these lack, it lacks."""
        if isinstance(home, ChromaServer):
            home.doubt = False
        if self.vectors.home.lacking:
            self.lack(home)
        else:
            self.made_whole(home)

    def made_whole(self, home: Home | None = None) -> None:
        """Take note that the vectors are those that the catalog refers to, if that is not in doubt again."""
        home = home or self.vectors.home
        doubted = isinstance(home, ChromaServer) and home.doubt
        if home.lacking and not doubted:
            self.catalog.set_meta(LACKING, "")
            home.lacking = False

    def keep_folders(self) -> None:
        """Keep a copy of the list of folders, which has just changed; the change itself is on the disk."""
        self.database.settle()
        keep_folders(self._paths.folders, self.catalog.folders())

    def close(self, *, still: bool, in_doubt: bool) -> None:
        """Let go of both; `still` if nothing is at work on them, `in_doubt` if they may not agree."""
        home = self.vectors.home
        in_doubt |= isinstance(home, ChromaServer) and home.doubt
        self.vectors.close()
        if not in_doubt and self._is_sound:
            self.catalog.end_session()
        self.database.close()
        if still and self._is_sound:
            sums.leave(self._paths)

    @property
    def _is_sound(self) -> bool:
        """Whether nobody has met damage so far."""
        return not (self.database.damaged or self.vectors.home.failed)


def _folder(paths: LibraryPaths, standing: sums.Standing) -> tuple[ChromaFolder, bool]:
    """Return the folder of vectors, and whether they were lost: a damaged one is set aside, and made anew."""
    folder = paths.vectors
    try:
        if not folder.exists():
            return ChromaFolder(folder), True
        if standing.vectors_damaged:
            wrong = "its sums are not those it was left with"
        elif not standing.closed_well and not survives(folder):
            wrong = "a process that looked into it died"
        else:
            return ChromaFolder(folder), False
    except LibraryDamaged as error:
        wrong = type(error.__cause__).__name__
    if lacks_room(paths.root):
        raise no_room(paths.root)  # which may be all that is wrong
    log.warning("the vector store is damaged, and set aside: %s", wrong)
    folder.rename(paths.aside(folder))
    return ChromaFolder(folder), True
