"""How what came out of a table is told, in English and German: what, of which rows, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from pocketrag.answering.checking.dates import Date
from pocketrag.answering.checking.names import is_german
from pocketrag.answering.cleaning import shown_quote
from pocketrag.answering.composing import COLUMN
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

_ENGLISH_MARKS: Final = ",."
"""Of thousands and of decimals."""

_ENGLISH: Final = {
    Operation.SUM: "{} adds up to {}",
    Operation.MEAN: "{} is {} on average",
    Operation.HIGHEST: "the highest {} is {}",
    Operation.LOWEST: "the lowest {} is {}",
}
_GERMAN: Final = {
    Operation.SUM: "{} ergibt zusammen {}",
    Operation.MEAN: "{} ist im Mittel {}",
    Operation.HIGHEST: "der höchste Wert von {} ist {}",
    Operation.LOWEST: "der niedrigste Wert von {} ist {}",
}
_ENGLISH_BOUNDS: Final = {
    "since": "since",
    "after": "after",
    "before": "before",
    "until": "until the end of",
}
_GERMAN_BOUNDS: Final = {"since": "seit", "after": "nach", "before": "vor", "until": "bis Ende"}
_MONTHS: Final = tuple(
    "January February March April May June July August September October November December".split()
)
_MONATE: Final = tuple(
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()
)


def told(
    outcome: Outcome, chosen: Chosen, table: Table, asked: TableQuestion, citations: Sequence[Citation]
) -> str:
    """Return what is said of a table (Markdown): what came out of which rows, and these rows."""
    lead = _lead_german(outcome, chosen, asked) if asked.german else _lead(outcome, chosen, asked)
    more = len(outcome.rows) - len(citations)
    below = _below_german(more, chosen.words) if asked.german else _below(more, chosen.words)
    file = shown_name(citations[0].file.shown)
    return "\n\n".join(filter(None, (f"{lead} ({file}):", _drawn(table, citations), below)))


def not_looked_at(files: Sequence[str], german: bool) -> str:
    """Return that files hold a table that may be meant as well; empty if there are none."""
    if not files:
        return ""
    begun = "Nicht angesehen, vielleicht aber gemeint" if german else "Not looked at, though meant perhaps"
    return f"{begun}: {', '.join(map(shown_name, files))}."


def note_on_rows(question: str, citations: Sequence[Citation]) -> str:
    """Return what is said below rows that were quoted for a question about all of them; empty if nothing.

    A row that sums up others is an answer by itself.
    """
    rows = [one.quote for one in citations if COLUMN in one.quote]
    if not rows or not asks_for_all_rows(question) or any(sums_up(split_row(row)) for row in rows):
        return ""
    if is_german(question):
        return "Das sind einzelne Zeilen: über alle wurde nicht gerechnet."
    return "These are single rows: nothing was worked out over all of them."


def none_then(table: Table, words: Sequence[str], file: str, german: bool) -> str:
    """Return that none of a table's rows is of the days that were asked for, and of which days they are."""
    days = sorted((row.day.year, row.day.month, row.day.day) for row in table.rows if row.day)
    first, last = ("-".join(f"{part:02}" for part in day if part) for day in (days[0], days[-1]))
    if german:
        held = " mit " + " und ".join(f"„{word}“" for word in words) if words else ""
        return (
            f"Keine Zeile{held} in {file} ist von diesen Tagen; ihre Zeilen reichen von {first} bis {last}."
        )
    held = " that holds " + " and ".join(f"“{word}”" for word in words) if words else ""
    return f"No row{held} in {file} is of those days; its rows are of {first} to {last}."


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


