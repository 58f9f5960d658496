"""Lines of plain text → blocks: what was wrapped is joined, what is laid out in lines stays so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from pocketrag.domain import Place
from pocketrag.reading.builder import DocumentBuilder
from pocketrag.reading.normalise import one_line

LIST_MARKER = re.compile(
    r"\s*([-*+•‣◦▪●○■–—]|\d{1,3}[.)]|[ivx]{2,5}\.|\((?:\d{1,3}|[a-z]|[ivx]{1,5})\)|[a-z]\))\s+(?=\S)"
)
"""What opens an item of a list: a bullet or a number. No letter with a dot: that is an initial."""

_UNDERLINE = re.compile(r"([=\-~^*#])\1{2,}\s*")
_RULE = re.compile(r"[-=_*~#.+\s]{3,}")
_GAP = re.compile(r"\S(?: {3,}|\t)\S")
"""Between two columns."""

_LONG_LINE = 130
"""Characters; nobody wraps as late, so longer lines are whole paragraphs."""
_SHORT_LINE = 45
"""Characters; text wrapped as early is a list, an address or a poem."""


def add_lines(
    builder: DocumentBuilder, lines: Sequence[str], place: Place, first_line: int | None = None
) -> None:
    """Add plain text, given as its lines, to the builder.

    `first_line` is the number of the first one; each block's place then tells its own line.
    """
    groups = list(_groups(lines))
    width = _wrap_width([group for _, group in groups])
    for start, group in groups:
        at = place if first_line is None else place.on_line(first_line + start)
        _add_group(builder, group, at, width)


def _groups(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the runs of lines between empty ones, with the index of their first line."""
    group: list[str] = []
    for index, line in enumerate((*lines, "")):
        if line.strip():
            group.append(line.rstrip())
        elif group:
            yield index - len(group), group
            group = []


def _add_group(builder: DocumentBuilder, group: list[str], place: Place, width: int) -> None:
    if len(group) >= 2 and _UNDERLINE.fullmatch(group[1]) and not _RULE.fullmatch(group[0]):
        builder.heading(group[0], 1 if group[1].startswith(("=", "#", "*")) else 2, place)
        group, place = group[2:], _below(place, 2)
    elif len(group) == 1 and _is_shouted(group[0]):
        builder.heading(group[0], 1, place)
        return
    if group:
        _add_body(builder, group, place, width)


def _add_body(builder: DocumentBuilder, group: list[str], place: Place, width: int) -> None:
    if any(LIST_MARKER.match(line) for line in group) and not _has_columns(group):
        _add_list(builder, group, place, width)
    elif _is_wrapped(group, width):
        builder.paragraph(one_line("\n".join(group)), place)
    elif max(map(len, group), default=0) > _LONG_LINE:
        for offset, line in enumerate(group):
            builder.paragraph(line, _below(place, offset))
    else:
        builder.paragraph("\n".join(line for line in group if not _RULE.fullmatch(line)), place)


def _add_list(builder: DocumentBuilder, group: list[str], place: Place, width: int) -> None:
    """Add a group in which some lines open an item; the lines after it, up to the next, belong to it."""
    markers = {index: marker for index, line in enumerate(group) if (marker := LIST_MARKER.match(line))}
    starts = list(markers)
    if starts[0] > 0:
        _add_body(builder, group[: starts[0]], place, width)
    for start, end in pairwise([*starts, len(group)]):
        item = [group[start][markers[start].end() :], *group[start + 1 : end]]
        builder.list_item(
            one_line("\n".join(item)), _below(place, start), plain_marker(markers[start].group(1))
        )


def plain_marker(marker: str) -> str:
    """Return a list's marker as it is shown: a number as it stands, any bullet as a hyphen."""
    return marker if len(marker) > 1 else "-"


def _is_wrapped(group: Sequence[str], width: int) -> bool:
    """Whether the lines were wrapped at a margin: none could have taken the next one's first word."""
    if len(group) == 1:
        return True
    longest = max(map(len, group))
    if _has_columns(group) or not _SHORT_LINE <= longest <= _LONG_LINE:
        return False
    margin = max(longest, width)
    full = sum(len(line) + 1 + len(below.split(maxsplit=1)[0]) > margin for line, below in pairwise(group))
    return full >= 0.9 * (len(group) - 1)


def _wrap_width(groups: Sequence[Sequence[str]]) -> int:
    """Return at how many characters the text as a whole is wrapped; 0 where no paragraph of it is."""
    longest = [max(map(len, group)) for group in groups if len(group) > 2 and _is_wrapped(group, 0)]
    return int(median(longest)) - 2 if longest else 0  # ragged margins differ by a little


def _has_columns(group: Sequence[str]) -> bool:
    return len(group) > 1 and sum(map(_is_in_columns, group)) > len(group) / 2


def _is_in_columns(line: str) -> bool:
    apart = "   " in line or "\t" in line
    return "|" in line or (apart and bool(_GAP.search(line.strip())))


def _is_shouted(line: str) -> bool:
    """Whether a line that stands alone is a heading in capitals."""
    if len(line) > 80 or not line.isupper():
        return False
    letters = sum(character.isalpha() for character in line)
    return letters >= 4 and line.rstrip()[-1] not in ".,;!?"


def _below(place: Place, lines: int) -> Place:
    return place if place.line is None or not lines else place.on_line(place.line + lines)
