"""What a text counts and measures: dates, times, money, measures, shares, ordinals, codes, plain numbers.

Each is a value with its unit, so that `£1,480` and `1,480 pounds`, `two weeks` and `14 days`, `half` and
`50 %` compare equal, and `20 mg` and `20 g` do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pocketrag.answering.checking.dates import MONTHS, WEEKDAYS, Date, find_days_and_times, plain_words
from pocketrag.answering.checking.units import (
    FRACTIONS,
    FREQUENCIES,
    NUMBER_WORDS,
    ORDINALS,
    PERIODS,
    SYMBOLS,
    TWO_WORDS,
    UNITS,
)

TOLERANCE = 1e-6
"""Values this near each other, relatively, are equal: floats of converted units."""

_NUMBER = r"\d+(?:[.,'\u202f\u00a0]\d+)*(?:/\d+)?"
_WORDS = "|".join(sorted([*NUMBER_WORDS, "a hundred", "a dozen"], key=len, reverse=True))
_FRACTION = "|".join(sorted(FRACTIONS, key=len, reverse=True))
_UNIT = "|".join(re.escape(name) for name in sorted([*UNITS, *TWO_WORDS], key=len, reverse=True))
_PERIOD = "|".join(PERIODS)
_WHOLE = "(?:started|begun|full|angefangene[nrs]?|volle[nrs]?)"

_SPANS = "days|nights|weeks|months|years|tagen?|wochen|monaten?|jahren?"
_BETWEEN = (
    r"(?:(?:full|whole|working|calendar|business|clear|consecutive|paid|unpaid|holiday|leave|school|further"
    r"|additional|extra|volle|ganze|weitere)n?\s){1,2}"
)
"""What may stand between a number and what it counts: `4 paid holiday days` are days, `4 weeks` are not."""

_CODE = re.compile(r"\b(?=\w*\d)(?=\w*[^\W\d])\w+(?:-\w+)*\b|\b\w+(?:-\w+)*-\d[\w-]*|\b\d+-\d[\d-]*\b")
_RANGE = re.compile(r"(?<![\w-])\d{1,3}-\d{1,3}(?= [^\W\d])")
"""`2-3 days`: two numbers, not the code of something."""

_MEASURE = re.compile(
    rf"(?:(?P<symbol>[{SYMBOLS}])\s?)?(?P<number>(?<![\w.,]){_NUMBER}|\b(?:{_WORDS})"
    rf"(?:(?:(?<=hundred)|(?<=thousand)) and (?:{_WORDS})|[- ](?:{_WORDS}))*\b)"
    rf"(?:[\s-]?(?P<unit>(?:{_UNIT})(?![^\W\d_]|\d))(?:['’]s?)?|\s{_BETWEEN}(?P<later>{_SPANS})\b)?",
    re.IGNORECASE,
)
_HALF = re.compile(
    rf"\b(?:(?P<count>{_WORDS}|an?|eine?)[ -])?(?P<fraction>{_FRACTION})\b"
    rf"(?:[ -](?:of )?(?:an?|the|einer?s?) (?P<of>{_UNIT})\b|[ -](?P<unit>{_UNIT})\b)?",
    re.IGNORECASE,
)
_FRACTIONAL = re.compile("hal[fvb]|hälfte|third|drittel|quarter|viertel|fifth|fünftel", re.IGNORECASE)
"""Stands in every text that `_HALF` finds something in, and is found much faster."""
_AND_A = re.compile(
    rf"\b(?P<whole>an?|one|{_WORDS}) (?P<unit>{_UNIT}) and a (?P<fraction>half|quarter)\b"
    rf"|\b(?P<whole2>an?|one|{_WORDS}) and a (?P<fraction2>half|quarter) (?P<unit2>{_UNIT})\b",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    r"\b(?!(?<=\ba )third of\b|(?<=\bone )third of\b)"
    rf"(?:(?P<digits>\d{{1,3}})(?:st|nd|rd|th)|(?P<word>{'|'.join(ORDINALS)}))\b",
    re.IGNORECASE,
)
"""`a third of the fruit` is no third party."""
_EVERY = re.compile(
    rf"\b(?:per|each|every|pro|je|jede[nrs]?|im)\s+(?:{_WHOLE}\s+)?(?P<period>{_PERIOD})\b"
    rf"|\b(?P<word>{'|'.join(FREQUENCIES)})\b"
    rf"|(?<!\bin )(?<!\bfor )(?<!\btakes )(?<!\bof )(?<!\bwithin )(?<!\bafter )(?<!\bhalf )(?<!\blasts )"
    rf"(?<!\bleast )(?<!\bmost )(?<!\bthan )(?<!\babout )(?<!\bto )"
    rf"\ba\s+(?P<loose>{_PERIOD})\b(?!['’])",
    re.IGNORECASE,
)
_PERIODIC = re.compile("|".join([*PERIODS, *FREQUENCIES]), re.IGNORECASE)
"""Stands in every text that `_EVERY` finds something in."""
_ONE = re.compile(
    rf"\b(?:an?|eine[rnms]?|a single)\s+(?P<unit>{_PERIOD}|minute|second|fortnight|monat|year)(?:['’]s)?\b",
    re.IGNORECASE,
)
_EVERY_NTH = re.compile(
    r"(?:(?<=\bevery )|(?<=\beach )|(?<=\bjede )|(?<=\bjeden )|(?<=\bjedes ))"
    rf"(?P<nth>other|{'|'.join(ORDINALS)}) (?P<unit>day|week|month|year|tag|woche|monat|jahr)\b",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"\b(?:(?<!at )(?P<once>once(?! (?:the|you|we|they|it|he|she|your|all|this|that|both)\b))"
    r"|(?P<twice>twice|zweimal))\b",
    re.IGNORECASE,
)


_DIGIT = re.compile(r"\d")
_COUNTING = frozenset(
    "noon midday midnight mittags mitternacht once twice zweimal minute fortnight"
    " every each per pro je".split()
).union(NUMBER_WORDS, FRACTIONS, ORDINALS, FREQUENCIES, PERIODS, MONTHS, WEEKDAYS)
"""Words without one of which, and without a digit, nothing is counted, measured or dated."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One thing counted, measured or dated, and where in the text it stands."""

    kind: str
    """`date`, `weekday`, `time`, `number`, `ordinal`, `every` or `code`."""
    value: float | str
    """A number in the unit's own dimension; of a code its text; of `every` the period."""
    unit: str
    """The dimension, such as `gbp` or `metre`; empty for a plain number."""
    start: int
    end: int
    readings: tuple[Date, ...] | tuple[int, ...] = ()
    """What a date, weekday or time can mean."""
    written: float = 0.0
    """The number before its unit was reckoned in."""

    def fits(self, held: Quantity) -> bool:
        """Return whether a text that holds the other one says this one too."""
        if self.readings and held.readings:
            return self.kind == held.kind and _any_fits(self.readings, held.readings)
        if self.kind == "number" == held.kind:
            if self.unit == held.unit:
                return _equal(self.value, held.value)
            return "" in (self.unit, held.unit) and _equal(self.written, held.written)
        if {self.kind, held.kind} == {"number", "date"}:
            return self._is_year_of(held)  # but no year, of a file's name, say, carries a whole date
        return self.kind == held.kind and self.value == held.value

    def _is_year_of(self, other: Quantity) -> bool:
        return not self.unit and any(isinstance(d, Date) and d.year == self.value for d in other.readings)


