"""The path of a question, wired together: whatever else the library does stands still meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pocketrag.answering.all_documents import AllDocuments
from pocketrag.answering.answerer import Answerer
from pocketrag.answering.passages import PassageFinder
from pocketrag.answering.retriever import Retriever
from pocketrag.answering.tables.answers import TableAnswers
from pocketrag.answering.whole import WholeDocuments
from pocketrag.domain import AnswerEvent, Filters, SearchEvent, SearchResults, Turn
from pocketrag.engine.preparing import Preparing
from pocketrag.engine.renewing import Renewing
from pocketrag.engine.stores import Stores
from pocketrag.models.embedder import Embedder
from pocketrag.models.loading import Loading
from pocketrag.models.slm import LanguageModel
from pocketrag.reading.sandbox import Sandbox
from pocketrag.settings import Settings
from pocketrag.storage.every_match import EveryMatch
from pocketrag.storage.lookup import Lookup
from pocketrag.storage.mounts import Mounts


class Questions:
    """Searches one library, and answers from it."""

    def __init__(
        self,
        stores: Stores,
        lookup: Lookup,
        mounts: Mounts,
        renewing: Renewing,
        load_language_model: Callable[[], Loading[LanguageModel]],
        preparing: Preparing,
        sandbox: Sandbox,
        settings: Settings,
    ) -> None:
        """Search these stores with the embedder of their index; `sandbox` and `preparing` give way."""
        self._lookup = lookup
        self._renewing = renewing
        self._preparing = preparing
        self._sandbox = sandbox
        retriever = Retriever(lookup, stores.vectors, mounts, settings.search.candidates)
        self._finder = PassageFinder(lookup, retriever)
        self._all_documents = AllDocuments(lookup, EveryMatch(stores.database), mounts)
        whole = WholeDocuments(lookup, self._all_documents, mounts, renewing.embedder)
        tables = TableAnswers(lookup, self._finder, mounts)
        self._answerer = Answerer(
            lookup, self._finder, whole, tables, renewing.embedder, load_language_model, settings
        )

    def search(self, query: str, filters: Filters, limit: int) -> SearchResults:
        """Return at most `limit` passages for the query, best first."""
        if self._lookup.chunk_count() == 0:  # no model is needed to find nothing
            return SearchResults(query, (), self._lookup.counts(), 0.0)
        with self._renewing.gate.passing(), self._sandbox.paused():
            embedder = _drained(self._renewing.embedder())
            return self._finder.find(query, filters, limit, embedder).results

    def search_all(self, query: str, filters: Filters) -> Iterator[SearchEvent]:
        """Yield `DocumentMatched` for every document that holds the query's words; last `AllMatched`."""
        with self._renewing.gate.passing(), self._sandbox.paused():
            yield from self._all_documents.find(query, filters)

    def ask(self, question: str, turns: tuple[Turn, ...], filters: Filters) -> Iterator[AnswerEvent]:
        """Yield an answer: `PassagesFound`, `Token`…, then `AnswerReady` or `Refused`."""
        with self._preparing.after(), self._renewing.gate.passing(), self._sandbox.paused():
            yield from self._answerer.ask(question, turns, filters)


def _drained(loading: Loading[Embedder]) -> Embedder:
    """Return the model, its loading events dropped: the caller has nobody to show them to."""
    while True:
        try:
            next(loading)
        except StopIteration as done:
            embedder: Embedder = done.value
            return embedder
