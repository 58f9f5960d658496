"""Answers worked out from a table: the question's table is looked for, and its rows are quoted."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pocketrag.answering.composing import COLUMN
from pocketrag.answering.naming import families, own_stems
from pocketrag.answering.passages import PassageFinder
from pocketrag.answering.quoting import OpenDocument, Quoted, shown_name
from pocketrag.answering.refusing import refusal_text
from pocketrag.answering.tables.asking import TableQuestion, table_question
from pocketrag.answering.tables.choosing import Chosen, choose
from pocketrag.answering.tables.outcome import worked_out
from pocketrag.answering.tables.periods import Period
from pocketrag.answering.tables.rows import Table, tables
from pocketrag.answering.tables.telling import none_then, told
from pocketrag.answering.words import query_words, stem, stems, words
from pocketrag.domain import (
    Answer,
    AnswerEvent,
    AnswerReady,
    Filters,
    Freshness,
    Passage,
    PassagesFound,
    Refusal,
    RefusalReason,
    Refused,
    SearchResults,
    Span,
    Timings,
)
from pocketrag.models.embedder import EmbeddedQuery
from pocketrag.storage.freshness import freshness_of
from pocketrag.storage.lookup import Lookup
from pocketrag.storage.mounts import Mounts

SHOWN = 8
"""Rows that are quoted, at most; the rest are counted."""

PASSAGES = 12
"""Passages, the best found, whose documents are looked at for the table that is meant."""

OTHERS = 3
"""Other documents with a table that may be meant, named in the answer, at most."""

NAMED = 4
"""Documents that are looked at for their name, at most, ..."""

PATHS = 40
"""Files whose path holds most of the question's words, at most, that are looked at for their name."""

NAMING = 2
"""... which must hold so many words of the question."""


@dataclass(frozen=True, slots=True)
class _Meant:
    """A table that a question means."""

    document: OpenDocument
    table: Table
    chosen: Chosen
    names: frozenset[str]
    """The words above it and of its columns, and their stems."""


class TableAnswers:
    """Answers questions about the rows of tables in one library."""

    def __init__(self, lookup: Lookup, finder: PassageFinder, mounts: Mounts) -> None:
        """Look for tables with this finder, and by the names of documents."""
        self._lookup = lookup
        self._finder = finder
        self._mounts = mounts

    def answer(
        self, question: str, asked: str, query: EmbeddedQuery, filters: Filters
    ) -> Iterator[AnswerEvent] | None:
        """Return the events of an answer; None where nothing is to be worked out, or no table holds what for.

        `asked`: the question without filters.
        """
        began = time.monotonic()
        about = table_question(asked, date.today())
        if about is None:
            return None
        found = self._finder.find_among(query, filters, PASSAGES).results.passages
        documents = [*_with_tables(found, self._lookup), *self._named(asked, filters)]
        said = {*words(asked), *map(stem, words(asked)), about.money}
        by_name = sorted(_meant(about, documents), key=lambda one: -len(said & one.names))
        if by_name:
            return self._events(question, about, by_name, query.text, began)
        at_all = next(_meant(replace(about, period=Period()), documents), None) if about.period else None
        if at_all is None or not at_all.table.is_dated:
            return None
        return self._none_then(question, about, at_all, query.text, began)

    def _named(self, asked: str, filters: Filters) -> Iterator[OpenDocument]:
        """Yield the documents whose name holds most of the question's words; of versions the newest."""
        said = set(map(stem, query_words(asked)))
        paths = self._lookup.words.files(query_words(asked), PATHS)
        away = self._mounts.away()
        named = self._lookup.files(filters, paths)
        there = (file for file in named if freshness_of(file, away) is not Freshness.DELETED)
        newest = [family[0] for family in families(there)]
        held = {file.version.address: len(said & own_stems(file.version)) for file in newest}
        by_words = sorted(newest, key=lambda file: -held[file.version.address])
        for file in by_words[:NAMED]:
            if held[file.version.address] >= NAMING:
                yield OpenDocument.stored(file, self._lookup, away)

    def _none_then(
        self, question: str, asked: TableQuestion, at_all: _Meant, query: str, began: float
    ) -> Iterator[AnswerEvent]:
        """Yield that no row is of the days that are asked for, and of which the table's rows are."""
        counts, taken = self._lookup.counts(), (time.monotonic() - began) * 1000
        yield PassagesFound(SearchResults(query, (), counts, taken))
        file = shown_name(at_all.document.file.shown)
        hint = none_then(at_all.table, at_all.chosen.words, file, asked.german)
        refusal = Refusal(RefusalReason.NOT_IN_EVIDENCE, " ".join(asked.words), (hint,), 0.0)
        timings = Timings(evidence_ms=taken, total_ms=taken)
        text = refusal_text(refusal)
        yield Refused(Answer(question, query, text, (), (), (), refusal, "", counts, timings))

    def _events(
        self, question: str, asked: TableQuestion, meant: Sequence[_Meant], query: str, began: float
    ) -> Iterator[AnswerEvent]:
        best = meant[0]
        outcome = worked_out(best.chosen)
        quotes = [best.document.quote(Span(r.block.start, r.block.end)) for r in outcome.rows[:SHOWN]]
        quoted = Quoted.of([quote for quote in quotes if quote], self._lookup)
        counts = self._lookup.counts()
        yield PassagesFound(SearchResults(query, quoted.passages, counts, (time.monotonic() - began) * 1000))
        text = told(outcome, best.chosen, best.table, asked, quoted, _others(meant))
        yield AnswerReady(quoted.answer(question, query, text, counts, began))


def _with_tables(passages: Sequence[Passage], lookup: Lookup) -> Iterator[OpenDocument]:
    """Yield the documents that passages with rows stand in, the one found best first."""
    seen: set[Path] = set()
    for passage in passages:
        if COLUMN in passage.chunk.text and passage.file.address not in seen:
            seen.add(passage.file.address)
            yield OpenDocument(passage.file, passage.freshness, lookup)


def _meant(asked: TableQuestion, documents: Iterable[OpenDocument]) -> Iterator[_Meant]:
    """Yield the tables of documents that a question means, each document looked at once."""
    once = {document.file.address: document for document in reversed([*documents])}
    for document in reversed(once.values()):
        for table in tables(document.document):
            above = _above(document, table)
            if chosen := choose(table, asked, above):
                yield _Meant(document, table, chosen, above | stems(" ".join(table.columns)))


def _above(document: OpenDocument, table: Table) -> frozenset[str]:
    """Return the words, and their stems, above a table: in the path, the title and the headings."""
    place = table.rows[0].block.place
    named = (document.file.shown, document.document.title, place.sheet or "", *place.section)
    said = re.sub(r"[^\w]|_", " ", " ".join(named))
    return frozenset(words(said)) | stems(said)


def _others(meant: Sequence[_Meant]) -> list[str]:
    """Return the other files that hold a table which may be meant, of which the answer says nothing."""
    names = dict.fromkeys(one.document.file.shown for one in meant)
    return [*names][1:][:OTHERS]
