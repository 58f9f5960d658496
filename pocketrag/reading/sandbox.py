"""The sandbox: files are read in worker processes, so that none of them can hurt the program.

A worker that dies, hangs or balloons costs the one file it was reading, and is replaced. Where that
was an attachment, it alone is the cost: the file it came in is read again without it.
"""

from __future__ import annotations

import base64
import os
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Protocol, TypeVar

from pocketrag import errors
from pocketrag.codec import Json, document_of
from pocketrag.domain import Box, Document, PagePicture, Quote
from pocketrag.errors import Damaged, ReadingError, TimedOut, TooLarge
from pocketrag.reading.attached import Attached
from pocketrag.reading.attachments import MAX_LOST
from pocketrag.reading.png import size_of
from pocketrag.reading.worker_process import WorkerProcess

Found = TypeVar("Found")

SECONDS = 30.0
"""Time that one file may take."""

MEMORY = 1_073_741_824
"""Bytes of address space that a worker may take."""

SIMPLER = "Open it in its own program and save it anew, or export it as PDF."


class Reader(Protocol):
    """Turns a file's bytes into a document, perhaps elsewhere, perhaps later."""

    @property
    def ahead(self) -> int:
        """How many files it is worth handing over before the first is asked back."""

    def submit(self, data: bytes, suffix: str) -> Future[Document]:
        """Return the document to come; its `result()` raises a ReadingError if the file has none."""

    def rest(self) -> None:
        """Let go of what is only needed while there is something to read."""


