"""What can be completed while a question is typed: filters, and the names of files after an `@`.

Pure: what is known of the library comes as values, and what comes back is text to put on the line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pocketrag.domain import FileState, FileStatus
from pocketrag.tui.widgets.folder_model import day_of

MOST: Final = 8
"""Suggestions at once."""
_FILTERS: Final = {
    "in:": "a folder, or a file",
    "type:": "name endings, such as pdf,md",
    "lang:": "a language, such as de",
    "after:": "from then on: 2025, 2025-01, 2025-01-31",
    "before:": "earlier than that",
}
"""The filters of a question (`answering/query.py`), and what each takes."""
_NAMED: Final = re.compile(r'(?<!\S)(in|type|lang|after|since|before|until):("?)([^"\s]*|(?<=")[^"]*)$', re.I)
_FILE: Final = re.compile(r"(?<!\S)@(\S*)$")
_WORD: Final = re.compile(r"(?<!\S)([a-z]{2,7})$")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One way to go on."""

    text: str
    """What takes the place of what was typed."""
    note: str
    """What it means; empty where it speaks for itself."""


@dataclass(frozen=True, slots=True)
class Completion:
    """Ways to go on from what was typed."""

    length: int
    """How many characters before the cursor the text takes the place of."""
    suggestions: tuple[Suggestion, ...]
    likely: bool
    """Whether the first is likely meant: what was typed asks for it, and is no question as it stands."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a library can be narrowed to, the commonest first."""

    folders: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    """The newest first."""


def known_of(items: Iterable[FileStatus]) -> Known:
    """Return what a library can be narrowed to, given its files."""
    held = [item for item in items if item.state is FileState.INDEXED and not item.attachment]
    paths = [item.path.relative_to(item.folder) for item in held]
    folders = Counter(parent.as_posix() for path in paths for parent in path.parents if parent.name)
    return Known(
        folders=_common(folders),
        files=tuple(sorted((path.as_posix() for path in paths), key=str.casefold)),
        types=_common(Counter(path.suffix.lstrip(".").lower() for path in paths if path.suffix)),
        languages=_common(Counter(item.language for item in held if item.language)),
        years=tuple(sorted({day_of(item)[:4] for item in held if day_of(item)}, reverse=True)),
    )


def completion(before: str, known: Known) -> Completion | None:
    """Return how what stands before the cursor may go on; None where there is nothing to suggest."""
    if found := _FILE.search(before):
        return _made(len(found[0]), [Suggestion(_in(name), "file") for name in _like(found[1], known.files)])
    if found := _NAMED.search(before):
        values = _values(found[1].lower(), found[3], known)
        return _made(len(found[0]), values, likely=all(found[0] != one.text.rstrip() for one in values))
    if found := _WORD.search(before):
        names = [name for name in _FILTERS if name.startswith(found[1]) and name != f"{found[1]}:"]
        whole = [f"{found[1]}:"] if f"{found[1]}:" in _FILTERS else []
        return _made(
            len(found[0]), [Suggestion(name, _FILTERS[name]) for name in (*whole, *names)], likely=False
        )
    return None


def wants_files(before: str) -> bool:
    """Return whether it takes the library's files to say how this goes on."""
    return bool(_FILE.search(before) or _NAMED.search(before))


def _values(name: str, typed: str, known: Known) -> list[Suggestion]:
    if name == "in":
        places = [*_like(typed, known.folders), *_like(typed, known.files)]
        return [Suggestion(_in(place), "") for place in places]
    if name in ("type", "lang"):
        listed, comma, last = typed.rpartition(",")
        offered = known.types if name == "type" else known.languages
        fitting = [one for one in offered if one.startswith(last.lower()) and one != last.lower()]
        return [Suggestion(f"{name}:{listed}{comma}{one} ", "") for one in fitting]
    fitting = [year for year in known.years if year.startswith(typed) and year != typed]
    return [Suggestion(f"{name}:{year} ", "") for year in fitting]


def _in(place: str) -> str:
    return f'in:"{place}" ' if " " in place or '"' in place else f"in:{place} "


def _like(typed: str, names: Iterable[str]) -> list[str]:
    """Return the names that begin with what was typed, then those with a part that does, then the others."""
    wanted = typed.casefold()
    ranked: list[list[str]] = [[], [], []]
    for name in names:
        folded = name.casefold()
        if wanted in folded and '"' not in name and name.isprintable():
            part = folded.rpartition("/")[2]
            ranked[0 if folded.startswith(wanted) else 1 if part.startswith(wanted) else 2].append(name)
    return [name for rank in ranked for name in rank][:MOST]


def _made(length: int, suggestions: list[Suggestion], *, likely: bool = True) -> Completion | None:
    return Completion(length, tuple(suggestions[:MOST]), likely) if suggestions else None


def _common(counted: Counter[str]) -> tuple[str, ...]:
    return tuple(name for name, _ in counted.most_common())