def _lead(outcome: Outcome, chosen: Chosen, asked: TableQuestion) -> str:
    """Return what came out, and of which rows."""
    every = max(outcome.counted, len(chosen.rows))
    of = f"{outcome.counted:,} of " if outcome.counted < every else ""
    many = f"{of}{every:,} {'row' if every == 1 else 'rows'}"
    dated = _dated(asked.period, chosen.rows, " of ", " or ", _MONTHS, _ENGLISH_BOUNDS)
    words = " and ".join(f"“{word}”" for word in chosen.words)
    held = f" that hold{'s' * (every == 1)} {words}" if words else ""
    held += " but not " + " and ".join(f"“{word}”" for word in asked.without) if asked.without else ""
    rows = f"{many}{dated}{held}"
    if outcome.results:
        return f"{_results(outcome, _ENGLISH[chosen.operation], '“{}”', ' and ', _ENGLISH_MARKS)} in {rows}"
    if chosen.operation in {Operation.LATEST, Operation.EARLIEST}:
        return f"The {chosen.operation} of {rows}"
    return f"**{many}**{dated}{held}"


def _lead_german(outcome: Outcome, chosen: Chosen, asked: TableQuestion) -> str:
    every = max(outcome.counted, len(chosen.rows))
    of = f"{outcome.counted} von " if outcome.counted < every else ""
    many = f"{of}{every} {'Zeile' if every == 1 else 'Zeilen'}"
    dated = _dated(asked.period, chosen.rows, " von ", " oder ", _MONATE, _GERMAN_BOUNDS)
    words = " und ".join(f"„{word}“" for word in chosen.words)
    held = f" mit {words}" if words else ""
    held += " ohne " + " und ".join(f"„{word}“" for word in asked.without) if asked.without else ""
    rows = f"{many}{dated}{held}"
    if outcome.results:
        return f"{_results(outcome, _GERMAN[chosen.operation], '„{}“', ' und ', '.,')} in {rows}"
    if chosen.operation in {Operation.LATEST, Operation.EARLIEST}:
        return f"Die {'letzte' if chosen.operation is Operation.LATEST else 'erste'} von {rows}"
    return f"**{many}**{dated}{held}"


def _dated(
    period: Period, rows: Sequence[Row], of: str, joint: str, months: Sequence[str], bounds: Mapping[str, str]
) -> str:
    """Return of which days rows are; empty for all."""
    years = sorted({row.day.year for row in rows if row.day})
    days = [replace(date, year=year) for date in period.any_of for year in _years(date, years)]
    said = of + joint.join(_day(date, months) for date in days) if days else ""
    return said + "".join(f" {bounds[how]} {_day(date, months)}" for how, date in period.bounds)


def _years(date: Date, years: Sequence[int]) -> Sequence[int]:
    """Return the years that a day or month is of: its own, else those of the rows."""
    return years if years and not date.year else [date.year]


def _results(outcome: Outcome, phrase: str, quotes: str, joint: str, marks: str) -> str:
    """Return what came out of each column."""
    said = joint.join(
        phrase.format(quotes.format(shown_quote(one.column)), f"**{_number(one.value, marks)}**")
        for one in outcome.results
    )
    return said[0].upper() + said[1:]


def _below(more: int, words: Sequence[str]) -> str:
    """Return what stands below the rows: how many are not shown, and how they were chosen."""
    said = [f"And {more:,} more." if more > 1 else "And one more."] if more else []
    return " ".join([*said, *(["Chosen by words, not by meaning."] if words else [])])


def _below_german(more: int, words: Sequence[str]) -> str:
    said = [f"Und {more} weitere." if more > 1 else "Und eine weitere."] if more else []
    return " ".join([*said, *(["Ausgewählt nach Wörtern, nicht nach dem Sinn."] if words else [])])


def _day(date: Date, months: Sequence[str]) -> str:
    """Return a day, a month or a year as it is said."""
    month = months[date.month - 1] if date.month else ""
    return " ".join(filter(None, (str(date.day or ""), month, str(date.year or ""))))


def _number(number: Number, marks: str) -> str:
    """Return a number with its unit; `marks` are those of thousands and of decimals."""
    plain = f"{number.value:,.{number.places}f}"
    said = plain.translate(str.maketrans(",.", marks))
    unit = shown_quote(number.unit)
    if unit in _SYMBOLS and marks == _ENGLISH_MARKS:
        return f"-{unit}{said[1:]}" if said.startswith("-") else f"{unit}{said}"
    return f"{said} {unit}".strip()
