"""Whether a quote supports a sentence: what it counts and names, denies and orders, and its words.

Figures, names, negation, opposites and roles are compared by rule: where they differ, nothing else counts.
What is left are words; those that the quote does not have are looked for in what the question and the
headings say, then by meaning, and few may be missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pocketrag.answering.answer_types import YES_NO
from pocketrag.answering.checking.binding import joins_parts, mixes_facts, with_same_figure
from pocketrag.answering.checking.carrying import carried_on
from pocketrag.answering.checking.clauses import aligned, clauses
from pocketrag.answering.checking.conditions import drops_condition
from pocketrag.answering.checking.likeness import alike, base, telling
from pocketrag.answering.checking.meaning import LIKE, Meanings, likenesses
from pocketrag.answering.checking.names import is_german, misspelt, name_parts, words_of
from pocketrag.answering.checking.negation import (
    negation_differs,
    negation_moved,
    spelt_out,
    without_negation,
)
from pocketrag.answering.checking.opposites import opposed, shared_pole_words
from pocketrag.answering.checking.planned import tells_as_done
from pocketrag.answering.checking.quantities import Quantity, quantities, unheld, without_quantities
from pocketrag.answering.checking.relations import figures_differ, speaks_of_a_part
from pocketrag.answering.checking.roles import ends_differ, roles_differ

NEAR = 0.5
"""Cosine of sentence and quote from which a word may be missing altogether."""

MISSING = 0.5
"""Share of a sentence's words that may be missing where the sentence as a whole is near."""

MIN_COVER = 0.6
"""Share of a sentence's words that must be held; one that is held in meaning counts for a little less."""

ALIKE = 2
"""Words that two quotes share which state the same kind of fact of two different things."""

_PRICED = frozenset(base(word) for word in "cost costs pay price charge fee kostet kosten preis".split())
"""Words of a question that say of nothing in particular that its price is asked."""

_FILLING = frozenset(
    base(word)
    for word in "set takes place happen occur located situated called named including includes specifically"
    " typically usually generally related various due total findet statt heißt insgesamt".split()
)
"""Words that a sentence may have beside its quote's: they say nothing of the matter."""

_BOTH_AND = re.compile(r"\bboth (?=(?:\S+ ){1,6}and )|\bsowohl (?=.+ als auch )", re.IGNORECASE)
"""`both the pump and the sensor` are the pump and the sensor."""

