"""A document's text cut into rows of a given width; pure arithmetic, no drawing.

A megabyte is some twenty thousand rows, so a row is three numbers and nothing is copied: the text
of a row is `text[start:end]`, which keeps every offset true.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len, get_character_cell_size

from pocketrag.domain import Block, BlockKind, Document, Place, Span
from pocketrag.plain import one_line
from pocketrag.wording import place_in_words

_ALIGNED: Final = re.compile(r"[^|\s] {2,}[^|\s]|\t")
"""Cells that blanks keep apart; between bars, they are an empty cell."""
TAB: Final = "    "
"""What a tab is drawn as."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line on the screen."""

    start: int
    end: int
    block: int
    """Index into `Document.blocks`; -1 before the first one."""
    continued: bool
    """Whether it carries on the row above, which was too long."""


def laid_out(text: str, blocks: tuple[Block, ...], width: int) -> list[Row]:
    """Return the rows of a text, none wider than `width` cells.

    Code, and tables whose columns are aligned, are cut exactly at the edge, so that what is aligned
    stays aligned as far as it fits; everything else is cut at a space where there is one.
    """
    starts = [block.start for block in blocks]
    rows: list[Row] = []
    at = 0
    for line in text.split("\n"):
        end = at + len(line)
        index = bisect_right(starts, at if line else at - 1) - 1
        kind = blocks[index].kind if index >= 0 else BlockKind.PARAGRAPH
        aligned = kind is BlockKind.TABLE and _ALIGNED.search(line)
        hard = kind is BlockKind.CODE or bool(aligned)
        rows.extend(
            Row(start, stop, index, start > at) for start, stop in _pieces(text, at, end, width, hard)
        )
        at = end + 1
    return rows


def _pieces(text: str, start: int, end: int, width: int, hard: bool) -> Iterator[tuple[int, int]]:
    if end - start <= width // 4:  # a tab, the widest character, is four cells wide
        yield start, end
        return
    line = text[start:end]
    simple = line.isascii() and "\t" not in line
    while True:
        fits = min(end - start, width) if simple else _fitting(text, start, end, width)
        if start + fits >= end:
            yield start, end
            return
        space = -1 if hard else text.rfind(" ", start + 1, start + fits + 1)
        cut = space if space > start else start + fits
        yield start, cut
        start = cut + 1 if space > start else cut


def _fitting(text: str, start: int, end: int, width: int) -> int:
    """Return how many characters from `start` fit into `width` cells; at least one."""
    used = 0
    for at in range(start, min(end, start + width)):
        letter = text[at]
        used += len(TAB) if letter == "\t" else get_character_cell_size(letter)
        if used > width:
            return max(1, at - start)
    return min(end - start, width)


def row_at(rows: list[Row], position: int) -> int:
    """Return the index of the row that holds an offset of the text."""
    return max(0, bisect_right(rows, position, key=lambda row: row.start) - 1)


def margin_notes(document: Document) -> dict[int, str]:
    """Return what stands in the margin beside a block: its page, slide or sheet, where that changes."""
    notes: dict[int, str] = {}
    before = ""
    for index, block in enumerate(document.blocks):
        note = _margin_note(block.place)
        if note and note != before:
            notes[index] = note
            before = note
    return notes


def _margin_note(place: Place) -> str:
    for value, word in ((place.page, "page"), (place.slide, "slide")):
        if value is not None:
            return f"{word} {value}"
    return place.sheet or ""


def width_of(text: str) -> int:
    """Return the cells a piece of a row takes when drawn."""
    return cell_len(text.replace("\t", TAB))


def reference(document: Document, span: Span, shown: str) -> str:
    """Return a quote with its reference: `“quote” (Home/Lease.pdf, page 3 · Termination)`."""
    block = block_at(document, span.start)
    place = place_in_words(block.place) if block else ""
    where = ", ".join(filter(None, (one_line(shown), place)))
    return f"“{one_line(document.text[span.start : span.end])}” ({where})"


def block_at(document: Document, position: int) -> Block | None:
    """Return the block that holds an offset of the text, or the one before it."""
    index = bisect_right(document.blocks, position, key=lambda block: block.start) - 1
    return document.blocks[index] if index >= 0 else None


def is_on_page(block: Block, page: int) -> bool:
    """Return whether a block, or a part of it, stands on a page."""
    first = block.place.page
    return first is not None and first <= page <= (block.place.page_end or first)


def first_of_page(document: Document, page: int) -> Block | None:
    """Return the first block that stands on a page; None where there is no text on it."""
    return next((block for block in document.blocks if is_on_page(block, page)), None)


def in_order(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return the spans in order of place, each once, those inside another one left out."""
    kept: list[Span] = []
    for span in sorted(set(spans), key=lambda span: (span.start, -span.end)):
        if not kept or span.end > kept[-1].end:
            kept.append(span)
    return tuple(kept)
