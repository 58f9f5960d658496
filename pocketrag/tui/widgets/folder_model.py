"""The library's files as folders in folders, with counts; pure, no drawing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from pocketrag.domain import FileState, FileStatus

URGENCY: Final = (FileState.FAILED, FileState.WAITING, FileState.SKIPPED, FileState.INDEXED)
"""States, the one first that one may have to do something about."""


class Sort(StrEnum):
    """What files are in order of."""

    STATE = "state"
    NAME = "name"
    DATE = "date"
    PASSAGES = "passages"

    def next(self) -> Sort:
        """Return the one after this one, round and round."""
        orders = tuple(Sort)
        return orders[(orders.index(self) + 1) % len(orders)]


@dataclass
class Folder:
    """A folder, what is in it, and how all below it stand."""

    path: Path
    name: str
    """Of a folder of the library the whole path, of one in it its own name."""
    top: bool
    """Whether it is a folder of the library."""
    folders: dict[str, Folder] = field(default_factory=dict)
    files: list[FileStatus] = field(default_factory=list)
    counts: Counter[FileState] = field(default_factory=Counter)

    def sorted_folders(self) -> list[Folder]:
        """Return the folders in it, by name."""
        return [self.folders[name] for name in sorted(self.folders, key=str.casefold)]

    def sorted_files(self, sort: Sort) -> list[FileStatus]:
        """Return the files in it."""
        return sorted(self.files, key=lambda item: _key(item, sort))


def _key(item: FileStatus, sort: Sort) -> tuple[float | str, str]:
    name = f"{item.path.name} {item.attachment}".casefold()
    match sort:
        case Sort.STATE:
            return URGENCY.index(item.state), name
        case Sort.NAME:
            return "", name
        case Sort.DATE:
            return -_ordinal(day_of(item)), name
        case Sort.PASSAGES:
            return -item.chunks, name


def day_of(item: FileStatus) -> str:
    """Return the document's own date, else the file's, as an ISO day; empty where neither is known."""
    from datetime import UTC, datetime

    if item.date or not item.modified:
        return item.date
    return datetime.fromtimestamp(item.modified, UTC).date().isoformat()


def _ordinal(day: str) -> int:
    digits = "".join(letter for letter in day[:10] if letter.isdigit())
    return int(digits.ljust(8, "0")) if digits else 0


def folders_of(items: Iterable[FileStatus], library: Iterable[Path]) -> list[Folder]:
    """Return the library's folders, everything below them in its place."""
    tops = {path: Folder(path, str(path), top=True) for path in library}
    for item in items:
        top = tops.setdefault(item.folder, Folder(item.folder, str(item.folder), top=True))
        for folder in _way_down(top, item):
            folder.counts[item.state] += not item.attachment
    return list(tops.values())


def _way_down(top: Folder, item: FileStatus) -> Iterator[Folder]:
    """Yield the folders on the way to a file, made where they are missing; the file is put into the last."""
    here = top
    yield here
    for name in item.path.relative_to(item.folder).parts[:-1]:
        here = here.folders.setdefault(name, Folder(here.path / name, name, top=False))
        yield here
    here.files.append(item)


def matches(item: FileStatus, words: Iterable[str]) -> bool:
    """Return whether all of these words, folded, stand in what is known of a file."""
    known = f"{item.path} {item.attachment} {item.title} {item.state} {item.reason} {item.remedy}".casefold()
    return all(word in known for word in words)
