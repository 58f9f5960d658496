"""What the cells of a column hold: numbers, or days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pocketrag.answering.checking.dates import Date, find_days_and_times

_NUMBER = re.compile(
    r"(?P<before>[^\w\s().,+−-]{0,2}|[A-Z]{3})\s?(?P<sign>[+−(-]?)\s?(?P<before2>[^\w\s().,+−-]{0,2})"
    r"(?P<number>\d{1,3}(?:[,.'’\u202f\u00a0 ]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)\)?"
    r"\s?(?P<after>[^\W\d_]{1,6}|[^\w\s]{1,2}|°C|°F)?"
)
_DAY = re.compile(r"(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)(?:-(?P<day>\d\d)(?:[ T][\d:.]+)?)?")
_MARKS = re.compile(r"[^\d]")

FILLED = 0.8
"""The share of a column's filled cells that must be numbers for it to be one of numbers, or days for days."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a cell."""

    value: Decimal
    unit: str
    """What stands before or after it, as it is written; empty where it stands alone."""
    places: int
    """Digits after the decimal mark."""


def column_of_numbers(cells: Sequence[str]) -> list[Number | None] | None:
    """Return the number in each cell, None where there is none; None for a column that is not of numbers."""
    found = [_NUMBER.fullmatch(cell) for cell in cells]
    if not _mostly(found, cells):
        return None
    written = [match["number"] for match in found if match]
    if any(number.startswith("0") and number.isdigit() and len(number) > 1 for number in written):
        return None  # 04471 is the number of something
    comma = _is_comma_decimal(written)
    return [_number(match, comma) if match else None for match in found]


def column_of_days(cells: Sequence[str]) -> list[Date | None] | None:
    """Return the day in each cell, None where there is none; None for a column that is not of days.

    03/04/2025 is read as the column's other days are, and not at all where none tells day from month.
    """
    readings = [_readings(cell) for cell in cells]
    if not _mostly(readings, cells):
        return None
    if all(len(ways) < 2 for ways in readings):
        return [ways[0] if ways else None for ways in readings]
    sure = {
        _order(ways[0], cell)
        for ways, cell in zip(readings, cells, strict=True)
        if len(ways) == 1 and ways[0].day != ways[0].month
    }
    if len(sure) != 1:
        return None
    day_first = sure.pop()
    return [_read(ways, cell, day_first) for ways, cell in zip(readings, cells, strict=True)]


def _mostly(found: Sequence[object], cells: Sequence[str]) -> bool:
    filled = sum(map(bool, cells))
    return bool(filled) and sum(map(bool, found)) >= FILLED * filled


def _is_comma_decimal(written: Sequence[str]) -> bool:
    """Whether a comma parts whole from broken numbers: told from the numbers that leave no doubt."""
    return any(re.search(r",\d{1,2}$|\.\d{3},|,\d{4,}$", number) for number in written)


def _number(match: re.Match[str], comma: bool) -> Number:
    whole, mark, broken = match["number"].rpartition("," if comma else ".")
    if not mark:
        whole, broken = broken, ""
    value = Decimal(f"{_MARKS.sub('', whole)}.{broken or 0}")
    unit = match["before"] or match["before2"] or match["after"] or ""
    return Number(-value if match["sign"] in {"-", "−", "("} else value, unit, len(broken))


def _readings(cell: str) -> list[Date]:
    """Return the days that a cell can mean, if it holds nothing but one."""
    if match := _DAY.fullmatch(cell):
        return [Date(int(match["year"]), int(match["month"]), int(match["day"] or 0))]
    found = max(find_days_and_times(cell), key=lambda one: one.end - one.start, default=None)
    return found.dates if found is not None and found.end - found.start == len(cell) else []


def _order(day: Date, cell: str) -> bool:
    """Whether the day stands before the month in a cell that can be read in one way only."""
    first = re.match(r"\d+", cell)
    return first is not None and int(first[0]) == day.day


def _read(ways: Sequence[Date], cell: str, day_first: bool) -> Date | None:
    return next((day for day in ways if len(ways) == 1 or _order(day, cell) == day_first), None)
