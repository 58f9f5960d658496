"""Dates and times of day in a text, in any common form: compared as what they say, not how."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pocketrag.answering.checking.units import ORDINALS


def _numbered(*rows: str) -> dict[str, int]:
    """Return each name with the number of its row, from 1."""
    return {name: number for number, names in enumerate(rows, start=1) for name in names.split()}


MONTHS = _numbered(
    "january jan januar jänner",
    "february feb februar",
    "march mar märz",
    "april apr",
    "may mai",
    "june jun juni",
    "july jul juli",
    "august aug",
    "september sep sept",
    "october oct oktober okt",
    "november nov",
    "december dec dezember dez",
)
WEEKDAYS = _numbered(
    "monday montag",
    "tuesday dienstag",
    "wednesday mittwoch",
    "thursday donnerstag",
    "friday freitag",
    "saturday samstag sonnabend",
    "sunday sonntag",
)
HOURS = _numbered(
    "one eins",
    "two zwei",
    "three drei",
    "four vier",
    "five fünf",
    "six sechs",
    "seven sieben",
    "eight acht",
    "nine neun",
    "ten zehn",
    "eleven elf",
    "twelve zwölf",
)
_MINUTES = {**HOURS, "quarter": 15, "viertel": 15, "twenty": 20, "zwanzig": 20, "half": 30}

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_HOUR = "|".join(HOURS)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_AM_PM = r"(?P<half>[ap])\.?\s?m\b\.?"

_COUNTED = r"(?!\s(?!(?:in|at|on|and|or|every|each|is|when|the|am|pm|o|sharp|tomorrow|today|this)\b)\w)"
"""What must not follow `five to ten`: where something is counted, it is no time."""

_NO_MEASURE = (
    r"(?!\s?(?:[%€£$°]|(?:per|each|an?|percent|pro|prozent|euros?|pounds?|dollars?|eur|gbp|usd|chf|k?g|[ckm]?m"
    r"|miles?|m?l|k?wh?|bar|hours?|stunden)\b))"
)
"""What must not follow `9.40`: it is measured then, not a time."""

_DATES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)\b",
        r"\b(?P<day>\d{1,2})(?P<mark>[./])\s?(?P<month>\d{1,2})(?P=mark)\s?(?P<year>\d{4}|\d\d)?(?!\d)",
        rf"\b{_DAY}\s+(?:of\s+)?(?P<name>{_MONTH})\b\.?,?(?:\s+{_YEAR}\b)?",
        rf"\b(?P<name>{_MONTH})\b\.?\s+{_DAY}\b(?!\d)(?:,?\s+{_YEAR}\b)?",
        rf"\b(?P<name>{_MONTH})\b\.?\s+{_YEAR}\b",
        rf"\b(?P<ordinal>{'|'.join(ORDINALS)})\s+(?:of\s+)?(?P<name>{_MONTH})\b\.?,?(?:\s+{_YEAR}\b)?",
    )
]
_FIGURES = 2
"""How many of these are of figures alone."""

_MONTH_ALONE = re.compile(
    r"\b(?P<month>(?i:January|February|April|June|July|September|October|November|December"
    r"|Januar|Jänner|Februar|März|Juni|Juli|Oktober|Dezember)|March|August|Mai)\b"
    r"|\b(?:in|of|by|last|this|next|until|since|after|before|from|to|and|early|late|mid) (?P<may>May)\b"
    r"|\b(?:in|last|this|next|until|since) (?P<small>may|march|august|mai)(?=\s*(?:$|[?.!,;]))"
)
"""`May` is a month only after words that months follow; `march` and `august` with a capital, or there."""
_WEEKDAY = re.compile(rf"\b({'|'.join(WEEKDAYS)})s?\b", re.IGNORECASE)
_TIMES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d\d))?\s?{_AM_PM}",
        r"\b(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s?(?:Uhr|o['’]clock|hrs)\b(?:\s(?P<after>[0-5]?\d)\b(?!\.))?",
        r"(?<![\d:.,])(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?![:\d])",
        r"(?:(?<=\bat )|(?<=\bfrom )|(?<=\buntil )|(?<=\bbefore )|(?<=\bafter )|(?<=\bum )|(?<=\bbis ))"
        rf"(?P<hour>[01]?\d|2[0-3])\.(?P<minute>[0-5]\d)(?![.,]?\d){_NO_MEASURE}",
        rf"\b(?P<past>{'|'.join(_MINUTES)}|\d{{1,2}}) (?P<side>past|nach|vor) (?P<spoken>{_HOUR})\b",
        rf"\b(?P<past>quarter|five|ten|twenty|[15]0?|2[05]) (?P<side>to) (?P<spoken>{_HOUR})\b{_COUNTED}",
        r"\b(?:12 )?(?P<noon>noon|midday|midnight|mittags|mitternacht)\b",
    )
]

_UNSPOKEN = [pattern for pattern in _TIMES if "spoken" not in pattern.groupindex]


@dataclass(frozen=True, slots=True)
class Date:
    """A day, or as much of one as is said: 0 stands for what is not."""

    year: int
    month: int
    day: int

    def fits(self, other: Date) -> bool:
        """Return whether the other says everything that this one does."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return all(own in (0, theirs) for own, theirs in pairs)


