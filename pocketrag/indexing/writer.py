"""The writer: files as read gain vectors, and become visible. Gathers files to embed together."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

from pocketrag.domain import Chunk, FileIndexed, FileRenamed, IndexEvent
from pocketrag.indexing.cut import CutAttachment, CutDocument, CutFile, KnownContent
from pocketrag.indexing.keyed_vectors import KeyedVectors, Missing
from pocketrag.indexing.progress import EVERY_SECONDS, Progress
from pocketrag.models.embedder import Embedder, Vectors
from pocketrag.storage.catalog import Catalog
from pocketrag.storage.records import FileRecord, KeptAttachment, NewDocument
from pocketrag.storage.vectors import Space, VectorStore

FIRST, GROUP = 64, 512
"""Chunks gathered over files before they are embedded: small files one by one would take longer. A run begins
with few, so that its first files are there soon; each group is twice as large as the one before."""

Pending = CutFile | KnownContent


@dataclass
class _Group:
    """Files that are embedded together."""

    files: list[Pending]
    missing: dict[Space, dict[str, str]]
    """Their texts whose vectors were not there, nor under way, when the group was begun, by key."""
    part: float = 0.0
    """Share of their chunks that are embedded, 0 to 1."""
    embedding: Future[None] = field(default_factory=Future)
    storing: list[Future[None]] = field(default_factory=list)
    """All of it, once they are embedded."""

    @property
    def size(self) -> int:
        """Bytes of all of them."""
        return sum(file.record.size for file in self.files)


class Writer:
    """Takes files that are ready; embeds what is not yet embedded; makes them visible.

    A group of files is embedded in a thread of its own while the next one is gathered: reading and cutting
    leave a core idle, or take one. What is embedded is stored by another thread, while what comes next is
    embedded. No file is made visible before all vectors of its group are stored.
    """

    def __init__(
        self, catalog: Catalog, vectors: VectorStore, embedder: Embedder, progress: Progress
    ) -> None:
        """Write into these stores, with vectors of this embedder."""
        self._catalog = catalog
        self._vectors = KeyedVectors(vectors, embedder)
        self._progress = progress
        self._pending: list[Pending] = []
        self._gathered = 0
        self._enough = FIRST
        self._overtaken: list[FileRecord] = []
        self._embedded: _Group | None = None
        self._embedding = ThreadPoolExecutor(1, thread_name_prefix="writing")
        self._storing = ThreadPoolExecutor(1, thread_name_prefix="writing store")
        self._closed = threading.Event()

    def take(self, file: Pending) -> Iterator[IndexEvent]:
        """Take a file; yield what happens if enough are gathered now."""
        self._pending.append(file)
        self._gathered += len(list(_chunks([file])))
        if self._gathered >= self._enough:
            self._enough = min(2 * self._enough, GROUP)
            yield from self._go_on()

    def flush(self) -> Iterator[IndexEvent]:
        """Embed and make visible all files taken so far."""
        while self._pending or self._embedded is not None:
            yield from self._go_on()

    def overtaken(self) -> list[FileRecord]:
        """Return, once, the files whose content was known when they were opened, and then was dropped.

        Two files that traded their contents: the first one's old document went with its new version.
        """
        found, self._overtaken = self._overtaken, []
        return found

    def close(self) -> None:
        """Let go of what is not visible yet; nothing is at work any more."""
        self._closed.set()
        self._embedding.shutdown(cancel_futures=True)
        self._storing.shutdown(cancel_futures=True)

    def _go_on(self) -> Iterator[IndexEvent]:
        """Make the files before visible, as soon as they are embedded, while those gathered are."""
        done, files = self._embedded, self._pending
        self._pending, self._gathered = [], 0
        self._embedded = self._begun(files, done.missing if done else {}) if files else None
        if done is None:
            return
        yield from self._waited_for(done)
        fresh = set(done.missing["chunks"])
        for file in done.files:
            if isinstance(file, KnownContent) and self._catalog.document_id(file.content) != file.document_id:
                self._overtaken.append(file.record)
                continue
            yield self._make_visible(file, fresh)
            self._progress.finished(file.record.size)
            yield from self._progress.tell(file.record.path)

    def _waited_for(self, group: _Group) -> Iterator[IndexEvent]:
        """Return when the group's vectors are stored, telling meanwhile how far it is."""
        while not wait([group.embedding], EVERY_SECONDS).done:
            yield from self._progress.tell(group.files[-1].record.path, part=group.part, size=group.size)
        group.embedding.result()
        for stored in group.storing:
            stored.result()

    def _begun(self, files: list[Pending], under_way: Missing) -> _Group:
        """Return a group whose embedding comes next; the vectors of the one before are `under_way`."""
        chunks = list(_chunks(files))
        texts: dict[Space, Iterable[str]] = {
            "paths": (path_text(f.record.path, f.record.folder, n) for f in files for n in ("", *f.names)),
            "contexts": (chunk.context for chunk in chunks if chunk.context),
            "chunks": (chunk.embedded_text for chunk in chunks),
        }
        group = _Group(files, {space: self._missing(space, texts[space], under_way) for space in texts})
        group.embedding = self._embedding.submit(self._embed, group)
        return group

    def _missing(self, space: Space, texts: Iterable[str], under_way: Missing) -> dict[str, str]:
        there = under_way.get(space, {})
        missing = self._vectors.missing(space, texts)
        return {key: text for key, text in missing.items() if key not in there}

    def _embed(self, group: _Group) -> None:
        """Embed what the store does not have yet; it is stored meanwhile."""

        def store(space: Space, keys: Sequence[str], vectors: Vectors) -> None:
            """Have some vectors stored next."""
            group.storing.append(self._storing.submit(self._vectors.store, space, keys, vectors))

        for space, number, part in self._vectors.add(group.missing, store):
            if self._closed.is_set():
                raise CancelledError
            if space == "chunks":
                group.part = part
                self._progress.chunks_embedded += number

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
