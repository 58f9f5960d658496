"""A PDF's outline (its bookmarks) found again in the lines of its pages: the surest headings there are.

Knows no PDF library.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from pocketrag.reading.pdf.lines import Line, Page

_MAX_LINES = 4
"""Lines of the longest heading."""
_TRUSTED_SHARE = 0.5
"""Share of the bookmarks that must be found for any to count: many outlines are made by programs."""
_NOT_LETTERS = re.compile(r"[\W_]+")


class Bookmark(NamedTuple):
    """One entry of a document's outline."""

    title: str
    level: int
    """From 1."""
    page: int
    """From 1."""


class Entry(NamedTuple):
    """What a line is in the outline."""

    level: int
    """From 1."""
    opens: bool
    """Whether it is the first line of its heading."""


def outlined(pages: Sequence[Page], bookmarks: Sequence[Bookmark]) -> dict[Line, Entry]:
    """Return the lines that the bookmarks name on their pages; none where too few are found."""
    entries: dict[Line, Entry] = {}
    found = 0
    keys: dict[int, list[tuple[str, Line]]] = {}
    for title, level, page in bookmarks:
        if page not in keys:
            keys[page] = [(_key(line.text), line) for line in pages[page - 1] if line and not line.aside]
        lines = _named(_key(title), keys[page])
        found += bool(lines)
        for number, line in enumerate(lines):
            entries.setdefault(line, Entry(level, opens=number == 0))
    return entries if found >= _TRUSTED_SHARE * len(bookmarks) else {}


def _named(title: str, lines: Sequence[tuple[str, Line]]) -> list[Line]:
    """Return the lines in a row that make up a title; none where there are none."""
    for start, (first, _) in enumerate(lines):
        if not first or not title.startswith(first):
            continue
        text = ""
        for end in range(start, min(start + _MAX_LINES, len(lines))):
            text += lines[end][0]
            if text == title:
                return [line for _, line in lines[start : end + 1]]
    return []


def _key(text: str) -> str:
    return _NOT_LETTERS.sub("", text).casefold()
