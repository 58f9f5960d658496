"""One worker process, seen from outside: started, asked, paused, ended."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from multiprocessing.connection import Connection

from pocketrag.codec import Json

MAX_ANSWER = 500_000_000
"""Bytes of a worker's longest answer."""

STEP = 0.1
"""Seconds between two looks at whether the worker is paused: that time is not its own."""


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
        self.timed_out = False

    def ask(self, request: Json, data: bytes, seconds: float) -> Json | None:
        """Return the worker's answer; None if it died or took too long, and is of no more use."""
        try:
            self._pipe.send_bytes(json.dumps(request).encode())
            self._pipe.send_bytes(data)
            if not self._answers_within(seconds):
                self.timed_out = True
                return None
            answer = json.loads(self._pipe.recv_bytes(MAX_ANSWER))
            return answer if isinstance(answer, dict) else {}
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
            return self._process.wait(STEP) == -signal.SIGABRT
        except subprocess.TimeoutExpired:
            return False

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        self._pipe.close()

    def _answers_within(self, seconds: float) -> bool:
        left = seconds
        while left > 0:
            began = time.monotonic()
            if self._pipe.poll(min(STEP, left)):
                return True
            if self._running.is_set():
                left -= time.monotonic() - began
        return False
