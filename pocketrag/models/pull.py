"""Pulling a model from the hub, as events: how far it is, how fast, how long it will still take.

This is the one thing here that reaches beyond this computer, and only because somebody asked for it: a
process of its own does it (`fetching.py`), which can be stopped at any moment and gone on with later.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pocketrag.errors import PullError
from pocketrag.models.fetching import lines
from pocketrag.models.known import KnownModel, known
from pocketrag.models.local import FETCHED

WINDOW_SECONDS = 10.0
"""The speed is that of the last ten seconds."""

SAYING_SECONDS = 0.2
"""At most five words a second on how far it is."""

NAMED = re.compile(r"([\w.-]+/[\w.-]+)(?:/([\w.-]+\.gguf))?")
"""`owner/name`, or `owner/name/file.gguf`."""


@dataclass(frozen=True, slots=True)
class PullTarget:
    """What is to be pulled, and as what it will be known."""

    name: str
    repo: str
    file: str
    """A GGUF file; empty for an embedding model."""
    listed: KnownModel | None = None


@dataclass(frozen=True, slots=True)
class PullProgress:
    """How far it is."""

    done: int
    total: int
    """Bytes."""
    bytes_per_second: float
    seconds_left: float | None
    """None while there is nothing yet to tell it from."""


@dataclass(frozen=True, slots=True)
class PullChecking:
    """A file has come, and its sum is being computed."""

    file: str


@dataclass(frozen=True, slots=True)
class Pulled:
    """The model is here, whole; last event."""

    name: str
    path: Path
    """A GGUF file, or an embedding model's folder."""


PullEvent = PullProgress | PullChecking | Pulled


def pull_target(named: str) -> PullTarget:
    """Return what a name of the list, or `owner/name[/file.gguf]` of the hub, means. Raises PullError."""
    listed = known(named)
    if listed is not None and listed.bundled:
        raise PullError(f"{listed.name} comes with PocketRAG: there is nothing to pull.", "Just use it.")
    if listed is not None:
        return PullTarget(listed.name, listed.repo, listed.file, listed)
    found = NAMED.fullmatch(named)
    if found is None:
        raise PullError(
            f"There is no model {named!r} on the list.",
            "`pocketrag models list` names them; any other is owner/name/file.gguf, as on the hub.",
        )
    repo, file = found[1], found[2] or ""
    return PullTarget(Path(file).stem if file else repo.partition("/")[2], repo, file)


def pull(target: PullTarget, models_folder: Path) -> Generator[PullEvent, None, None]:
    """Yield how a model is fetched; closing stops it, and the next pull goes on there. Raises PullError."""
    place = models_folder / FETCHED / target.name
    if not is_here(target, models_folder):
        yield from _fetched(target, place)
    yield Pulled(target.name, place / target.file if target.file else place)


def is_here(target: PullTarget, models_folder: Path) -> bool:
    """Return whether a model was pulled before: then nothing is fetched."""
    return (models_folder / FETCHED / target.name).is_dir()


def _fetched(target: PullTarget, place: Path) -> Iterator[PullEvent]:
    """Yield how a model comes into its folder, which is whole when this ends. Raises PullError."""
    command = [sys.executable, "-P", "-m", "pocketrag.models.fetching", target.repo, target.file, str(place)]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    meter, whole = _Meter(), False
    try:
        for said in lines(iter(process.stdout.readline, b"")):
            if "error" in said:
                raise PullError(str(said["error"]), str(said["remedy"]))
            whole = whole or "whole" in said
            if "total" in said:
                meter = _Meter(total=int(said["total"]), done=int(said["there"]))
            if "checking" in said:
                yield PullChecking(str(said["checking"]))
            elif (progress := meter.after(int(said.get("came", 0)))) is not None:
                yield progress
        if not whole:
            raise PullError("Fetching the model ended without a word.", "Do the same again: it goes on.")
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


@dataclass(slots=True)
class _Meter:
    """Tells the speed, and the time left, from what has come lately."""

    total: int = 0
    done: int = 0
    _lately: deque[tuple[float, int]] = field(default_factory=deque)
    _said: float = 0.0

    def after(self, came: int) -> PullProgress | None:
        """Return how far it is after so many bytes more; None if that has just been said."""
        now = time.monotonic()
        self.done += came
        self._lately.append((now, self.done))
        while now - self._lately[0][0] > WINDOW_SECONDS:
            self._lately.popleft()
        if now - self._said < SAYING_SECONDS and self.done < self.total:
            return None
        self._said = now
        began, before = self._lately[0]
        rate = (self.done - before) / (now - began) if now > began else 0.0
        left = (self.total - self.done) / rate if rate else None
        return PullProgress(self.done, self.total, rate, left)
