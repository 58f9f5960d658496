"""Questions go first: while one is being answered, indexing stands still."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pocketrag.reading.sandbox import Sandbox

LONGEST = 60.0
"""Seconds that indexing waits at one step: a question that is never heard out must not stop it for good."""


class RightOfWay:
    """Whoever indexes asks at every step whether a question wants the cores, and lets it go first."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Pause this sandbox's workers while a question is being answered."""
        self._sandbox = sandbox
        self._questions = 0
        self._counting = threading.Lock()
        self._free = threading.Event()
        self._free.set()

    @contextmanager
    def question(self) -> Iterator[None]:
        """Have the cores for a question."""
        with self._counting:
            self._questions += 1
            self._free.clear()
        try:
            with self._sandbox.paused():
                yield
        finally:
            with self._counting:
                self._questions -= 1
                if self._questions == 0:
                    self._free.set()

    def give(self) -> None:
        """Wait until no question is being answered."""
        self._free.wait(LONGEST)
