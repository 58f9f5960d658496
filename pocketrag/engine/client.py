"""The client's side: a library opened in this process, or handed to an engine process of its own.

The app uses a process of its own, so that loading models (seconds in which Python would answer to
nothing else) and native libraries that write on the screen cannot disturb typing. Both speak the
same `Engine` protocol; requests and events travel as pickled values over a private socket pair.
"""

from __future__ import annotations

import itertools
import os
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

from pocketrag.domain import (
    AnswerEvent,
    Document,
    FileVersion,
    Filters,
    IndexEvent,
    LibraryStatus,
    LoadEvent,
    SearchResults,
    Turn,
)
from pocketrag.engine.messages import Call, Ended, Raised, Reply, Returned, Stop, Yielded
from pocketrag.engine.protocol import Engine
from pocketrag.errors import EngineStopped
from pocketrag.settings import LibraryPaths, load_settings

CLOSING_SECONDS = 5.0
"""How long a closing engine may take before it is ended; the catalog survives that."""


def open_library(paths: LibraryPaths, *, rebuild: bool = False) -> Engine:
    """Return the library, opened in this process. Raises a LibraryError or SettingsError."""
    from pocketrag.engine.library import Library

    return Library(paths, load_settings(paths), rebuild=rebuild)


class EngineProcess:
    """An engine in a process of its own, which ends with this object's `close` or this process."""

    def __init__(self, paths: LibraryPaths) -> None:
        """Start the engine and open the library in it (a second); no model is loaded yet.

        Raises what opening the library raises, or EngineStopped.
        """
        paths.make()
        load_settings(paths)  # a mistake there is said before a process is started
        ours, theirs = socket.socketpair()
        with theirs, (paths.logs / "engine.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "pocketrag.engine.process", str(theirs.fileno()), str(paths.root)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl+C in the terminal is the app's to understand
            )
        self._socket = ours
        self._pipe: Connection = Connection(os.dup(ours.fileno()))
        self._sending = threading.Lock()
        self._numbers = itertools.count(1)
        self._replies: dict[int, queue.SimpleQueue[Reply]] = {0: queue.SimpleQueue()}
        self._gone = False
        threading.Thread(target=self._receive, name="engine replies", daemon=True).start()
        self._value(0)

    # ── the Engine protocol ─────────────────────────────────────────────────────────────────

    def load(self) -> Iterator[LoadEvent]:
        """Yield as each model is loaded; nothing if they are loaded already."""
        return cast(Iterator[LoadEvent], self._events("load"))

    def folders(self) -> tuple[Path, ...]:
        """Return the folders of the library."""
        return cast(tuple[Path, ...], self._call("folders"))

    def add(self, folder: Path) -> Path:
        """Return the folder as the library knows it."""
        return cast(Path, self._call("add", folder))

    def remove(self, folder: Path) -> int:
        """Return how many files the library forgot with the folder."""
        return cast(int, self._call("remove", folder))

    def index(self) -> Iterator[IndexEvent]:
        """Yield what happens to each file while the index is brought up to date."""
        return cast(Iterator[IndexEvent], self._events("index"))

    def watch(self) -> Iterator[IndexEvent]:
        """Yield what changes in the index, for ever: now, and whenever files change."""
        return cast(Iterator[IndexEvent], self._events("watch"))

    def search(self, query: str, filters: Filters, limit: int) -> SearchResults:
        """Return at most `limit` passages for the query, best first."""
        return cast(SearchResults, self._call("search", query, filters, limit))

    def ask(self, question: str, turns: tuple[Turn, ...], filters: Filters) -> Iterator[AnswerEvent]:
        """Yield an answer: `PassagesFound`, `Token`…, then `AnswerReady` or `Refused`."""
        return cast(Iterator[AnswerEvent], self._events("ask", question, turns, filters))

    def conversation(self) -> tuple[Turn, ...]:
        """Return the turns of the last conversation, oldest first."""
        return cast(tuple[Turn, ...], self._call("conversation"))

    def remember(self, turns: tuple[Turn, ...]) -> None:
        """Keep these turns as the last conversation."""
        self._call("remember", turns)

    def status(self, files: bool = False) -> LibraryStatus:
        """Return counts and failures; with `files`, every file."""
        return cast(LibraryStatus, self._call("status", files))

    def document(self, path: Path) -> tuple[FileVersion, Document]:
        """Return the stored text and structure of an indexed file. Raises UnknownFile."""
        return cast(tuple[FileVersion, Document], self._call("document", path))

    def close(self) -> None:
        """Let go of the library and end the engine."""
        with suppress(OSError):  # it is gone already
            self._socket.shutdown(socket.SHUT_RDWR)  # the engine ends when nobody is left to speak to
        self._socket.close()
        try:
            self._process.wait(CLOSING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    # ── the wire ────────────────────────────────────────────────────────────────────────────

    def _call(self, method: str, *arguments: object) -> object:
        return self._value(self._send(method, arguments))

    def _events(self, method: str, *arguments: object) -> Iterator[object]:
        """Yield a request's events; closing this iterator closes the engine's."""
        number = self._send(method, arguments)
        try:
            while not isinstance(reply := self._reply(number), Ended):
                yield reply.value if isinstance(reply, Yielded) else None
        finally:
            if self._replies.pop(number, None) is not None and not self._gone:
                self._post(Stop(number))

    def _value(self, number: int) -> object:
        reply = self._reply(number)
        self._replies.pop(number, None)
        return reply.value if isinstance(reply, Returned) else None

    def _reply(self, number: int) -> Reply:
        reply = self._replies[number].get()
        if isinstance(reply, Raised):
            self._replies.pop(number, None)
            raise reply.error
        return reply

    def _send(self, method: str, arguments: tuple[object, ...]) -> int:
        if self._gone:
            raise _stopped()
        number = next(self._numbers)
        self._replies[number] = queue.SimpleQueue()
        self._post(Call(number, method, arguments))
        return number

    def _post(self, message: Call | Stop) -> None:
        with self._sending:
            try:
                self._pipe.send(message)
            except OSError as error:
                raise _stopped() from error

    def _receive(self) -> None:
        """Hand each reply to whoever waits for it, until the engine is gone."""
        while True:
            try:
                reply: Reply = self._pipe.recv()
            except (EOFError, OSError):
                break
            waiting = self._replies.get(reply.number)
            if waiting is not None:
                waiting.put(reply)
        self._gone = True
        for number, waiting in list(self._replies.items()):
            waiting.put(Raised(number, _stopped()))


def _stopped() -> EngineStopped:
    return EngineStopped(
        "The engine stopped unexpectedly.", "Start PocketRAG again; nothing is lost. The logs may say why."
    )
