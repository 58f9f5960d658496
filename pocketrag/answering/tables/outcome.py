"""What comes out of a table's rows: reckoned in decimals, so that pence add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from pocketrag.answering.tables.asking import Operation
from pocketrag.answering.tables.cells import Number
from pocketrag.answering.tables.choosing import Chosen, Column, Groups, with_numbers
from pocketrag.answering.tables.rows import Row


@dataclass(frozen=True, slots=True)
class Result:
    """What comes out of one column."""

    column: str
    value: Number


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes out of the chosen rows."""

    results: tuple[Result, ...]
    """One a column; none where rows are only counted or shown."""
    rows: tuple[Row, ...]
    """Those to be quoted."""
    counted: int
    """Rows that it comes from."""
    names: tuple[str, ...] = ()
    """Of what was added up by names, those with the highest or lowest sum."""


def worked_out(chosen: Chosen) -> Outcome:
    """Return what comes out of the chosen rows."""
    match chosen.operation:
        case Operation.SUM | Operation.MEAN:
            return _added_up(chosen, mean=chosen.operation is Operation.MEAN)
        case Operation.HIGHEST | Operation.LOWEST if chosen.grouped:
            return _grouped(chosen, chosen.grouped, highest=chosen.operation is Operation.HIGHEST)
        case Operation.HIGHEST | Operation.LOWEST:
            return _ranked(chosen, highest=chosen.operation is Operation.HIGHEST)
        case Operation.LATEST | Operation.EARLIEST:
            return _dated(chosen.rows, latest=chosen.operation is Operation.LATEST)
        case Operation.COUNT | Operation.ROWS:
            return Outcome((), chosen.rows, len(chosen.rows))


def _added_up(chosen: Chosen, mean: bool) -> Outcome:
    results = [Result(column.name, _sum(_given(column), mean)) for column in chosen.columns]
    rows = with_numbers(chosen.rows, chosen.columns)
    return Outcome(tuple(results), tuple(rows), len(rows))


def _sum(numbers: Sequence[Number], mean: bool) -> Number:
    """Return the sum or the mean of numbers of one unit; a mean with two digits more than they have."""
    total = sum((one.value for one in numbers), Decimal(0))
    places = max(one.places for one in numbers)
    if not mean:
        return Number(total, numbers[0].unit, places)
    more = max(places, 2)
    rounded = (total / len(numbers)).quantize(Decimal(1).scaleb(-more), ROUND_HALF_UP)
    return Number(rounded, numbers[0].unit, more)


def _ranked(chosen: Chosen, highest: bool) -> Outcome:
    """Return the highest or lowest number of each column, and the rows that have it."""
    results, rows, most = [], dict[int, Row](), 0
    for column in chosen.columns:
        given = _given(column)
        best = (max if highest else min)(given, key=lambda one: one.value)
        results.append(Result(column.name, best))
        most = max(most, len(given))
        having = [n for n, one in enumerate(column.numbers) if one and one.value == best.value]
        rows |= {n: chosen.rows[n] for n in having}
    return Outcome(tuple(results), tuple(rows.values()), most)


def _grouped(chosen: Chosen, groups: Groups, highest: bool) -> Outcome:
    """Return the highest or lowest sum of one name, however it is capitalised, whose it is, and its rows."""
    column = chosen.columns[0]
    given: dict[str, list[tuple[int, Number]]] = {}
    for n, (name, number) in enumerate(zip(groups.cells, column.numbers, strict=True)):
        if name and number:
            given.setdefault(name.casefold(), []).append((n, number))
    sums = {name: _sum([number for _, number in of], mean=False) for name, of in given.items()}
    best = (max if highest else min)(sums.values(), key=lambda one: one.value)
    rows = [n for name, of in given.items() if sums[name].value == best.value for n, _ in of]
    names = tuple(dict.fromkeys(groups.cells[n] for n in rows))
    counted = sum(map(len, given.values()))
    return Outcome((Result(column.name, best),), tuple(chosen.rows[n] for n in rows), counted, names)


def _dated(rows: Sequence[Row], latest: bool) -> Outcome:
    days = {row.number: (row.day.year, row.day.month, row.day.day) for row in rows if row.day}
    best = (max if latest else min)(days.values())
    return Outcome((), tuple(row for row in rows if days.get(row.number) == best), len(rows))


def _given(column: Column) -> list[Number]:
    return [one for one in column.numbers if one]
