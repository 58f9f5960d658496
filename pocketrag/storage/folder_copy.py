"""A copy of the list of folders, beside the catalog: what no file of theirs could tell if that is lost."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pocketrag.errors import LibraryUnwritable
from pocketrag.private_files import write_private


def keep_folders(file: Path, folders: Sequence[Path]) -> None:
    """Write the copy, if it does not say the same already. Raises LibraryUnwritable."""
    if kept_folders(file) == tuple(folders):
        return
    try:
        # bytes that are no text are surrogates, which JSON escapes
        write_private(file, json.dumps({"folders": [str(folder) for folder in folders]}), durable=True)
    except OSError as error:
        raise LibraryUnwritable(
            f"The list of folders {file} cannot be written: {error.strerror or error}.",
            "Check the permissions of the library's folder and the free space of its disk.",
        ) from error


def kept_folders(file: Path) -> tuple[Path, ...] | None:
    """Return the folders that the copy tells of; None if there is no copy, or none that can be read."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        listed = json.loads(file.read_text("utf-8"))["folders"]
        folders = tuple(Path(name) for name in listed)
        if all(folder.is_absolute() for folder in folders):
            return folders
    return None