def quantities(text: str) -> list[Quantity]:
    """Return what a text counts, measures and dates, in order; no two overlap."""
    if not _may_count(text):
        return []
    taken: list[Quantity] = []
    for found in _candidates(text):
        if all(found.end <= other.start or found.start >= other.end for other in taken):
            taken.append(found)
    return sorted(taken, key=lambda q: q.start)


def _may_count(text: str) -> bool:
    """Return whether there may be a quantity in a text: half of all sentences have none."""
    if _DIGIT.search(text):
        return True
    said = plain_words(text)
    return not said.isdisjoint(_COUNTING) or any(word[:-1] in _COUNTING for word in said if word[-1] == "s")


def without_quantities(text: str) -> str:
    """Return the text with spaces where it counts or measures; same length."""
    for quantity in quantities(text):
        text = text[: quantity.start] + " " * (quantity.end - quantity.start) + text[quantity.end :]
    return text


def unheld(said: list[Quantity], held: list[Quantity]) -> list[Quantity]:
    """Return those of a sentence's quantities that no quantity of the evidence carries.

    What comes `weekly` comes once a week, and not what comes twice a week.
    """
    times = {name: [q for q in of if q.unit == "times"] for name, of in (("said", said), ("held", held))}
    periods = [q for q in held if q.kind == "every"]
    if times["said"] and not times["held"] and periods:
        said = [q for q in said if q.unit != "times" or q.value != 1.0]
    oftener = not times["said"] and len(periods) == 1 and any(q.written > 1 for q in times["held"])
    return [q for q in said if not any(q.fits(h) for h in held) or (oftener and q.kind == "every")]


def _candidates(text: str) -> Iterator[Quantity]:
    """Yield what may be a quantity, the more exact readings first."""
    for day in find_days_and_times(text):
        yield Quantity(day.kind, 0.0, "", day.start, day.end, day.readings)
    yield from _compound(text)
    for match in _TIMES.finditer(text):
        count = 1.0 if match["once"] else 2.0
        yield Quantity("number", count, "times", match.start(), match.end(), written=count)
    yield from _ordinals(text)
    yield from _halves(text)
    ranges = {match.start() for match in _RANGE.finditer(text)}
    for match in _CODE.finditer(text):
        if match.start() not in ranges and not _is_measure(match[0]):
            yield Quantity("code", match[0].casefold(), "", match.start(), match.end())
    for match in _MEASURE.finditer(text):
        yield _measured(match)
    for match in _EVERY.finditer(text) if _PERIODIC.search(text) else ():
        period = PERIODS.get((match["period"] or match["loose"] or "").casefold())
        every = period or FREQUENCIES[match["word"].casefold()]
        yield Quantity("every", every, "", match.start(), match.end())
    for match in _ONE.finditer(text):
        dimension, worth = _unit(match["unit"]) or ("month", 3.0)
        yield Quantity("number", worth, dimension, match.start(), match.end(), written=1.0)


