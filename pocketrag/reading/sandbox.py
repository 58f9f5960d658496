"""The sandbox: files are read in worker processes, so that none of them can hurt the program.

A worker that dies, hangs or balloons costs the one file it was reading, and is replaced.
"""

from __future__ import annotations

import json
import os
import queue
import socket
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Protocol

from pocketrag import errors
from pocketrag.codec import Json, document_of
from pocketrag.domain import Document
from pocketrag.errors import Damaged, ReadingError, TimedOut, TooLarge

SECONDS = 30.0
"""Time that one file may take."""

MEMORY = 1_073_741_824
"""Bytes of address space that a worker may take."""

MAX_ANSWER = 500_000_000
"""Bytes of a worker's longest answer."""

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
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()

    @property
    def ahead(self) -> int:
        """Two files a worker: one that it reads, and one that waits for it."""
        return 2 * self._count

    def submit(self, data: bytes, suffix: str) -> Future[Document]:
        """Return the document to come; its `result()` raises a ReadingError if the file has none."""
        return self._threads.submit(self._read, data, suffix)

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
        try:
            worker = self._idle.get_nowait()
        except queue.Empty:
            worker = _Worker(self._memory)
        answer = worker.read(data, suffix, self._seconds)
        if answer is not None and not answer["stale"]:
            self._idle.put(worker)
        else:
            worker.end()
        if answer is None:
            raise _lost(worker, self._seconds)
        return _document(answer, self._memory)


class _Worker:
    """One worker process and the line to it."""

    def __init__(self, memory: int) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "pocketrag.reading.worker", str(theirs.fileno()), str(memory)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # parsers complain there of what a person cannot change
                start_new_session=True,
            )
        self._pipe: Connection = Connection(ours.detach())
        self.timed_out = False

    def read(self, data: bytes, suffix: str, seconds: float) -> Json | None:
        """Return the worker's answer; None if it died or took too long, and is of no more use."""
        try:
            self._pipe.send_bytes(suffix.encode("utf-8", "replace"))
            self._pipe.send_bytes(data)
            if not self._pipe.poll(seconds):
                self.timed_out = True
                return None
            answer: Json = json.loads(self._pipe.recv_bytes(MAX_ANSWER))
            return answer
        except (EOFError, OSError, ValueError):
            return None

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        self._pipe.close()


def _lost(worker: _Worker, seconds: float) -> ReadingError:
    """Return the error of a file that its worker did not survive."""
    if worker.timed_out:
        return TimedOut(f"The file could not be read within {seconds:.0f} seconds.", SIMPLER)
    return Damaged("The file made its reader crash.", SIMPLER)


def _document(answer: Json, memory: int) -> Document:
    """Return the document of an answer, or raise the ReadingError it tells of."""
    if "document" in answer:
        try:
            return document_of(answer["document"])
        except (KeyError, TypeError, ValueError) as error:  # a worker that was taken over says anything
            raise Damaged("The file made its reader talk nonsense.", SIMPLER) from error
    if "error" in answer:
        name, message, remedy = answer["error"]
        raise _error_class(name)(message, remedy)
    raise TooLarge(
        f"Reading the file takes more than {memory // 2**20} MB of memory.", "Split it into parts."
    )


def _error_class(name: str) -> type[ReadingError]:
    """Return the reading error of that name; `Damaged` for any other, as a worker is not trusted."""
    found = getattr(errors, name, None)
    return found if isinstance(found, type) and issubclass(found, ReadingError) else Damaged
