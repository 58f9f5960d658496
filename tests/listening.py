"""Servers on loopback that say what a test told them to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol


class Told(Protocol):
    """What a server says, and where it listens."""

    port: int
    silent: threading.Event | None


@contextmanager
def listening(told: Told, handler: type[BaseHTTPRequestHandler]) -> Iterator[None]:
    """Have the handler answer on a port of loopback, which is told; at the end nothing is silent any more."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients that leave are meant to
    told.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield
    if told.silent:
        told.silent.set()
    server.shutdown()
    server.server_close()
