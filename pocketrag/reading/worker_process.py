"""One worker process, seen from outside: started, asked, paused, ended."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from multiprocessing.connection import Connection

from pocketrag.codec import Json, from_bytes, to_bytes
from pocketrag.memory import processor_seconds

MAX_ANSWER = 500_000_000
"""Bytes of a worker's longest answer."""

ENDING = 10.0
"""Seconds that a process which says nothing more may take to be gone; on a busy computer that takes long."""

STARTING = 30.0
"""Seconds that a process may take to be ready; on a busy computer it waits long for its turn."""

STEP = 0.1
"""Seconds between two looks at what the worker does: while it is paused or waits for a core, the time is not
its own.
"""

PATIENCE = 10
"""Times as long as its own time that a file may take on a busy computer."""


class WorkerProcess:
    """A worker and the line to it. One thread asks it; any thread may pause it."""

    def __init__(self, memory: int, running: threading.Event) -> None:
        """Start the process, within `memory` bytes; while `running` is not set its time stands still."""
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
        self._running = running
        self._ready = False
        self._given = 0.0
        """Seconds of processor time that it had been given at the last look."""
        self.timed_out = False
        self.attachment = ""
        """The SHA-256 of the attachment that it is reading; empty where it reads the file itself."""

    def ask(self, request: Json, data: bytes, seconds: float) -> Json | None:
        """Return the worker's answer; None if it died or took too long, and is of no more use."""
        self.attachment = ""
        try:
            self._pipe.send_bytes(to_bytes(request))
            self._pipe.send_bytes(data)
            return self._answer_within(seconds)
        except (EOFError, OSError, ValueError):
            return None

    def pause(self) -> None:
        """Stop the process where it is, until `resume`."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a paused process go on."""
        self._process.send_signal(signal.SIGCONT)

    @property
    def aborted(self) -> bool:
        """Whether the process gave itself up, as native libraries do that find no memory."""
        try:
            return self._process.wait(ENDING) == -signal.SIGABRT
        except subprocess.TimeoutExpired:
            return False

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        self._pipe.close()

    def _answer_within(self, seconds: float) -> Json | None:
        """Return the answer, None where it takes too long; what is told before it is noted.

        The time until the process is ready is not the file's.
        """
        left = seconds if self._ready else STARTING
        while left > 0:
            began = time.monotonic()
            said = self._said_within(min(STEP, left))
            if said is not None and "ready" in said and not self._ready:
                self._ready, left = True, seconds
                continue
            if said is not None and "attachment" not in said:
                return said
            if said is not None:
                self.attachment = str(said["attachment"])
            if self._running.is_set():
                left -= self._own(time.monotonic() - began)
        self.timed_out = True
        return None

    def _own(self, passed: float) -> float:
        """Return how much of the time that passed was the worker's own: all, unless it waited for a core."""
        given, ready = processor_seconds(self._process.pid)
        own, self._given = given - self._given, given
        return min(passed, max(own, passed / PATIENCE)) if ready else passed

    def _said_within(self, seconds: float) -> Json | None:
        if not self._pipe.poll(seconds):
            return None
        return from_bytes(self._pipe.recv_bytes(MAX_ANSWER))
