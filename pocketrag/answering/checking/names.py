"""Names in a text: capitalised words that no sentence begins with, and single letters."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from pocketrag.answering.checking.dates import MONTHS, WEEKDAYS
from pocketrag.answering.checking.likeness import alike, base
from pocketrag.answering.words import FUNCTION_WORDS, fold

_WORD = re.compile(r"[\w'’.-]*\w")
_NAME = re.compile(r"\b[A-ZÄÖÜÀ-Þ][\w'’-]*")
TITLES = r"(?:Mr|Mrs|Ms|Dr|Prof|Herrn?|Frau|Firma|Familie|Aunt|Uncle|Onkel|Tante|Sir|Lady)\b\.?"
_TITLE = re.compile(rf"\b{TITLES}")
_GERMAN = re.compile(
    r"\b(?:der|das|den|dem|des|und|ist|sind|nicht|ein|eine|einen|einem|einer|wird|werden|von|vom|mit|für|auf|im"
    r"|zum|zur|kein|keine|um|bis|bei|nach|hat|ich|wie|wann|wer)\b|\w*[äöüß]\w*",
    re.IGNORECASE,
)
NEARLY = 0.75
"""Share of letters (Ratcliff/Obershelp) from which two names are one, misspelt: Varley and Varney."""

_OPENING = frozenset(
    "between among during since through despite both either neither only even all each every another many"
    " most several according unlike like within without before beyond below above along across"
    " against".split()
)
"""Words that often stand first in a sentence, before a name, and are none."""

_NO_NAMES = frozenset({"i", "yes", "no", "ja", "nein", *MONTHS, *WEEKDAYS, *(f"{day}s" for day in WEEKDAYS)})


def is_german(text: str) -> bool:
    """Return whether a text reads like German, in which every noun has a capital."""
    return len(_GERMAN.findall(text)) >= 2


def names(text: str, german: bool = False) -> list[tuple[str, int]]:
    """Return the words of names, folded, each with its position.

    In German, only what follows a title or another capitalised word counts: nouns have capitals too.
    """
    found = []
    for match in _NAME.finditer(text):
        word = _folded(match[0])
        if word in _NO_NAMES or _TITLE.fullmatch(match[0]):
            continue
        before = text[: match.start()].rstrip()
        titled = bool(_TITLE.search(before[-9:])) and bool(re.search(r"(?:\w|\.)$", before))
        if german:
            sure = re.search(rf"{_TITLE.pattern}$", before) is not None or _follows_capital(before)
        else:
            sure = titled or not _begins(before) or _followed_by_name(text, match.end())
            sure = sure and not (_begins(before) and word in (FUNCTION_WORDS | _OPENING))
        if sure:
            found.append((word, match.start()))
    return found


def name_parts(text: str, german: bool = False) -> set[str]:
    """Return the words that the names of a text are made of, folded: Hanna and Moss of Hanna Moss's."""
    return {part for name, _ in names(text, german) for part in words_of(name)}


def words_of(text: str) -> set[str]:
    """Return the words of a text, folded, without the ending of whose something is."""
    return {re.sub(r"['’]s?$", "", word) for word in re.findall(r"\w+(?:['’]s?\b)?", fold(text))}


def people(text: str, german: bool = False) -> list[tuple[frozenset[str], int, int]]:
    """Return the names of a text, words that follow each other as one, each with its span."""
    found: list[tuple[frozenset[str], int, int]] = []
    for name, start in names(text, german):
        end = start + len(name)
        if found and not text[found[-1][2] : start].strip():
            who, first, _ = found.pop()
            found.append((who | {name}, first, end))
        else:
            found.append((frozenset({name}), start, end))
    return found


def misspelt(said: str, held: str) -> bool:
    """Return whether a capitalised word of one text is a capitalised word of the other, but for a letter."""
    own, theirs = ({fold(word) for word in _NAME.findall(text)} for text in (said, held))
    return any(_nearly(word, other) for word in own - theirs for other in theirs)


def _nearly(word: str, other: str) -> bool:
    near = SequenceMatcher(None, word, other).ratio() >= NEARLY
    return near and not alike(base(word), base(other)) and min(len(word), len(other)) > 3


def _follows_capital(before: str) -> bool:
    """Return whether a text ends with a capitalised noun or name: `Schornsteinfeger Jens`."""
    last = re.search(r"\b([A-ZÄÖÜ]\w+)$", before)
    return last is not None and fold(last[1]) not in FUNCTION_WORDS


def _folded(word: str) -> str:
    return re.sub(r"['’]s?$", "", fold(word))


def _begins(before: str) -> bool:
    """Return whether a sentence begins after this text."""
    return not before or before[-1] in '.!?:“"|'


def _followed_by_name(text: str, end: int) -> bool:
    return bool(re.match(r"\s+[A-ZÄÖÜ]\w+", text[end:]))
