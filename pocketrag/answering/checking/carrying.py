"""What a quote goes on with: whom `she` means and what `it` is, told in the sentences before."""

from __future__ import annotations

from pocketrag.answering.checking.likeness import telling
from pocketrag.answering.checking.meaning import LIKE, Meanings, likenesses
from pocketrag.answering.checking.names import is_german, name_parts, words_of
from pocketrag.answering.checking.negation import without_negation
from pocketrag.answering.checking.opposites import shared_pole_words
from pocketrag.answering.checking.quantities import without_quantities
from pocketrag.answering.checking.roles import takes_the_place

TOLD = 0.6
"""Share of a quote's words that a sentence must say to be about the same."""


def carried_on(sentence: str, quote: str, before: str, meanings: Meanings) -> dict[str, str]:
    """Return the words of what stands before a quote that a sentence may say of it; none if it may not.

    It may where it says the quote as well, from its first word on, and names whom that names: then what it
    adds is what `it` or `she` means there, and no other fact's subject (`the deposit is £840`).
    """
    named = name_parts(quote, is_german(sentence) or is_german(quote))
    if not before or named - words_of(sentence) or takes_the_place(sentence, quote):
        return {}
    held = telling(without_negation(without_quantities(quote)))
    said = telling(f"{sentence} {' '.join(shared_pole_words(quote, sentence))}")
    near = likenesses(held, said, meanings)
    told = [word for word, likeness in near.items() if likeness >= LIKE]
    first = next(iter(near), "")
    return telling(before) if first in told and len(told) >= TOLD * len(near) else {}
