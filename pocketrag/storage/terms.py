"""Terms: what a text is cut into for the full-text index, and a query in the same way.

Terms are folded: lower case, compatibility forms made plain, accents, points and vowel marks removed
where readers leave them out too. Scripts that put no blanks between words are cut into overlapping
pairs of characters, which find as well as dictionaries do (Nie & Ren, Information Processing &
Management 35, 1999, on Chinese; Lee & Ahn, SIGIR 1996, on Korean, whose words carry endings that a
question does not). A run's last character stands alone as well, so that each can be looked up by prefix.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

TOKENIZER = "unicode61 remove_diacritics 0 categories ''L* N* Co M*''"
"""FTS5's tokenizer, as it stands in SQL: it parts what is folded already, and keeps vowel signs in words."""

_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_KANA = "\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
_HANGUL = "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3"
_SOUTH_EAST = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u103f\u1050-\u109f\u1780-\u17d3"
"""Thai, Lao, Burmese, Khmer."""
_MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u17b4-\u17d3"
"""Of those, what belongs to the character before it."""

_BLANKLESS = f"{_HAN}{_KANA}{_HANGUL}{_SOUTH_EAST}"
_RUN = re.compile(f"[{_BLANKLESS}]+")
_CHARACTER = re.compile(f"[{_BLANKLESS}][{_MARKS}]*")

_MARKED = (range(0x0900, 0x0E3B), range(0x0E40, 0x0E4F), range(0x0E80, 0x10A0), range(0x1780, 0x17D4))
"""Where vowel signs stand that count as no letters elsewhere."""
_VOWEL_SIGNS = "".join(chr(n) for part in _MARKED for n in part if unicodedata.category(chr(n))[0] == "M")
_LETTER = rf"[\w\u0300-\u036f{_VOWEL_SIGNS}]"
"""A character of a word."""
_TERM = re.compile(f"{_LETTER}+")
WORD = re.compile(f"{_LETTER}+(?:[.,:/-]{_LETTER}+)*")

_UNREAD = re.compile(
    "(?<!и)[\u0300-\u036f]|[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670]"
)
"""Accents (й is a letter of its own), Hebrew points, Arabic vowel marks and the stroke that widens a word."""

_ONE_FOR_ANOTHER = str.maketrans(
    {"ى": "ي", "ة": "ه"}
    | {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"}
)
"""Arabic letters that are written for one another (as Lucene's ArabicNormalizer has it), and Latin ones that
are no letter with an accent to Unicode, as they are typed without their key (its ASCIIFoldingFilter)."""


def fold(text: str) -> str:
    """Return the text in lower case, less what readers leave out: accents, points, vowel marks."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text).casefold()
    apart = unicodedata.normalize("NFKD", plain)
    return unicodedata.normalize("NFC", _UNREAD.sub("", apart)).translate(_ONE_FOR_ANOTHER)


def indexed(text: str) -> str:
    """Return the text as the full-text index is given it: its terms, in order, and nothing else."""
    return _terms(_RUN.sub(lambda run: f" {' '.join(_pairs(run[0]))} ", fold(text)))


def words(text: str) -> list[str]:
    """Return the words of a text, folded, in order: codes whole, pairs where no blanks part words."""
    return WORD.findall(_RUN.sub(lambda run: f" {' '.join(_looked_up(run[0]))} ", fold(text)))


def is_plain(word: str) -> bool:
    """Whether a folded word is one term of the index: a code such as `e-04` is several."""
    return bool(_TERM.fullmatch(word)) and "_" not in word and not _CHARACTER.fullmatch(word)


def phrase(text: str) -> str:
    """Return an FTS5 expression for a text's words next to each other, in order; empty if it has none."""
    folded = fold(text)
    last = next(reversed(list(_RUN.finditer(folded))), None)
    if last is None or _terms(folded[last.end() :]):
        terms = indexed(folded)
        return f'"{terms}"' if terms else ""
    # the last run's last character may go on in the index
    terms = f"{indexed(folded[: last.start()])} {' '.join(_looked_up(last[0]))}".lstrip()
    return f'"{terms}" *' if _CHARACTER.fullmatch(last[0]) else f'"{terms}"'


def _terms(text: str) -> str:
    return " ".join(_TERM.findall(text.replace("_", " ")))


def _pairs(run: str) -> Iterator[str]:
    """Yield the overlapping pairs of a run, and its last character."""
    characters = _CHARACTER.findall(run)
    for first, second in pairwise(characters):
        yield first + second
    yield characters[-1]


def _looked_up(run: str) -> list[str]:
    """Return the terms that find a run wherever it stands: its pairs, or the one character."""
    pairs = list(_pairs(run))
    return pairs[:-1] or pairs
