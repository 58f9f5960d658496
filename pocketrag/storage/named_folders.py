"""Which folders a person means by a name, or by the end of a path."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from pocketrag.storage.terms import fold


def named(name: str, held: Callable[[], set[tuple[Path, Path]]]) -> list[Path]:
    """Return the folders that are meant, in upper or lower case, outermost first; else the files that are.

    `held` gives the indexed files, each with the folder of the library it is in: `(folder, path)`.
    """
    asked = Path(name).expanduser()
    if asked.is_absolute():
        return [asked]
    wanted = tuple(map(fold, asked.parts))
    files = held()
    return _ending(wanted, _places(files)) or _ending(wanted, {path for _, path in files})


def _places(files: Iterable[tuple[Path, Path]]) -> set[Path]:
    """Return the folders on the way from a library folder to a file, both ends' folders included."""
    parents = {(folder, path.parent) for folder, path in files}
    return {
        place
        for folder, parent in parents
        for place in (parent, *parent.parents)
        if place.is_relative_to(folder)
    }


def _ending(wanted: tuple[str, ...], places: set[Path]) -> list[Path]:
    """Return the places whose path ends in these parts, folded: of nested ones the outer, outermost first."""
    found: list[Path] = []
    for place in sorted(places, key=lambda place: (len(place.parts), place)):
        ending = tuple(map(fold, place.parts[-len(wanted) :]))
        if wanted and ending == wanted and not any(place.is_relative_to(known) for known in found):
            found.append(place)
    return found
