"""Chroma's collections on a server: named by library, and fit to be away for a while.

What happens while the server is away costs nobody a wait: calls are refused at once, and one thread tries
again now and then. When it is back, the vectors are in doubt (`doubt`): it may have lost its last writes.

Each opening leaves a token with the collections and in the catalog. A token that is neither the last one
nor the one before was left by a copy of this library: the two part then, and this one gets collections of
its own, so that none ever sweeps the other's vectors.
"""

from __future__ import annotations

import json
import logging
import secrets
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pocketrag.errors import VectorServerAway, VectorServerError
from pocketrag.settings import StorageSettings
from pocketrag.storage.chroma.address import refuse_unconfirmed
from pocketrag.storage.library_id import known_id, library_id, new_id
from pocketrag.storage.vectors import SPACES

if TYPE_CHECKING:
    from chromadb import Collection

    from pocketrag.storage.chroma.session import Session

log = logging.getLogger(__name__)

LEFT = "vectors left"
"""The fact of a catalog that tells how it left the vectors on a server."""

TOKEN = "session"
"""The entry of a collection's metadata that tells who had it last."""

HELD_BY = SPACES[0]
"""The space whose collection bears the token."""

SOON, LATE = 2.0, 30.0
"""Seconds between two tries to reach a server that is away: at first, and in the end."""


class Facts(Protocol):
    """Where a library keeps its small facts."""

    def meta(self, key: str) -> str | None:
        """Return a fact; None if there is none of that name."""

    def set_meta(self, key: str, value: str) -> None:
        """Keep a fact."""


class ChromaServer:
    """The collections of one library on a server. Any thread may use it."""

    damage: tuple[type[Exception], ...] = ()
    failed = False

    def __init__(
        self,
        settings: StorageSettings,
        identity: Path,
        facts: Facts,
        *,
        lacking: bool = False,
    ) -> None:
        """Speak to nobody yet. `identity` is the file that keeps the library's name.

        `lacking`: vectors are known to be missing there.
        """
        self.address = settings.url
        self.doubt = False
        """Whether the vectors there may not be those that the catalog refers to."""
        self.epoch = 0
        self._settings = settings
        self._identity = identity
        self._facts = facts
        self.lacking = lacking
        """Whether vectors are known to be missing there: they are not searched until that is mended."""
        self._session: Session | None = None
        self._prefix = ""
        self._token = ""
        self._trouble: VectorServerError | None = None
        self._changing = threading.RLock()
        self._closing = threading.Event()
        self._looking: threading.Thread | None = None

    # ── how it stands ───────────────────────────────────────────────────────────────────────

    @property
    def problem(self) -> str:
        """Why the server cannot be used now, in a sentence; empty if it can, as far as is known."""
        try:
            refuse_unconfirmed(self._settings)
        except VectorServerError as error:
            return error.message
        return self._trouble.message if self._trouble is not None else ""

    @property
    def batch(self) -> int:
        """Vectors that one request may write or fetch."""
        return self._connected().batch

    @property
    def deepest(self) -> int:
        """Vectors that one query may ask for; 0 for as many as there are."""
        session = self._connected()
        return session.batch if session.is_cloud else 0

    def begin(self) -> None:
        """Get in touch in the background, so that nobody waits for it."""
        threading.Thread(target=self._try_quietly, name="vector server", daemon=True).start()

    def reach(self) -> None:
        """Return if the server can be used, and the collections are still ours: it is asked.

        Raises VectorServerError.
        """
        with self._changing:
            if self._session is not None:
                with self.at_work():
                    held = self._session.find(f"{self._prefix}{HELD_BY}")
                    if held is not None and _token(held) == self._token:
                        return
                self._let_go()
            self._begin()

    # ── a home of collections ───────────────────────────────────────────────────────────────

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Be in touch with the server. Raises VectorServerError: at once, while it is known to be away."""
        session = self._connected()
        try:
            with session.told():
                yield
        except VectorServerAway as error:
            self._is_away(error)
            raise

    @contextmanager
    def at_search(self) -> Iterator[None]:
        """The same, for a search: refused while vectors are known to be missing."""
        with self.at_work():
            if self.lacking:
                raise VectorServerError(
                    f"The Chroma server {self.address} lacks vectors of this library.",
                    "`pocketrag index` makes them anew; until then, searches go by words alone.",
                )
            yield

    def collection(self, name: str) -> Collection:
        """Return a collection, made as needed."""
        return self._connected().make(f"{self._prefix}{name}")

    def exists(self, name: str) -> bool:
        """Whether there is a collection of that name."""
        return self._connected().find(f"{self._prefix}{name}") is not None

    def rename(self, name: str, new: str) -> None:
        """Give a collection the name of another, which goes if it is there."""
        self._connected().drop(f"{self._prefix}{new}")
        moved = self.collection(name)
        moved.modify(name=f"{self._prefix}{new}")
        self._mark(moved, new)

    def drop(self, name: str) -> None:
        """Drop a collection, if it is there; the one that bears our token is made anew, empty."""
        self._connected().drop(f"{self._prefix}{name}")
        if name == HELD_BY:
            self._mark(self.collection(name), name)

    def close(self) -> None:
        """Note how the vectors are left, and hang up."""
        self._closing.set()
        with self._changing:
            session = self._session
            if session is not None and not self.lacking:
                with suppress(VectorServerError), session.told():
                    self._leave({"counts": self._counts(session)})
            self._let_go()

    def remove(self) -> None:
        """Drop all the library's collections there, and hang up. Raises VectorServerError."""
        with self.at_work():
            for name in names():
                self._connected().drop(f"{self._prefix}{name}")
        self._closing.set()
        with self._changing:
            self._let_go()

    # ── being in touch, and out of it ───────────────────────────────────────────────────────

    def _connected(self) -> Session:
        """Return the session with the server, begun as needed. Raises VectorServerError."""
        if (session := self._session) is not None:
            return session
        if (trouble := self._trouble) is not None:
            raise type(trouble)(trouble.message, trouble.remedy)
        with self._changing:
            return self._session or self._begin()

    def _begin(self) -> Session:
        """Return a session with the server, begun now. Raises VectorServerError."""
        from pocketrag.storage.chroma.session import Session

        refuse_unconfirmed(self._settings)
        if self._closing.is_set():
            raise VectorServerAway(f"The Chroma server {self.address} was left.", "Do the same again.")
        session = Session(self._settings)
        try:
            with session.told():
                session.begin()
                self._take_hold(session)
        except VectorServerError as error:
            session.close()
            self._is_away(error)
            raise
        self._session, self._trouble = session, None
        return session

    def _take_hold(self, session: Session) -> None:
        """See whether the collections are as this library left them, and leave its token."""
        left = self._left()
        self._prefix = _prefix(library_id(self._identity))
        held = session.find(f"{self._prefix}{HELD_BY}")
        theirs = _token(held) if held is not None else ""
        if left and held is not None and theirs not in ("", left[TOKEN], left["before"]):
            log.warning("a copy of this library has used its collections: this one gets others")
            self._prefix, held, self.lacking = _prefix(new_id(self._identity)), None, True
        counts = self._counts(session)
        self.doubt |= left.get("counts") != counts
        self.lacking |= bool(left) and (held is None or _fewer(counts, left.get("counts")))
        self._token = secrets.token_hex(8)
        self._leave({"before": theirs})
        for space in SPACES:
            self._mark(session.make(f"{self._prefix}{space}"), space)

    def _mark(self, collection: Collection, name: str) -> None:
        """Leave our token with the collection that bears it."""
        if name == HELD_BY:
            collection.modify(metadata={TOKEN: self._token})

    def _left(self) -> dict[str, Any]:
        """Return how the catalog says that the vectors were left here; empty if it says nothing."""
        return _read(self._facts.meta(LEFT), self.address)

    def _leave(self, more: dict[str, Any]) -> None:
        told = {"at": self.address, TOKEN: self._token, "before": self._token, **more}
        self._facts.set_meta(LEFT, json.dumps(told))

    def _counts(self, session: Session) -> dict[str, int]:
        found = {space: session.find(f"{self._prefix}{space}") for space in SPACES}
        return {space: 0 if there is None else there.count() for space, there in found.items()}

    def _is_away(self, error: VectorServerError) -> None:
        """Take note that the server cannot be used, and try again now and then."""
        with self._changing:
            if self._trouble is None:
                log.warning("the vector server is away: %s", type(error.__cause__).__name__)
            self._trouble, self.doubt = error, True
            self._let_go()
            if not self._closing.is_set() and (self._looking is None or not self._looking.is_alive()):
                self._looking = threading.Thread(target=self._look_again, name="vector server", daemon=True)
                self._looking.start()

    def _let_go(self) -> None:
        """Hang up; collections that were handed out are of no use any more."""
        session, self._session = self._session, None
        self.epoch += 1
        if session is not None:
            session.close()

    def _look_again(self) -> None:
        """Try now and then, until the server is back or nobody wants it any more."""
        wait = SOON
        while self._trouble is not None and not self._closing.wait(wait):
            wait = min(2 * wait, LATE)
            self._try_quietly()

    def _try_quietly(self) -> None:
        with self._changing, suppress(VectorServerError):  # which is kept as `problem`
            if self._session is None and not self._closing.is_set():
                self._begin()
                log.info("in touch with the vector server")


