"""The vocabulary of rich text (RTF 1.9.1): its tokens, signs, character sets, and what holds no text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pocketrag.errors import Damaged


class Token(NamedTuple):
    """One token; exactly one of the fields is filled, besides a word's number."""

    word: str = ""
    """A control word without its backslash, or a brace."""
    number: int | None = None
    """The number that belongs to the word."""
    text: bytes = b""
    """Text in the character set of the font in use."""


_TOKEN = re.compile(
    rb"\\([A-Za-z]{1,32})(-?\d{1,10})? ?|\\'([0-9A-Fa-f]{2})|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\(.|\r?\n)?",
    re.DOTALL,
)
_WORD_OF_SYMBOL = {
    b"~": "~",
    b"-": "-",
    b"_": "_",
    b"*": "*",
    b"\n": "par",
    b"\r": "par",
    b"\r\n": "par",
}


def tokens(data: bytes) -> Iterator[Token]:
    """Yield the tokens of a file; binary data is passed over."""
    position = 0
    while position < len(data):
        match = _TOKEN.match(data, position)
        if match is None:
            raise Damaged("The file breaks the rules of its format.", "Open it in Word and save it anew.")
        position = match.end()
        word, number, hexadecimal, brace, text, symbol = match.groups()
        if word:
            value = int(number) if number else None
            if word == b"bin" and value and value > 0:
                position += value
            else:
                yield Token(word.decode(), value)
        elif hexadecimal:
            yield Token(text=bytes.fromhex(hexadecimal.decode()))
        elif brace:
            yield Token(brace.decode())
        elif text:
            yield Token(text=text)
        elif symbol in _WORD_OF_SYMBOL:
            yield Token(_WORD_OF_SYMBOL[symbol])
        elif symbol in {b"\\", b"{", b"}"}:
            yield Token(text=symbol)


SIGNS = {
    "line": "\n",
    "tab": "\t",
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "emspace": " ",
    "enspace": " ",
    "~": " ",
    "-": "\u00ad",
    "_": "-",
    "nestcell": " ",
    "nestrow": " ",
}
"""Control words that stand for a character."""

CODEPAGES = {
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gbk",
    136: "big5",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    254: "cp437",
    255: "cp850",
}
"""Character sets of fonts (`\\fcharset`), by Python's name; the others are the document's own."""

TEXTLESS = frozenset(
    (
        "colortbl pict object objdata themedata colorschememapping datastore latentstyles listtable list "
        "listlevel listname listoverridetable rsidtbl generator xmlnstbl mmathPr wgrffmtfilter revtbl "
        "filetbl header headerl headerr headerf footer footerl footerr footerf fldinst datafield formfield "
        "bkmkstart bkmkend xe tc tcn annotation atnid atnauthor atrfstart atrfend atnref atndate sp shprslt "
        "nonshppict nonesttables ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn pgdsctbl private pnseclvl "
        "defchp defpap falt panose background docvar userprops keywords operator doccomm company hlinkbase "
        "category manager comment subject"
    ).split()
)
"""Destinations whose content is no text of the document, or a second copy of it."""

NAMED = frozenset(
    "fonttbl stylesheet info footnote title author creatim revtim listtext pntext shpinst shptxt".split()
)
"""Destinations that are looked into, whether marked as optional or not."""
