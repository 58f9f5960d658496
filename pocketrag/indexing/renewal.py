"""Renewal: another index made beside the one that is searched, from the text that the catalog holds.

A new embedding model, or a new size of chunks, changes every vector. The old index goes on answering
and is kept up to date until the next one is whole; what was made stays, however often it is broken off.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping

from pocketrag.domain import IndexEvent
from pocketrag.indexing.cut import cut_chunks
from pocketrag.indexing.progress import Progress
from pocketrag.indexing.writer import SLICE, path_text
from pocketrag.models.embedder import Embedder
from pocketrag.models.languages import embed_whole
from pocketrag.models.loading import Loading
from pocketrag.storage.next_index import NextIndex, Waiting
from pocketrag.storage.records import KeyedChunk
from pocketrag.storage.references import NamedFile
from pocketrag.storage.vectors import Space, VectorStore, vector_key

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
        self._next.begin(f"{embedder.fingerprint}|{self._chunk_tokens}")
        progress = Progress([0] * self._next.waiting_count(), "documents of the next index")
        while group := self._next.waiting(GROUP):
            yield from self._make(group, embedder, progress)
        yield from self._embed("paths", self._path_texts(embedder).values(), embedder, progress)
        return embedder

    def path_key(self, named: NamedFile, embedder: Embedder) -> str:
        """Return the key of a path's vector in the next index."""
        return vector_key(embedder.fingerprint, path_text(*named))

    def _make(self, group: list[Waiting], embedder: Embedder, progress: Progress) -> Iterable[IndexEvent]:
        cut = {one.id: self._cut(one, embedder) for one in group}
        chunks = [keyed.chunk for keyeds in cut.values() for keyed in keyeds]
        contexts = [chunk.context for chunk in chunks if chunk.context]
        yield from self._embed("contexts", contexts, embedder, progress)
        yield from self._embed("chunks", [chunk.embedded_text for chunk in chunks], embedder, progress)
        for document_id, keyeds in cut.items():
            self._next.keep(document_id, keyeds)
            progress.finished(0)

    def _cut(self, waiting: Waiting, embedder: Embedder) -> list[KeyedChunk]:
        def key(text: str) -> str:
            return vector_key(embedder.fingerprint, text) if text else ""

        return [
            KeyedChunk(chunk, key(chunk.embedded_text), key(chunk.context))
            for chunk in cut_chunks(waiting.document, embedder, self._chunk_tokens)
        ]

    def _path_texts(self, embedder: Embedder) -> Mapping[str, str]:
        return {
            self.path_key(named, embedder): path_text(*named) for named in self._next.named_files().values()
        }

    def _embed(
        self, space: Space, texts: Iterable[str], embedder: Embedder, progress: Progress
    ) -> Iterable[IndexEvent]:
        by_key = {vector_key(embedder.fingerprint, text): text for text in texts}
        missing = self._vectors.missing(space, by_key)
        for start in range(0, len(missing), SLICE):
            keys = missing[start : start + SLICE]
            self._vectors.add(space, keys, embed_whole(embedder, [by_key[key] for key in keys]))
            progress.chunks_embedded += len(keys) if space == "chunks" else 0
            yield from progress.tell(None)
