"""Where a document's text stands in its file: found again afterwards, so that no parser need keep count.

The text is walked word by word beside the decoded file. What is equal is one run; where they part
(marks of the format, a joint, a mended hyphen) the next words are looked for a little further on. So
every run is equal, letter by letter, by construction; what is not found belongs to none.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from pocketrag.domain import Block, Document, RawMap

_WORD = re.compile(r"\w+|[^\w\s]")

_PROBE = 24
"""Characters that are looked for first: as many are seldom found in a wrong place."""

_AHEAD = 2_000
"""Characters ahead that are searched for a probe."""

_REACH = 75
"""Characters ahead that are searched for a lone word, for each of its letters."""

_ANYWHERE = 2_000
"""How often the whole file is searched for a probe, at most: a file may be made to need it at every word."""

_STRIDE = 256
"""Characters compared at a time along a run."""


def raw_map(document: Document, decoded: str, encoding: str) -> RawMap:
    """Return where the document's text stands in the decoded file."""
    line_starts = [0, *(match.end() for match in re.finditer(r"\r\n|[\r\n]", decoded))]
    walk = _Walk(document.text, decoded)
    runs: list[tuple[int, int, int]] = []
    for block in document.blocks:
        runs += walk.runs(block, _line_start(block, line_starts))
    return RawMap(encoding, tuple(runs))


def raw_span(raw: RawMap, start: int, end: int) -> tuple[int, int] | None:
    """Return the stretch of the decoded file that a stretch of the text came from; None for none of it.

    It reaches from the first character that stands in the file to the last, with what lies between.
    """
    first = max(0, bisect_right(raw.runs, start, key=lambda run: run[0]) - 1)
    there = [
        (at + max(0, start - begin), at + min(length, end - begin))
        for begin, at, length in raw.runs[first:]
        if begin < end and begin + length > start
    ]
    return (min(a for a, _ in there), max(b for _, b in there)) if there else None


def _line_start(block: Block, line_starts: list[int]) -> int | None:
    line = block.place.line
    return line_starts[min(line, len(line_starts)) - 1] if line else None


class _Walk:
    """The walk along text and file, block by block."""

    def __init__(self, text: str, decoded: str) -> None:
        self._text = text
        self._decoded = decoded
        self._at = 0
        self._anywhere = _ANYWHERE

    def runs(self, block: Block, begin: int | None) -> Iterator[tuple[int, int, int]]:
        """Yield a block's runs; its search begins at `begin` if its line is known, else behind the last."""
        if begin is not None:
            self._at = begin
        position, lost = block.start, 0
        while (word := _WORD.search(self._text, position, block.end)) is not None:
            found = self._find(word, block.end, lost)
            if found < 0:
                position, lost = word.end(), lost + 1
                continue
            length = self._common(word.start(), found, block.end)
            yield word.start(), found, length
            self._at, lost = found + length, 0
            position = word.start() + length

    def _find(self, word: re.Match[str], end: int, lost: int) -> int:
        """Return where the text from a word on goes on in the file; -1 where it does not, nearby."""
        probe = self._text[word.start() : min(word.start() + _PROBE, end)]
        found = self._decoded.find(probe, self._at, self._at + _AHEAD)
        if found < 0:
            # The longer the way was lost, the further ahead it may be found again.
            reach = min((len(word.group()) + lost) * _REACH, _AHEAD)
            found = self._whole_word(word.group(), reach)
        if found < 0 and len(probe) == _PROBE and self._anywhere:
            self._anywhere -= 1
            found = self._decoded.find(probe)
        return found

    def _whole_word(self, word: str, reach: int) -> int:
        """Return where a word stands by itself ahead; -1 for nowhere. A mark by itself tells nothing."""
        if not word.isalnum():
            return self._at if self._decoded.startswith(word, self._at) else -1
        found = self._decoded.find(word, self._at, self._at + reach)
        while found >= 0:
            before, after = self._character(found - 1), self._character(found + len(word))
            if not (before.isalnum() or after.isalnum()):
                return found
            found = self._decoded.find(word, found + 1, self._at + reach)
        return -1

    def _character(self, position: int) -> str:
        return self._decoded[position : position + 1] if position >= 0 else ""

    def _common(self, start: int, there: int, end: int) -> int:
        """Return how many characters are equal from here on."""
        text, decoded, length = self._text, self._decoded, 0
        while (part := text[start + length : min(start + length + _STRIDE, end)]) and part == decoded[
            there + length : there + length + len(part)
        ]:
            length += len(part)
        other = decoded[there + length : there + length + len(part)]
        parting = (n for n, (ours, theirs) in enumerate(zip(part, other, strict=False)) if ours != theirs)
        return length + next(parting, min(len(part), len(other)))
