"""Answers worked out from a table: the question's table is looked for, and its rows are quoted."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path

from pocketrag.answering.deeper_look import DeeperLook
from pocketrag.answering.evidence import COLUMN
from pocketrag.answering.naming import Naming
from pocketrag.answering.passages import PassageFinder
from pocketrag.answering.quoting import OpenDocument, Quote, Quoted, shown_name
from pocketrag.answering.refusing import refusal_text
from pocketrag.answering.tables.asking import Money, TableQuestion, table_question
from pocketrag.answering.tables.choosing import Chosen, choose
from pocketrag.answering.tables.outcome import worked_out
from pocketrag.answering.tables.periods import Period
from pocketrag.answering.tables.rows import Row, Table, tables
from pocketrag.answering.tables.telling import none_then, not_looked_at, told
from pocketrag.answering.words import query_words, stem, stems, words
from pocketrag.domain import (
    Answer,
    AnswerEvent,
    AnswerReady,
    Filters,
    PassagesFound,
    Refusal,
    RefusalReason,
    Refused,
    SearchResults,
    Span,
    Timings,
)
from pocketrag.models.embedder import EmbeddedQuery
from pocketrag.storage.lookup import Lookup
from pocketrag.storage.mounts import Mounts

SHOWN = 8
"""Rows that are quoted, at most; the rest are counted."""

PASSAGES = 12
"""Passages, the best found, whose documents are looked at for the table that is meant."""

OTHERS = 3
"""Other documents with a table that may be meant, named in the answer, at most."""

ACCOUNTS = {
    Money.OUT: "date, description, paid out, debit, balance",
    Money.IN: "date, description, paid in, credit, balance",
}
"""What the columns of an account's statement are called, as they are looked for."""

NAMED = 4
"""Documents that are looked at for their name, at most."""


@dataclass(frozen=True, slots=True)
class _Meant:
    """A table that a question means."""

    document: OpenDocument
    table: Table
    chosen: Chosen
    said: int
    """How many of the question's words stand above it or name a column."""


