"""Which rows and columns of a table a question means, if it means this table at all.

Every word of the question has to be accounted for: it names a column, stands in the rows that are meant, or
stands above the table (in its title, headings or path). Where one is not, something else is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from pocketrag.answering.checking.dates import MONTHS, Date
from pocketrag.answering.checking.units import UNITS
from pocketrag.answering.tables.asking import OF_NUMBERS, PAYEE, Money, Operation, TableQuestion
from pocketrag.answering.tables.cells import Number
from pocketrag.answering.tables.periods import Period
from pocketrag.answering.tables.rows import TOTALS, Row, Table
from pocketrag.answering.words import stem, words

_NO_UNIT: Final = ("", 0.0)

MOST_COLUMNS = 3
"""Columns of which an answer is given beside one another, where the question does not say which."""

_OUT: Final = frozenset(
    "out debit debits spent expense expenses cost costs ausgabe ausgaben soll kosten".split()
)
_IN: Final = frozenset("in credit received income earned haben einnahme einnahmen gutschrift".split())
_AMOUNT: Final = frozenset("amount price prices total value sum betrag preis wert summe".split())
_PRICES: Final = frozenset("price prices retail unit each preis preise stuckpreis".split())
"""What columns are called that say what one costs."""
_COINS: Final = frozenset("gbp eur usd chf".split())
_SIGNS: Final = "£€$"
_PAYEES: Final = frozenset(
    "description payee recipient details merchant shop supplier name empfanger zweck verwendungszweck"
    " buchungstext".split()
)
"""What columns are called that name who was paid."""
_KEPT: Final = frozenset("balance saldo remaining rest kontostand mileage odometer stand".split())
"""What columns are called whose numbers already sum up others."""
_RATES: Final = frozenset("per each unit rate je pro share percent anteil prozent".split())
"""What columns are called whose numbers cannot be added up."""
_LABELS: Final = frozenset(
    "id no nr code row number phone tel ref reference year jahr postcode zip plz week day tag number iban"
    " account konto".split()
)
"""What columns are called whose numbers are names of something."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers that is worked with."""

    name: str
    numbers: tuple[Number | None, ...]
    """Of each of the chosen rows."""


@dataclass(frozen=True, slots=True)
class Groups:
    """A column of names, some of which stand in several rows."""

    name: str
    cells: tuple[str, ...]
    """Of each of the chosen rows."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a question means of a table."""

    operation: Operation
    """That of the question; a sum where what it counts is the name of a column of numbers."""
    rows: tuple[Row, ...]
    words: tuple[str, ...]
    """Those of the question by which rows were chosen."""
    columns: tuple[Column, ...]
    """Those that the operation is about; none where rows are counted, dated or shown."""
    grouped: Groups | None = None
    """By what rows are added up first, where each of some names is asked about."""

    def goes(self, money: Money) -> bool:
        """Return whether a column says that its money goes this way: an amount can go either."""
        way = {Money.OUT: _OUT, Money.IN: _IN}.get(money, frozenset())
        return any(_words(column.name) & way for column in self.columns)


def choose(table: Table, asked: TableQuestion, above: frozenset[str]) -> Chosen | None:
    """Return what a question means of a table; None if it does not mean this table, or that is not sure.

    `above`: the words and stems of what stands above the table. A word that stands there and in some rows too
    means these rows, unless they hold nothing that is asked for.
    """
    heads = {_key(word) for name in table.columns for word in _words(name)}
    if asked.operation is Operation.COUNT and _counts_numbers(table, asked):
        counted = (asked.counted,) if asked.counted else ()
        asked = replace(asked, operation=Operation.SUM, words=(*counted, *asked.words), counted="")
    known = frozenset[str]().union(*(row.stems for row in table.singles))
    sought = [word for word in asked.words if _key(word) not in heads]
    if any(stem(word) not in known | above for word in sought):
        return None
    if asked.counted and not _names_rows(table, asked.counted):
        if not table.is_dated or stem(asked.counted) not in known:
            return None
        sought, asked = [*sought, asked.counted], replace(asked, counted="")  # each row is a run, a swim
    if any(stem(word) not in known for word in asked.without):
        return None
    if not (asked.words or sought or asked.period or asked.counted or asked.grouped or asked.said & above):
        return None  # of any table it could be asked
    closely = [word for word in sought if stem(word) in known]
    loosely = [word for word in sought if stem(word) not in above]
    ways = (_choose(table, asked, words, above) for words in (closely, loosely))
    return next(filter(None, ways), None)


