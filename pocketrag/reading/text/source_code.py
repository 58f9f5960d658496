"""Source code and logs → a `Document` of code blocks, each with its line and the definitions it is in.

One table of patterns serves all languages: a definition begins on a line of its own, and what is
indented more belongs to it. That holds for code that does not compile, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pocketrag.domain import Document, Place
from pocketrag.reading.builder import DocumentBuilder
from pocketrag.reading.encoding import decode
from pocketrag.reading.text.plain import split_lines

_MODIFIERS = (
    "export default public private protected static async final abstract override pub inline virtual unsafe "
    "extern data sealed open suspend internal partial declare local"
)
_DEFINERS = (
    "def class function func fn interface struct enum trait impl module object record namespace protocol "
    "type sub procedure defmodule defp extension contract message service"
)
_DEFINITION = re.compile(
    rf"(?P<indent>[ \t]*)(?:(?:{'|'.join(_MODIFIERS.split())})(?:\([^)]{{0,40}}\))?[ \t]+){{0,5}}"
    rf"(?:{'|'.join(_DEFINERS.split())})\*?[ \t]+(?:\([^)]{{0,80}}\)[ \t]*)?"
    r"(?P<name>[A-Za-z_$][\w$.:?!-]{0,80})[ \t]*"
    r"(?:[(<{=:\[]|(?:extends|implements|for|where|struct|interface|do|is|as)\b|;?\s*$)"
)
_SQL = re.compile(
    r"(?P<indent>)create (?:or replace )?(?:temp(?:orary)? |unique |materialized )?"
    r"(?:table|view|function|procedure|trigger|index|type) (?:if not exists )?"
    r"[\"'`\[]?(?P<name>[A-Za-z_][\w.]{0,80})",
    re.IGNORECASE,
)
_ARROW = re.compile(
    r"(?P<indent>)(?:export )?(?:const|let|var) (?P<name>[A-Za-z_$][\w$]{0,80})\s*(?::[^=]{0,80})?=\s*"
    r"(?:async\s*)?(?:function\b|\([^)]{0,200}\)\s*(?::[^=]{0,80})?=>|\w+\s*=>)"
)
_C_FUNCTION = re.compile(
    r"(?P<indent>[ \t]{0,4})(?!(?:if|for|while|switch|return|else|do|case|new|throw|catch|using|typedef)\b)"
    r"[A-Za-z_][\w:<>,\[\]]{0,80}[ \t*&]+(?:[\w:<>,]{1,80}[ \t*&]+){0,5}(?P<name>~?[A-Za-z_][\w:~]{0,80})"
    r"[ \t]?\([^;=]{0,300}$"
)
_SECTION_OF_SETTINGS = re.compile(r"(?P<indent>)\[{1,2}(?P<name>[^\[\]\n=]{1,80})\]{1,2}\s*$")
_PATTERNS = (_DEFINITION, _SQL, _ARROW, _C_FUNCTION, _SECTION_OF_SETTINGS)

_BELONGS_BELOW = re.compile(r"\s*(?:@|#|//|/\*|\*|--|;;|%|\[\w+.*\]$|template\b)")
"""Comments, decorators and attributes: they belong to the definition that follows."""

_MAX_LINES = 40
"""Lines of one block."""
_MAX_DEPTH = 3
_MAX_LINE = 400
"""Characters of a line that is looked at for a definition."""


def read_code(data: bytes) -> Document:
    """Return the file as blocks of code; `place.section` names the class and function they stand in."""
    builder = DocumentBuilder()
    lines = split_lines(decode(data))
    for start, end, section in _units(lines):
        add_code(builder, lines[start:end], start + 1, section)
    return builder.build()


def read_log(data: bytes) -> Document:
    """Return the lines as they stand, in blocks of a few."""
    builder = DocumentBuilder()
    add_code(builder, split_lines(decode(data)), 1)
    return builder.build()


def add_code(
    builder: DocumentBuilder, lines: Sequence[str], first_line: int, section: tuple[str, ...] = ()
) -> None:
    """Add lines of code in blocks of at most 40, cut at empty lines; `first_line` is the first's number."""
    start = 0
    while start < len(lines):
        if not lines[start].strip():
            start += 1
            continue
        end = min(start + _MAX_LINES, len(lines))
        if end < len(lines):
            gaps = (at for at in range(end, start + _MAX_LINES // 2, -1) if not lines[at - 1].strip())
            end = next(gaps, end)
        builder.code("\n".join(lines[start:end]), Place(line=first_line + start, section=section))
        start = end


def _units(lines: Sequence[str]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield the stretches from one definition to the next: start, end, and the names of what they are in."""
    start, open_ones = 0, [(-1, "")]
    for index, line in enumerate(lines):
        found = _definition(line)
        if found is None or sum(indent < found[0] for indent, _ in open_ones) > _MAX_DEPTH:
            continue
        begin = _with_comments(lines, index, start)
        if begin > start:
            yield start, begin, tuple(name for _, name in open_ones[1:])
        start = begin
        open_ones = [one for one in open_ones if one[0] < found[0]] + [found]
    yield start, len(lines), tuple(name for _, name in open_ones[1:])


def _definition(line: str) -> tuple[int, str] | None:
    """Return indentation and name of what a line defines, None for other lines."""
    if len(line) > _MAX_LINE or not line.strip():
        return None
    for pattern in _PATTERNS:
        match = pattern.match(line)
        if match:
            return len(match.group("indent").expandtabs(4)), match.group("name").rstrip(":")
    return None


def _with_comments(lines: Sequence[str], index: int, floor: int) -> int:
    """Return where a definition begins, the comments and decorators right above it included."""
    while index > floor and _BELONGS_BELOW.match(lines[index - 1]):
        index -= 1
    return index
