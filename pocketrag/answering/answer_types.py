"""The expected answer type (money, a date, a telephone number, …), and whether a text holds one of it.

A question tells it by how it is put (Li and Roth, *Learning Question Classifiers*, 2002, have fifty types;
these are the ones that can be recognised in a text by rule). What the question says itself is no answer, and
neither is the number that a paragraph begins with.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pocketrag.answering.checking.names import words_of
from pocketrag.answering.checking.quantities import Quantity, quantities
from pocketrag.answering.checking.units import UNITS

Fit = Callable[[Quantity], float]
"""How well a quantity is of a type, 0 to 1."""

_MONEY: Final = frozenset({"gbp", "eur", "usd", "chf", "cent"})
_DATED: Final = frozenset({"date", "weekday", "time"})
_NUMBERED: Final = re.compile(
    r"^\s*(?:[-*•]\s*)?(?:\(?\d{1,2}(?:\.\d{1,2})*[.)]?|\(?[a-z]\))\s+(?=[A-ZÄÖÜ\"“])"
)
"""A paragraph's number: `3.1 The Rent`, `(2) Each`, `b) The`."""

_TELEPHONE: Final = re.compile(r"(?:\+|\b0)\d[\d ()/-]{5,}\d")
_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
_NAME: Final = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-ZÄÖÜ][a-zäöüß]+")
"""A name, as far as one can be told without a dictionary: a capital inside a sentence."""
_SEASON: Final = re.compile(
    r"\b(?:spring|summer|autumn|winter|easter|christmas|midsummer|weekends?|today|tomorrow|tonight|morning"
    r"|evening|night|frühling|frühjahr|sommer|herbst|ostern|weihnachten|wochenende|heute|morgen|abends?)\b",
    re.IGNORECASE,
)
"""What says when without a number."""
_COUNTED: Final = re.compile(r"\b(?:how many|wie ?viele) (\w+)", re.IGNORECASE)


def _of(*units: str) -> Fit:
    """Return what takes quantities of these units; another number may have lost its unit."""
    return lambda q: float(q.unit in units) or 0.4 * _number(q)


def _number(quantity: Quantity) -> float:
    return float(quantity.kind in {"number", "ordinal", "every"})


def _is_year(quantity: Quantity) -> bool:
    plain = quantity.kind == "number" and not quantity.unit
    return plain and 1000 <= quantity.written <= 2100 and quantity.written.is_integer()


def _dated(quantity: Quantity) -> float:
    if quantity.kind in _DATED or quantity.kind == "ordinal" or _is_year(quantity):
        return 1.0
    return 0.7 if quantity.kind == "every" or quantity.unit in {"day", "month"} else 0.3 * _number(quantity)


def _lasting(quantity: Quantity) -> float:
    if quantity.unit in {"day", "month"}:
        return 1.0
    near = quantity.kind in {*_DATED, "every"} or quantity.unit in {"metre", "foot", "mile", "inch"}
    return 0.7 if near else 0.4 * _number(quantity)


def _money(quantity: Quantity) -> float:
    return float(quantity.unit in _MONEY) or 0.5 * (quantity.kind == "number")


def _counted(quantity: Quantity) -> float:
    return 1.0 if quantity.kind == "number" and quantity.unit not in _MONEY else 0.5 * _number(quantity)


def _measured(quantity: Quantity) -> float:
    return _number(quantity) or 0.5 * (quantity.kind in _DATED)


def _code(quantity: Quantity) -> float:
    return float(quantity.kind in {"code", "number"})


_VERB: Final = r"(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|must|may|the|my|our)"
"""What follows the "when" that asks; "when it is cold" does not."""
_NUMBERED_THING: Final = (
    r"(?:policy|account|registration|reference|invoice|order|serial|customer|claim|meter|frame|booking"
    r"|contract|tracking|ref\.?|membership|passport|licence|id|batch)"
)
_PRICED: Final = r"(?:price|cost|costs|fee|fees|salary|premium|deposit|preis|gebühr)"

