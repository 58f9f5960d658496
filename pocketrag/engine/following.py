"""The events of indexing as one of those who follow it sees them."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from typing import Self

from pocketrag.domain import (
    FileSkipped,
    FileUnchanged,
    IndexEvent,
    IndexProgress,
    IndexWaiting,
    LoadEvent,
    Watching,
)


class Following:
    """The events of indexing as one follower sees them: an iterator that any thread may close."""

    def __init__(self, leave: Callable[[Following], None], *, watches: bool) -> None:
        """Follow until the run asked for is over; with `watches`, for good. `leave` is called at the end."""
        self.watches = watches
        self._leave = leave
        self._queue: SimpleQueue[IndexEvent | Exception | None] = SimpleQueue()
        self._over = False

    def __iter__(self) -> Self:
        """Return itself."""
        return self

    def __next__(self) -> IndexEvent:
        """Return the next event, waiting for it. Raises what went wrong with the run, or StopIteration."""
        found = None if self._over else self._queue.get()
        if found is None or isinstance(found, Exception):
            self._over = True
            raise found or StopIteration
        return found

    def close(self) -> None:
        """Follow no longer; who waits for an event is told that there are no more."""
        self._leave(self)
        self.end(None)

    def hear(self, event: IndexEvent, *, own: bool) -> None:
        """Take an event, of the run that was asked for or of another one, if it is of interest."""
        if self.watches:
            wanted = not isinstance(event, FileUnchanged | FileSkipped)
        else:  # of a run that began before the call, only how far it has come
            wanted = own or isinstance(event, IndexProgress | LoadEvent)
        if wanted:
            self._queue.put(event)

    def rest(self, event: Watching | IndexWaiting) -> None:
        """Take the news that nothing is being done, unless other news is still waiting."""
        if self._queue.empty():
            self._queue.put(event)

    def end(self, error: Exception | None) -> None:
        """There is nothing more to follow."""
        self._queue.put(error)
