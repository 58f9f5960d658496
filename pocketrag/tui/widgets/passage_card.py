"""A passage, drawn for whatever width there is: where it stands, how well it fits, what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.css.styles import RulesMap

from pocketrag.domain import Passage, Place, Span
from pocketrag.plain import one_line, plain
from pocketrag.tui.widgets.filling import Filling
from pocketrag.wording import freshness_in_words, place_in_words, source_in_words

EVIDENCE: Final = "$foreground on $accent 22%"
"""The highlighter pen: how evidence looks everywhere."""

_LINES: Final = 4
"""Lines of text that a card shows."""
_LEAD: Final = 48
"""Characters of text shown before the first highlighted sentence, at most."""
_METER: Final = 5
_SPACE: Final = re.compile(r"\s+")


class PassageCard(Filling):
    """One passage as a card of a few lines, or, where room is short, as one line."""

    def __init__(self, passage: Passage, best: float, compact: bool) -> None:
        self._passage = passage
        self._best = best
        self._compact = compact
        self._drawn: tuple[int, Content] | None = None

    def get_minimal_width(self, rules: RulesMap) -> int:
        """Return the narrowest width that still says something."""
        return 20

    def content(self, width: int) -> Content:
        """Return the card's lines, or its one line; laid out once for a width."""
        if self._drawn is None or self._drawn[0] != width:
            draw = compact_line if self._compact else card
            self._drawn = (width, draw(self._passage, self._best, max(width, 20)))
        return self._drawn[1]


def card(passage: Passage, best: float, width: int) -> Content:
    """Return a passage as several lines: title, place and score, then text with its evidence."""
    number = Content.styled(f"{passage.rank} ", "bold $accent")
    title = Content.styled(elided(source_in_words(passage), width - number.cell_length), "bold")
    excerpt_lines = excerpt(passage, width - 2, _LINES)
    also = _also_in(passage, width)
    return Content("\n").join(
        [
            number + title,
            "  " + spread(_place(passage, dated=True), meter(passage.score, best), width - 2),
            *("  " + line for line in excerpt_lines),
            *also,
        ]
    )


def compact_line(passage: Passage, best: float, width: int) -> Content:
    """Return a passage as one line: number, file, place, score."""
    score = meter(passage.score, best)
    place = _place(passage)
    number = Content.styled(f"{passage.rank} ", "bold $accent")
    room = width - score.cell_length - number.cell_length - 1
    name = elided(source_in_words(passage), max(12, room - place.cell_length - 3))
    left = Content.assemble(number, (name, "bold"), ("  " if place else ""), place)
    return spread(left, score, width)


def meter(score: float, best: float) -> Content:
    """Return a small bar, relative to the best score of the search, and the number."""
    share = max(0.0, min(1.0, score / best)) if best > 0 else 0.0
    full = round(share * _METER)
    number = f" {score:.2f}" if best >= 0.1 else f" {score:.3f}"
    return Content.assemble(
        ("━" * full, "$accent"), ("━" * (_METER - full), "$foreground 15%"), (number, "$foreground 60%")
    )


def excerpt(passage: Passage, width: int, lines: int) -> list[Content]:
    """Return a few lines of the passage's text around its best evidence, which is highlighted."""
    text = Content.assemble(*_pieces(passage))
    first = min((_offset(passage, span.start) for span in passage.highlights), default=0)
    start = _lead_start(passage.chunk.text, first)
    if start:
        skipped = len(_squeeze(passage.chunk.text[:start]))
        text = Content.styled("…", "$foreground 60%") + text[skipped:]
    wrapped = text.wrap(max(8, width))
    if len(wrapped) > lines:
        last = wrapped[lines - 1].rstrip()
        wrapped = [*wrapped[: lines - 1], last.truncate(width - 1) + Content.styled("…", "$foreground 60%")]
    return wrapped


def spread(left: Content, right: Content, width: int) -> Content:
    """Return both on one line of `width` cells, the left one cut where they would meet."""
    room = max(0, width - right.cell_length - 1)
    left = left.truncate(room, ellipsis=True, pad=True)
    return Content.assemble(left, " ", right)


def elided(path: str, width: int) -> str:
    """Return a path that fits, its folders left out first, then the middle of its name."""
    if cell_len(path) <= width:
        return path
    parts = path.split("/")
    for first in range(1, len(parts)):
        shorter = "…/" + "/".join(parts[first:])
        if cell_len(shorter) <= width:
            return shorter
    name = parts[-1]
    tail = min(10, max(0, width // 2 - 1))
    end = name[len(name) - tail :]
    return f"{set_cell_size(name, max(0, width - 1 - cell_len(end)))}…{end}" if width > 3 else name[:width]


def elided_end(text: str, width: int) -> str:
    """Return a text that fits, its end left out."""
    return text if cell_len(text) <= width else f"{set_cell_size(text, max(0, width - 1)).rstrip()}…"


def _place(passage: Passage, *, dated: bool = False) -> Content:
    where = passage.chunk.place
    if dated:  # before the heading, which may be cut
        section = Place(section=where.section)
        parts = (place_in_words(where, 0), passage.file.day, place_in_words(section))
        place = Content.styled(" · ".join(filter(None, parts)), "$foreground 60%")
    else:
        place = Content.styled(place_in_words(where), "$foreground 60%")
    stale = freshness_in_words(passage.freshness)
    return Content.styled(f"{stale} · ", "$warning") + place if stale else place


def _also_in(passage: Passage, width: int) -> list[Content]:
    if not passage.also_in:
        return []
    names = ", ".join(one_line(name) for name in passage.also_in)
    return [
        "  " + Content.styled(f"also in {names}", "$foreground 60% italic").truncate(width - 2, ellipsis=True)
    ]


def _pieces(passage: Passage) -> Iterator[tuple[str, str]]:
    """Yield the chunk's text in pieces with their styles, white space squeezed."""
    text = passage.chunk.text
    at = 0
    for span in merged(passage.highlights):
        start, end = (_offset(passage, position) for position in span)
        yield _squeeze(text[at:start]), "$foreground 60%"
        yield _squeeze(text[start:end]), EVIDENCE
        at = max(at, end)
    yield _squeeze(text[at:]), "$foreground 60%"


def merged(spans: tuple[Span, ...]) -> Iterator[tuple[int, int]]:
    """Yield the spans in order of place, those that touch made one."""
    at_start, at_end = -1, -1
    for span in sorted(spans, key=lambda span: span.start):
        if span.start > at_end:
            if at_end > at_start:
                yield at_start, at_end
            at_start, at_end = span.start, span.end
        else:
            at_end = max(at_end, span.end)
    if at_end > at_start:
        yield at_start, at_end


def _offset(passage: Passage, position: int) -> int:
    """Return a document offset as an offset into the chunk's text, kept inside it."""
    return max(0, min(len(passage.chunk.text), position - passage.chunk.start))


def _squeeze(text: str) -> str:
    return _SPACE.sub(" ", plain(text))


def _lead_start(text: str, first: int) -> int:
    """Return where an excerpt begins: a word's beginning a little before the first evidence."""
    if first <= _LEAD:
        return 0
    space = text.find(" ", first - _LEAD, first)
    return space + 1 if space >= 0 else first
