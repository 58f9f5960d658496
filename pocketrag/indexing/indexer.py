"""The path of a file: whatever changed in the folders becomes searchable, one file at a time.

The catalog decides. Vectors go to Chroma first, then one transaction makes the file's new version
visible; a stop in between leaves vectors nobody refers to, which the next sweep drops.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing
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
from pocketrag.errors import Empty, NoText, ReadingError, Unsupported
from pocketrag.indexing.cut import CutFile, KnownContent, cut_file
from pocketrag.indexing.progress import Progress
from pocketrag.indexing.repair import Repair
from pocketrag.indexing.survey import READ, Survey, Surveyor, same_stat
from pocketrag.indexing.writer import Writer
from pocketrag.models.embedder import Embedder
from pocketrag.models.loading import Loading
from pocketrag.reading.reader import SUFFIXES, load
from pocketrag.reading.sandbox import Reader
from pocketrag.storage.catalog import Catalog
from pocketrag.storage.records import Content, FileRecord, KnownFile, Verdict
from pocketrag.storage.references import References
from pocketrag.storage.vectors import SPACES, VectorStore

RECIPE = "7"
"""Version of reading and chunking together: raise it when either changes what comes out. Documents
made by another recipe are read and cut again; texts that come out the same are not embedded again."""

CHUNK_TOKENS = "chunk_tokens"
"""The fact of a catalog that tells how large its chunks are."""

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
        surveyor: Surveyor,
        references: References,
        *,
        in_doubt: bool = False,
    ) -> None:
        """Work on these stores; the embedder is loaded only if something must be embedded.

        `in_doubt`: the library was not closed properly; the first run compares vectors and catalog.
        """
        self._catalog = catalog
        self._vectors = vectors
        self._reader = reader
        self._load_embedder = load_embedder
        self._surveyor = surveyor
        self._references = references
        self.in_doubt = in_doubt

    def run(
        self, within: Sequence[Path] | None = None, *, retry: bool = False
    ) -> Generator[IndexEvent, None, None]:
        """Yield what happens to each file, everywhere or `within` these paths, and last `IndexDone`.

        With `retry`, files and attachments that failed are read again. Closing the iterator stops after
        the file at hand; the next run goes on from there.
        """
        began = time.monotonic()
        counts: Counter[type] = Counter()
        embedded = reused = 0
        with closing(self._events(within, retry)) as events:
            for event in events:
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

    def _events(self, within: Sequence[Path] | None, retry: bool) -> Generator[IndexEvent, None, None]:
        rebuilding = self._catalog.rebuilding() if within is None else None
        if rebuilding is not None:
            yield rebuilding
        if self.in_doubt:
            yield from self.repair()
        if retry:
            self._catalog.doubt_failed_attachments(within)
        other_recipe = self._catalog.meta("recipe") != RECIPE
        survey = self._surveyor.survey(within, retry=retry or other_recipe)
        yield from (FileUnchanged(Path(path)) for path in survey.same)
        yield from survey.settled
        yield from self._changed(survey)
        for path in survey.gone:
            self._catalog.forget(path)
            yield FileRemoved(path)
        self.sweep()
        if within is None:
            self._catalog.set_meta("recipe", RECIPE)
        if rebuilding is not None:
            self._catalog.end_rebuilding()
            yield from self.repair()  # by now it is known which vectors nothing refers to

    def _changed(self, survey: Survey) -> Iterator[IndexEvent]:
        """Yield what becomes of new and changed files; those renamed are taken out of the survey's `gone`."""
        if not survey.changed:
            return
        # a status, and an answer, are to tell the truth meanwhile
        self._catalog.announce(
            [record for record in survey.changed if not _looks_known(record, survey.known)]
        )
        embedder = yield from self._load_embedder()
        progress = Progress([record.size for record in survey.changed])
        with closing(Writer(self._catalog, self._vectors, embedder, progress)) as writer:
            yield from self._written(survey, writer, embedder, progress)
        self._reader.rest()

    def _written(
        self, survey: Survey, writer: Writer, embedder: Embedder, progress: Progress
    ) -> Iterator[IndexEvent]:
        """Yield what becomes of the survey's files as the writer takes them."""
        lost = {survey.known[path].document_id: path for path in survey.gone}
        records = survey.changed
        while records:
            for opened in self._opened(records):
                yield from progress.tell(opened.record.path)
                if _is_as_known(opened, survey.known):
                    progress.finished(opened.record.size)
                    yield FileUnchanged(opened.record.path)
                    continue
                try:
                    pending = self._pending(opened, embedder)
                except ReadingError as error:
                    progress.finished(opened.record.size)
                    yield self._unread(opened.record, error)
                    continue
                if isinstance(pending, KnownContent) and pending.document_id in lost:
                    previous = lost.pop(pending.document_id)
                    survey.gone.discard(previous)
                    pending = replace(pending, previous=previous)
                yield from writer.take(pending)
            yield from writer.flush()
            records = writer.overtaken()

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
                return KnownContent(opened.record, opened.content, document_id, names)
            case ReadingError() as error:
                raise error
            case Future() as reading:
                size = int(self._catalog.meta(CHUNK_TOKENS) or 0)
                return cut_file(opened.record, opened.content, reading.result(), embedder, size)

    def _unread(self, record: FileRecord, error: ReadingError) -> FileFailed | FileSkipped:
        """Return what becomes of a file without a document; one that promised none is merely left out."""
        if isinstance(error, Empty):
            self._catalog.set_aside(record, Verdict(FileState.SKIPPED, error.kind, READ))
            return FileSkipped(record.path, error.kind)
        if f".{record.kind}" not in SUFFIXES and isinstance(error, Unsupported | NoText):
            self._catalog.set_aside(record, Verdict(FileState.SKIPPED, error.message, READ))
            return FileSkipped(record.path, error.message)
        self._catalog.set_aside(record, Verdict(FileState.FAILED, error.kind, error.message, error.remedy))
        log.info("a .%s file failed: %s", record.kind, error.kind)
        return FileFailed(record.path, error.kind, error.message, error.remedy)

    def repair(self) -> Iterator[IndexEvent]:
        """Yield how the vectors are brought in line with the catalog; nothing where all is well."""
        self._catalog.drop_unheld()
        strays = self._catalog.rebuilding() is not None  # whose files may not have been read yet
        repair = Repair(self._references, self._vectors, self._load_embedder)
        yield from repair.run(keep_strays=strays)
        self.in_doubt = False

    def sweep(self) -> None:
        """Drop the vectors that were let go of and that nothing refers to any more."""
        loose = self._references.loose()
        if loose:
            for space in SPACES:
                self._vectors.remove(space, loose)
        self._references.forget_loose()


def _looks_known(record: FileRecord, known: dict[Path, KnownFile]) -> bool:
    before = known.get(record.path)
    return before is not None and same_stat(before.record, record)


def _is_as_known(opened: _Opened, known: dict[Path, KnownFile]) -> bool:
    """Whether a file that was opened all the same turns out to be just as the catalog has it."""
    before = known.get(opened.record.path)
    return (
        before is not None
        and before.document_id is not None
        and before.document_id == opened.found
        and before.has_path_vector
        and before.verdict.state is FileState.INDEXED
        and same_stat(before.record, opened.record)
    )
