"""Names in a question that stand in none of the files, or in none of those that an answer quotes.

What is asked of the first, no paper can say; of the others, this one does not say it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from pocketrag.answering.checking.dates import MONTHS, WEEKDAYS
from pocketrag.answering.checking.names import names
from pocketrag.answering.checking.units import UNITS
from pocketrag.answering.words import fold, stem
from pocketrag.reading.language import likeliest
from pocketrag.storage.lookup import Lookup

SHORTEST = 3
"""Letters of a name, at least."""

BEGINNING = 4
"""Letters with which a name must begin as a known word does to be a form of it (Germans), at least ..."""

ENDING = 3
"""... and how many more at its end may differ."""

ORDINARY = frozenset(
    "christmas xmas easter english german french spanish italian european weihnachten ostern internet celsius"
    " fahrenheit".split()
)
"""Names that say when or in which language, or that everybody means by another word; folded."""

TITLED = 0.5
"""Share of a question's words from which capitals say nothing of names: it is written like a headline."""


def unknown_names(question: str, lookup: Lookup) -> tuple[str, ...]:
    """Return the names in a question, as typed, that neither a document nor a file's path holds.

    What is written in capitals throughout (an abbreviation) and what may be misspelt is left out; so is
    everything in a question in German, where all nouns have capitals, or in another language than the files',
    which may call it otherwise (Wien, Vienna).
    """
    unknown = tuple(name for name in _names(question) if _is_unknown(name, lookup))
    return unknown if unknown and _is_in_their_language(question, lookup) else ()


def note_on_names(question: str, quoted: Callable[[], Iterable[str]], lookup: Lookup) -> str:
    """Return a sentence that tells which names of a question stand in other files only; empty if none.

    `quoted`: hands out all that the files say that are quoted, and what they are called.
    """
    elsewhere = [name for name in _names(question) if _is_telling(name) and _frequency(name, lookup)]
    if not elsewhere or not _is_in_their_language(question, lookup):
        return ""
    here = "\n".join(map(str.casefold, quoted()))
    missing = [f"“{name}”" for name in elsewhere if name.casefold() not in here]
    if not missing:
        return ""
    verb = "stands" if len(missing) == 1 else "stand"
    return f"{' and '.join(missing)} {verb} in other files only."


def _names(question: str) -> tuple[str, ...]:
    """Return the names in a question, as typed, each once; none of one that is written like a headline."""
    typed = question.split()
    capitals = [word for word in typed if word[:1].isupper()]
    if len(capitals) > max(1, TITLED * len(typed)):
        return ()
    found = (_as_typed(question, at) for _, at in names(question))
    return tuple(dict.fromkeys(part for name in found for part in re.split(r"[-'’]", name)))


def _is_in_their_language(question: str, lookup: Lookup) -> bool:
    """Return whether a question is in a language of the files, and one whose nouns have no capitals."""
    spoken = set(filter(None, lookup.languages()))
    language = likeliest(question, {*spoken, "en", "de"})
    return language != "de" and (not spoken or language in spoken)


def _as_typed(question: str, start: int) -> str:
    name = re.match(r"[\w'’-]+", question[start:])
    return re.sub(r"['’]s?$", "", name[0]) if name else ""


def _is_telling(name: str) -> bool:
    """Return whether a name may be somebody's or something's own: no unit, no language, no abbreviation."""
    word = fold(name)
    known = word in ORDINARY or word in UNITS or word in MONTHS or word in WEEKDAYS
    return len(word) >= SHORTEST and word.isalpha() and not name.isupper() and not known


def _frequency(name: str, lookup: Lookup) -> int:
    word = fold(name)
    return lookup.words.frequencies([word])[word]


def _is_unknown(name: str, lookup: Lookup) -> bool:
    word, known = fold(name), lookup.words
    if not _is_telling(name) or _frequency(name, lookup) or known.files([word], 1) or known.spelling(word):
        return False
    return not known.beginning(stem(word)[: max(BEGINNING, len(word) - ENDING)])
