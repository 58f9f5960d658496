"""Finding a library's engine, or starting it: one for all clients, the newest version there is.

Whoever starts an engine holds a lock meanwhile, so that two clients which come at the same moment
end with one engine. An engine that is older than the client, or whose settings are not the file's
any more, is asked to end first; a newer one is left alone. Engines that crash at once, one after the
other, are counted, and after the third no more are started until a person says so.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Literal

from pocketrag import __version__
from pocketrag.engine.connection import Connection, EngineGone
from pocketrag.engine.protocol import EndReason, Greeting
from pocketrag.engine.record import read_record, write_record
from pocketrag.engine.sockets import has_unix_sockets, put_away
from pocketrag.engine.wire import error_of
from pocketrag.errors import EngineDown, EngineNewer, EngineStopped, EngineUnreachable, LibraryLocked
from pocketrag.paths import LibraryPaths
from pocketrag.typed_json import decode

CRASHES = 3
"""How many engines may crash at once, one after the other, before no more are started."""

ENDING_SECONDS = 40.0
"""How long an engine that was asked to end may take: it finishes the step at hand."""

ATTEMPTS = 3
"""How often the engine that was found may turn out to end, or to be one to replace."""

LOCKED_SECONDS = 5.0
"""How long to look for an engine that owns the library, but is not to be found yet."""


@dataclass(frozen=True, slots=True)
class Startup:
    """How an engine is started: as it always is, except in tests."""

    version: str = __version__
    program: tuple[str, ...] = (  # -P: nothing is imported from where the client happens to be
        sys.executable,
        "-P",
        "-m",
        "pocketrag.engine.process",
    )
    loopback: bool = not has_unix_sockets()


@dataclass(frozen=True, slots=True)
class Crashes:
    """Engines that crashed one after the other, soon after their start."""

    count: int
    version: str
    """Of the last of them: another version gets its own chance."""
    reason: str


NO_CRASHES = Crashes(0, "", "")


def running(paths: LibraryPaths, name: str) -> Connection | None:
    """Return a connection to the library's engine; None if there is none. Raises EngineUnreachable."""
    record = read_record(paths.engine)
    if record is None:
        return None
    try:
        return Connection(record, name)
    except EngineGone:
        return None


def attached(paths: LibraryPaths, name: str, startup: Startup, *, rebuild: bool = False) -> Connection:
    """Return a connection to the library's engine, started if need be; it is there while this lasts.

    With `rebuild`, the index is discarded. Raises an EngineError, a LibraryError or a SettingsError.
    """
    for _ in range(ATTEMPTS):
        found = running(paths, name)
        new = found is None
        found = found or _started(paths, name, startup, rebuild)
        with suppress(EngineStopped), _hanging_up(found):  # it may end just now
            if _fits(found, startup):
                if rebuild and not new:
                    found.call("rebuild")
                return found
            end(found, "replaced")
    raise EngineUnreachable(
        "The library's engine keeps ending as soon as it is found.", "Close other PocketRAGs, then try again."
    )


def end(engine: Connection, reason: EndReason) -> bool:
    """Return whether an engine that is asked to end has done so, within 40 seconds."""
    with suppress(EngineStopped):  # it was about to
        engine.call("end", reason)
    ended = engine.wait_for_end(ENDING_SECONDS)
    engine.hang_up()
    return ended


def crashes(paths: LibraryPaths) -> Crashes:
    """Return the engines that crashed one after the other."""
    try:
        found: Crashes = decode(Crashes, json.loads(paths.crashes.read_text("utf-8")))
    except (OSError, ValueError):
        return NO_CRASHES
    return found


def forgive(paths: LibraryPaths) -> None:
    """Forget the crashes: the next client starts an engine again."""
    paths.crashes.unlink(missing_ok=True)


def _fits(engine: Connection, startup: Startup) -> bool:
    """Return whether an engine is the one to use; if not, it is to be replaced. Raises EngineNewer."""
    greeting: Greeting = engine.call("greet")
    theirs, ours = _comparable(greeting.version), _comparable(startup.version)
    if theirs > ours:
        raise EngineNewer(
            f"The library is in use by a newer PocketRAG ({greeting.version}; this is {startup.version}).",
            "Start that one instead of this, or end its engine with `pocketrag engine stop`.",
        )
    return theirs == ours and not greeting.outdated


