"""How what came out of a table is told, in English and German: what, of which rows, and what was left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pocketrag.answering.checking.dates import Date
from pocketrag.answering.checking.names import is_german
from pocketrag.answering.cleaning import shown_quote
from pocketrag.answering.evidence import COLUMN
from pocketrag.answering.quoting import quote_lines, shown_name
from pocketrag.answering.tables.asking import Operation, TableQuestion, asks_for_all_rows
from pocketrag.answering.tables.cells import Number
from pocketrag.answering.tables.choosing import Chosen
from pocketrag.answering.tables.outcome import Outcome
from pocketrag.answering.tables.periods import Period
from pocketrag.answering.tables.rows import Row, Table, filled, split_row, sums_up
from pocketrag.domain import Citation

_SYMBOLS: Final = frozenset("£€$¥")
"""Units that are written before a number, in English."""

DRAWN: Final = 8
"""Columns of a table that is drawn as one, at most."""


@dataclass(frozen=True, slots=True)
class _Tongue:
    """What is said of tables in one language; braces stand where something is put in."""

    operations: Mapping[Operation, str]
    """Of a column and what came out of it; of the latest and earliest, of the rows."""
    grouped: Mapping[Operation, str]
    """Of a column of numbers, one of names, the sum, and whose it is."""
    row: str
    rows: str
    of_rows: str
    of_days: str
    one_holds: str
    hold: str
    without: str
    and_: str
    or_: str
    quotes: str
    bounds: Mapping[str, str]
    months: tuple[str, ...]
    marks: str
    """Of thousands and of decimals."""
    thousands: str
    """The mark of thousands in how many rows there are."""
    symbols: frozenset[str]
    """Units that are written before a number."""
    more: str
    one_more: str
    by_words: str
    not_looked_at: str
    single_rows: str
    none_then: str

    def count(self, number: int) -> str:
        """Return how many rows there are."""
        return f"{number:,}".replace(",", self.thousands)

    def listed(self, words: Iterable[str]) -> str:
        """Return words in quotation marks, one after the other."""
        return self.and_.join(self.quotes.format(word) for word in words)

    def holding(self, words: Sequence[str], *, one: bool) -> str:
        """Return which words a row, or rows, hold; empty for none."""
        return (self.one_holds if one else self.hold).format(self.listed(words)) if words else ""


_ENGLISH: Final = _Tongue(
    operations={
        Operation.SUM: "{} adds up to {}",
        Operation.MEAN: "{} is {} on average",
        Operation.HIGHEST: "the highest {} is {}",
        Operation.LOWEST: "the lowest {} is {}",
        Operation.LATEST: "The latest of {}",
        Operation.EARLIEST: "The earliest of {}",
    },
    grouped={
        Operation.HIGHEST: "The highest sum of {} for one {} is {}, that of {},",
        Operation.LOWEST: "The lowest sum of {} for one {} is {}, that of {},",
    },
    row="row",
    rows="rows",
    of_rows="{} of {}",
    of_days=" of {}",
    one_holds=" that holds {}",
    hold=" that hold {}",
    without=" but not {}",
    and_=" and ",
    or_=" or ",
    quotes="“{}”",
    bounds={"since": "since", "after": "after", "before": "before", "until": "until the end of"},
    months=tuple(
        "January February March April May June July August September October November December".split()
    ),
    marks=",.",
    thousands=",",
    symbols=_SYMBOLS,
    more="And {} more.",
    one_more="And one more.",
    by_words="Chosen by words, not by meaning.",
    not_looked_at="Not looked at, though meant perhaps: {}.",
    single_rows="These are single rows: nothing was worked out over all of them.",
    none_then="No row{} in {} is of those days; its rows are of {} to {}.",
)
_GERMAN: Final = _Tongue(
    operations={
        Operation.SUM: "{} ergibt zusammen {}",
        Operation.MEAN: "{} ist im Mittel {}",
        Operation.HIGHEST: "der höchste Wert von {} ist {}",
        Operation.LOWEST: "der niedrigste Wert von {} ist {}",
        Operation.LATEST: "Die letzte von {}",
        Operation.EARLIEST: "Die erste von {}",
    },
    grouped={
        Operation.HIGHEST: "Die höchste Summe von {} nach {} ist {}, die von {},",
        Operation.LOWEST: "Die niedrigste Summe von {} nach {} ist {}, die von {},",
    },
    row="Zeile",
    rows="Zeilen",
    of_rows="{} von {}",
    of_days=" von {}",
    one_holds=" mit {}",
    hold=" mit {}",
    without=" ohne {}",
    and_=" und ",
    or_=" oder ",
    quotes="„{}“",
    bounds={"since": "seit", "after": "nach", "before": "vor", "until": "bis Ende"},
    months=tuple(
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()
    ),
    marks=".,",
    thousands="",
    symbols=frozenset(),
    more="Und {} weitere.",
    one_more="Und eine weitere.",
    by_words="Ausgewählt nach Wörtern, nicht nach dem Sinn.",
    not_looked_at="Nicht angesehen, vielleicht aber gemeint: {}.",
    single_rows="Das sind einzelne Zeilen: über alle wurde nicht gerechnet.",
    none_then="Keine Zeile{} in {} ist von diesen Tagen; ihre Zeilen reichen von {} bis {}.",
)


def told(
    outcome: Outcome, chosen: Chosen, table: Table, asked: TableQuestion, citations: Sequence[Citation]
) -> str:
    """Return what is said of a table (Markdown): what came out of which rows, and these rows."""
    tongue = _tongue(asked.german)
    lead = f"{_lead(outcome, chosen, asked, tongue)} ({shown_name(citations[0].file.shown)}):"
    below = _below(len(outcome.rows) - len(citations), chosen.words, tongue)
    return "\n\n".join(filter(None, (lead, _drawn(table, citations), below)))


def not_looked_at(files: Sequence[str], german: bool) -> str:
    """Return that files hold a table that may be meant as well; empty if there are none."""
    return _tongue(german).not_looked_at.format(", ".join(map(shown_name, files))) if files else ""


def note_on_rows(question: str, citations: Sequence[Citation]) -> str:
    """Return what is said below rows that were quoted for a question about all of them; empty if nothing.

    A row that sums up others is an answer by itself.
    """
    rows = [one.quote for one in citations if COLUMN in one.quote]
    if not rows or not asks_for_all_rows(question) or any(sums_up(split_row(row)) for row in rows):
        return ""
    return _tongue(is_german(question)).single_rows


def none_then(table: Table, words: Sequence[str], file: str, german: bool) -> str:
    """Return that none of a table's rows is of the days that were asked for, and of which days they are."""
    tongue = _tongue(german)
    days = sorted((row.day.year, row.day.month, row.day.day) for row in table.rows if row.day)
    first, last = ("-".join(f"{part:02}" for part in day if part) for day in (days[0], days[-1]))
    return tongue.none_then.format(tongue.holding(words, one=True), file, first, last)


