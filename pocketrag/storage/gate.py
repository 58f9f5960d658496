"""A gate that many pass at once, and that closes once all of them are through."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Lets any number pass, or one act alone. Any thread may use it."""

    def __init__(self) -> None:
        """Be open."""
        self._inside = 0
        self._closed = False
        self._changing = threading.Condition()

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Be inside, once the gate is open."""
        with self._changing:
            self._changing.wait_for(lambda: not self._closed)
            self._inside += 1
        try:
            yield
        finally:
            with self._changing:
                self._inside -= 1
                self._changing.notify_all()

    @contextmanager
    def closed(self, seconds: float) -> Iterator[bool]:
        """Keep the gate closed; the value tells whether all were through within so many seconds."""
        with self._changing:
            self._closed = True
            alone = self._changing.wait_for(lambda: not self._inside, seconds)
        try:
            yield alone
        finally:
            with self._changing:
                self._closed = False
                self._changing.notify_all()
