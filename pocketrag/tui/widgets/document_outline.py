"""The places of a document, to go to by name: its headings, and its pages where there are any."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pocketrag.domain import Block, BlockKind, Document, Span
from pocketrag.plain import one_line
from pocketrag.tui.widgets.document_layout import margin_notes

MOST_FOUND: Final = 5_000
"""Matches of a search in a document; who finds more types on."""


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """One place."""

    label: str
    start: int
    """Offset into the document's text."""
    level: int
    """How far in it stands; 0 for a page."""


def outline(document: Document) -> tuple[OutlineEntry, ...]:
    """Return the places in order: pages, slides or sheets where they begin, and the headings."""
    notes = margin_notes(document)
    return tuple(
        entry
        for index, block in enumerate(document.blocks)
        for entry in _entries(document, block, notes.get(index, ""))
    )


def _entries(document: Document, block: Block, note: str) -> Iterator[OutlineEntry]:
    if note:
        yield OutlineEntry(note, block.start, 0)
    if block.kind is BlockKind.HEADING:
        yield OutlineEntry(one_line(document.text[block.start : block.end]), block.start, max(1, block.level))


def entry_at(entries: tuple[OutlineEntry, ...], position: int) -> int:
    """Return the index of the last place that begins at or before an offset; 0 before the first."""
    return max(0, sum(entry.start <= position for entry in entries) - 1)


def found_in(document: Document, words: str) -> tuple[Span, ...]:
    """Return where words stand in a document, in upper or lower case, however they are spaced."""
    pattern = r"\s+".join(map(re.escape, words.split()))
    if not pattern:
        return ()
    matches = re.finditer(pattern, document.text, re.IGNORECASE)
    return tuple(Span(*match.span()) for match, _ in zip(matches, range(MOST_FOUND), strict=False))
