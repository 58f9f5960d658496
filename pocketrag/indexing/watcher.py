"""The watcher: notices where below the folders something changed. Owns watchdog.

A file event is a hint, never a fact: editors save by delete-then-add, copies arrive in pieces. So
events only say "look here again", after a moment of quiet; what changed is for the survey to find out.
Folders that the system cannot watch are looked at every now and then instead, and say so.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

QUIET_SECONDS = 0.5
"""How long nothing must happen before the folders are looked at."""

PATIENCE_SECONDS = 5.0
"""How long changes may go on before the folders are looked at all the same."""

POLL_SECONDS = 30.0
"""How often folders that cannot be watched are looked at."""

CERTAINTY_SECONDS = 900.0
"""How often everything is looked at although nothing was heard: events can get lost."""

MANY = 2_000
"""With more places than that to look at, everything is looked at instead."""

CHANGES = (
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    FileClosedEvent,
    DirCreatedEvent,
    DirMovedEvent,
    DirDeletedEvent,
)
"""Events that may mean other content; files merely opened and read, as we do ourselves, do not."""

NETWORK = frozenset(
    "nfs nfs4 cifs smb3 smbfs ncpfs afs 9p virtiofs vboxsf prl_fs fuse.sshfs fuse.rclone fuse.s3fs "
    "fuse.gvfsd-fuse fuse.vmhgfs-fuse davfs fuse.davfs2".split()
)
"""File systems of Linux on which others change files without this system being told."""


INOTIFY_KEY = "fs.inotify.max_user_watches"
"""Linux's setting of how many folders one user may watch (inotify(7))."""


class Watcher(FileSystemEventHandler):
    """Watches folders from construction until closed; a context manager."""

    def __init__(
        self,
        folders: Sequence[Path],
        away: Callable[[], frozenset[Path]] = frozenset,
        poll: float = POLL_SECONDS,
    ) -> None:
        """Begin to watch. `away` returns the places whose drive is not connected: asked at every wait."""
        self.folders = tuple(folders)
        self.polled: dict[Path, str] = {}
        """Folders that are looked at now and then instead of being watched, and why."""
        self._away = away
        self._poll = poll
        self._was_away = away()
        self._noting = threading.Lock()
        self._changed = threading.Event()
        self._places: set[Path] = set()
        self._last = 0.0
        self._polled_at = self._certain_at = time.monotonic()
        self._observer = Observer()
        self._start()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note where something changed, and when."""
        with self._noting:
            self._places.update(Path(os.fsdecode(p)) for p in (event.src_path, event.dest_path) if p)
        self._last = time.monotonic()
        self._changed.set()

    def wait(self, seconds: float) -> tuple[Path, ...]:
        """Return where to look, if something changed within so many seconds and has been quiet since.

        Nothing for no change; the folders themselves where everything below them is to be looked at.
        """
        self._note_due()
        if not self._changed.wait(seconds):
            return ()
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE_SECONDS:
            quiet = time.monotonic() - self._last
            if quiet >= QUIET_SECONDS:
                break
            time.sleep(QUIET_SECONDS - quiet)
        with self._noting:
            self._changed.clear()
            places, self._places = self._places, set()
        return tuple(places) if len(places) <= MANY else self.folders

    def close(self) -> None:
        """Stop watching."""
        self._observer.stop()
        self._observer.join()

    def __enter__(self) -> Self:
        """Return the watcher, watching."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop watching."""
        self.close()

    def _start(self) -> None:
        """Watch every folder that can be watched."""
        self.polled = {}
        self._observer.start()
        types = _file_systems()
        for folder in self.folders:
            reason = self._cannot_watch(folder, types)
            if reason:
                self.polled[folder] = reason

    def _cannot_watch(self, folder: Path, types: dict[Path, str]) -> str:
        """Return why a folder is not watched; empty if it is, from now on."""
        reason = _hopeless(folder, types)
        if reason:
            return reason
        try:
            self._observer.schedule(self, str(folder), recursive=True, event_filter=list(CHANGES))
        except OSError as error:  # no more watches to give (fs.inotify.max_user_watches), or gone just now
            return error.strerror or str(error)
        return ""

    def _note_due(self) -> None:
        """Note what is to be looked at although no event said so."""
        now = time.monotonic()
        away = self._away()
        if away != self._was_away:  # a drive came or went; one that came is not watched yet
            self._look_at(away ^ self._was_away)
            self._was_away = away
            self._restart()
        if self.polled and now - self._polled_at >= self._poll:
            self._polled_at = now
            self._look_at(self.polled)
        if now - self._certain_at >= CERTAINTY_SECONDS:
            self._certain_at = now
            self._look_at(self.folders)

    def _look_at(self, places: Sequence[Path] | frozenset[Path] | dict[Path, str]) -> None:
        with self._noting:
            self._places.update(places)
        self._changed.set()

    def _restart(self) -> None:
        self.close()
        self._observer = Observer()
        self._start()


def cannot_watch(folder: Path) -> str:
    """Return why a folder is not watched, as far as can be told without trying; empty if it can be."""
    return _hopeless(folder, _file_systems())


def watches_allowed() -> int | None:
    """Return how many folders the system lets one user watch; None where it sets no limit."""
    try:
        return int(Path("/proc/sys", *INOTIFY_KEY.split(".")).read_text())
    except (OSError, ValueError):
        return None


def watches_needed(folders: Sequence[Path]) -> int:
    """Return how many folders there are to watch: each, and all below it."""
    return sum(1 for folder in folders for _ in os.walk(folder))


def _hopeless(folder: Path, types: dict[Path, str]) -> str:
    if not folder.is_dir():
        return "it is not there"
    kind = next((types[place] for place in (folder, *folder.parents) if place in types), "")
    return f"it lies on a network drive ({kind})" if kind in NETWORK else ""


def _file_systems() -> dict[Path, str]:
    """Return the type of the file system mounted at each place; nothing where the system does not say."""
    try:
        lines = Path("/proc/self/mounts").read_text(errors="surrogateescape").splitlines()
    except OSError:
        return {}
    fields = (line.split(" ") for line in lines)
    # blanks in a name are written as octal codes
    return {Path(place.replace("\\040", " ")): kind for _, place, kind, *_ in fields}
