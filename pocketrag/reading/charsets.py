"""Which legacy encoding some bytes are in: the one in which they read as a language that was written in it.

Single bytes mean a letter in nearly every encoding, and statistics of letters tell `č` from `è` badly on a
page of text. But decoded rightly, a text is of a language that its encoding serves, by fastText's model,
and holds nothing that no text holds: a sign or a capital within a word, letters of two scripts side by side.
"""

from __future__ import annotations

import codecs
import re
from itertools import pairwise

from pocketrag.reading.language import FEWEST_LETTERS, shares

_WESTERN = frozenset(
    "en de fr es pt it nl sv da no nn nb fi is ca gl eu af ga gd lb ast oc br cy id ms sw tl fo fy an".split()
)
_CENTRAL = frozenset("cs sk pl hu ro sl hr bs sh sr sq hsb dsb".split())
_BALTIC = frozenset("lt lv et ltg".split())
_CYRILLIC = frozenset("ru uk be bg sr mk kk ky tt ba cv mn tg".split())
_ARABIC = frozenset("ar arz fa ur ug ckb ps azb pnb sd".split())
_HEBREW = frozenset({"he", "yi"})
_CHINESE = frozenset({"zh", "wuu", "yue"})

_LATIN_LANGUAGES = _WESTERN | _CENTRAL | _BALTIC | {"tr", "az", "ku"}

_SOUTHERN = "čćđšž" + "ČĆĐŠŽ"
_ALPHABETS = {
    "cs": "áčďéěíňóřšťúůýžÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ",
    "sk": "áäčďéíĺľňóôŕšťúýžÁÄČĎÉÍĹĽŇÓÔŔŠŤÚÝŽ",
    "pl": "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ",
    "hu": "áéíóöőúüűÁÉÍÓÖŐÚÜŰ",
    "ro": "ăâîşţșțĂÂÎŞŢȘȚ",
    **dict.fromkeys(("sl", "hr", "bs", "sh"), _SOUTHERN),
}
"""Letters beyond ASCII of languages whose two encodings differ in a few of them."""

_SERVED = (
    ("cp1252", _WESTERN),
    ("iso8859-15", _WESTERN),
    ("cp1250", _CENTRAL),
    ("iso8859-2", _CENTRAL),
    ("cp1254", frozenset({"tr", "az", "ku"})),
    ("cp1257", _BALTIC),
    ("iso8859-13", _BALTIC),
    ("cp1251", _CYRILLIC),
    ("koi8-u", _CYRILLIC),
    ("iso8859-5", _CYRILLIC),
    ("cp866", _CYRILLIC),
    ("cp1253", frozenset({"el"})),
    ("iso8859-7", frozenset({"el"})),
    ("cp1255", _HEBREW),
    ("iso8859-8", _HEBREW),
    ("cp1256", _ARABIC),
    ("iso8859-6", _ARABIC),
    ("cp874", frozenset({"th"})),
    ("mac-roman", _WESTERN),
    ("mac-cyrillic", _CYRILLIC),
    ("cp850", _WESTERN),
    ("cp852", _CENTRAL),
    ("cp932", frozenset({"ja"})),
    ("euc_jp", frozenset({"ja"})),
    ("gb18030", _CHINESE),
    ("big5", _CHINESE),
    ("cp949", frozenset({"ko"})),
)
"""Encodings, common ones first, and the languages (as fastText calls them) that were written in them."""

_AT_ONCE = 0.97
"""Score with which the first, by far the most common, is taken without a look at the others."""
_ALIKE = 0.01
"""Difference of scores that says nothing: then the more common one is taken."""
_ENOUGH = 0.5
"""Score that the best must have."""
_SHOUTED = 0.05
"""What is taken off the score of a text in capitals."""
_ODD_ONES = 4
"""Letters that are not ASCII, of which one may be odd."""
_STRETCH = 60
"""Bytes around one that is not ASCII that are looked at: most of a text may be English."""
_SAMPLE = 900
"""Bytes that are looked at."""