def _counts_numbers(table: Table, asked: TableQuestion) -> bool:
    """Whether what is counted is the name of a column of numbers (how many kilometres, how many guests).

    Or whether the question holds such a name of several words: how many candles do we have in stock.
    """
    if asked.counted and any(table.numbers[n] for n in _named(table, asked.counted)):
        return True
    names = (" ".join(words(name)) for name, found in zip(table.columns, table.numbers, strict=True) if found)
    return any(" " in name and f" {name} " in f" {asked.text} " for name in names)


def _names_rows(table: Table, counted: str) -> bool:
    """Whether each row is one of what is counted: a column has its name, and a cell of its own for each."""
    columns = [{row.cells[n] for row in table.singles} - {""} for n in _named(table, counted)]
    return any(len(different) == len(table.singles) for different in columns)


def _named(table: Table, word: str) -> list[int]:
    """Return the columns, from 0, whose names hold a word."""
    return [n for n, name in enumerate(table.columns) if _key(word) in set(map(_key, _words(name)))]


def _choose(
    table: Table, asked: TableQuestion, sought: Sequence[str], above: frozenset[str]
) -> Chosen | None:
    """Return the rows that hold these words, and the columns; None if there are none to work with."""
    left_out = set(map(stem, asked.without))
    kept = [row for row in table.singles if not (left_out and left_out <= row.stems)]
    holding = [row for row in kept if all(stem(word) in row.stems for word in sought)]
    meant = [row for row in holding if _is_dated(row, table, asked.period, above)]
    of_numbers = asked.operation in OF_NUMBERS
    columns = _columns(table, meant, asked) if of_numbers or asked.money in {Money.OUT, Money.IN} else []
    if columns and not of_numbers:  # a refund is no payment
        meant, columns = with_numbers(meant, columns), []
    groups = _groups(table, meant, asked) if len(columns) == 1 else None
    chosen = Chosen(asked.operation, tuple(meant), tuple(sought), tuple(columns), groups)
    narrowed = bool(sought) or len(meant) < len(table.singles)
    return chosen if meant and _suffices(chosen, asked, narrowed, table) else None


def _groups(table: Table, rows: Sequence[Row], asked: TableQuestion) -> Groups | None:
    """Return the names that are asked about, each by itself; None where each stands in one row alone."""
    if not asked.grouped:
        return None
    if asked.grouped == PAYEE:
        named = [n for n, name in enumerate(table.columns) if _words(name) & _PAYEES]
    else:
        named = _named(table, asked.grouped)
    for n in named:
        cells = tuple(row.cells[n].strip() for row in rows)
        if table.numbers[n] is None and len(set(cells)) < len(cells):
            return Groups(table.columns[n], cells)
    return None


def with_numbers(rows: Sequence[Row], columns: Sequence[Column]) -> list[Row]:
    """Return those of the chosen rows that have a number in one of the columns."""
    return [row for n, row in enumerate(rows) if any(column.numbers[n] for column in columns)]


def _suffices(chosen: Chosen, asked: TableQuestion, narrowed: bool, table: Table) -> bool:
    """Whether the operation has what it needs, and the question speaks of this table closely enough.

    `narrowed`: some of its rows were chosen. Where a table sums itself up, its own sum is the better answer.
    """
    several = len(chosen.rows) > 1
    match asked.operation:
        case Operation.LATEST | Operation.EARLIEST:
            return narrowed and any(row.day for row in chosen.rows)
        case Operation.COUNT:
            return narrowed or bool(asked.counted)
        case Operation.ROWS:
            return narrowed
        case Operation.SUM | Operation.MEAN:
            unsaid = narrowed or len(table.singles) == len(table.rows)
            return bool(chosen.columns) and unsaid and (asked.sure or several or bool(chosen.words))
        case Operation.HIGHEST | Operation.LOWEST:
            grouped = chosen.grouped is not None
            return bool(chosen.columns) and several and (asked.sure or grouped or not table.is_dated)