@contextmanager
def _hanging_up(engine: Connection) -> Iterator[None]:
    """Leave the engine if something goes wrong with it."""
    try:
        yield
    except BaseException:
        engine.hang_up()
        raise


def _comparable(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))


# ── starting ────────────────────────────────────────────────────────────────────────────────


def _started(paths: LibraryPaths, name: str, startup: Startup, rebuild: bool) -> Connection:
    """Return a connection to an engine that this client starts, or another has started meanwhile."""
    from pocketrag.engine.locking import starting

    paths.make()
    with starting(paths):
        found = running(paths, name)
        if found is not None:
            with _hanging_up(found):
                if rebuild:
                    found.call("rebuild")
                return found
        _bury(paths)
        _refuse_a_fourth(paths, startup)
        try:
            _spawn(paths, startup, rebuild)
        except LibraryLocked:  # by an engine whose record is still to come, or by something else
            return _owner(paths, name)
        found = running(paths, name)
    if found is None:
        raise EngineUnreachable("The engine ended as soon as it was started.", "Try again.")
    return found


def _owner(paths: LibraryPaths, name: str) -> Connection:
    """Return a connection to the engine that owns the library already. Raises LibraryLocked."""
    patience = time.monotonic() + LOCKED_SECONDS
    while (found := running(paths, name)) is None:
        if time.monotonic() > patience:
            raise LibraryLocked(
                f"Another program is using the library {paths.root}, and it is no engine.",
                "End it first, or pick another library with --library.",
            )
        time.sleep(0.1)
    return found


def _bury(paths: LibraryPaths) -> None:
    """Put away what an engine left behind that did not end of itself, and count it if it was young."""
    record = read_record(paths.engine)
    if record is not None:
        put_away(record.address)
        if not record.steady:
            _count(paths, record.version, "it ended soon after its start, without a word")
    paths.engine.unlink(missing_ok=True)


def _refuse_a_fourth(paths: LibraryPaths, startup: Startup) -> None:
    found = crashes(paths)
    if found.count >= CRASHES and found.version == startup.version:
        raise EngineDown(
            f"The engine crashed {found.count} times in a row ({found.reason}), and is not started any more.",
            f"See {paths.engine_log}; a model too large for the memory is a common cause."
            " `pocketrag engine start` tries again.",
        )


def _count(paths: LibraryPaths, version: str, reason: str) -> None:
    before = crashes(paths)
    count = before.count + 1 if before.version == version else 1
    write_record(paths.crashes, Crashes(count, version, reason))


def _spawn(paths: LibraryPaths, startup: Startup, rebuild: bool) -> None:
    """Start an engine, and return when it is ready. Raises what it says, or EngineUnreachable."""
    options = [name for name, on in (("--loopback", startup.loopback), ("--rebuild", rebuild)) if on]
    with open(paths.engine_log, "wb", opener=_private) as log:
        process = subprocess.Popen(
            [*startup.program, str(paths.root), *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=paths.root,  # not where this client happens to be: that may be a drive to be ejected
            start_new_session=True,  # it outlives this client, and Ctrl+C is not meant for it
        )
    assert process.stdout is not None
    said = _first_word(process.stdout)
    if said == "ready":
        threading.Thread(target=process.wait, name="engine's end", daemon=True).start()
        return
    how = _how_it_ended(process.wait())
    _count(paths, startup.version, how)
    if crashes(paths).count >= CRASHES:
        _refuse_a_fourth(paths, startup)
    raise EngineUnreachable(
        f"The engine could not be started: {how}.", f"Try again. {paths.engine_log} may say why."
    )


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


def _first_word(pipe: IO[bytes]) -> Literal["ready", "nothing"]:
    """Return whether an engine said that it is ready, or ended without a word; raise what it says."""
    with pipe:
        for line in pipe:
            with suppress(ValueError):  # a library that is imported may say something of its own
                said = json.loads(line)
                if "error" in said:
                    raise error_of(said["error"])
                return "ready"
    return "nothing"


def _how_it_ended(status: int) -> str:
    if status >= 0:
        return f"it ended with status {status}"
    with suppress(ValueError):
        return f"it was ended by {signal.Signals(-status).name}"
    return f"it was ended by signal {-status}"
