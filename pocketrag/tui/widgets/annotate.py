"""A checked answer as Markdown text in which our own marks are told apart from the model's words.

What the model wrote may look like a citation. So a citation is drawn only where `Answer.sentences`
says that a sentence has it; it travels through the Markdown parser between private-use characters
that `plain` has removed from everything foreign. A `[7]` that nothing stands behind stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pocketrag.domain import Answer, Sentence
from pocketrag.plain import plain
from pocketrag.tui.marks import CHIP_CLOSE, CHIP_OPEN, DOUBT_CLOSE, DOUBT_OPEN, DOUBT_TAG

_MARKER: Final = re.compile(r"\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]")
_FOLLOWING: Final = re.compile(r"[”’\"»)]*[ \t]*" + _MARKER.pattern)
"""A marker behind a sentence; a quote's closing mark stands between the two."""
_LINE_START: Final = re.compile(r"\s*(?:(?:[-*+]|\d{1,3}[.)]|#{1,6}|>|\|)\s*)*")
"""Markdown's own marks at the beginning of a line, which must stay there."""


_CLOSING: Final = re.compile(r"\S*")
"""What may stand between a sentence and its markers: closing quotation marks, brackets, stars."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A sentence, and where in the answer's text it stands."""

    sentence: Sentence
    start: int
    end: int


def annotated(answer: Answer) -> str:
    """Return the answer's text as Markdown, citations and doubts marked with sentinels."""
    text = plain(answer.text)
    stretches = _located(text, answer.sentences)
    if stretches is None:
        return " ".join(_marked(plain(s.text), "", s) for s in answer.sentences)
    if not stretches:
        return text
    nexts = [*(stretch.start for stretch in stretches[1:]), len(text)]
    pieces = [
        _marked(text[stretch.start : stretch.end], text[stretch.end : after], stretch.sentence)
        for stretch, after in zip(stretches, nexts, strict=True)
    ]
    return text[: stretches[0].start] + "".join(pieces)


def _located(text: str, sentences: tuple[Sentence, ...]) -> list[_Stretch] | None:
    """Return where each sentence stands in the text, or None if one is not found there.

    Compared without white space and markers: those are what a sentence's text leaves out.
    """
    letters, places = _skeleton(text)
    at, found = 0, []
    for sentence in sentences:
        wanted, _ = _skeleton(plain(sentence.text))
        start = letters.find(wanted, at)
        if start < 0 or not wanted:
            return None
        at = start + len(wanted)
        found.append(_Stretch(sentence, places[start], places[at - 1] + 1))
    return found


def _skeleton(text: str) -> tuple[str, list[int]]:
    """Return the text without white space and markers, and the place of each character kept."""
    dropped = {i for match in _MARKER.finditer(text) for i in range(*match.span())}
    places = [i for i, letter in enumerate(text) if i not in dropped and not letter.isspace()]
    return "".join(text[i] for i in places), places


def _marked(body: str, gap: str, sentence: Sentence) -> str:
    """Return a sentence and the gap up to the next one, markers made chips, doubt shown.

    A citation that has no marker in either gets its chip right after the sentence.
    """
    shown: set[int] = set()

    def chips(match: re.Match[str]) -> str:
        numbers = [int(number) for number in match[1].split(",")]
        if not set(numbers) <= set(sentence.citations):
            return match[0]
        shown.update(numbers)
        return "".join(_chip(number) for number in numbers)

    body, gap = _MARKER.sub(chips, body), _MARKER.sub(chips, gap)
    missing = "".join(_chip(number) for number in sentence.citations if number not in shown)
    if missing:
        closing = _CLOSING.match(gap)
        at = closing.end() if closing else 0
        gap = f"{gap[:at]} {missing}{gap[at:]}"
    return (body if sentence.verified else _doubted(body)) + gap


def _chip(number: int) -> str:
    return f"{CHIP_OPEN}{number}{CHIP_CLOSE}"


def _doubted(text: str) -> str:
    """Return the text marked as doubtful line by line, so that lists stay lists."""
    return "\n".join(_doubted_lines(text.split("\n"))) + DOUBT_TAG


def _doubted_lines(lines: list[str]) -> Iterator[str]:
    for line in lines:
        start = _LINE_START.match(line)
        head = start.end() if start else 0
        yield f"{line[:head]}{DOUBT_OPEN}{line[head:]}{DOUBT_CLOSE}" if line[head:] else line
