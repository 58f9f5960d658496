"""The writer: files as read gain vectors, and become visible. Gathers files to embed together."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from pathlib import Path

from pocketrag.domain import Chunk, FileIndexed, FileRenamed, IndexEvent
from pocketrag.indexing.cut import CutAttachment, CutDocument, CutFile, KnownContent
from pocketrag.indexing.keyed_vectors import KeyedVectors
from pocketrag.indexing.progress import Progress
from pocketrag.models.embedder import Embedder
from pocketrag.storage.catalog import Catalog
from pocketrag.storage.records import FileRecord, KeptAttachment, NewDocument
from pocketrag.storage.vectors import Space, VectorStore

GROUP = 64
"""Chunks gathered over files before they are embedded: small files one by one would take longer."""

Pending = CutFile | KnownContent


class Writer:
    """Takes files that are ready; embeds what is not yet embedded; makes them visible."""

    def __init__(
        self, catalog: Catalog, vectors: VectorStore, embedder: Embedder, progress: Progress
    ) -> None:
        """Write into these stores, with vectors of this embedder."""
        self._catalog = catalog
        self._vectors = KeyedVectors(vectors, embedder)
        self._progress = progress
        self._pending: list[Pending] = []

    def take(self, file: Pending) -> Iterator[IndexEvent]:
        """Take a file; yield what happens if enough are gathered now."""
        self._pending.append(file)
        if len(list(_chunks(self._pending))) >= GROUP:
            yield from self.flush()

    def flush(self) -> Iterator[IndexEvent]:
        """Embed and make visible all files taken so far."""
        files, self._pending = self._pending, []
        chunks = list(_chunks(files))
        yield from self._embed(
            "paths",
            [path_text(f.record.path, f.record.folder, n) for f in files for n in ("", *f.names)],
            files,
        )
        yield from self._embed("contexts", [chunk.context for chunk in chunks if chunk.context], files)
        fresh = yield from self._embed("chunks", [chunk.embedded_text for chunk in chunks], files)
        for file in files:
            yield self._make_visible(file, fresh)
            self._progress.finished(file.record.size)
            yield from self._progress.tell(file.record.path)

    def _embed(
        self, space: Space, texts: list[str], files: list[Pending]
    ) -> Generator[IndexEvent, None, set[str]]:
        """Give the store every vector it does not have yet, telling how far it is; return their keys."""
        size = sum(file.record.size for file in files)
        missing = self._vectors.missing(space, texts)
        for number, part in self._vectors.add(space, missing):
            if space == "chunks":
                yield from self._progress.tell(files[-1].record.path, part=part, size=size)
                self._progress.chunks_embedded += number
        return set(missing)

    def _make_visible(self, file: Pending, fresh: set[str]) -> IndexEvent:
        """Return what happened to the file, its vectors being there; a fresh key counts once."""
        keys = {
            name: self._vectors.key(path_text(file.record.path, file.record.folder, name))
            for name in ("", *file.names)
        }
        if isinstance(file, KnownContent):
            self._catalog.attach(file.record, file.document_id, keys, file.previous)
            if file.previous is not None:
                return FileRenamed(file.record.path, file.previous)
            return self._indexed(file.record, file.document_id, 0)
        mine = {self._vectors.key(chunk.embedded_text) for chunk in _chunks([file])} & fresh
        fresh -= mine
        document = self._kept(file.main, [self._kept_attachment(a) for a in file.attachments])
        self._catalog.attach(file.record, document, keys)
        return self._indexed(file.record, document, len(mine))

    def _kept(self, cut: CutDocument, attachments: list[KeptAttachment]) -> int:
        """Return the document's id; an equal one may have come just before it, in the same group."""
        known = self._catalog.document_id(cut.content)
        if known is not None:
            return known
        keyed = [self._vectors.keyed(chunk) for chunk in cut.chunks]
        return self._catalog.put_document(NewDocument(cut.content, cut.document, keyed, attachments))

    def _kept_attachment(self, cut: CutAttachment) -> KeptAttachment:
        outcome = self._kept(cut.outcome, []) if isinstance(cut.outcome, CutDocument) else cut.outcome
        return KeptAttachment(cut.name, cut.kind, outcome)

    def _indexed(self, record: FileRecord, document_id: int, embedded: int) -> FileIndexed:
        chunks = self._catalog.chunks_of(document_id)
        textless = self._catalog.textless_pages(document_id)
        return FileIndexed(record.path, chunks, embedded, chunks - embedded, textless)


def _chunks(files: list[Pending] | list[CutFile]) -> Iterator[Chunk]:
    """Yield the chunks of those files that are new."""
    for file in files:
        if isinstance(file, CutFile):
            for document in file.documents:
                yield from document.chunks


def path_text(path: Path, folder: Path, attachment: str = "") -> str:
    """Return a file's folder and name as words, for the vector of its path; `folder` is the library's."""
    relative = Path(path.relative_to(folder).with_suffix(""), attachment).with_suffix("")
    parts = [re.sub(r"[\W_]+", " ", part).strip() for part in relative.parts]
    # Names that are not UTF-8 hold lone surrogates, which no tokenizer takes.
    return " › ".join(part for part in parts if part).encode("utf-8", "replace").decode()
