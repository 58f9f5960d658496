"""The engine process: owns a library, answers one client over a socket, and ends with it.

Run by `EngineProcess` as `python -m pocketrag.engine.process SOCKET LIBRARY`. Each call has a thread
of its own, so that a question is answered while files are being indexed.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from pocketrag.engine.client import open_library
from pocketrag.engine.messages import Call, Ended, Raised, Reply, Request, Returned, Stop, Yielded
from pocketrag.engine.protocol import Engine
from pocketrag.errors import EngineStopped, PocketRagError
from pocketrag.logs import start_logging, where_raised
from pocketrag.settings import LibraryPaths

log = logging.getLogger(__name__)


class Server:
    """Answers the calls of one client."""

    def __init__(self, pipe: Connection, engine: Engine) -> None:
        """Answer over this pipe, out of this engine."""
        self._pipe = pipe
        self._engine = engine
        self._sending = threading.Lock()
        self._stopped: set[int] = set()

    def serve(self) -> None:
        """Answer until the client is gone."""
        while True:
            try:
                request: Request = self._pipe.recv()
            except (EOFError, OSError):
                return
            match request:
                case Stop(number):
                    self._stopped.add(number)
                case Call():
                    threading.Thread(target=self._answer, args=(request,), daemon=True).start()

    def _answer(self, call: Call) -> None:
        try:
            outcome = getattr(self._engine, call.method)(*call.arguments)
            if isinstance(outcome, Iterator):
                self._send_events(call.number, outcome)
            else:
                self.send(Returned(call.number, outcome))
        except PocketRagError as error:
            self.send(Raised(call.number, error))
        except Exception as error:  # noqa: BLE001 - a call that fails must not leave its client waiting
            log.error("%s failed: %s", call.method, where_raised(error))
            self.send(Raised(call.number, _unexpected(error)))

    def _send_events(self, number: int, events: Iterator[object]) -> None:
        for event in events:
            if number in self._stopped:
                break
            self.send(Yielded(number, event))
        close = getattr(events, "close", None)
        if close is not None:
            close()
        self._stopped.discard(number)
        self.send(Ended(number))

    def send(self, reply: Reply) -> None:
        """Send a reply; a client that is gone needs none."""
        with self._sending:
            try:
                self._pipe.send(reply)
            except OSError:
                log.info("the client is gone")


def main() -> None:
    """Open the library, say so or why not, and serve."""
    pipe: Connection = Connection(int(sys.argv[1]))
    paths = LibraryPaths(Path(sys.argv[2]))
    start_logging(paths)
    try:
        engine = open_library(paths)
    except PocketRagError as error:
        pipe.send(Raised(0, error))
        return
    server = Server(pipe, engine)
    server.send(Returned(0, None))
    server.serve()
    engine.close()
    # A model may still be at work in a daemon thread; the library is closed, so nothing is lost.
    os._exit(0)


def _unexpected(error: Exception) -> EngineStopped:
    return EngineStopped(
        f"The engine met an unexpected problem ({type(error).__name__}).",
        "Try again; the log in the library's folder says where it happened.",
    )


if __name__ == "__main__":
    main()
