"""The path of a file: whatever changed in the folders becomes searchable, one file at a time.

The catalog decides. Vectors go to Chroma first, then one transaction makes the file's new version
visible; a stop in between leaves vectors nobody refers to, which the next sweep drops.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path

from pocketrag.domain import (
    Document,
    FileFailed,
    FileIndexed,
    FileRemoved,
    FileRenamed,
    FileSkipped,
    FileState,
    FileUnchanged,
    IndexDone,
    IndexEvent,
)
from pocketrag.errors import NoText, ReadingError, Unsupported
from pocketrag.indexing.cut import CutFile, KnownContent, cut_file
from pocketrag.indexing.progress import Progress
from pocketrag.indexing.scan import Scan, ScanRules, scan_folder
from pocketrag.indexing.writer import Writer
from pocketrag.models.embedder import Embedder
from pocketrag.models.loading import Loading
from pocketrag.reading.reader import SUFFIXES, load
from pocketrag.reading.sandbox import Reader
from pocketrag.storage.catalog import Catalog
from pocketrag.storage.records import Content, FileRecord, KnownFile, Verdict
from pocketrag.storage.vectors import SPACES, VectorStore

RECIPE = "4"
"""Version of reading and chunking together: raise it when either changes what comes out. Documents
made by another recipe are read and cut again; texts that come out the same are not embedded again."""

READ = "its content was looked at"
"""Message of a file that is left out for what it holds, not by a rule: it need not be looked at again."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A changed file: its content is known by id, being read, or not to be had."""

    record: FileRecord
    content: Content
    found: int | Future[Document] | ReadingError