class TableAnswers:
    """Answers questions about the rows of tables in one library."""

    def __init__(self, lookup: Lookup, finder: PassageFinder, mounts: Mounts) -> None:
        """Look for tables with this finder, and by the names of documents."""
        self._lookup = lookup
        self._finder = finder
        self._mounts = mounts
        self._naming = Naming(lookup, mounts)

    def answer(
        self, question: str, asked: str, query: EmbeddedQuery, filters: Filters, look: DeeperLook
    ) -> Iterator[AnswerEvent] | None:
        """Return the events of an answer; None where nothing is to be worked out, or no table holds what for.

        `asked`: the question without filters. `look`: one for the query.
        """
        began = time.monotonic()
        about = table_question(asked, date.today())
        if about is None:
            return None
        said = {*words(asked), *map(stem, words(asked)), about.money}
        looked_at = [
            (document, table, _above(document, table))
            for document in self._documents(asked, about, query, filters, look)
            for table in tables(document.document)
        ]
        if meant := _ranked(_meant(about, looked_at, said), about):
            return self._events(question, about, meant, query.text, began)
        whenever = _meant(replace(about, period=Period()), looked_at, said) if about.period else ()
        at_all = next(iter(whenever), None)
        if at_all is None or not at_all.table.is_dated:
            return None
        return self._none_then(question, about, at_all, query.text, began)

    def _documents(
        self, asked: str, about: TableQuestion, query: EmbeddedQuery, filters: Filters, look: DeeperLook
    ) -> Iterable[OpenDocument]:
        """Return the documents that passages with rows stand in, best found first; then the best named.

        Where money is asked for and nothing says of what, accounts are looked for as well.
        """
        opened: dict[Path, OpenDocument] = {}
        found = [self._finder.find_among(query, filters, PASSAGES, look)]
        if not about.words and about.money in ACCOUNTS:
            account = EmbeddedQuery(ACCOUNTS[about.money], query.embedder)
            found.append(self._finder.find_among(account, filters, PASSAGES))
        for passage in (passage for one in found for passage in one.results.passages):
            if COLUMN in passage.chunk.text and passage.file.address not in opened:
                document = OpenDocument(passage.file, passage.freshness, self._lookup)
                opened[passage.file.address] = document
        away = self._mounts.away()
        for file in self._naming.best_named(query_words(asked), filters, NAMED):
            if file.version.address not in opened:
                opened[file.version.address] = OpenDocument.stored(file, self._lookup, away)
        return opened.values()

    def _none_then(
        self, question: str, asked: TableQuestion, at_all: _Meant, query: str, began: float
    ) -> Iterator[AnswerEvent]:
        """Yield that no row is of the days that are asked for, and of which the table's rows are."""
        counts, taken = self._lookup.counts(), (time.monotonic() - began) * 1000
        yield PassagesFound(SearchResults(query, (), counts, taken))
        file = shown_name(at_all.document.file.shown)
        hint = none_then(at_all.table, at_all.chosen.words, file, asked.german)
        refusal = Refusal(RefusalReason.NOT_IN_EVIDENCE, ", ".join(query_words(query)), (hint,), 0.0)
        timings = Timings(evidence_ms=taken, total_ms=taken)
        text = refusal_text(refusal)
        yield Refused(Answer(question, query, text, (), (), (), refusal, "", counts, timings))

    def _events(
        self, question: str, asked: TableQuestion, meant: Sequence[_Meant], query: str, began: float
    ) -> Iterator[AnswerEvent]:
        answered = _alike(meant, asked)
        outcomes = [worked_out(one.chosen) for one in answered]
        quotes = [
            _quotes(one.document, outcome.rows[: SHOWN // len(answered)])
            for one, outcome in zip(answered, outcomes, strict=True)
        ]
        quoted = Quoted.of([quote for each in quotes for quote in each], self._lookup)
        counts = self._lookup.counts()
        yield PassagesFound(SearchResults(query, quoted.passages, counts, (time.monotonic() - began) * 1000))
        left = iter(quoted.citations)
        texts = [
            told(outcome, one.chosen, one.table, asked, list(islice(left, len(each))))
            for one, outcome, each in zip(answered, outcomes, quotes, strict=True)
        ]
        others = not_looked_at(_others(meant, answered), asked.german)
        text = "\n\n".join(filter(None, (*texts, others)))
        yield AnswerReady(quoted.answer(question, query, text, counts, began))


def _meant(
    asked: TableQuestion, looked_at: Iterable[tuple[OpenDocument, Table, frozenset[str]]], said: set[str]
) -> Iterator[_Meant]:
    """Yield the tables that a question means, of those looked at, each with what stands above it."""
    for document, table, above in looked_at:
        if chosen := choose(table, asked, above):
            names = above | stems(" ".join(table.columns))
            yield _Meant(document, table, chosen, len(said & names))


def _ranked(meant: Iterable[_Meant], asked: TableQuestion) -> list[_Meant]:
    """Return the tables, that which is meant most first: its names hold most of the question's words.

    Where money is asked for and nothing says of what, an account, which says which way it goes, comes first.
    """

    def order(one: _Meant) -> tuple[bool, int, bool]:
        """Return what tables are sorted by."""
        vague = not one.chosen.goes(asked.money)
        return (vague and not asked.words, -one.said, vague)

    return sorted(meant, key=order)


def _above(document: OpenDocument, table: Table) -> frozenset[str]:
    """Return the words, and their stems, above a table: in the path, the title and the headings."""
    place = table.rows[0].block.place
    named = (document.file.shown, document.document.title, place.sheet or "", *place.section)
    said = re.sub(r"[^\w]|_", " ", " ".join(named))
    return frozenset(words(said)) | stems(said)


def _alike(meant: Sequence[_Meant], asked: TableQuestion) -> list[_Meant]:
    """Return the table that is meant most; with that of another file, where nothing says which of them is."""
    best, *rest = meant
    if best.chosen.words:
        return [best]
    others = (
        one
        for one in rest
        if one.said == best.said
        and one.document.file != best.document.file
        and one.chosen.goes(asked.money) == best.chosen.goes(asked.money)
    )
    return [best, *islice(others, 1)]


def _quotes(document: OpenDocument, rows: Sequence[Row]) -> list[Quote]:
    found = (document.quote(Span(row.block.start, row.block.end)) for row in rows)
    return [quote for quote in found if quote]


def _others(meant: Sequence[_Meant], answered: Sequence[_Meant]) -> list[str]:
    """Return the other files that hold a table which may be meant, of which the answer says nothing."""
    told_of = {one.document.file.shown for one in answered}
    names = dict.fromkeys(one.document.file.shown for one in meant)
    return [name for name in names if name not in told_of][:OTHERS]
