"""Which index is searched, and the next one while it is made: with another model, or other chunks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

from pocketrag.domain import IndexEvent, IndexRenewed
from pocketrag.engine.stores import Stores
from pocketrag.errors import LibraryModelMismatch, ModelError, VectorServerError
from pocketrag.indexing.indexer import CHUNK_TOKENS
from pocketrag.indexing.renewal import Renewal
from pocketrag.models.embedder import Embedder
from pocketrag.models.loading import Loading, Models
from pocketrag.settings import Settings
from pocketrag.storage.gate import Gate
from pocketrag.storage.next_index import NextIndex

FINGERPRINT, EMBEDDING = "fingerprint", "embedding"
"""Facts of a catalog: which vectors it has, and how the settings named their model."""

LONGEST_QUESTION = 60.0
"""Seconds that taking over waits for questions; if one takes longer, the next run tries again."""


class Renewing:
    """The embedding model whose index is searched, and how another one takes its place."""

    def __init__(
        self, stores: Stores, models: Models, settings: Settings, give_way: Callable[[], object]
    ) -> None:
        """Finish a taking over that was broken off; see whether the settings ask for another index.

        `give_way` is called before each batch of texts that the next index embeds.
        """
        self._give_way = give_way
        self._catalog, self._vectors = stores.catalog, stores.vectors
        self._next = NextIndex(stores.database)
        self._models = models
        self._settings = settings
        self.gate = Gate()
        """To be passed by whoever searches: model, words and vectors are those of one index inside."""
        try:
            self.catch_up()
        except VectorServerError:  # the next run tries again
            stores.lack()
        self._same_model = self._is_same_model()
        self._renewal = self._begun()

    @property
    def due(self) -> bool:
        """Whether another index is to be made."""
        return self._renewal is not None

    @property
    def first(self) -> bool:
        """Whether that is all that can be done: the model of the index that is there has gone."""
        if self._renewal is None or self._same_model:
            return False
        try:
            self._models.former_file(*self._former())
        except LibraryModelMismatch:
            return True
        return False

    def embedder(self) -> Loading[Embedder]:
        """Return the model whose index is searched. Raises ModelError or LibraryModelMismatch."""
        if not self._same_model:
            return (yield from self._models.former(*self._former()))
        embedder = yield from self._models.embedder()
        self._agree(embedder)
        return embedder

    def run(self) -> Iterator[IndexEvent]:
        """Yield how the next index is made, and that it has taken over; closing breaks it off for later."""
        if self._renewal is None:
            return
        embedder = yield from self._renewal.run()
        with self.gate.closed(LONGEST_QUESTION) as alone:
            renewed = alone and self._take_over(self._renewal, embedder)
        if renewed:
            yield IndexRenewed(embedder.name)

    def catch_up(self) -> None:
        """Finish a taking over that was broken off. Raises VectorServerError."""
        if self._next.vectors_due:
            self._vectors_follow()

    def moved(self) -> None:
        """Take note that the vectors, those of the next index too, are somewhere else now."""
        self._renewal = self._begun()

    def forget(self) -> None:
        """Take it that there is no index any more: what comes next is made as the settings say."""
        self._vectors.abandon()
        self._same_model, self._renewal = True, None

    def _is_same_model(self) -> bool:
        theirs = self._catalog.meta(FINGERPRINT)
        try:
            return theirs is None or self._models.is_of(theirs)
        except ModelError:
            return True  # it is told when the model is needed

    def _begun(self) -> Renewal | None:
        """Return how the next index is made, if the settings ask for another one; else drop what there is."""
        ours = self._settings.index.chunk_tokens
        theirs = int(self._catalog.meta(CHUNK_TOKENS) or 0)
        if self._same_model and (ours == theirs or self._catalog.meta(FINGERPRINT) is None):
            if self._next.abandon():
                with suppress(VectorServerError):  # whoever makes a next index begins with empty collections
                    self._vectors.abandon()
            return None
        return Renewal(self._next, self._vectors.beside(), self._new_embedder, ours)

    def _new_embedder(self) -> Loading[Embedder]:
        return (yield from self._models.embedder()).giving_way(self._give_way)

    def _former(self) -> tuple[str, str]:
        """Return how the settings named the model of the index that is searched, and its fingerprint."""
        named = self._catalog.meta(EMBEDDING) or self._settings.models.embedding
        return named, self._catalog.meta(FINGERPRINT) or ""

    def _agree(self, embedder: Embedder) -> None:
        """Note which model makes the index, or see that it is the one which made it."""
        theirs = self._catalog.meta(FINGERPRINT)
        if theirs is None:
            for key, value in self._facts(embedder).items():
                self._catalog.set_meta(key, value)
        elif theirs != embedder.fingerprint:
            raise LibraryModelMismatch(
                f"This library was made with {theirs}; on this computer the model is {embedder.fingerprint}.",
                "Run `pocketrag index --rebuild` to embed everything anew.",
            )

    def _facts(self, embedder: Embedder) -> dict[str, str]:
        return {
            FINGERPRINT: embedder.fingerprint,
            EMBEDDING: self._settings.models.embedding,
            CHUNK_TOKENS: str(self._settings.index.chunk_tokens),
        }

    def _take_over(self, renewal: Renewal, embedder: Embedder) -> bool:
        facts = self._facts(embedder)
        if not self._next.take_over(lambda named: renewal.path_key(named, embedder), facts):
            return False
        self._vectors_follow()
        self._same_model, self._renewal = True, None
        return True

    def _vectors_follow(self) -> None:
        self._vectors.take_over()
        self._next.renewed()
