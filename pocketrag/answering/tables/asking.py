"""How a question asks for something to be worked out from a table's rows.

English and German. What is told here is only what is to be done and which words remain; whether a table holds
these words decides if the question is answered so at all (`choosing.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from pocketrag.answering.checking.names import is_german
from pocketrag.answering.tables.periods import Period, period_of
from pocketrag.answering.words import query_words, stem, words


class Operation(StrEnum):
    """What is done with the rows."""

    SUM = "sum"
    MEAN = "mean"
    HIGHEST = "highest"
    LOWEST = "lowest"
    LATEST = "latest"
    EARLIEST = "earliest"
    COUNT = "count"
    ROWS = "rows"


OF_NUMBERS: Final = {Operation.SUM, Operation.MEAN, Operation.HIGHEST, Operation.LOWEST}
"""What is worked out from a column of numbers, over all the rows."""


class Money(StrEnum):
    """Which way money is spoken of."""

    OUT = "out"
    IN = "in"
    PRICE = "price"
    NONE = ""


@dataclass(frozen=True, slots=True)
class TableQuestion:
    """A question about the rows of a table."""

    operation: Operation
    text: str
    """The question, its words folded, with a blank between them."""
    words: tuple[str, ...]
    """What the table or its rows must hold, folded."""
    said: frozenset[str]
    """The stems of all its words that say something, these among them."""
    without: tuple[str, ...]
    """What a row must not hold all of, folded."""
    period: Period
    """The days that the rows must be of."""
    money: Money
    sure: bool
    """Whether several rows are meant in any case ("in total"), not only where there are several."""
    bounds: bool
    """Whether it speaks of a minimum or maximum, which papers set: only a column named so can be meant."""
    counted: str
    """What is counted, folded; empty for the other operations, and where rows are."""
    german: bool
    grouped: str = ""
    """What rows are added up for, each by itself, folded (which customer paid the most); else empty."""


_TOTAL: Final = (
    r"\b(?:in total|total|totals|totalled|sum|altogether|overall|all together|in all|add(?:s|ed)? up"
    r"|combined|insgesamt|zusammen(?:gerechnet)?|summe|gesamt\w*)\b"
)
_SPENT: Final = (
    r"\bhow much (?:money )?(?:was|were|has been|have been) (?:.+ )?(?:spent|paid|charged|earned|received"
    r"|transferred|withdrawn|refunded|donated)\b"
    r"|\bhow much (?:money )?(?:did|have|has|had|do|does) .+ (?:spen[dt]|pay|paid|cost|earn(?:ed)?"
    r"|receive[d]?|make|made|withdr[ae]wn?|transfer(?:red)?|donate[d]?|get back"
    r"|got back|bring in|brought in)\b"
    r"|\bwhat (?:did|have|has) (?:we|i|you|he|she|they) (?:spen[dt]|earn(?:ed)?)\b"
    r"|\bhow much (?:money )?(?:came|comes|has come|had come|went|goes|has gone|had gone) (?:in|out)\b"
    r"|\bwie ?viel (?:geld )?(?:haben|habe|hat) .+ (?:ausgegeben|bezahlt|gezahlt|gekostet|verdient"
    r"|eingenommen)\b"
)
_MEAN: Final = r"\b(?:average|the mean|im schnitt|durchschnitt\w*|im mittel)\b"
_BOUND_ABOVE: Final = r"\b(?:maximum|maximal\w*|max)\b"
_BOUND_BELOW: Final = r"\b(?:minimum|minimal\w*|min)\b"
_HIGHEST: Final = (
    r"\b(?:highest|largest|biggest|greatest|dearest|most expensive|priciest|costliest|longest|heaviest"
    r"|höchste[nrs]?|größte[nrs]?|teuerste[nrs]?|längste[nrs]?|schwerste[nrs]?)\b"
)
_MOST: Final = r"\b(?:most|meisten?|am meisten)\b"
"""The highest of rows that are added up already (the month with the most sales), not of single payments."""
_GROUPED: Final = re.compile(
    r"^(?:so |and |und )?(?:(?:which|what|welche[rsnm]?) (?P<grouped>[^\W\d_]+)|where|wo|wofür)\b.*"
    r"\b(?:most|least|fewest|meisten?|wenigsten?)\b(?! expensive)",
    re.IGNORECASE,
)
"""What rows are added up for, each by itself: which customer paid the most, what did we spend most on."""
PAYEE: Final = "payee"
"""Stands for whoever was paid."""
_PAYEES: Final = frozenset(
    "did do have has shop store supplier company firm payee merchant place business laden firma geschaft"
    " lieferant handler haben habe".split()
)
"""How the question speaks of those who were paid, folded, whatever the column is called that names them."""
_LOWEST: Final = (
    r"\b(?:lowest|smallest|cheapest|least(?: expensive)?|fewest|shortest|lightest"
    r"|niedrigste[nrs]?|kleinste[nrs]?|billigste[nrs]?|günstigste[nrs]?|wenigsten?|kürzeste[nrs]?"
    r"|leichteste[nrs]?)\b"
)
_ROW: Final = (
    r"(?:rows?|entr(?:y|ies)|payments?|transactions?|bookings?|purchases?|expenses?|orders?|deposits?"
    r"|withdrawals?|transfers?|zahlung(?:en)?|buchung(?:en)?|ausgaben?|eintrag|einträge|zeilen?|bestellung(?:en)?)"
)
_LATEST: Final = (
    rf"\bwhen (?:did|have|was|were) .+ last\b|\b(?:last|latest|most recent|letzten?r?) {_ROW}\b"
    r"|\bwann .+ (?:zuletzt|letzte mal)\b|\b(?:the )?last time\b"
)
_EARLIEST: Final = rf"\bwhen (?:did|have|was|were) .+ first\b|\b(?:first|earliest|ersten?r?) {_ROW}\b"
_COUNT: Final = r"^(?:so |and )?(?:how many|wie ?viele) (?P<counted>[^\W\d_]+)"
_ROWS: Final = (
    r"^(?:please )?(?:list|show|give|name|liste?|zeige?|nenne?)(?: me| us| mir| uns)?"
    r" (?:all|every|each|alle|jede[nrs]?)\b"
)

_OPERATIONS: Final = tuple(
    (operation, bounds, re.compile(pattern, re.IGNORECASE))
    for operation, bounds, pattern in (
        (Operation.ROWS, False, _ROWS),
        (Operation.COUNT, False, _COUNT),
        (Operation.LATEST, False, _LATEST),
        (Operation.EARLIEST, False, _EARLIEST),
        (Operation.MEAN, False, _MEAN),
        (Operation.HIGHEST, True, _BOUND_ABOVE),
        (Operation.LOWEST, True, _BOUND_BELOW),
        (Operation.LOWEST, False, _LOWEST),
        (Operation.HIGHEST, False, _HIGHEST),
        (Operation.HIGHEST, False, _MOST),
        (Operation.SUM, False, _TOTAL),
        (Operation.SUM, False, _SPENT),
    )
)

_MONEY: Final = {
    Money.OUT: frozenset(
        "spend spends spent spending pay pays paid payment payments paying expense expenses expenditure cost"
        " costs outgoing outgoings purchase purchases bought buy withdrawal withdrawals ausgegeben bezahlt"
        " withdraw withdrew withdrawn transfer transfers transferred donate donated"
        " gezahlt gekostet kosten ausgabe ausgaben zahlung zahlungen".split()
    ),
    Money.IN: frozenset(
        "earn earns earned earning earnings receive receives received income takings deposit deposits"
        " credited verdient erhalten eingenommen einnahmen".split()
    ),
    Money.PRICE: frozenset(
        "price prices priced expensive cheap dear pricey preis preise teuer billig".split()
    ),
}
_TO_US: Final = re.compile(
    r"\b(?:pa(?:y|ys|id)|owe[sd]?|refund(?:ed)?|transfer(?:red)?)(?: back)? (?:to )?(?:us|me)\b"
    r"|\b(?:get|gets|got|paid) back\b|\bbr(?:ing|ings|ought) in\b|\b(?:came|comes?) in\b",
    re.IGNORECASE,
)
"""What says that money comes in, whichever verb it is."""
_AWAY: Final = re.compile(r"\b(?:went|goes|gone) out\b", re.IGNORECASE)
_ALL_MONEY: Final = frozenset[str]().union(*_MONEY.values())
_PRICED: Final = re.compile(
    r"\b(?:cheapest|dearest|priciest|costliest|teuerste\w?|billigste\w?|günstigste\w?)\b", re.IGNORECASE
)
_SAID: Final = frozenset(
    "row rows entry entries transaction transactions booking bookings item items line lines record records"
    " position positions order orders amount amounts money sum figure figures value values table sheet list"
    " time times total totals altogether overall single individual make made came comes come went gone goes"
    " zeile zeilen eintrag eintrage"
    " buchung buchungen bestellung bestellungen posten betrag betrage geld tabelle liste insgesamt summe viel"
    " viele gab gegeben waren wofur".split()
)
"""Words that say that rows are meant, and nothing of which; folded."""

_IDLE: Final = {
    Operation.LATEST: frozenset("last latest most recent recently zuletzt letzte letzten letzter".split()),
    Operation.EARLIEST: frozenset("first earliest erste ersten erster".split()),
}
"""What asks for an operation, where other words may stand between; folded."""
_AROUND: Final = ".+"
"""What a pattern holds in the middle of which other words may stand."""

_COUNTED: Final = _MONEY[Money.OUT] | frozenset(
    "rows entries transactions bookings lines records orders times zeilen eintrage buchungen bestellungen"
    " posten male".split()
)
"""What is a row of a table whose columns have other names; folded."""


_BUT: Final = re.compile(
    r"\b(?:without|except(?: for)?|excluding|apart from|besides|not counting|ohne|außer)\s+"
    r"(?:(?:the|my|our|any|all|die|das|den|der|dem)\s+)*"
    r"(?P<what>[^\W\d_]+(?:\s+(?!(?:in|on|at|for|of|by|and|or|to|since|from|im|am|an|für|und|oder|seit|ab|von)\b)"
    r"[^\W\d_]+){0,3})",
    re.IGNORECASE,
)
_BESIDES: Final = re.compile(
    r"\b(?:before|after|since|until|till|between|through|out of|than|over|under|above|below|not|week|weeks"
    r"|quarter|seit|bis|zwischen|nicht|woche|wochen|quartal)\b",
    re.IGNORECASE,
)
"""Words that, where no day follows them, bound what is asked for in a way that is not worked out here."""


def table_question(question: str, today: date) -> TableQuestion | None:
    """Return what a question asks of a table's rows; None if it asks for nothing to be worked out.

    `question`: without filters; `today`: what "last month" goes by.
    """
    said = _plain(question)
    found = _operation(said)
    if found is None:
        return None
    operation, bounds, asks = found
    period, left = period_of(said, today)
    rest = _TO_US.sub(" ", _BUT.sub(" ", left))
    if _BESIDES.search(rest):
        return None
    spoken = query_words(rest if _AROUND in asks.re.pattern else asks.re.sub(" ", rest))
    idle = _SAID | _ALL_MONEY | _IDLE.get(operation, frozenset())
    counted = words(asks["counted"])[0] if operation is Operation.COUNT else ""
    grouped = _grouped(left)
    return TableQuestion(
        operation=operation,
        text=" ".join(words(said)),
        words=tuple(
            word for word in spoken if word not in idle and (word not in _PAYEES or grouped != PAYEE)
        ),
        said=frozenset(map(stem, query_words(said))),
        without=tuple(word for match in _BUT.finditer(left) for word in words(match["what"])),
        period=period,
        money=_money(said),
        sure=asks.re.pattern not in {_SPENT, _MOST},
        bounds=bounds,
        counted="" if counted in _COUNTED else counted,
        german=is_german(said),
        grouped=grouped,
    )


def _grouped(said: str) -> str:
    """Return what rows are added up for, each by itself, folded; `PAYEE` for whoever was paid."""
    found = _GROUPED.match(said.strip())
    if found is None:
        return ""
    name = words(found["grouped"])[0] if found["grouped"] else ""
    return PAYEE if not name or name in _PAYEES else name


def asks_for_all_rows(question: str) -> bool:
    """Whether a question asks for what single rows cannot say: a sum, a mean, the highest or lowest."""
    found = _operation(_plain(question))
    if found is None or found[1]:  # a minimum or maximum is set by a paper
        return False
    return found[0] in OF_NUMBERS


def _plain(question: str) -> str:
    return " ".join(question.replace("’", "'").split()).strip(" .!?")


def _operation(said: str) -> tuple[Operation, bool, re.Match[str]] | None:
    for operation, bounds, pattern in _OPERATIONS:
        if found := pattern.search(said):
            return operation, bounds, found
    return None


def _money(said: str) -> Money:
    """Return which way money goes in a question: the first word of it that says so."""
    if _PRICED.search(said):
        return Money.PRICE
    if _TO_US.search(said):
        return Money.IN
    if _AWAY.search(said):
        return Money.OUT
    ways = (way for word in words(said) for way, named in _MONEY.items() if word in named)
    return next(ways, Money.NONE)
