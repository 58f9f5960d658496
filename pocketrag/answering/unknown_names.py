"""Names in a question that stand in none of the files: what is asked of them, no paper can say."""

from __future__ import annotations

import re

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
    typed = question.split()
    capitals = [word for word in typed if word[:1].isupper()]
    if len(capitals) > max(1, TITLED * len(typed)):
        return ()
    found = (_as_typed(question, at) for _, at in names(question))
    parts = [part for name in found for part in re.split(r"[-'’]", name)]
    unknown = tuple(dict.fromkeys(part for part in parts if _is_unknown(part, lookup)))
    return unknown if unknown and _is_in_their_language(question, lookup) else ()


def _is_in_their_language(question: str, lookup: Lookup) -> bool:
    """Return whether a question is in a language of the files, and one whose nouns have no capitals."""
    spoken = set(filter(None, lookup.languages()))
    language = likeliest(question, {*spoken, "en", "de"})
    return language != "de" and (not spoken or language in spoken)


def _as_typed(question: str, start: int) -> str:
    name = re.match(r"[\w'’-]+", question[start:])
    return re.sub(r"['’]s?$", "", name[0]) if name else ""


def _is_unknown(name: str, lookup: Lookup) -> bool:
    word = fold(name)
    if len(word) < SHORTEST or not word.isalpha() or name.isupper() or word in ORDINARY or word in UNITS:
        return False
    known = lookup.words
    if known.frequencies([word])[word] or known.files([word], 1) or known.spelling(word):
        return False
    return not known.beginning(stem(word)[: max(BEGINNING, len(word) - ENDING)])
