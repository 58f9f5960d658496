"""How figures stand to one another: `three of the five`, `by £30 to £870`, `every second Tuesday`.

And parts to the whole: `the first payment is due in May` does not say when the rent is.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from pocketrag.answering.checking.quantities import Quantity, quantities

_OF = re.compile(
    r"\s+(?:out )?(?:of|von)(?: (?:the|these|those|our|your|its|their|all|den|diesen|unseren|ihren))?\s+",
    re.IGNORECASE,
)
_CHANGE = re.compile(r"\b(by|to|from|um|auf)(?: (?:about|around|over|a|the|etwa))?\s*$", re.IGNORECASE)
_EVERY_NTH = re.compile(
    r"\b(?:every|each|jede[nrms]?)\s+(?:other|second|third|fourth|zweite[nrms]?|dritte[nrms]?|vierte[nrms]?)\b",
    re.IGNORECASE,
)
_EVERY = re.compile(
    r"\b(?:(?:every|each|jede[nrms]?)(?! fortnight| other| second| third| fourth| zweite| dritte"
    r"| vierte| \d| two| three| four)|daily|weekly|monthly|yearly|täglich|wöchentlich|monatlich|jährlich)\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days\b|\b(?:montags|dienstags|mittwochs|donnerstags|freitags)\b",
    re.IGNORECASE,
)

_PART = (
    r"(?:first|second|third|fourth|fifth|last|final|initial|remaining|next|previous"
    r"|erste[nrms]?|zweite[nrms]?|dritte[nrms]?|vierte[nrms]?|letzte[nrms]?|nächste[nrms]?|übrige[nrms]?)"
)
_OF_A_PART = re.compile(
    rf"\W*(?:\d+(?:\.\d+)*\s+)?(?:(?:the|your|our|my|his|her|their|its|a|an|der|die|das|ihre?|seine?|unsere?)\s+)?"
    rf"{_PART}\s+(?!of\b|der\b|des\b)\w+",
    re.IGNORECASE,
)
_NAMES_A_PART = re.compile(rf"\b{_PART}\b|\b(?:\d+(?:st|nd|rd|th)|once|begins?|starts?)\b", re.IGNORECASE)


def speaks_of_a_part(clause: str, sentence: str) -> bool:
    """Return whether a clause is about one of several (`the first payment is…`), unlike the sentence."""
    return bool(_OF_A_PART.match(clause)) and not _NAMES_A_PART.search(sentence)


def figures_differ(sentence: str, quote: str) -> bool:
    """Return whether a sentence's figures, each held by the quote, stand otherwise than there."""
    said, held = quantities(sentence), quantities(quote)
    return (
        _parts_differ(list(_parts(said, sentence)), list(_parts(held, quote)))
        or any(_changes_otherwise(q, sentence, held, quote) for q in said if q.kind == "number")
        or _comes_oftener(sentence, quote)
    )


def _parts(of: list[Quantity], text: str) -> Iterator[tuple[Quantity, Quantity]]:
    """Yield each number with the one that it is a part of: three and five in `three of the five`."""
    for part, whole in itertools.pairwise(of):
        if _OF.fullmatch(text[part.end : whole.start]):
            yield part, whole


def _parts_differ(said: list[tuple[Quantity, Quantity]], held: list[tuple[Quantity, Quantity]]) -> bool:
    return bool(held) and any(
        not any(part.fits(p) and whole.fits(w) for p, w in held) for part, whole in said
    )


def _changes_otherwise(said: Quantity, sentence: str, held: list[Quantity], quote: str) -> bool:
    """Return whether a figure that something rises to is what it rises by in the quote, or the other way."""
    how = _CHANGE.search(sentence[: said.start])
    there = [_CHANGE.search(quote[: other.start]) for other in held if said.fits(other)]
    if how is None or not there or None in there:
        return False
    return all(match is not None and match[1].casefold() != how[1].casefold() for match in there)


def _comes_oftener(sentence: str, quote: str) -> bool:
    """Return whether `every second Tuesday` has become every Tuesday; a quote may say both, of two things."""
    often = _EVERY.search(sentence)
    if not often or not _EVERY_NTH.search(quote) or _EVERY_NTH.search(sentence):
        return False
    return _of_what(sentence, often) not in {_of_what(quote, other) for other in _EVERY.finditer(quote)}


def _of_what(text: str, every: re.Match[str]) -> str:
    """Return the word after `every`; what is said in one word (`daily`) as it is."""
    word = re.match(r"\s+(\w+)", text[every.end() :])
    return (word[1] if word and len(every[0]) <= len("jedes") else every[0]).casefold()
