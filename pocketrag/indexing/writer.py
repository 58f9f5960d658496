"""The writer: files as read gain vectors, and become visible. Gathers files to embed together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pocketrag.domain import Chunk, Document, FileIndexed, FileRenamed, IndexEvent
from pocketrag.indexing.progress import Progress
from pocketrag.models.embedder import Embedder
from pocketrag.storage.catalog import Catalog, FileRecord
from pocketrag.storage.vectors import Space, VectorStore, vector_key

GROUP = 64
"""Chunks gathered over files before they are embedded: small files one by one would take longer."""

SLICE = 32
"""Chunks embedded between two signs of progress, and two chances to stop."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file whose content is new to the library: read and cut, not yet embedded."""

    record: FileRecord
    sha256: str
    document: Document
    chunks: tuple[Chunk, ...]


@dataclass(frozen=True, slots=True)
class KnownContent:
    """A file whose content the library has: a copy, a touch, or a file renamed from `previous`."""

    record: FileRecord
    document_id: int
    previous: Path | None


Pending = ReadFile | KnownContent


class Writer:
    """Takes files that are ready; embeds what is not yet embedded; makes them visible."""

    def __init__(
        self, catalog: Catalog, vectors: VectorStore, embedder: Embedder, recipe: str, progress: Progress
    ) -> None:
        """Write into these stores, with vectors of this embedder."""
        self._catalog = catalog
        self._vectors = vectors
        self._embedder = embedder
        self._recipe = recipe
        self._progress = progress
        self._pending: list[Pending] = []

    def take(self, file: Pending) -> Iterator[IndexEvent]:
        """Take a file; yield what happens if enough are gathered now."""
        self._pending.append(file)
        if sum(len(p.chunks) for p in self._pending if isinstance(p, ReadFile)) >= GROUP:
            yield from self.flush()

    def flush(self) -> Iterator[IndexEvent]:
        """Embed and make visible all files taken so far."""
        files, self._pending = self._pending, []
        names = {self._key(path_text(f.record)): path_text(f.record) for f in files}
        texts = {
            self._key(c.embedded_text): c.embedded_text
            for f in files
            if isinstance(f, ReadFile)
            for c in f.chunks
        }
        size = sum(f.record.size for f in files)
        self._embed("paths", names)
        fresh = set(self._vectors.missing("chunks", texts))
        # Texts of like length share a batch with little padding.
        ordered = sorted(fresh, key=lambda key: len(texts[key]), reverse=True)
        for start in range(0, len(ordered), SLICE):
            yield from self._progress.tell(files[-1].record.path, part=start / len(ordered), size=size)
            self._embed("chunks", {key: texts[key] for key in ordered[start : start + SLICE]})
            self._progress.chunks_embedded += len(ordered[start : start + SLICE])
        for file in files:
            yield self._make_visible(file, fresh)
            self._progress.finished(file.record.size)
            yield from self._progress.tell(file.record.path)

    def _embed(self, space: Space, texts: dict[str, str]) -> None:
        """Give the store every vector it does not have yet."""
        missing = self._vectors.missing(space, texts)
        if missing:
            self._vectors.add(space, missing, self._embedder.embed_documents([texts[key] for key in missing]))

    def _make_visible(self, file: Pending, fresh: set[str]) -> IndexEvent:
        """Return what happened to the file, its vectors being there; a fresh key counts once."""
        path_key = self._key(path_text(file.record))
        if isinstance(file, KnownContent):
            self._catalog.attach(file.record, file.document_id, path_key, file.previous)
            if file.previous is not None:
                return FileRenamed(file.record.path, file.previous)
            return self._indexed(file.record, file.document_id, 0)
        keyed = [(chunk, self._key(chunk.embedded_text)) for chunk in file.chunks]
        mine = {key for _, key in keyed} & fresh
        fresh -= mine
        record = file.record
        # An equal file may have come just before this one, in the same group.
        document = self._catalog.document_id(file.sha256, record.kind, self._recipe)
        if document is None:
            document = self._catalog.put_document(
                file.sha256, record.kind, self._recipe, file.document, keyed
            )
        self._catalog.attach(record, document, path_key)
        return self._indexed(record, document, len(mine))

    def _indexed(self, record: FileRecord, document_id: int, embedded: int) -> FileIndexed:
        chunks = self._catalog.chunks_of(document_id)
        return FileIndexed(record.path, chunks, embedded, chunks - embedded)

    def _key(self, text: str) -> str:
        return vector_key(self._embedder.fingerprint, text)


def path_text(record: FileRecord) -> str:
    """Return a file's folder and name as words, for the vector of its path."""
    relative = record.path.relative_to(record.folder).with_suffix("")
    parts = [re.sub(r"[\W_]+", " ", part).strip() for part in relative.parts]
    # Names that are not UTF-8 hold lone surrogates, which no tokenizer takes.
    return " › ".join(part for part in parts if part).encode("utf-8", "replace").decode()