class Sandbox:
    """A pool of worker processes, started when first needed; one core is left to everything else."""

    def __init__(self, workers: int | None = None, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        """Start nothing yet."""
        self._count = workers or max(1, (os.cpu_count() or 2) - 1)
        self._seconds = seconds
        self._memory = memory
        self._threads = ThreadPoolExecutor(self._count, thread_name_prefix="reading")
        self._idle: queue.SimpleQueue[WorkerProcess] = queue.SimpleQueue()
        self._busy: set[WorkerProcess] = set()
        self._pausing = threading.Lock()
        self._pauses = 0
        self._running = threading.Event()
        self._running.set()

    @property
    def ahead(self) -> int:
        """Two files a worker: one that it reads, and one that waits for it."""
        return 2 * self._count

    def submit(self, data: bytes, suffix: str) -> Future[Document]:
        """Return the document to come; its `result()` raises a ReadingError if the file has none."""
        return self._threads.submit(self._read, data, suffix)

    def picture(
        self,
        data: bytes,
        page: int,
        width: int,
        quote: Quote | None = None,
        attached: Attached | None = None,
    ) -> Future[PagePicture]:
        """Return the picture to come of a PDF's page (from 1), so many pixels wide, the quote marked in it.

        With `attached`, the bytes are those of a mail that the PDF came in. The future's `result()` raises a
        ReadingError if there is no picture.
        """
        return self._threads.submit(self._picture, data, page, width, quote, attached)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Stop all reading meanwhile: for a question, which shall have the cores to itself."""
        with self._pausing:
            self._pauses += 1
            if self._pauses == 1:
                self._running.clear()
                for worker in self._busy:
                    worker.pause()
        try:
            yield
        finally:
            with self._pausing:
                self._pauses -= 1
                if self._pauses == 0:
                    for worker in self._busy:
                        worker.resume()
                    self._running.set()

    def wait(self, seconds: float) -> None:
        """Return when nobody keeps the reading paused, or after so many seconds."""
        self._running.wait(seconds)

    def rest(self) -> None:
        """End the idle workers."""
        with suppress(queue.Empty):
            while True:
                self._idle.get_nowait().end()

    def close(self) -> None:
        """End all workers; files not yet begun are not read."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        self.rest()

    def _read(self, data: bytes, suffix: str) -> Document:
        """Return the document; of attachments that workers are lost to, only why they are not read."""
        lost: dict[str, list[str]] = {}
        while True:
            try:
                return self._answer(
                    {"suffix": suffix, "lost": lost}, data, lambda answer: document_of(answer["document"])
                )
            except _Lost as loss:
                if not loss.attachment or loss.attachment in lost or len(lost) == MAX_LOST:
                    raise loss.error from loss
                lost[loss.attachment] = [loss.error.kind, loss.error.message, loss.error.remedy]

    def _picture(
        self, data: bytes, page: int, width: int, quote: Quote | None, attached: Attached | None
    ) -> PagePicture:
        marked = [quote.text, quote.before, quote.after] if quote else None
        meant = [attached.suffix, attached.sha256] if attached else None
        request: Json = {"page": page, "width": width, "quote": marked, "attached": meant}
        try:
            return self._answer(request, data, _picture_of)
        except _Lost as loss:
            raise loss.error from loss

    def _answer(self, request: Json, data: bytes, found: Callable[[Json], Found]) -> Found:
        """Return what a worker found, or raise the error that it tells of; `_Lost` if it is no more."""
        self._running.wait()
        try:
            worker = self._idle.get_nowait()
        except queue.Empty:
            worker = WorkerProcess(self._memory, self._running)
        trusted = False
        try:
            with self._at_work(worker):
                answer = worker.ask(request, data, self._seconds)
            if answer is None:
                raise _Lost(_why_lost(worker, self._seconds, self._memory), worker.attachment)
            outcome = _told(answer, self._memory) or found(answer)
            trusted = not answer.get("stale")
        except (KeyError, TypeError, ValueError) as error:  # one that was taken over says anything
            raise Damaged("The file made its reader talk nonsense.", SIMPLER) from error
        finally:
            if trusted:
                self._idle.put(worker)
            else:
                worker.end()
        if isinstance(outcome, ReadingError):
            raise outcome
        return outcome

    @contextmanager
    def _at_work(self, worker: WorkerProcess) -> Iterator[None]:
        """Keep a worker among those that a pause stops; it is let go running."""
        with self._pausing:
            self._busy.add(worker)
            if self._pauses:
                worker.pause()
        try:
            yield
        finally:
            with self._pausing:
                self._busy.discard(worker)
                worker.resume()


def _picture_of(answer: Json) -> PagePicture:
    """Return a picture that a worker handed on, taken apart. Raises ValueError or TypeError for any other."""
    picture = base64.b64decode(answer["picture"], validate=True)
    width, height = size_of(picture)
    marks = tuple(Box(*map(int, mark)) for mark in answer["marks"])
    if not all(0 <= m.left < m.right <= width and 0 <= m.top < m.bottom <= height for m in marks):
        raise ValueError("marks beyond the picture")
    return PagePicture(picture, width, height, marks)


class _Lost(Exception):
    """A worker did not survive; `attachment` is the SHA-256 of what it was reading, empty for the file."""

    def __init__(self, error: ReadingError, attachment: str) -> None:
        super().__init__(error.message)
        self.error = error
        self.attachment = attachment


def _why_lost(worker: WorkerProcess, seconds: float, memory: int) -> ReadingError:
    """Return the error of a file that its worker did not survive."""
    if worker.timed_out:
        return TimedOut(f"The file could not be read within {seconds:.0f} seconds.", SIMPLER)
    if worker.aborted:
        return _too_much(memory)
    return Damaged("The file made its reader crash.", SIMPLER)


def _too_much(memory: int) -> ReadingError:
    return TooLarge(
        f"Reading the file takes more than {memory // 2**20} MB of memory.", "Split it into parts."
    )


def _told(answer: Json, memory: int) -> ReadingError | None:
    """Return the error that an answer tells of, if it does. Raises TypeError or ValueError for nonsense."""
    if "error" in answer:
        name, message, remedy = map(str, answer["error"])
        return _error_class(name)(message, remedy)
    if "out_of_memory" in answer:
        return _too_much(memory)
    return None


def _error_class(name: str) -> type[ReadingError]:
    """Return the reading error of that name; `Damaged` for any other, as a worker is not trusted."""
    found = getattr(errors, name, None)
    return found if isinstance(found, type) and issubclass(found, ReadingError) else Damaged