def _is_dated(row: Row, table: Table, period: Period, above: frozenset[str]) -> bool:
    """Whether a row is of the days, months and years that are asked for; of any, if of none."""
    if not period:
        return True
    if table.is_dated:
        return row.day is not None and period.holds(row.day, table.year)
    held = above.union(*(words(cell) for cell in row.cells))
    return not period.bounds and any(_is_said(date, held) for date in period.any_of)


def _is_said(date: Date, held: frozenset[str]) -> bool:
    """Whether words say a month or a year, or both where both are asked for."""
    month = not date.month or any(number == date.month and name in held for name, number in MONTHS.items())
    return not date.day and month and (not date.year or str(date.year) in held)


def _columns(table: Table, rows: Sequence[Row], asked: TableQuestion) -> list[Column]:
    """Return the columns of numbers that are meant; none if there are several and none is meant more."""
    found: list[tuple[Column, frozenset[str]]] = []
    for n, name in enumerate(table.columns):
        numbers = _of_money(table.numbers[n] or [], asked.money) if rows else ()
        chosen = tuple(numbers[row.number] for row in rows) if numbers else ()
        if len({one.unit for one in chosen if one}) == 1:
            found.append((Column(name, chosen), _words(name)))
    named = _meant([head for _, head in found], asked, table)
    columns = [column for column, head in found if head in named]
    return columns if len(columns) <= MOST_COLUMNS else []


def _meant(heads: Sequence[frozenset[str]], asked: TableQuestion, table: Table) -> list[frozenset[str]]:
    """Return which of the columns of numbers, told by their names' words, are meant."""
    said = set(map(_key, asked.words))
    hits = {head: len(said & set(map(_key, head))) for head in heads}
    most = max(hits.values(), default=0)
    if most or asked.bounds:
        return [head for head in heads if most and hits[head] == most]
    rates = _RATES if asked.operation is Operation.SUM else frozenset[str]()
    additive = [head for head in heads if not head & (_KEPT | _LABELS | rates)]
    match asked.money:
        case Money.OUT:
            return _of_way(additive, table, _OUT, _IN)
        case Money.IN:
            return _of_way(additive, table, _IN, _OUT)
        case Money.PRICE:
            return [h for h in additive if h & (_AMOUNT | _OUT)]
        case Money.NONE:
            return [h for h in additive if h & TOTALS] or additive


def _of_way(
    heads: Sequence[frozenset[str]], table: Table, way: frozenset[str], other: frozenset[str]
) -> list[frozenset[str]]:
    """Return the columns of money that goes one way; of a table without any, its amounts, if it tells when.

    A table without days, a price list, says what things cost, not what was paid.
    """
    every = [_words(name) for name in table.columns]
    if any(head & way and not head & other for head in every):
        return [head for head in heads if head & way and not head & other]
    amounts = [head for head in heads if head & _AMOUNT and not head & (other | _PRICES)]
    return amounts if table.is_dated else []


def _of_money(numbers: Sequence[Number | None], money: Money) -> tuple[Number | None, ...]:
    """Return the numbers of the way that money goes, where a column has both: what is spent is below zero."""
    signs = {one.value > 0 for one in numbers if one and one.value}
    if len(signs) < 2 or money not in {Money.OUT, Money.IN}:
        return tuple(numbers)
    wanted = [one if one and (one.value > 0) is (money is Money.IN) else None for one in numbers]
    return tuple(one and replace(one, value=abs(one.value)) for one in wanted)


def _key(word: str) -> str:
    """Return what words are compared by that name a column: km and kilometres are one."""
    dimension, worth = UNITS.get(word, _NO_UNIT)
    return f"{worth:g} {dimension}" if dimension else stem(word)


def _words(name: str) -> frozenset[str]:
    """Return the words of a column's name, `retail_gbp` taken apart; with `amount` where it names money."""
    said = words(re.sub(r"[_/]", " ", name))
    money = any(sign in name for sign in _SIGNS) or any(
        UNITS.get(word, _NO_UNIT)[0] in _COINS for word in said
    )
    return frozenset((*said, "amount") if money else said)
