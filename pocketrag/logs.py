"""Logs: rotated files in the library's folder, for finding out what went wrong.

They say what happened to how many of what, never what a document or a question says: an unexpected
error is logged by its type and where it was raised, without its message.
"""

from __future__ import annotations

import logging
import traceback
from logging.handlers import RotatingFileHandler

from pocketrag.paths import LibraryPaths

BYTES = 500_000
"""Size at which a log is put away and a new one begun."""

KEPT = 3
"""Logs kept beside the current one."""


def start_logging(paths: LibraryPaths) -> None:
    """Send this program's own log records, and no library's, to the library's log file."""
    handler = RotatingFileHandler(
        paths.logs / "pocketrag.log", maxBytes=BYTES, backupCount=KEPT, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s %(message)s"))
    ours = logging.getLogger("pocketrag")
    ours.handlers = [handler]
    ours.setLevel(logging.INFO)
    ours.propagate = False


def where_raised(error: BaseException) -> str:
    """Return an error's type and the places it passed, without its message."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} at {places}"
