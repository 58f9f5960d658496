"""Subtitles (SubRip, WebVTT) → a `Document` of paragraphs, each with the time at which it begins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import NamedTuple

from pocketrag.domain import Document, Place
from pocketrag.reading.builder import DocumentBuilder
from pocketrag.reading.encoding import decode
from pocketrag.reading.text.plain import split_lines

_TIME = r"((?:\d{1,3}:)?\d{1,2}:\d{2})[.,]\d{1,3}"
_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}")
_SPEAKER = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]{1,100})>")
_MARKUP = re.compile(r"<[^<>]{0,200}>|\{\\[^{}]{0,100}\}")
_SENTENCE_END = tuple('.!?…。！？"”»')
_ENOUGH = 250
"""Characters from which a paragraph ends with the next sentence."""
_TOO_MUCH = 900
_PAUSE = 5
"""Seconds of silence that end a paragraph."""


class _Cue(NamedTuple):
    """What is shown at one time."""

    line: int
    begin: int
    """Seconds from the start."""
    end: int
    speaker: str
    text: str


def read_subtitles(data: bytes) -> Document:
    """Return what is said, joined to paragraphs at pauses, changes of speaker and ends of sentences."""
    builder = DocumentBuilder()
    group: list[_Cue] = []
    for cue in _cues(split_lines(decode(data, "utf-8"))):
        if group and _must_close(group, cue):
            _add(builder, group)
            group = []
        group.append(cue)
    _add(builder, group)
    return builder.build()


def _cues(lines: Sequence[str]) -> Iterator[_Cue]:
    """Yield the cues; headers, notes, styles and numbers between them are passed over."""
    index, before = 0, ""
    while index < len(lines):
        times = _TIMES.match(lines[index])
        index += 1
        if times is None:
            continue
        first = index
        while index < len(lines) and lines[index].strip() and not _TIMES.match(lines[index]):
            index += 1
        raw = " ".join(lines[first:index])
        who = _SPEAKER.search(raw)
        text = " ".join(unescape(_MARKUP.sub("", raw)).split())
        if text and text != before:  # captions that roll up repeat themselves
            begin, end = map(_seconds, times.groups())
            yield _Cue(first, begin, end, who.group(1) if who else "", text)
            before = text


def _must_close(group: Sequence[_Cue], cue: _Cue) -> bool:
    length = sum(len(one.text) for one in group)
    return (
        cue.speaker != group[-1].speaker
        or cue.begin - group[-1].end >= _PAUSE
        or length > _TOO_MUCH
        or (length > _ENOUGH and group[-1].text.endswith(_SENTENCE_END))
    )


def _add(builder: DocumentBuilder, group: Sequence[_Cue]) -> None:
    if group:
        first = group[0]
        who = f"{first.speaker}: " if first.speaker else ""
        said = " ".join(cue.text for cue in group)
        builder.paragraph(f"[{_clock(first.begin)}] {who}{said}", Place(line=first.line))


def _seconds(time: str) -> int:
    total = 0
    for part in time.split(":"):
        total = total * 60 + int(part)
    return total


def _clock(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
