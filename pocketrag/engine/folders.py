"""Folders and files as people name them: whether they can be the library's, or are."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from pocketrag.errors import FolderError, UnknownFile


def addable(folder: Path, library: Path) -> Path:
    """Return a folder as the library would know it. Raises FolderError if it cannot be added."""
    wanted = _readable_folder(folder)
    if wanted.is_relative_to(library.resolve()):
        raise FolderError(f"{wanted} is the library's own folder.", "Add the folder of your documents.")
    return wanted


def within_folders(folders: Sequence[Path], file: Path) -> Path:
    """Return a file as the library knows it; for an attachment, the one it came in.

    Raises UnknownFile if it lies in none of the folders.
    """
    for known in (file.expanduser().absolute(), file.expanduser().resolve()):
        if any(known.is_relative_to(folder) for folder in folders):
            return known.parent if known.parent.is_file() else known
    raise UnknownFile(f"{file} is in none of the library's folders.", "`pocketrag status` lists what failed.")


def _readable_folder(folder: Path) -> Path:
    wanted = folder.expanduser().absolute()
    if not wanted.exists():
        raise FolderError(f"The folder {wanted} is not there.", "Check its name.")
    if not wanted.is_dir():
        raise FolderError(f"{wanted} is not a folder.", "Add the folder that it lies in.")
    if not os.access(wanted, os.R_OK | os.X_OK):
        raise FolderError(f"The folder {wanted} may not be read.", "Correct its permissions.")
    return wanted.resolve()
