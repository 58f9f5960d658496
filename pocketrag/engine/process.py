"""The engine process: owns a library, serves its clients, and ends a while after the last has gone.

Clients start it as `python -m pocketrag.engine.process LIBRARY`, detached, with a pipe on its
standard output for one line that says it is ready, or why it cannot be. From then on both standard
streams are the log that native libraries may write into.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import FrameType

from pocketrag import __version__
from pocketrag.engine.protocol import OwnedEngine
from pocketrag.engine.record import EngineRecord, new_secret, read_record, write_record
from pocketrag.engine.server import EngineServer
from pocketrag.engine.service import Service
from pocketrag.engine.sockets import listening, put_away
from pocketrag.engine.wire import error_values
from pocketrag.errors import PocketRagError
from pocketrag.logs import start_logging, where_raised
from pocketrag.paths import LibraryPaths
from pocketrag.settings import Settings, load_settings

log = logging.getLogger("pocketrag.engine.process")  # which is `__main__` where it is run

LOCK_SECONDS = 25.0
"""How long an engine that is about to end may keep the library from the next."""

TICK_SECONDS = 1.0
"""How often the engine looks whether it is still needed, and still the one."""

STEADY_SECONDS = 60.0
"""An engine that has lived so long is not one that crashes at once."""

ACCEPT_SECONDS = 0.2
"""How often the door looks whether it is to be shut."""

DRAINING_SECONDS = 3.0
"""How long ending waits for what is being said to clients."""

Opener = Callable[[LibraryPaths, Settings, bool], OwnedEngine]
"""Opens a library, discarding its index first if the last argument says so."""


def open_owned(paths: LibraryPaths, settings: Settings, rebuild: bool) -> OwnedEngine:
    """Return the library, owned by this process."""
    from pocketrag.engine.library import Library

    return Library(paths, settings, rebuild=rebuild, patience=LOCK_SECONDS, lasting=True)


class EngineProcess:
    """One engine from its opened library to its end."""

    def __init__(self, paths: LibraryPaths, settings: Settings, library: OwnedEngine, version: str) -> None:
        """Serve nobody yet."""
        self._paths = paths
        self._settings = settings
        self._library = library
        self._version = version
        self._seen = _signature(paths.settings)
        self._outdated = False
        self._lock_file = _signature(paths.lock)
        self._began = time.monotonic()

    def serve(self, ready: Callable[[], None], *, loopback: bool) -> None:
        """Listen, write the record, say `ready`; return when the engine has ended."""
        socket, address = listening(self._paths, loopback=loopback)
        self._record = EngineRecord(address, os.getpid(), self._version, time.time(), new_secret())
        keep_alive = self._settings.engine.keep_alive
        self._service = Service(
            self._library, self._paths.root, self._record, keep_alive, self._settings_changed
        )
        server = EngineServer(socket, self._record, self._service)
        threading.Thread(
            target=server.serve_forever, args=(ACCEPT_SECONDS,), name="server", daemon=True
        ).start()
        self._write_record()
        self._obey_signals()
        ready()
        log.info("the engine is ready")
        while not self._service.ending.wait(min(TICK_SECONDS, max(keep_alive / 2, 0.05))):
            self._look_about(keep_alive)
        server.shutdown()
        server.server_close()
        self._end()

    def _look_about(self, keep_alive: float) -> None:
        """End if nobody needs the engine, or another one has the library; else keep its record true."""
        self._library.rest()
        record = self._record
        if not record.steady and self._is_steady():
            self._record = replace(record, steady=True)
            self._write_record()
            self._paths.crashes.unlink(missing_ok=True)
        if self._service.clients.alone() > keep_alive and not self._service.busy():
            log.info("nobody needs the engine any more")
            self._service.end("asked")
        elif _signature(self._paths.lock) != self._lock_file:
            log.warning("the library has gone from under the engine")
            self._service.end("replaced")
        elif read_record(self._paths.engine) != self._record:
            self._write_record()

    def _is_steady(self) -> bool:
        return self._service.proved.is_set() or time.monotonic() - self._began > STEADY_SECONDS

    def _write_record(self) -> None:
        try:
            write_record(self._paths.engine, self._record)
        except OSError as error:  # a full disk: who is connected goes on
            log.warning("the engine's record cannot be written: %s", type(error).__name__)

    def _settings_changed(self) -> bool:
        """Return whether the settings file says something else by now. Raises SettingsError."""
        now = _signature(self._paths.settings)
        if now != self._seen:
            self._outdated = load_settings(self._paths) != self._library.settings()
            self._seen = now
        return self._outdated

    def _obey_signals(self) -> None:
        def end(number: int, frame: FrameType | None) -> None:
            """Let the engine end, as a client would that asks for it."""
            self._service.end("asked")

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)

    def _end(self) -> None:
        """Let go of everything, in the order in which the next engine may want it."""
        with suppress(OSError):  # the library's folder may be gone
            if read_record(self._paths.engine) == self._record:
                self._paths.engine.unlink()
                self._paths.crashes.unlink(missing_ok=True)
        put_away(self._record.address)
        self._library.close()
        patience = time.monotonic() + DRAINING_SECONDS
        while self._service.busy() and time.monotonic() < patience:
            time.sleep(0.01)
        log.info("the engine has ended")


def run(
    paths: LibraryPaths, opener: Opener, *, loopback: bool, rebuild: bool, version: str = __version__
) -> None:
    """Be the engine of a library until it is not needed any more; this process then ends."""
    say = _messenger()
    os.umask(0o077)  # everything in the library is its owner's alone
    threading.excepthook = lambda args: log.error("a thread ended: %s", _raised(args.exc_value))
    try:
        paths.make()
        start_logging(paths)
        settings = load_settings(paths)
        library = opener(paths, settings, rebuild)
    except PocketRagError as error:
        say({"error": error_values(error)})
        return
    EngineProcess(paths, settings, library, version).serve(lambda: say({"ready": True}), loopback=loopback)
    # A model may still be at work in a daemon thread; the library is closed, so nothing is lost.
    os._exit(0)


def _messenger() -> Callable[[object], None]:
    """Return what says a line to whoever started this process; standard output becomes the log."""
    pipe = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(line: object) -> None:
        """Write a line of JSON, then let go of the pipe: it is the last one that is listened to."""
        with suppress(OSError), pipe:  # it may have gone meanwhile
            pipe.write(json.dumps(line) + "\n")

    return say


def _signature(file: Path) -> tuple[int, int, int] | None:
    """Return what tells a file from its next version, and from another of its name; None if there is none."""
    try:
        facts = file.stat()
    except OSError:
        return None
    return facts.st_ino, facts.st_size, facts.st_mtime_ns


def _raised(error: BaseException | None) -> str:
    return where_raised(error) if error is not None else "no reason given"


def main() -> None:
    """Run the engine that the command line names."""
    parser = argparse.ArgumentParser(prog="pocketrag-engine")
    parser.add_argument("library", type=Path)
    parser.add_argument("--loopback", action="store_true")
    parser.add_argument("--rebuild", action="store_true")
    chosen = parser.parse_args()
    run(LibraryPaths(chosen.library), open_owned, loopback=chosen.loopback, rebuild=chosen.rebuild)


if __name__ == "__main__":
    main()