BOTH = re.compile(r"\b(?:both|beide[nr]?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a sentence is held against."""

    quote: str
    context: str
    """Title, headings and file name above the quote: what it is about without saying so."""
    others: tuple[str, ...]
    """The other quotes, each with its context."""
    before: str = ""
    """Those of them that stand before it in the same passage: what they speak of, it may go on with."""
    apart: tuple[str, ...] = ()
    """Those of them that stand in other passages."""
    passage: str = ""
    """All of the passage that the quote stands in."""


def support(sentence: str, question: str, ground: Ground, meanings: Meanings) -> float:
    """Return how well a quote supports a sentence: its cover of the words, 0 to 1, or 0 if it does not."""
    if departs(sentence, question, ground, meanings):
        return 0.0
    covered = cover(sentence, question, ground, meanings)
    return covered if covered >= MIN_COVER else 0.0


def holds_plainly(sentence: str, ground: Ground) -> bool:
    """Return whether a quote has each word of a sentence that tells something, in whatever form.

    A word may stand above the quote, or elsewhere in its passage where the quote has half of them at least.
    """
    said = [word for word in telling(without_negation(without_quantities(sentence))) if word not in _FILLING]
    quoted = telling(ground.quote)
    own = [word for word in said if any(alike(word, other) for other in quoted)]
    around = telling(f"{ground.context} {ground.passage}")
    lent = [word for word in said if word not in own and any(alike(word, other) for other in around)]
    return len(own) + len(lent) == len(said) and len(own) >= len(lent)


def departs(sentence: str, question: str, ground: Ground, meanings: Meanings) -> str:
    """Return in what a sentence departs from a quote by rule; empty if in nothing.

    The words are the field of a fact: `quantity`, `name`, `subject`, `negation`, `condition`, `role`,
    `mixed`, `part`, `plan`, or an axis of opposites such as `order`.
    """
    quote = ground.quote
    if _unheld_quantities(sentence, ground) or figures_differ(sentence, quote):
        return "quantity"
    if _foreign_names(sentence, ground, meanings) or misspelt(sentence, quote):
        return "name"
    if _speaks_of_another(question, ground):
        return "subject"
    spelt = spelt_out(_BOTH_AND.sub("", sentence), quote)
    said, held = clauses(spelt[0]), clauses(spelt[1])
    if negation_differs(said, held) or negation_moved(*spelt):
        return "negation"
    if tells_as_done(said, held, spelt[1]):
        return "plan"
    for clause in said:
        match = aligned(clause, held)
        near = with_same_figure(clause, spelt[0], held, spelt[1]) or match
        if near is not None and (axis := opposed(clause.text, near.text, spelt[1])):
            return axis
        if match is not None and speaks_of_a_part(match.text, sentence):
            return "part"
    if drops_condition(sentence, question, quote):
        return "condition"
    if roles_differ(sentence, quote) or ends_differ(sentence, quote):
        return "role"
    return "mixed" if mixes_facts(sentence, quote) or joins_parts(sentence, quote) else ""


def cover(sentence: str, question: str, ground: Ground, meanings: Meanings) -> float:
    """Return the share of a sentence's words that a quote holds, 0 to 1; 0 if too much is missing."""
    said = telling(without_negation(without_quantities(sentence)))
    held = telling(ground.quote)
    if not said:
        return float(bool(quantities(sentence)))
    poles = telling(" ".join(shared_pole_words(sentence, ground.quote)))
    lent = telling(ground.context) if YES_NO.match(question) else telling(f"{ground.context} {question}")
    nearness = likenesses(said, held, meanings)
    own = {word for word, near in nearness.items() if near == 1.0 or word in poles}
    given = {word for word in said if word not in own and any(alike(word, other) for other in lent)}
    like = {word for word, near in nearness.items() if near >= LIKE} - own - given
    missing = said.keys() - own - given - like
    carried = carried_on(sentence, ground.quote, ground.before, meanings) if missing else {}
    told_before = {word for word in missing if any(alike(word, other) for other in carried)}
    lent_by_question = {word for word in given if not any(alike(word, o) for o in telling(ground.context))}
    if _is_anothers(lent_by_question, ground):
        return 0.0
    if _stands_elsewhere((missing | like) - told_before, ground) or _adds(sentence, missing):
        return 0.0
    counted = quantities(sentence)
    asked, counted_there = telling(question), quantities(question)
    told = [word for word in own | like if not any(alike(word, other) for other in asked)]
    told_figures = [figure for figure in counted if not any(figure.fits(other) for other in counted_there)]
    if sentence.endswith("?") or not (told or told_figures or (own and YES_NO.match(question))):
        return 0.0
    near = meanings.cosine(sentence, ground.quote)
    if missing and (near < NEAR or len(missing) > MISSING * (len(said) + len(counted))):
        return 0.0
    return (len(own) + 0.9 * (len(like) + len(given)) + 0.5 * len(missing)) / len(said)


def _unheld_quantities(sentence: str, ground: Ground) -> bool:
    """Return whether a figure stands neither in the quote nor in what stands above it."""
    held = quantities(ground.quote)
    if both := BOTH.search(ground.quote):
        held.append(Quantity("number", 2.0, "", both.start(), both.end(), written=2.0))
    left = unheld(quantities(sentence), held)
    return bool(unheld(left, quantities(ground.context)))


def _foreign_names(sentence: str, ground: Ground, meanings: Meanings) -> bool:
    german = is_german(sentence) or is_german(ground.quote)
    held = words_of(f"{ground.quote} {ground.context}")
    foreign = name_parts(sentence, german) - held
    return bool(foreign) and not (
        foreign <= words_of(ground.before) and carried_on(sentence, ground.quote, ground.before, meanings)
    )


def _speaks_of_another(question: str, ground: Ground) -> bool:
    """Return whether the question names somebody or something that only other quotes speak of."""
    here = words_of(f"{ground.quote} {ground.context}")
    asked = name_parts(question, is_german(question))
    if not asked or asked & here:
        return False
    own = telling(ground.quote).keys()
    return any(
        asked & words_of(other) and len(own & telling(other).keys()) >= ALIKE for other in ground.others
    )


def _stands_elsewhere(words: set[str], ground: Ground) -> bool:
    """Return whether a word that the quote lacks stands in another one: two facts were mixed."""
    elsewhere = [word for other in ground.others for word in telling(other)]
    return any(alike(word, other) for word in words for other in elsewhere)


def _is_anothers(lent: set[str], ground: Ground) -> bool:
    """Return whether what a quote lacks and the question lends it is what another passage speaks of.

    The clay courts do not cost what the hall does, though they were asked for.
    """
    lent = lent - _PRICED
    return bool(lent) and any(
        all(any(alike(word, other) for other in spoken_of) for word in lent)
        for spoken_of in map(telling, ground.apart)
    )


def _adds(sentence: str, missing: set[str]) -> bool:
    """Return whether a whole clause is of words that are missing: something was added."""
    parts = clauses(without_negation(without_quantities(sentence)))
    return any(part.words and part.words <= missing for part in parts)
