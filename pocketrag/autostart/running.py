"""Running the system's own programs, and writing the files that they read."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pocketrag.autostart.service import Ran
from pocketrag.errors import AutostartError

PATIENCE_SECONDS = 60.0
"""How long such a program may take: it may wait for the engine to end."""


def ran(*command: str) -> Ran:
    """Return what came of a command; that it failed, is not there or never ended is said, not raised."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=PATIENCE_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Ran(command, f"{type(error).__name__}: {error}")
    said = " ".join((done.stderr or done.stdout).split())
    return Ran(command, "" if done.returncode == 0 else said or f"status {done.returncode}")


@contextmanager
def changing(file: Path) -> Iterator[None]:
    """Do something to a file. Raises AutostartError where the system does not allow it."""
    try:
        yield
    except OSError as error:
        raise AutostartError(
            f"{file} cannot be changed: {error.strerror or error}.",
            f"Check the permissions of {file.parent}.",
        ) from error


def written(file: Path) -> str | None:
    """Return what stands in a file; None if there is none, or not one that can be read."""
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
