"""Foreign text made safe to draw: file names, document text, model output.

Whatever comes from outside is data. Two dangers remain even when no markup is parsed: control
sequences that a terminal obeys, and bidirectional overrides that make a name read as another one.
Both are replaced one character by one, so that offsets into a document stay true.
"""

from __future__ import annotations

from typing import Final

REPLACEMENT: Final = "\ufffd"
"""Stands for a character that must not reach the terminal and has no picture of its own."""

_PICTURES: Final = {code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A)}
_BIDI: Final = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_MARKS: Final = range(0xE000, 0xE010)
"""Private-use characters that front ends mark text with: nothing foreign may hold one."""

_TABLE: Final[dict[int, int | str]] = {
    **_PICTURES,
    0x0D: " ",
    0x7F: "\u2421",
    **dict.fromkeys(range(0x80, 0xA0), REPLACEMENT),
    **dict.fromkeys((0x2028, 0x2029), " "),
    **dict.fromkeys(_BIDI, REPLACEMENT),
    **dict.fromkeys(range(0xD800, 0xE000), REPLACEMENT),  # file names that are not UTF-8 bring these
    **dict.fromkeys(_MARKS, REPLACEMENT),
}


def plain(text: str) -> str:
    """Return the text with every control, surrogate and bidi override replaced; same length.

    Line feeds and tabs stay. The marks of our own front ends are replaced too, so no document
    and no model can write one.
    """
    return text.translate(_TABLE)


def one_line(text: str) -> str:
    """Return the text safe to draw on one line: runs of white space become one space."""
    return " ".join(plain(text).split())