class Indexer:
    """Brings one library's index up to date with its folders. One run at a time."""

    def __init__(
        self,
        catalog: Catalog,
        vectors: VectorStore,
        reader: Reader,
        load_embedder: Callable[[], Loading[Embedder]],
        rules: ScanRules,
    ) -> None:
        """Work on these stores; the embedder is loaded only if something must be embedded."""
        self._catalog = catalog
        self._vectors = vectors
        self._reader = reader
        self._load_embedder = load_embedder
        self._rules = rules

    def run(self) -> Generator[IndexEvent, None, None]:
        """Yield what happens to each file, and last `IndexDone`.

        Closing the iterator stops after the file at hand; the next run goes on from there.
        """
        began = time.monotonic()
        counts: Counter[type] = Counter()
        embedded = reused = 0
        for event in self._events():
            counts[type(event)] += 1
            if isinstance(event, FileIndexed):
                embedded += event.chunks_embedded
                reused += event.chunks_reused
            yield event
        yield IndexDone(
            indexed=counts[FileIndexed],
            unchanged=counts[FileUnchanged],
            renamed=counts[FileRenamed],
            removed=counts[FileRemoved],
            failed=counts[FileFailed],
            skipped=counts[FileSkipped],
            chunks_embedded=embedded,
            chunks_reused=reused,
            seconds=time.monotonic() - began,
        )

    def _events(self) -> Iterator[IndexEvent]:
        scans = {folder: scan_folder(folder, self._rules) for folder in self._catalog.folders()}
        known = {p: k for folder in scans for p, k in self._catalog.known_files(folder).items()}
        retry_failed = self._catalog.meta("recipe") != RECIPE
        changed: list[FileRecord] = []
        for scan in scans.values():
            yield from self._closed_folders(scan)
            yield from self._skipped(scan, known)
            for record in scan.files:
                event = _settled(record, known.get(record.path), retry_failed)
                if event is None:
                    changed.append(record)
                else:
                    yield event
        gone = _gone(known, scans)
        yield from self._changed(changed, gone, known)
        for path in gone:
            self._catalog.forget(path)
            yield FileRemoved(path)
        if changed or gone:
            self.sweep()
        self._catalog.set_meta("recipe", RECIPE)

    def _closed_folders(self, scan: Scan) -> Iterator[IndexEvent]:
        """Yield the folders that could not be listed; the files known below them are kept."""
        for folder, reason in scan.closed:
            yield FileFailed(
                folder,
                "folder not readable",
                f"The folder cannot be listed: {reason}.",
                "Connect its drive or correct its permissions; what is indexed of it is kept.",
            )

    def _skipped(self, scan: Scan, known: dict[Path, KnownFile]) -> Iterator[IndexEvent]:
        for record, rule in scan.skipped:
            before = known.get(record.path)
            if before is None or before.verdict.reason != rule:
                self._catalog.set_aside(record, Verdict(FileState.SKIPPED, rule))
            yield FileSkipped(record.path, rule)

    def _changed(
        self, changed: list[FileRecord], gone: set[Path], known: dict[Path, KnownFile]
    ) -> Iterator[IndexEvent]:
        """Yield what becomes of new and changed files; those renamed are taken out of `gone`."""
        if not changed:
            return
        self._announce(changed, known)
        embedder = yield from self._load_embedder()
        progress = Progress([record.size for record in changed])
        writer = Writer(self._catalog, self._vectors, embedder, progress)
        lost = {known[path].document_id: path for path in gone}
        for opened in self._opened(changed):
            yield from progress.tell(opened.record.path)
            try:
                pending = self._pending(opened, embedder)
            except ReadingError as error:
                progress.finished(opened.record.size)
                yield self._unread(opened.record, error)
                continue
            if isinstance(pending, KnownContent) and pending.document_id in lost:
                previous = lost.pop(pending.document_id)
                gone.discard(previous)
                pending = replace(pending, previous=previous)
            yield from writer.take(pending)
        yield from writer.flush()
        self._reader.rest()

    def _announce(self, changed: list[FileRecord], known: dict[Path, KnownFile]) -> None:
        """Record new files as waiting, so that a status during a long run tells the truth."""
        self._catalog.announce([record for record in changed if record.path not in known])

    def _opened(self, records: list[FileRecord]) -> Iterator[_Opened]:
        """Yield the files in order, the next few of them being read already meanwhile."""
        ahead: deque[_Opened] = deque()
        for record in records:
            ahead.append(self._open(record))
            if len(ahead) > self._reader.ahead:
                yield ahead.popleft()
        yield from ahead

    def _open(self, record: FileRecord) -> _Opened:
        """Return the file's content as far as it is known at once; new content begins to be read."""
        try:
            data = load(record.path)
        except ReadingError as error:
            return _Opened(record, Content("", record.kind, RECIPE), error)
        content = Content(hashlib.sha256(data).hexdigest(), record.kind, RECIPE)
        document_id = self._catalog.document_id(content)
        if document_id is not None:
            return _Opened(record, content, document_id)
        return _Opened(record, content, self._reader.submit(data, f".{record.kind}"))

    def _pending(self, opened: _Opened, embedder: Embedder) -> CutFile | KnownContent:
        """Return the file ready for the writer, cut if it is new. Raises ReadingError."""
        match opened.found:
            case int(document_id):
                kept = self._catalog.attachments(document_id)
                names = tuple(one.name for one in kept if isinstance(one.outcome, int))
                return KnownContent(opened.record, document_id, names)
            case ReadingError() as error:
                raise error
            case Future() as reading:
                return cut_file(opened.record, opened.content, reading.result(), embedder)

    def _unread(self, record: FileRecord, error: ReadingError) -> FileFailed | FileSkipped:
        """Return what becomes of a file without a document; one that promised none is merely left out."""
        if f".{record.kind}" not in SUFFIXES and isinstance(error, Unsupported | NoText):
            self._catalog.set_aside(record, Verdict(FileState.SKIPPED, error.message, READ))
            return FileSkipped(record.path, error.message)
        self._catalog.set_aside(record, Verdict(FileState.FAILED, error.kind, error.message, error.remedy))
        log.info("a .%s file failed: %s", record.kind, error.kind)
        return FileFailed(record.path, error.kind, error.message, error.remedy)

    def sweep(self) -> None:
        """Drop the documents that no file holds, and the vectors that nothing refers to any more."""
        self._catalog.drop_unheld()
        for space in SPACES:
            there = self._vectors.keys(space)
            self._vectors.remove(space, there - self._catalog.known_keys(there))


def _settled(record: FileRecord, known: KnownFile | None, retry_failed: bool) -> IndexEvent | None:
    """Return the event of a file that needs no work; None if it must be looked at."""
    if known is None or (known.record.size, known.record.mtime_ns) != (record.size, record.mtime_ns):
        return None
    verdict = known.verdict
    if verdict.state is FileState.INDEXED and known.recipe == RECIPE:
        return FileUnchanged(record.path)
    if retry_failed:
        return None
    if verdict.state is FileState.FAILED:
        return FileFailed(record.path, verdict.reason, verdict.message, verdict.remedy)
    if verdict.state is FileState.SKIPPED and verdict.message == READ:
        return FileSkipped(record.path, verdict.reason)
    return None


def _gone(known: dict[Path, KnownFile], scans: dict[Path, Scan]) -> set[Path]:
    """Return the known files that are no longer there, save those below a folder that is closed."""
    seen = {record.path for scan in scans.values() for record in scan.files}
    seen |= {record.path for scan in scans.values() for record, _ in scan.skipped}
    closed = [folder for scan in scans.values() for folder, _ in scan.closed]
    return {path for path in known if path not in seen and not any(path.is_relative_to(c) for c in closed)}
