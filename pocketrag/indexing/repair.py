"""Repair: the vectors are brought in line with the catalog, which decides.

A power cut can lose Chroma's last writes and keep the catalog's; a stop between the two leaves vectors
that nothing refers to; Chroma's folder may be deleted or damaged. All of it is mended from the text
that the catalog holds, without looking at a document.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence

from pocketrag.domain import IndexEvent, IndexRepaired
from pocketrag.indexing.keyed_vectors import ADDED, KeyedVectors
from pocketrag.indexing.progress import Progress
from pocketrag.indexing.writer import path_text
from pocketrag.models.embedder import Embedder
from pocketrag.models.loading import Loading
from pocketrag.storage.references import References
from pocketrag.storage.vectors import SPACES, Space, VectorStore

log = logging.getLogger(__name__)


class Repair:
    """Makes one library's vectors exactly those that its catalog refers to."""

    def __init__(
        self, references: References, vectors: VectorStore, load_embedder: Callable[[], Loading[Embedder]]
    ) -> None:
        """Work on these stores; the embedder is loaded only if something is missing."""
        self._references = references
        self._vectors = vectors
        self._load_embedder = load_embedder

    def run(self, *, keep_strays: bool = False) -> Iterator[IndexEvent]:
        """Yield how it goes; nothing where all is well. `keep_strays`: vectors nothing refers to stay."""
        missing: dict[Space, list[str]] = {}
        dropped = 0
        for space in SPACES:
            if not self._vectors.is_sound(space):
                log.warning("the vectors of %s are damaged", space)
                self._vectors.reset(space)
            wanted, there = self._references.keys(space), self._vectors.keys(space)
            if not keep_strays:
                dropped += len(there - wanted)
                self._vectors.remove(space, there - wanted)
            missing[space] = sorted(wanted - there)
        self._references.forget_loose()
        number = sum(map(len, missing.values()))
        if number:
            log.warning("%d vectors are missing and made anew", number)
            yield from self._restore(missing, number)
        if number or dropped:
            yield IndexRepaired(number, dropped)

    def _restore(self, missing: dict[Space, list[str]], number: int) -> Iterator[IndexEvent]:
        embedder = yield from self._load_embedder()
        vectors = KeyedVectors(self._vectors, embedder)
        progress = Progress([0] * number, "vectors")
        for space, keys in missing.items():
            for start in range(0, len(keys), ADDED):
                texts = self._texts(space, keys[start : start + ADDED])
                for _, count, _ in vectors.add({space: texts}):
                    progress.chunks_embedded += count if space == "chunks" else 0
                    yield from progress.tell(None)
                for _ in texts:
                    progress.finished(0)
                yield from progress.tell(None)

    def _texts(self, space: Space, keys: Sequence[str]) -> dict[str, str]:
        match space:
            case "chunks":
                return self._references.chunk_texts(keys)
            case "contexts":
                return self._references.context_texts(keys)
            case "paths":
                return {key: path_text(*named) for key, named in self._references.named_files(keys).items()}
