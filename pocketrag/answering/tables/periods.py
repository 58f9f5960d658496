"""Which days a question is about: months and years that are named, and stretches of time between them."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from pocketrag.answering.checking.dates import Date, find_days_and_times

_YEAR: Final = re.compile(r"(?<![\w./-])(?:19|20)\d\d(?![\w/-])")
_THIS_OR_LAST: Final = re.compile(
    r"\b(?P<which>this|last|past|dieses[nm]?|diesen|letzte[nsm]?)\s+(?P<what>month|year|monat|jahr)\b",
    re.IGNORECASE,
)
_WEEK: Final = re.compile(
    r"\b(?:in (?:the )?)?(?P<which>this|last|past|dieser?|letzte|(?:in )?der letzten) (?:week|woche)\b",
    re.IGNORECASE,
)
_QUARTERS: Final = {
    name: number
    for number, names in enumerate(
        (
            "1st first ersten erstes",
            "2nd second zweiten zweites",
            "3rd third dritten drittes",
            "4th fourth vierten viertes",
        ),
        1,
    )
    for name in names.split()
}
_QUARTER: Final = re.compile(
    r"\b(?:(?:in|during|for|im) )?(?:the )?"
    rf"(?:q(?P<n>[1-4])|(?P<which>{'|'.join(_QUARTERS)}|this|last|dieses|diesem|letztes|letzten)"
    r" (?:quarter|quartal))"
    r"(?: (?:of |in )?(?P<year>(?:19|20)\d\d))?\b",
    re.IGNORECASE,
)
_BOUNDS: Final = {
    "since": re.compile(
        r"\b(?:since|from|starting(?: in| from)?|seit|ab|von|vom)\s+(?:the )?$", re.IGNORECASE
    ),
    "after": re.compile(r"\b(?:after|nach)\s+(?:the )?$", re.IGNORECASE),
    "before": re.compile(r"\b(?:before|prior to|vor)\s+(?:the )?$", re.IGNORECASE),
    "until": re.compile(r"\b(?:until|till|up to|up until|through|bis(?: zum)?)\s+(?:the )?$", re.IGNORECASE),
}
_BETWEEN: Final = re.compile(r"\b(?:between|zwischen)\s+$", re.IGNORECASE)
_TO: Final = re.compile(r"\s*(?:to|until|till|through|and|bis|und|–|-)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a question is about; all days where it names none."""

    any_of: tuple[Date, ...] = ()
    """Days, months and years, one of which a day has to be of."""
    bounds: tuple[tuple[str, Date], ...] = ()
    """`since`, `after`, `before` or `until` a day, month or year, all of which must hold."""

    def __bool__(self) -> bool:
        """Whether any are named."""
        return bool(self.any_of or self.bounds)

    def holds(self, day: Date, year: int) -> bool:
        """Return whether a day is one of these; `year` is that of bounds that name none, 0 for unknown."""
        if self.any_of and not any(one.fits(day) for one in self.any_of):
            return False
        if not self.bounds:
            return True
        if not (day.year and day.month and day.day):
            return False
        when = date(day.year, day.month, day.day)
        return all(_is_within(when, how, bound, year) for how, bound in self.bounds)


@dataclass(slots=True)
class _Reading:
    """A question while its days are taken out of it."""

    left: str
    any_of: list[Date] = field(default_factory=list)
    bounds: list[tuple[str, Date]] = field(default_factory=list)

    def take_out(self, start: int, end: int) -> None:
        """Put blanks in the place of what has been read."""
        self.left = self.left[:start] + " " * (end - start) + self.left[end:]


def period_of(said: str, today: date) -> tuple[Period, str]:
    """Return the days that a question names, and what is left of it without them."""
    found = _Reading(_spelt_out(said, today))
    spans = [*_spans(found.left)]
    while spans:
        (start, end, dates), *spans = spans
        before = found.left[:start]
        how = next((how for how, word in _BOUNDS.items() if word.search(before)), "")
        between = how == "since" or bool(_BETWEEN.search(before))
        if len(dates) > 1 and (how or between):
            continue  # 05/04 is one of two days: what it bounds is not understood
        if between and spans and _TO.fullmatch(found.left[end : spans[0][0]]):
            (_, end, (last, *_)), *spans = spans
            found.bounds += [("since", dates[0]), ("until", last)]
        elif how:
            found.bounds.append((how, dates[0]))
        else:
            found.any_of += dates
        found.take_out(start, end)
    left = re.sub(r"\b(?:since|after|before|until|till|between|seit|bis|zwischen|ab)\s{2,}", " ", found.left)
    return Period(tuple(dict.fromkeys(found.any_of)), tuple(found.bounds)), left


def _spans(said: str) -> Iterator[tuple[int, int, list[Date]]]:
    """Yield the days, months and years of a question in order, each with its span and its readings."""
    named = [(one.start, one.end, one.dates) for one in find_days_and_times(said) if one.dates]
    named += [(m.start(), m.end(), [Date(int(m[0]), 0, 0)]) for m in _YEAR.finditer(said)]
    taken: list[tuple[int, int, list[Date]]] = []
    for start, end, dates in sorted(named, key=lambda one: one[0] - one[1]):
        if all(end <= other[0] or start >= other[1] for other in taken):
            taken.append((start, end, dates))
    yield from sorted(taken)


def _spelt_out(said: str, today: date) -> str:
    """Return the question with `last month`, `last week`, `the first quarter` as days, months, years."""
    said = _QUARTER.sub(lambda match: _quarter(match, today), said)
    said = _WEEK.sub(lambda match: _week(match, today), said)
    return _THIS_OR_LAST.sub(lambda match: _month_or_year(match, today), said)


def _month_or_year(match: re.Match[str], today: date) -> str:
    last = _is_last(match["which"])
    if match["what"].casefold() in {"year", "jahr"}:
        return str(today.year - last)
    number = (today.month - 1 - last) % 12 + 1
    return f"{calendar.month_name[number]} {today.year - (last and today.month == 1)}"


def _week(match: re.Match[str], today: date) -> str:
    """Return the days of a week, which begins on Monday (ISO 8601)."""
    monday = today - timedelta(days=today.weekday() + 7 * _is_last(match["which"]))
    return f"from {monday.isoformat()} to {(monday + timedelta(days=6)).isoformat()}"


def _quarter(match: re.Match[str], today: date) -> str:
    """Return the months of a quarter; `the last quarter` of a year that is named is its fourth."""
    which, year = (match["which"] or "").casefold(), match["year"]
    number = int(match["n"] or _QUARTERS.get(which, 4 if year else 0))
    if not number:
        before = 4 * today.year + (today.month - 1) // 3 - _is_last(which)
        year, number = str(before // 4), before % 4 + 1
    year = f" {year}" if year else ""
    first, last = calendar.month_name[3 * number - 2], calendar.month_name[3 * number]
    return f"from {first}{year} to {last}{year}"


def _is_last(which: str) -> bool:
    return not which.casefold().startswith(("this", "dies"))


def _is_within(when: date, how: str, bound: Date, year: int) -> bool:
    year = bound.year or year
    if not year:
        return False
    first = date(year, bound.month or 1, bound.day or 1)
    month = bound.month or 12
    last = date(year, month, bound.day or calendar.monthrange(year, month)[1])
    return {"since": when >= first, "after": when > last, "before": when < first, "until": when <= last}[how]
