"""Drives that hold files of the library: which of them are not connected now.

A drive that is unplugged leaves an empty folder where it was mounted, or none. Its files are then
*away*, not deleted. So the places where drives are mounted inside the library's folders are kept,
each with the drive's identity.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pocketrag.storage import rows
from pocketrag.storage.database import Database


@dataclass(frozen=True, slots=True)
class Drive:
    """What tells one file system from another."""

    device: int
    """Its number while it is mounted (`st_dev`)."""
    identity: int
    """What stays its own from one mount to the next (`f_fsid`); 0 where the system tells none."""


DriveOf = Callable[[Path], Drive | None]
"""Returns the drive that a path lies on; None for a path that is not there."""


def drive_of(path: Path) -> Drive | None:
    """Return the drive that a path lies on; None for a path that is not there or does not answer."""
    try:
        return Drive(path.stat().st_dev, os.statvfs(path).f_fsid)
    except OSError:
        return None


class Mounts:
    """The places inside the library's folders where drives were mounted when last seen."""

    def __init__(self, database: Database, drive_of: DriveOf = drive_of) -> None:
        """Keep them in an open catalog."""
        self._database = database
        self._drive_of = drive_of

    def drive(self, path: Path) -> Drive | None:
        """Return the drive that a path lies on now."""
        return self._drive_of(path)

    def note(self, found: Mapping[Path, Drive]) -> None:
        """Keep the drives that were found mounted at these places."""
        with self._database.transaction() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO mounts (path, identity) VALUES (?, ?)",
                [(os.fsencode(path), str(drive.identity)) for path, drive in found.items()],
            )

    def forget(self, below: Path) -> None:
        """Forget the places at or below a folder."""
        with self._database.transaction() as connection:
            for path in [p for p in self._known() if p.is_relative_to(below)]:
                connection.execute("DELETE FROM mounts WHERE path = ?", (os.fsencode(path),))

    def away(self) -> frozenset[Path]:
        """Return the places whose drive is not connected now."""
        return frozenset(path for path, identity in self._known().items() if self._is_away(path, identity))

    def _known(self) -> dict[Path, int]:
        found = self._database.connection.execute("SELECT path, identity FROM mounts")
        return {rows.path(path): int(identity) for path, identity in found}

    def _is_away(self, path: Path, identity: int) -> bool:
        """Whether nothing is mounted there, or another drive."""
        here, around = self._drive_of(path), self._drive_of(path.parent)
        if here is None or (around is not None and here.device == around.device):
            return True
        return bool(identity and here.identity) and here.identity != identity


def is_below(path: Path, places: frozenset[Path]) -> bool:
    """Whether a path is one of the places, or lies below one."""
    return bool(places) and (path in places or not places.isdisjoint(path.parents))