_QUANTITIES: Final[tuple[tuple[str, Fit], ...]] = (
    (r"how (?:long|soon|quickly)|how many nights|wie (?:lange|schnell)|wie ?viele nächte", _lasting),
    (r"how (?:hot|warm|cold)|temperatur\w*", _of("celsius", "fahrenheit")),
    (r"pressure|druck", _of("bar")),
    (r"percent(?:age)?|proportion|what share|interest rate|prozent\w*", _of("share")),
    (
        rf"when(?:['’]s)? {_VERB}|(?<!.)when|(?:by|since|until|from|till) when|what (?:time|date|day)"
        r"|what (?:year|month)|(?:which|in what|on what|by what) (?:date|day|year|month|decade|century)"
        r"|wann|an welchem tag|in welchem jahr|what(?:['’]s| is) the deadline",
        _dated,
    ),
    (
        r"how much (?:is|are|was|were|does|do|did|has|have|had|will|would|can|could|must|should|money|to|for"
        rf"|i|we)|how (?:big|high) (?:is|was) the (?:{_PRICED}|excess|rent|bill)|{_PRICED}"
        r"|wie ?viel (?:kostet|kosten|ist|sind|zahl\w*|hat|haben)",
        _money,
    ),
    (rf"{_NUMBERED_THING}[- ](?:number|no|code|reference|id)|iban|number plate", _code),
    (r"how many|wie ?viele|number of", _counted),
    (
        r"how (?:much|far|tall|high|wide|deep|heavy|big|large|old|often|fast|thick|strong|late|early|tight)"
        r"|wie (?:viel|weit|hoch|breit|tief|schwer|groß|alt|oft|stark|spät)|wieviel",
        _measured,
    ),
)
"""How a question is put, in English and German, and what takes the quantities that it asks for."""

_PATTERNS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    (
        r"(?:phone|telephone|mobile|fax) (?:number|no)|(?:telefon|handy|fax)nummer|number to (?:call|ring)",
        _TELEPHONE,
    ),
    (r"e-?mail[- ]?ad(?:dress|resse)", _EMAIL),
)
_TWO: Final = re.compile(
    r"\b(?:and|und)\b.*\b(?:who|what|when|where|which|why|how|wer|was|wann|wo|welche[rs]?|warum|wie|is|did|does)\b",
    re.IGNORECASE,
)
"""Two questions in one: an answer to either may be of its type."""
YES_NO: Final = re.compile(
    r"\s*(?:is|are|was|were|do|does|did|can|may|must|has|have|had|will|should|ist|sind|war|darf|kann|muss|hat|gibt)\b",
    re.IGNORECASE,
)
_WHO: Final = re.compile(r"\b(?:who|whom|whose|wer|wem|wen|wessen)\b", re.IGNORECASE)
_OPENING: Final = re.compile(
    r"\s*(?:and |but |so |to |by |from )?"
    r"(?:who|whom|whose|where|why|wer|wem|wen|wessen|wo|woher|wohin|warum|wieso)\b",
    re.IGNORECASE,
)
"""What a question begins with that asks for no quantity, whatever it speaks of: who holds the deposit?"""


@dataclass(frozen=True, slots=True)
class AnswerType:
    """What a question expects for an answer."""

    told_by: re.Pattern[str] | Fit
    """What finds such things in a text, or tells how well a quantity is one."""
    words: frozenset[str]
    quantities: tuple[Quantity, ...]
    """What the question says and counts itself."""
    single: bool
    """Whether nothing else is asked."""

    @property
    def certain(self) -> bool:
        """Whether what holds no such thing is no answer.

        Not where somebody is asked for, who may be called the landlord, without a capital.
        """
        return self.single and self.told_by is not _NAME

    def held(self, text: str) -> float:
        """Return how well a text holds such a thing, 0 to 1: less where it holds one of a like type."""
        if not isinstance(self.told_by, re.Pattern):
            told = max((self.told_by(q) for q in self._quantities(text)), default=0.0)
            return max(told, 0.7) if self.told_by is _dated and _SEASON.search(text) else told
        return float(any(not words_of(m[0]) <= self.words for m in self.told_by.finditer(text)))

    def _quantities(self, text: str) -> list[Quantity]:
        """Return what a text counts, measures and dates, but for what the question does itself."""
        found = quantities(_NUMBERED.sub("", text, count=1))
        return [q for q in found if not any(q.fits(said) for said in self.quantities)]


@lru_cache(maxsize=64)
def expected_type(question: str) -> AnswerType | None:
    """Return what a question expects for an answer; None where no rule tells, or yes or no will do."""
    single = not _TWO.search(question)
    if single and YES_NO.match(question):
        return None
    told_by = _told_by(question)
    if told_by is None:
        return None
    return AnswerType(told_by, frozenset(words_of(question)), tuple(quantities(question)), single)


def _told_by(question: str) -> re.Pattern[str] | Fit | None:
    for pattern, held in _PATTERNS:
        if _asks(pattern, question):
            return held
    for pattern, fit in () if _OPENING.match(question) else _QUANTITIES:
        if _asks(pattern, question):
            counted = _COUNTED.search(question)
            unit = UNITS.get(counted[1].casefold()) if counted else None
            return _of(unit[0]) if unit else fit
    return _NAME if _WHO.search(question) else None


def _asks(pattern: str, question: str) -> bool:
    return re.search(rf"\b(?:{pattern})\b", question, re.IGNORECASE) is not None