def _tongue(german: bool) -> _Tongue:
    return _GERMAN if german else _ENGLISH


def _drawn(table: Table, citations: Sequence[Citation]) -> str:
    """Return the quoted rows as a table of Markdown, each with its marker; those of a wide one as quotes."""
    width = len(table.columns)
    if width > DRAWN:
        heads = shown_quote(COLUMN.join(table.columns))
        rows = [f"“{shown_quote(one.quote)}” [{one.marker}]" for one in citations]
        return f"{heads}\n\n{quote_lines(rows)}"
    lines = [
        [shown_quote(column) for column in table.columns] + [""],
        ["---:" if table.numbers[n] else "---" for n in range(width)] + ["---"],
    ]
    for one in citations:
        lines.append([*filled(split_row(shown_quote(one.quote)), width), f"[{one.marker}]"])
    return "\n".join(f"| {COLUMN.join(cells)} |" for cells in lines)


def _lead(outcome: Outcome, chosen: Chosen, asked: TableQuestion, tongue: _Tongue) -> str:
    """Return what came out, and of which rows."""
    every = max(outcome.counted, len(chosen.rows))
    some = tongue.count(every)
    if outcome.counted < every:
        some = tongue.of_rows.format(tongue.count(outcome.counted), some)
    many = f"{some} {tongue.row if every == 1 else tongue.rows}"
    which = _dated(asked.period, chosen.rows, tongue) + tongue.holding(chosen.words, one=every == 1)
    which += tongue.without.format(tongue.listed(asked.without)) if asked.without else ""
    if outcome.results:
        return f"{_results(outcome, chosen, tongue)} in {many}{which}"
    if chosen.operation in tongue.operations:
        return tongue.operations[chosen.operation].format(f"{many}{which}")
    return f"**{many}**{which}"


def _dated(period: Period, rows: Sequence[Row], tongue: _Tongue) -> str:
    """Return of which days rows are; empty for all."""
    years = sorted({row.day.year for row in rows if row.day})
    days = [replace(date, year=year) for date in period.any_of for year in _years(date, years)]
    said = tongue.of_days.format(tongue.or_.join(_day(date, tongue) for date in days)) if days else ""
    return said + "".join(f" {tongue.bounds[how]} {_day(date, tongue)}" for how, date in period.bounds)


def _years(date: Date, years: Sequence[int]) -> Sequence[int]:
    """Return the years that a day or month is of: its own, else those of the rows."""
    return years if years and not date.year else [date.year]


def _results(outcome: Outcome, chosen: Chosen, tongue: _Tongue) -> str:
    """Return what came out of each column."""
    if chosen.grouped:
        return _sum_of_names(outcome, chosen.grouped.name, tongue.grouped[chosen.operation], tongue)
    phrase = tongue.operations[chosen.operation]
    said = tongue.and_.join(
        phrase.format(tongue.quotes.format(shown_quote(one.column)), f"**{_number(one.value, tongue)}**")
        for one in outcome.results
    )
    return said[0].upper() + said[1:]


def _sum_of_names(outcome: Outcome, column: str, phrase: str, tongue: _Tongue) -> str:
    """Return the highest or lowest sum that one name has, and whose it is."""
    best = outcome.results[0]
    quoted = [tongue.quotes.format(shown_quote(name)) for name in (best.column, column)]
    names = tongue.and_.join(f"**{shown_quote(name)}**" for name in outcome.names)
    return phrase.format(*quoted, f"**{_number(best.value, tongue)}**", names)


def _below(more: int, words: Sequence[str], tongue: _Tongue) -> str:
    """Return what stands below the rows: how many are not shown, and how they were chosen."""
    left = tongue.one_more if more == 1 else tongue.more.format(tongue.count(more)) if more else ""
    return " ".join(filter(None, (left, tongue.by_words if words else "")))


def _day(date: Date, tongue: _Tongue) -> str:
    """Return a day, a month or a year as it is said."""
    month = tongue.months[date.month - 1] if date.month else ""
    return " ".join(filter(None, (str(date.day or ""), month, str(date.year or ""))))


def _number(number: Number, tongue: _Tongue) -> str:
    """Return a number with its unit."""
    said = f"{number.value:,.{number.places}f}".translate(str.maketrans(",.", tongue.marks))
    unit = shown_quote(number.unit)
    if unit in tongue.symbols:
        return f"-{unit}{said[1:]}" if said.startswith("-") else f"{unit}{said}"
    return f"{said} {unit}".strip()
