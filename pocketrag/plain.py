"""Foreign text made safe to draw: file names, document text, model output.

Whatever comes from outside is data. Dangers remain even when no markup is parsed: control sequences that
a terminal obeys, marks and overrides of direction that make a name read as another one, and characters of
no width, which hide things and make terminals and programs disagree about columns. They are replaced one
character by one, so that offsets into a document stay true.
"""

from __future__ import annotations

import re
from typing import Final

REPLACEMENT: Final = "\ufffd"
"""Stands for a character that must not reach the terminal and has no picture of its own."""

_PICTURES: Final = {code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A)}
_DIRECTION: Final = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""Marks, embeddings, overrides and isolates of the bidirectional algorithm (Unicode TR 9)."""
_NO_WIDTH: Final = (
    0x00AD, 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x200B,
    *range(0x2060, 0x2066), *range(0x206A, 0x2070), 0x3164, *range(0xFE00, 0xFE0E), 0xFEFF, 0xFFA0,
    *range(0xFFF0, 0xFFFC), *range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B), *range(0xE0000, 0xE1000),
)  # fmt: skip
"""What Unicode calls default ignorable, without the two joiners and what chooses between text and emoji."""
_JOINER: Final = re.compile(
    "(?<![\u0600-\u1cff\u2600-\u27bf\ufb50-\ufdff\ufe0f\U00010a00-\U00011fff\U0001f000-\U0001faff])"
    "[\u200c\u200d]|(?<=[\u200c\u200d])[\u200c\u200d]"
)
"""A joiner that joins nothing: it means something in scripts from Arabic to Mongolian, and between emoji."""
_MARKS: Final = range(0xE000, 0xE010)
"""Private-use characters that front ends mark text with: nothing foreign may hold one."""

_TABLE: Final[dict[int, int | str]] = {
    **_PICTURES,
    0x0D: " ",
    0x7F: "\u2421",
    **dict.fromkeys(range(0x80, 0xA0), REPLACEMENT),
    **dict.fromkeys((0x2028, 0x2029), " "),
    **dict.fromkeys((*_DIRECTION, *_NO_WIDTH), REPLACEMENT),
    **dict.fromkeys(range(0xD800, 0xE000), REPLACEMENT),  # file names that are not UTF-8 bring these
    **dict.fromkeys(_MARKS, REPLACEMENT),
}


def plain(text: str) -> str:
    """Return the text with every control, surrogate, mark of direction and zero width replaced; same length.

    Line feeds and tabs stay. The marks of our own front ends are replaced too, so no document
    and no model can write one.
    """
    if text.isascii() and text.isprintable():  # most is
        return text
    safe = text.translate(_TABLE)
    return _JOINER.sub(REPLACEMENT, safe) if "\u200c" in safe or "\u200d" in safe else safe


def one_line(text: str) -> str:
    """Return the text safe to draw on one line: runs of white space become one space."""
    return " ".join(plain(text).split())


def shortened(text: str, most: int) -> str:
    """Return a text on one line of so many characters at most, cut at a word if it is too long."""
    line = one_line(text)
    if len(line) <= most:
        return line
    return f"{line[: most - 1].rsplit(' ', 1)[0]}…"