def look(settings: StorageSettings) -> None:
    """Return if the server can be used. Raises VectorServerError; nothing is sent to one not confirmed."""
    with _speaking(settings):
        pass


def forget(settings: StorageSettings, identity: Path, kept: str | None) -> None:
    """Drop the collections of a library that nobody has open, unless a copy of it has had them since.

    `kept` is what the catalog says under `LEFT`. Raises VectorServerError.
    """
    library, left = known_id(identity), _read(kept, settings.url)
    if not (library and left):
        return
    with _speaking(settings) as session:
        held = session.find(f"{_prefix(library)}{HELD_BY}")
        if held is None or _token(held) in ("", left[TOKEN], left["before"]):
            for name in names():
                session.drop(f"{_prefix(library)}{name}")


@contextmanager
def _speaking(settings: StorageSettings) -> Iterator[Session]:
    """Speak to the server for a moment. Raises VectorServerError."""
    from pocketrag.storage.chroma.session import Session

    refuse_unconfirmed(settings)
    with closing(Session(settings)) as session, session.told():
        session.begin()
        yield session


def names() -> Iterator[str]:
    """Yield the names of all collections that a library may have."""
    for space in SPACES:
        yield space
        yield f"{space}-next"


def _prefix(library: str) -> str:
    return f"pocketrag-{library}-"


def _fewer(now: dict[str, int], before: dict[str, int] | None) -> bool:
    return before is not None and any(now[space] < before.get(space, 0) for space in now)


def _token(collection: Collection) -> str:
    return str((collection.metadata or {}).get(TOKEN, ""))


def _read(kept: str | None, address: str) -> dict[str, Any]:
    """Return what was kept of how vectors were left at an address; empty if nothing was."""
    with suppress(ValueError, TypeError):
        left: dict[str, Any] = json.loads(kept or "{}")
        if left.get("at") == address and {TOKEN, "before"} <= left.keys():
            return left
    return {}
