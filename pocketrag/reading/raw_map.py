"""Where a document's text stands in its file: found again afterwards, so that no parser need keep count.

The text is walked word by word beside the decoded file. What is equal is one run; where they part
(marks of the format, a joint, a mended hyphen) the next words are looked for a little further on. So
every run is equal, letter by letter and blank by blank, by construction; what is not found belongs to none.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from pocketrag.domain import Block, BlockKind, Document, RawMap

_BLANKS = "\t\n\r\xa0"
"""What files have where a text has a blank, each in place of one: most, not all of them."""

_WORD = re.compile(r"\w+|[^\w\s]")

_JOINT = " | "
"""What stands between the cells of a row, in the text."""

_PROBE = 24
"""Characters that are looked for first: as many are seldom found in a wrong place."""

_AHEAD = 2_000
"""Characters ahead that are searched for a probe."""

_REACH, _REACH_IN_ORDER = 75, 8
"""Characters ahead that are searched for a lone word, for each of its letters."""

_ANYWHERE = 200_000_000
"""Characters searched for probes that are not ahead, at most: a file may be made to need it at every word."""

_STRIDE = 16
"""Characters that are compared first along a run."""


def raw_map(document: Document, decoded: str, encoding: str, *, in_order: bool = False) -> RawMap:
    """Return where the document's text stands in the decoded file.

    `in_order`: what the file holds it holds in the order of the text, but the text says some words
    again that the file has only once, such as the path to each value of JSON. Then a word that does
    not stand near is not looked for further on, where it belongs to something else.
    """
    line_starts = _line_starts(decoded) if any(block.place.line for block in document.blocks) else [0]
    walk = _Walk(document.text, decoded, in_order=in_order)
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


def _line_starts(decoded: str) -> list[int]:
    if "\r" in decoded:
        return [0, *(match.end() for match in re.finditer(r"\r\n|[\r\n]", decoded))]
    return [0, *accumulate(len(line) + 1 for line in decoded.split("\n")[:-1])]


def _line_start(block: Block, line_starts: list[int]) -> int | None:
    line = block.place.line
    return line_starts[min(line, len(line_starts)) - 1] if line else None


class _Walk:
    """The walk along text and file, block by block; to it, blanks of all kinds are alike."""

    def __init__(self, text: str, decoded: str, *, in_order: bool) -> None:
        self._text = text.replace("\n", " ")
        self._decoded = decoded
        for blank in _BLANKS:
            self._decoded = self._decoded.replace(blank, " ")
        self._letters: frozenset[str] = frozenset()
        """The file's, once a word was not found: a joint of ours may be of letters that it has nowhere."""
        self._at = self._lost = 0
        """Where the search goes on; how many words were not found since the last that was."""
        self._reach = _REACH_IN_ORDER if in_order else _REACH
        self._anywhere = 0 if in_order else _ANYWHERE

    def runs(self, block: Block, begin: int | None) -> Iterator[tuple[int, int, int]]:
        """Yield a block's runs; its search begins at `begin` if its line is known, else behind the last."""
        if begin is not None:
            self._at = begin
        self._lost = 0
        for start, end in self._pieces(block):
            found = self._whole(start, end)
            if found < 0:
                yield from self._words(start, end)
            else:
                yield start, found, end - start
                self._at, self._lost = found + end - start, 0

    def _pieces(self, block: Block) -> Iterator[tuple[int, int]]:
        """Yield start and end of a row's cells, or of the block."""
        position = block.start
        if block.kind is BlockKind.TABLE:
            for cell in self._text[block.start : block.end].split(_JOINT)[:-1]:
                yield position, position + len(cell)
                position += len(cell) + len(_JOINT)
        yield position, block.end

    def _whole(self, start: int, end: int) -> int:
        """Return where a piece stands as a whole, as most do; -1 where it does not, nearby."""
        piece = self._text[start:end]
        if len(piece) >= _PROBE:
            return self._decoded.find(piece, self._at, self._at + _AHEAD + len(piece))
        if not piece or not piece[0].isalnum():
            return -1
        return self._whole_word(piece, min((len(piece) + self._lost) * self._reach, _AHEAD))

    def _words(self, position: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Yield the runs of a piece that is found in parts."""
        while (word := _WORD.search(self._text, position, end)) is not None:
            start, position = word.span()
            found = self._find(word.group(), start, end, self._lost)
            if found < 0:
                self._lost += 1
                continue
            length = self._common(start, found, end)
            yield start, found, length
            self._at, self._lost = found + length, 0
            position = start + length

    def _find(self, word: str, start: int, end: int, lost: int) -> int:
        """Return where the text from a word on goes on in the file; -1 where it does not, nearby."""
        if self._letters and word[0] not in self._letters:
            return -1
        probe = self._text[start : min(start + _PROBE, end)]
        found = self._decoded.find(probe, self._at, self._at + _AHEAD)
        return found if found >= 0 else self._further(word, probe, lost)

    def _further(self, word: str, probe: str, lost: int) -> int:
        """Return where the text from a word on goes on in the file though the probe is not ahead; else -1."""
        if not self._letters:
            self._letters = frozenset(self._decoded)
            if word[0] not in self._letters:
                return -1
        if not word.isalnum():  # a mark by itself tells nothing
            return self._at if self._decoded.startswith(word, self._at) else -1
        # The longer the way was lost, the further ahead it may be found again.
        found = self._whole_word(word, min((len(word) + lost) * self._reach, _AHEAD))
        if found < 0 < self._anywhere and len(probe) == _PROBE and self._letters.issuperset(probe):
            self._anywhere -= len(self._decoded)
            found = self._decoded.find(probe)
        return found

    def _whole_word(self, word: str, reach: int) -> int:
        """Return where a word stands by itself ahead; -1 for nowhere."""
        decoded, end = self._decoded, self._at + reach
        found = decoded.find(word, self._at, end)
        while found >= 0:
            after = found + len(word)
            if not (decoded[max(0, found - 1) : found].isalnum() or decoded[after : after + 1].isalnum()):
                return found
            found = decoded.find(word, found + 1, end)
        return -1

    def _common(self, start: int, there: int, end: int) -> int:
        """Return how many characters are equal from here on: mostly all.

        Else they are compared in growing strides, and from the first that differs on in shrinking ones.
        """
        text, decoded = self._text, self._decoded
        if decoded.startswith(text[start:end], there):
            return end - start
        length, stride, differed = 0, _STRIDE, False
        while stride:
            part = text[start + length : min(start + length + stride, end)]
            if part and decoded.startswith(part, there + length):
                length += len(part)
            else:
                differed = True
            stride = stride // 2 if differed else stride * 2
        return length