def _compound(text: str) -> Iterator[Quantity]:
    """Yield `an hour and a quarter`, `one and a half years`, and `every second week`, which is two weeks."""
    for match in _EVERY_NTH.finditer(text):
        count = ORDINALS.get(match["nth"].casefold(), 2.0)
        dimension, worth = _unit(match["unit"])
        yield Quantity("number", count * worth, dimension, match.start(), match.end(), written=count)
    for match in _AND_A.finditer(text) if " and a " in text else ():
        whole = (match["whole"] or match["whole2"]).casefold()
        count = NUMBER_WORDS.get(whole, 1.0) + FRACTIONS[(match["fraction"] or match["fraction2"]).casefold()]
        dimension, worth = _unit(match["unit"] or match["unit2"]) or ("", 1.0)
        yield Quantity("number", count * worth, dimension, match.start(), match.end(), written=count)


def _halves(text: str) -> Iterator[Quantity]:
    """Yield `half a litre`, `a quarter of an hour`, `two thirds`; a lone `third` or `quarter` is none."""
    for match in _HALF.finditer(text) if _FRACTIONAL.search(text) else ():
        fraction = match["fraction"].casefold()
        count, unit = match["count"], match["of"] or match["unit"]
        lone = fraction in {"third", "quarter", "viertel", "quarters"} and not (count or unit)
        if lone:
            continue
        value = NUMBER_WORDS.get((count or "").casefold(), 1.0) * FRACTIONS[fraction]
        dimension, worth = _unit(unit) if unit else ("share", 1.0)
        yield Quantity("number", value * worth, dimension, match.start(), match.end(), written=value)


def _ordinals(text: str) -> Iterator[Quantity]:
    for match in _ORDINAL.finditer(text):
        value = float(match["digits"] or ORDINALS[match["word"].casefold()])
        yield Quantity("ordinal", value, "", match.start(), match.end())


def _measured(match: re.Match[str]) -> Quantity:
    value = _value(match["number"])
    dimension, worth = _unit(match["symbol"] or match["unit"] or match["later"] or "")
    if "/" in match["number"] and not dimension:
        dimension = "share"
    return Quantity("number", value * worth, dimension, match.start(), match.end(), written=value)


def _unit(name: str) -> tuple[str, float]:
    """Return a unit's dimension and worth; no dimension if it is none."""
    folded = " ".join(name.casefold().split())
    return UNITS.get(TWO_WORDS.get(folded, folded), ("", 1.0))


def _is_measure(code: str) -> bool:
    """Return whether what looks like a code is a number with its unit, or in words: `20p`, `10-year`."""
    match = re.fullmatch(r"\d+-?([^\W\d]+)", code)
    return bool(match) and match is not None and match[1].casefold() in {*UNITS, "st", "nd", "rd", "th"}


def _value(said: str) -> float:
    """Return the number that is written in figures or words."""
    if said[0].isdigit():
        whole, _, part = said.partition("/")
        return _figures(whole) / (_figures(part) if part and _figures(part) else 1.0)
    total, run = 0.0, 0.0
    for word in re.split(r"[- ]", said.casefold()):
        value = NUMBER_WORDS.get(word, 0.0)
        if value >= 100:
            run = max(run, 1.0) * value
            total, run = (total + run, 0.0) if value >= 1_000 else (total, run)
        else:
            run += value
    return total + run


def _figures(said: str) -> float:
    """Return the value of figures with thousands marks and a decimal point or comma, in either custom."""
    said = re.sub(r"['\u202f\u00a0]", "", said)
    last = max(said.rfind("."), said.rfind(","))
    if last < 0:
        return float(said)
    mark, digits = said[last], len(said) - last - 1
    other = "," if mark == "." else "."
    grouped = said.count(mark) > 1 or (digits == 3 and other not in said and not said.startswith("0"))
    if grouped:
        return float(re.sub(r"[.,]", "", said))
    return float(said[:last].replace(other, "").replace(mark, "") + "." + said[last + 1 :])


def _equal(one: float | str, other: float | str) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return abs(one - other) <= TOLERANCE * max(abs(one), abs(other), 1.0)


def _any_fits(said: tuple[Date, ...] | tuple[int, ...], held: tuple[Date, ...] | tuple[int, ...]) -> bool:
    return any(
        s.fits(h) if isinstance(s, Date) and isinstance(h, Date) else s == h for s in said for h in held
    )