_FEWEST_BEYOND = 3
"""Bytes beyond ASCII that make a word."""
_BEYOND_ASCII = bytes(range(0x80, 0x100))
_LETTER = re.compile(rb"[A-Za-z]")
_FOREIGN = re.compile(rb"[\x80-\xff]+")

_LATIN, _OTHER = "A-Za-z\u00c0-\u024f", "\u0370-\u074f\u0e00-\u0e7f"
_ODD = re.compile(
    "[\x80-\x9f\u00a4\u00a6\u00a8\u00ac\u00af\u00b8\u02c6-\u02dd\u2500-\u25ff\uf8ff\uff61-\uff9f\ufffd]"
    "|(?<=[^\\W\\d_])[^\\w\\s\x00-\x7f’‘–—…·\u00ad”“»«,](?=[^\\W\\d_])"  # a sign within a word
    "|(?<=[^\\W\\d_])[ªº¹²³¼½¾](?=[^\\W\\d_])"
    f"|[{_LATIN}][{_OTHER}]|[{_OTHER}][{_LATIN}]"
    "|(?:^|(?<=\\s))[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0591-\u05c7\u064b-\u0652]"  # a mark above nothing
)


def best_charset(data: bytes) -> str:
    """Return Python's name of the encoding; empty where the text is too short, or in none of these."""
    sample = _telling(data)
    beyond = len(sample) - len(sample.translate(None, _BEYOND_ASCII))
    letters = len(_LETTER.findall(sample))
    if letters < FEWEST_LETTERS and (beyond <= letters or beyond < _FEWEST_BEYOND):  # a few words, or a sign
        return ""
    found: list[tuple[float, str]] = []
    for charset, languages in _SERVED:
        score = _score(sample, charset, languages)
        if not found and score >= _AT_ONCE:
            return charset
        found.append((score, charset))
    best = max(score for score, _ in found)
    return next(charset for score, charset in found if score >= best - _ALIKE) if best >= _ENOUGH else ""


def _score(sample: bytes, charset: str, languages: frozenset[str]) -> float:
    """Return the share of the languages in the decoded text, less what is odd in it; 0 where it cannot be."""
    try:
        text = codecs.getincrementaldecoder(charset)().decode(sample)  # which may end within a letter
    except UnicodeDecodeError:
        return 0.0
    foreign = [letter for letter in text if letter > "\x7f"]
    latin = sum(letter.isalpha() for letter in text if letter.isascii())
    odd = _odd(text)
    if (
        not foreign
        or odd > len(foreign) / _ODD_ONES
        or (languages <= _LATIN_LANGUAGES and latin < len(foreign))
    ):
        return 0.0
    told = shares(text)
    alphabet = _ALPHABETS.get(next(iter(told)), "")
    odd += sum(letter.isalpha() and letter not in alphabet for letter in foreign) if alphabet else 0
    shouted = sum(map(str.isupper, foreign)) > len(foreign) / 2  # as Russian in the wrong of its encodings
    return sum(told.get(language, 0.0) for language in languages) - odd / len(foreign) - _SHOUTED * shouted


def _odd(text: str) -> int:
    """Return how many things stand in a text that no text holds."""
    capitals = (
        before.islower() and after.isupper() and not (before + after).isascii()
        for before, after in pairwise(text)
    )
    return len(_ODD.findall(text)) + sum(capitals)


def _telling(data: bytes) -> bytes:
    """Return some stretches of the text that are not ASCII, with what stands around them."""
    parts: list[bytes] = []
    begin = end = 0
    for match in _FOREIGN.finditer(data):
        begin, end = max(end, match.start() - _STRETCH), max(end, match.end() + _STRETCH)
        parts.append(data[begin:end])
        if sum(map(len, parts)) >= _SAMPLE:
            break
    return b"".join(parts)[:_SAMPLE]
