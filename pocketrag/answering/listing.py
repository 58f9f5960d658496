"""Lists and counts: every document that holds the words, the first of them shown with a quote each."""

from __future__ import annotations

import time
from collections.abc import Iterator

from pocketrag.answering.all_documents import AllDocuments
from pocketrag.answering.kinds import Listing
from pocketrag.answering.quoting import Quote, Quoted, quote_lines, shown_name
from pocketrag.domain import (
    AllMatched,
    AnswerEvent,
    AnswerReady,
    DocumentMatched,
    Filters,
    Passage,
    PassagesFound,
    SearchResults,
)
from pocketrag.reading.sentences import sentence_spans
from pocketrag.storage.lookup import Lookup
from pocketrag.wording import plural

SHOWN = 8
"""Documents that are named, at most; the rest are counted."""


class Lists:
    """Lists the documents of one library."""

    def __init__(self, lookup: Lookup, every: AllDocuments) -> None:
        """Look in this library."""
        self._lookup = lookup
        self._every = every

    def answer(self, question: str, asked: Listing, filters: Filters) -> Iterator[AnswerEvent] | None:
        """Return the events of an answer; None where no document holds the words, or none is there."""
        began = time.monotonic()
        shown: list[Passage] = []
        for event in self._every.find_among(asked.about, filters):
            match event:
                case DocumentMatched(passage) if len(shown) < SHOWN:
                    shown.append(passage)
                case AllMatched(documents=documents) if documents:
                    return self._events(question, asked, shown, event, began)
        return None

    def _events(
        self, question: str, asked: Listing, shown: list[Passage], done: AllMatched, began: float
    ) -> Iterator[AnswerEvent]:
        yield PassagesFound(SearchResults(asked.about, tuple(shown), done.counts, done.search_ms))
        quoted = Quoted.of([_quote(passage) for passage in shown], self._lookup)
        named = [f"{quoted.said(n)} ({_where(passage)})" for n, passage in enumerate(shown, start=1)]
        text = "\n\n".join(filter(None, (_count(asked, done), quote_lines(named), _rest(asked, done))))
        yield AnswerReady(quoted.answer(question, asked.about, text, done.counts, began))


def _quote(passage: Passage) -> Quote:
    """Return the sentence that holds most of the words; the first where only title or path hold them."""
    chunk = passage.chunk
    first = sentence_spans(chunk.text, chunk.start, passage.file.language)[:1]
    return Quote(passage, (*passage.highlights, *first)[0])


def _where(passage: Passage) -> str:
    return ", ".join(shown_name(name) for name in (passage.file.shown, *passage.also_in[:1]))


def _count(asked: Listing, done: AllMatched) -> str:
    """Return how many there are, and what was counted."""
    if asked.german:
        words = " und ".join(f"„{word}“" for word in done.words)
        count = f"{done.documents:,}".replace(",", ".")
        noun = "Dokument enthält" if done.documents == 1 else "Dokumente enthalten"
        together = "" if len(done.words) == 1 else " in einem Abschnitt"
        return f"{count} {noun} {words}{together}; gezählt nach Wörtern, nicht nach dem Sinn."
    words = " and ".join(f"“{word}”" for word in done.words)
    hold = "holds" if done.documents == 1 else "hold"
    together = "" if len(done.words) == 1 else " in one passage"
    return f"{plural(done.documents, 'document')} {hold} {words}{together}; counted by words, not by meaning."


def _rest(asked: Listing, done: AllMatched) -> str:
    """Return how many are not shown, and what lists them all."""
    more = done.documents - SHOWN
    if more <= 0:
        return ""
    command = f"`pocketrag search --all {shown_name(' '.join(done.words))}`"
    if asked.german:
        return f"Und {more:,} weitere: {command} zählt alle auf."
    return f"And {more:,} more: {command} lists them all."
