"""Renewal: another index made beside the one that is searched, from the text that the catalog holds.

A new embedding model, or a new size of chunks, changes every vector. The old index goes on answering
and is kept up to date until the next one is whole; what was made stays, however often it is broken off.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator

from pocketrag.domain import IndexEvent
from pocketrag.indexing.cut import cut_chunks
from pocketrag.indexing.keyed_vectors import KeyedVectors
from pocketrag.indexing.progress import Progress
from pocketrag.indexing.writer import path_text
from pocketrag.models.embedder import Embedder
from pocketrag.models.loading import Loading
from pocketrag.storage.next_index import NextIndex, Waiting
from pocketrag.storage.records import KeyedChunk
from pocketrag.storage.references import NamedFile
from pocketrag.storage.vectors import SPACES, Space, VectorStore

GROUP = 16
"""Documents cut and embedded together: batches are full, and little is lost when it is broken off."""


class Renewal:
    """Makes one library's next index."""

    def __init__(
        self,
        following: NextIndex,
        vectors: VectorStore,
        load_embedder: Callable[[], Loading[Embedder]],
        chunk_tokens: int,
    ) -> None:
        """Embed with this model; chunks have at most `chunk_tokens` tokens, 0 for what it takes in."""
        self._next = following
        self._vectors = vectors
        self._load_embedder = load_embedder
        self._chunk_tokens = chunk_tokens

    def run(self) -> Generator[IndexEvent, None, Embedder]:
        """Yield how far it is; when nothing waits any more, return the model that made the index."""
        embedder = yield from self._load_embedder()
        self._next.begin(f"{embedder.fingerprint}|{self._chunk_tokens}", self._empty)
        vectors = KeyedVectors(self._vectors, embedder)
        progress = Progress([0] * self._next.waiting_count(), "documents of the next index")
        while group := self._next.waiting(GROUP):
            cut = {one.id: self._cut(one, embedder, vectors) for one in group}
            chunks = [keyed.chunk for keyeds in cut.values() for keyed in keyeds]
            yield from _embed(vectors, "contexts", (c.context for c in chunks if c.context), progress)
            yield from _embed(vectors, "chunks", (c.embedded_text for c in chunks), progress)
            for document_id, keyeds in cut.items():
                self._next.keep(document_id, keyeds)
                progress.finished(0)
        paths = (path_text(*named) for named in self._next.named_files().values())
        yield from _embed(vectors, "paths", paths, progress)
        return embedder

    def _empty(self) -> None:
        """Drop the vectors that another next index has left: they may be of another size."""
        for space in SPACES:
            self._vectors.reset(space)

    def path_key(self, named: NamedFile, embedder: Embedder) -> str:
        """Return the key of a path's vector in the next index."""
        return KeyedVectors(self._vectors, embedder).key(path_text(*named))

    def _cut(self, waiting: Waiting, embedder: Embedder, vectors: KeyedVectors) -> list[KeyedChunk]:
        cut = cut_chunks(waiting.document, embedder, self._chunk_tokens)
        return [vectors.keyed(chunk) for chunk in cut]


def _embed(
    vectors: KeyedVectors, space: Space, texts: Iterable[str], progress: Progress
) -> Iterator[IndexEvent]:
    for _, number, _ in vectors.add({space: vectors.missing(space, texts)}):
        progress.chunks_embedded += number if space == "chunks" else 0
        yield from progress.tell(None)
