"""What adding a folder would mean, before it is done: the whole computer is added easily, and by mistake."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from pocketrag.domain import FolderOutlook

_SYSTEM = "/usr /etc /var /opt /bin /sbin /lib /boot /dev /proc /sys /System /Library /Applications"
SYSTEM = tuple(map(Path, _SYSTEM.split()))
"""Where the system keeps its own files, on Linux and macOS."""

COUNTED = 20_000
"""So many files are counted; more are told as at least so many."""


def outlook(folder: Path, known: Sequence[Path], own_folder: Path, home: Path) -> FolderOutlook:
    """Return what adding a folder would mean to a library of the `known` ones, which lies in `own_folder`.

    Files are counted only where there are doubts: those of a whole disk take a while.
    """
    holds = tuple(one for one in known if one != folder and one.is_relative_to(folder))
    holder = next((one for one in known if folder.is_relative_to(one)), None)
    doubts = () if holder is not None else tuple(_doubts(folder, own_folder, home))
    files = sum(1 for _ in islice(_files(folder), COUNTED)) if doubts else 0
    return FolderOutlook(folder, holder, holds, doubts, files, more=files == COUNTED)


def _doubts(folder: Path, own_folder: Path, home: Path) -> Iterator[str]:
    if folder == Path(folder.anchor):
        yield "It is the whole computer: programs and the system's own files, not only papers."
        return
    if folder != home and home.is_relative_to(folder):
        yield "It holds the home folders of everybody on this computer."
    if not folder.is_relative_to(home) and any(folder.is_relative_to(place) for place in SYSTEM):
        yield "It is a folder of the system's own files."
    if own_folder.is_relative_to(folder) and not _hidden(own_folder.relative_to(folder)):
        yield f"The library's own folder, {own_folder}, lies in it; that alone is left out."


def _hidden(relative: Path) -> bool:
    """Whether a rule leaves out what lies there anyway."""
    return any(part.startswith(".") for part in relative.parts)


def _files(folder: Path) -> Iterator[str]:
    """Yield the names of the files below a folder, hidden ones left out."""
    for _, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (name for name in names if not name.startswith("."))
