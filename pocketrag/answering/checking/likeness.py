"""Words that say the same in another form: endings, compounds, irregular verbs."""

from __future__ import annotations

import re

from pocketrag.answering.words import content_words, fold

_IRREGULAR = {
    form: base
    for base, forms in (
        ("buy", "bought buying"),
        ("sell", "sold"),
        ("lend", "lent"),
        ("keep", "kept"),
        ("leave", "left leaves leaving"),
        ("hold", "held"),
        ("pay", "paid repaid"),
        ("take", "took taken"),
        ("write", "wrote written"),
        ("rise", "rose risen"),
        ("fall", "fell fallen"),
        ("choose", "chose chosen"),
        ("begin", "began begun"),
        ("lose", "lost"),
        ("win", "won"),
        ("send", "sent"),
        ("bring", "brought"),
        ("drive", "drove driven"),
        ("show", "shown showed"),
        ("run", "ran"),
        ("meet", "met"),
        ("read", "read"),
        ("break", "broke broken"),
        ("child", "children"),
        ("shut", "shut"),
        ("spend", "spent"),
        ("teach", "taught"),
        ("find", "found"),
        ("grow", "grew grown"),
        ("build", "built"),
        ("cost", "cost costs"),
    )
    for form in forms.split()
}

_ENDINGS = (
    "ations ation ments ment ingly ings ing edly ies ied ers est ern ens en es ed er em ts st ns 's s e y t n"
).split()
"""English and German, the longest first."""

PREFIX = 5
"""Letters at least that two forms of a word share at their beginning."""

REST = 3
"""Letters at most that either has after that."""

_PREFIXES = re.compile(r"^ge(?=\w{4})")

LIGHT = frozenset(
    "between among said says say accord according also mr mrs ms dr herr herrn frau firma already schon each"
    " every per used using need needs needed lasts lasted lasting responsible take takes took taken make"
    " makes made provided yes ja nein".split()
)
"""Words that carry nothing of their own, beside the function words."""


def base(word: str) -> str:
    """Return a word's base form, roughly: what is left without its ending."""
    word = _IRREGULAR.get(word, word)
    if any(c.isdigit() for c in word):
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word


def telling(text: str) -> dict[str, str]:
    """Return the base forms of a text's content words, parts of compounds included, each with its word."""
    found: dict[str, str] = {}
    for word in content_words(text.replace("’", "'")):
        for piece in re.split(r"[.,:/-]", word):
            if len(piece) > 1 and piece not in LIGHT:
                found.setdefault(base(piece), piece)
    return found


def telling_words(text: str) -> list[str]:
    """Return the base forms of a text's content words, parts of compounds included, in order."""
    return list(telling(text))


def alike(one: str, other: str) -> bool:
    """Return whether two base forms are forms of one word."""
    one, other = (_PREFIXES.sub("", fold(word)) for word in (one, other))
    if one == other:
        return True
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    return shared >= PREFIX and max(len(one), len(other)) - shared <= REST
