"""How far indexing has come, how fast it goes, and how long it will still take."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from pocketrag.domain import IndexProgress

EVERY_SECONDS = 0.2
"""How often progress is told: often enough to look alive, seldom enough to cost nothing."""


class Progress:
    """Counts of one run of the indexer; time left is told from the bytes already dealt with."""

    def __init__(self, sizes: list[int], noun: str = "files") -> None:
        """Begin now, with the sizes in bytes of the files to come, or of what else is counted."""
        self._noun = noun
        self.chunks_embedded = 0
        self._files_total = len(sizes)
        # Every file costs something, however small: opening, hashing, a transaction.
        self._work_total = sum(self._work(size) for size in sizes)
        self._files_done = 0
        self._work_done = 0.0
        self._began = time.monotonic()
        self._told = 0.0

    def finished(self, size: int) -> None:
        """Count one file as dealt with."""
        self._files_done += 1
        self._work_done += self._work(size)

    def tell(self, current: Path | None, part: float = 0.0, size: int = 0) -> Iterator[IndexProgress]:
        """Yield an event if one is due; `part` of the current file, 0 to 1, is done."""
        now = time.monotonic()
        if now - self._told < EVERY_SECONDS:
            return
        self._told = now
        elapsed = now - self._began
        done = self._work_done + part * self._work(size)
        yield IndexProgress(
            files_done=self._files_done,
            files_total=self._files_total,
            chunks_embedded=self.chunks_embedded,
            chunks_per_second=self.chunks_embedded / elapsed if elapsed else 0.0,
            seconds_left=elapsed * (self._work_total - done) / done if done else None,
            current=current,
            noun=self._noun,
        )

    @staticmethod
    def _work(size: int) -> float:
        return size + 2_000
