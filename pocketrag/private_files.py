"""Small files of the library's folder, which only their owner may read: written whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def write_private(file: Path, text: str, *, durable: bool = False) -> None:
    """Write a file that only its owner may read: whole or not at all, if `durable` also on a power failure.

    Raises OSError; then the file is as it was.
    """
    new = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        _write(new, text, durable)
        new.replace(file)
    except OSError:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise
    if durable:
        _sync(file.parent)


def remove_durably(file: Path) -> None:
    """Remove a file, if it is there, for good. Raises OSError."""
    file.unlink(missing_ok=True)
    _sync(file.parent)


def _write(file: Path, text: str, durable: bool) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)
        if durable:
            opened.flush()
            os.fsync(opened.fileno())


def _sync(folder: Path) -> None:
    """Have the system write down which names a folder holds."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
