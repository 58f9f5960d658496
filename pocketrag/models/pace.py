"""How many threads write an answer: fewer while other programs want the cores.

llama.cpp's threads wait for each other some hundred times a token. Where one of them has to wait for its
core, all do: two threads on two busy cores wrote 3 to 17 tokens a second here, where one wrote 35 to 77.
That shows in how much of the time the thread that asks for a token runs itself, and it is tried: a number of
threads that turns out slower is left again, as where some cores are slower than others.
"""

from __future__ import annotations

from collections.abc import Callable

CROWDED, FREE = 0.7, 0.9
"""Share of the time that the asking thread runs: below the one, cores are wanted by others; above the other,
they are not. It waits for nothing but the other threads, which on quiet cores come nearly at once."""

LASTS = 16
"""Tokens for which the cores must be free until more threads are tried."""

TRIAL = 4
"""Tokens after which two numbers of threads are compared."""

SLOWER = 1.1
"""How many times as long a token may take with another number of threads for it to be kept."""

HOLDS = 128
"""Tokens for which nothing more is tried once a number of threads turned out slower."""

LONG = 64
"""Tokens that are read in one go from which on it tells how busy the cores are."""


class Pace:
    """The number of threads that write; changed while they do."""

    def __init__(self, most: int, use: Callable[[int], None]) -> None:
        """Begin with the most; `use` has llama.cpp write with so many."""
        self.threads = self._most = most
        self._use = use
        self._share = 1.0
        self._seconds = 0.0
        """Of a token, with this number of threads; 0 before the first."""
        self._free = self._held = self._tried = 0
        self._before: tuple[int, float] | None = None
        """The number of threads before, and the seconds of a token, while another is tried."""

    def read(self, tokens: int, share: float) -> None:
        """Take in how a prompt was read: how much of the time the asking thread ran."""
        if tokens >= LONG and share < CROWDED and not self._held and self._before is None:
            self._change(self.threads // 2)
            self._before = None  # nothing was written yet that the next tokens could be compared with

    def wrote(self, share: float, seconds: float) -> None:
        """Take in how a token was written."""
        self._share += (share - self._share) / 2
        self._seconds += (seconds - self._seconds) / (2 if self._seconds else 1)
        self._free = self._free + 1 if share > FREE else 0
        if self._before is not None:
            self._compare(*self._before)
        elif self._held:
            self._held -= 1
        elif self._share < CROWDED:
            self._change(self.threads // 2)
        elif self._free >= LASTS:
            self._change(self.threads * 2)

    def _compare(self, threads: int, seconds: float) -> None:
        """After some tokens, keep the number that is tried, or go back to the one before."""
        self._tried += 1
        if self._tried < TRIAL:
            return
        self._before = None
        if self._seconds > SLOWER * seconds:
            self._change(threads)
            self._before, self._held = None, HOLDS

    def _change(self, threads: int) -> None:
        threads = min(max(threads, 1), self._most)
        if threads == self.threads:
            return
        self._before = (self.threads, self._seconds) if self._seconds else None
        self._share, self._seconds, self._free, self._tried = 1.0, 0.0, 0, 0
        self.threads = threads
        self._use(threads)
