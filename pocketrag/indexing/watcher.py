"""The watcher: notices that something below the folders changed. Owns watchdog.

A file event is a hint, never a fact: editors save by delete-then-add, copies arrive in pieces. So
events only say "look again", after a moment of quiet; what changed is for the scan to find out.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from watchdog.events import (
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

from pocketrag.errors import WatchError

QUIET_SECONDS = 0.5
"""How long nothing must happen before the folders are looked at."""

PATIENCE_SECONDS = 5.0
"""How long changes may go on before the folders are looked at all the same."""

CHANGES = (
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    FileClosedEvent,
    DirMovedEvent,
    DirDeletedEvent,
)
"""Events that may mean other content; files merely opened and read, as we do ourselves, do not."""


class Watcher(FileSystemEventHandler):
    """Watches folders from construction until closed; a context manager."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """Begin to watch. Raises WatchError if the system has no more watches to give."""
        self.folders = tuple(folders)
        self._changed = threading.Event()
        self._last = 0.0
        self._observer = Observer()
        try:
            for folder in folders:
                if folder.is_dir():
                    self._observer.schedule(self, str(folder), recursive=True, event_filter=list(CHANGES))
            self._observer.start()
        except OSError as error:
            self._observer.unschedule_all()
            raise WatchError(
                f"The folders cannot be watched: {error.strerror or error}.",
                "On Linux, raise fs.inotify.max_user_watches; until then use `pocketrag index`.",
            ) from error

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note that something changed, and when."""
        self._last = time.monotonic()
        self._changed.set()

    def wait(self, seconds: float) -> bool:
        """Return whether something changed within so many seconds and has been quiet since."""
        if not self._changed.wait(seconds):
            return False
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE_SECONDS:
            quiet = time.monotonic() - self._last
            if quiet >= QUIET_SECONDS:
                break
            time.sleep(QUIET_SECONDS - quiet)
        self._changed.clear()
        return True

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
