"""What an engine process serves: its library's methods, and its own looking after.

It knows who its clients are and what is being done for them, and from that when to end.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pocketrag.engine.protocol import ClientInfo, EndReason, EngineInfo, Greeting, OwnedEngine
from pocketrag.engine.record import EngineRecord
from pocketrag.errors import EngineClosed, EngineStopped, LibraryDamaged, PocketRagError
from pocketrag.logs import where_raised
from pocketrag.memory import resident_bytes

log = logging.getLogger(__name__)

OWN = frozenset({"greet", "about", "end"})
"""The methods that the engine process answers itself; the library answers the others."""

PROVING = "ask"
"""The method that needs everything there is: an engine that has come through it is none that crashes."""


class Clients:
    """Who is connected."""

    def __init__(self) -> None:
        """Begin with nobody, as of now."""
        self._changing = threading.Lock()
        self._visits: dict[int, ClientInfo] = {}
        self._numbers = itertools.count()
        self._left = time.monotonic()

    def enter(self, name: str, pid: int) -> int:
        """Return the number under which a connection is known until it leaves."""
        with self._changing:
            number = next(self._numbers)
            self._visits[number] = ClientInfo(name, pid, time.time())
            return number

    def leave(self, number: int) -> None:
        """Forget a connection."""
        with self._changing:
            del self._visits[number]
            self._left = time.monotonic()

    def all(self) -> tuple[ClientInfo, ...]:
        """Return the clients, the one that has been here longest first; each once."""
        with self._changing:
            visits = sorted(self._visits.values(), key=lambda visit: visit.since)
        first: dict[tuple[int, str], ClientInfo] = {}
        for visit in visits:
            first.setdefault((visit.pid, visit.name), visit)
        return tuple(first.values())

    def alone(self) -> float:
        """Return for how many seconds nobody has been connected; 0 while somebody is."""
        with self._changing:
            return 0.0 if self._visits else time.monotonic() - self._left


class Service:
    """Answers for one library, in the process that owns it."""

    def __init__(
        self,
        library: OwnedEngine,
        folder: Path,
        record: EngineRecord,
        keep_alive: float,
        outdated: Callable[[], bool],
    ) -> None:
        """Answer for this library; `outdated` says whether its settings have changed since."""
        self.clients = Clients()
        self.ending = threading.Event()
        self.proved = threading.Event()
        self._library = library
        self._folder = folder
        self._record = record
        self._keep_alive = keep_alive
        self._outdated = outdated
        self._reason: EndReason | None = None
        self._calls: Counter[str] = Counter()
        self._counting = threading.Lock()

    @contextmanager
    def call(self, method: str, arguments: Sequence[Any]) -> Iterator[Any]:
        """Have a method's outcome; its work counts as done when the caller has taken all of it."""
        ended = self.why_ended()
        if ended is not None and method not in OWN:
            raise ended
        with self._counted(method):
            try:
                outcome = getattr(self if method in OWN else self._library, method)(*arguments)
            except PocketRagError:
                raise
            except Exception as error:
                raise unexpected(error) from error
            yield outcome
        if method == PROVING:
            self.proved.set()

    @contextmanager
    def _counted(self, method: str) -> Iterator[None]:
        with self._counting:
            self._calls[method] += 1
        try:
            yield
        finally:
            with self._counting:
                self._calls[method] -= 1

    # ── looking after the engine itself ─────────────────────────────────────────────────────

    def greet(self) -> Greeting:
        """Return who the engine is. Raises SettingsError if the settings file has a mistake by now."""
        return Greeting(self._record.pid, self._record.version, self._outdated())

    def about(self) -> EngineInfo:
        """Return what the engine is doing, and for whom."""
        return EngineInfo(
            library=self._folder,
            pid=self._record.pid,
            version=self._record.version,
            address=self._record.address,
            started=self._record.started,
            clients=self.clients.all(),
            doing=self._doing(),
            memory_bytes=resident_bytes(),
            keep_alive=self._keep_alive,
        )

    def end(self, reason: EndReason) -> None:
        """Let the engine end once the step at hand is done: why, is told to those who still listen."""
        self._reason = self._reason or reason
        self.ending.set()

    def why_ended(self) -> PocketRagError | None:
        """Return what to tell those who are still listening; None while nobody asked the engine to end."""
        match self._reason:
            case "asked":
                return EngineClosed(
                    "The engine was asked to end.", "Do the same again, if you like: that starts another."
                )
            case "replaced":
                return EngineStopped(
                    "Another PocketRAG has started a new engine (a newer version, or changed settings).",
                    "Do the same again.",
                )
            case "damaged":
                return LibraryDamaged(
                    "The library was found to be damaged.", "Do the same again: it is mended first."
                )
            case None:
                return None

    def met(self, error: PocketRagError) -> None:
        """Take note of an error that a client is told of: the next engine mends what is damaged."""
        if isinstance(error, LibraryDamaged):
            log.warning("the library is damaged; the engine ends so that the next one mends it")
            self.end("damaged")

    def busy(self) -> bool:
        """Return whether anything is being done for anybody."""
        with self._counting:
            return self._calls.total() > 0

    def _doing(self) -> tuple[str, ...]:
        with self._counting:
            asking, searching = self._calls["ask"], self._calls["search"] + self._calls["search_all"]
            loading, moving = self._calls["load"], self._calls["move_vectors"]
        said = (
            "answering a question" if asking else "",
            "searching" if searching else "",
            "loading the models" if loading else "",
            "moving the vectors" if moving else "",
            self._library.indexing(),
            self._library.preparing(),
        )
        return tuple(words for words in said if words)


def unexpected(error: Exception) -> PocketRagError:
    """Return what to tell of a defect of ours, which is logged; its own words may quote a document."""
    log.error("a call failed: %s", where_raised(error))
    return PocketRagError(
        f"The engine met an unexpected problem ({type(error).__name__}).",
        "Try again; the log in the library's folder says where it happened.",
    )