@dataclass(frozen=True, slots=True)
class Found:
    """A date, weekday or time of day, where it stands, and the ways it can be read."""

    kind: str
    """`date`, `weekday` or `time`."""
    start: int
    end: int
    readings: tuple[Date, ...] | tuple[int, ...]
    """Dates; or days of the week from 1, Monday; or minutes since midnight."""

    @property
    def dates(self) -> list[Date]:
        """The readings of a date; none of anything else."""
        return [reading for reading in self.readings if isinstance(reading, Date)]


_LETTERS = re.compile(r"[^\W\d_]+")
_SPOKEN = frozenset({"past", "to", "nach", "vor"})


def plain_words(text: str) -> set[str]:
    """Return the words of a text in small letters, accents kept: what tables of names are looked up by."""
    return set(_LETTERS.findall(text.casefold()))


def find_days_and_times(text: str) -> Iterator[Found]:
    """Yield the dates, weekdays and times of day of a text; the more exact forms first, spans may overlap.

    Forms in words are looked for only where their words stand: most texts have none.
    """
    said = plain_words(text)
    named, spoken = not said.isdisjoint(MONTHS), not said.isdisjoint(_SPOKEN)
    for pattern in _DATES if named else _DATES[:_FIGURES]:
        for match in pattern.finditer(text):
            if readings := _dates(match.groupdict()):
                yield Found("date", match.start(), match.end(), readings)
    for pattern in _TIMES if spoken else _UNSPOKEN:
        for match in pattern.finditer(text):
            if times := _times(match.groupdict()):
                yield Found("time", match.start(), match.end(), times)
    for match in _WEEKDAY.finditer(text):
        yield Found("weekday", match.start(), match.end(), (WEEKDAYS[match[1].casefold()],))
    for match in _MONTH_ALONE.finditer(text) if named else ():
        group = match.lastgroup or "month"
        yield Found("date", *match.span(group), (Date(0, MONTHS[match[group].casefold()], 0),))


def _dates(said: dict[str, str | None]) -> tuple[Date, ...]:
    """Return the days that can be meant: 03/04/2024 is one of two, with a dot the day comes first."""
    year = _year(said.get("year") or "0")
    day = int(said.get("day") or ORDINALS.get((said.get("ordinal") or "").casefold(), 0))
    if name := said.get("name"):
        if name == "may" and not year:  # nobody under 16 may use it
            return ()
        both = [(MONTHS[name.casefold()], day)]
    else:
        month = int(said.get("month") or 0)
        both = [(month, day), (day, month)] if said.get("mark") == "/" else [(month, day)]
    return tuple(dict.fromkeys(Date(year, m, d) for m, d in both if 1 <= m <= 12 and d <= 31))


def _year(said: str) -> int:
    return int(said) + 2000 if len(said) == 2 else int(said)


def _times(said: dict[str, str | None]) -> tuple[int, ...]:
    """Return the minutes since midnight that can be meant: `ten past seven` is one of two."""
    if noon := said.get("noon"):
        return (720,) if noon.casefold() in {"noon", "midday", "mittags"} else (0, 1440)
    if spoken := said.get("spoken"):
        past = str(said.get("past")).casefold()
        minutes = int(past) if past.isdigit() else _MINUTES[past]
        sign = 1 if str(said.get("side")).casefold() in {"past", "nach"} else -1
        at = HOURS[spoken.casefold()] * 60 + sign * minutes
        return (at % 1440, (at + 720) % 1440)
    hour, minute = int(said.get("hour") or 0), int(said.get("minute") or said.get("after") or 0)
    if hour > 24 or minute > 59:
        return ()
    half = (said.get("half") or "").casefold()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return (hour * 60 + minute,)
