"""Chroma's collections on a server: named by library, and fit to be away for a while.

What happens while the server is away costs nobody a wait: calls are refused at once, and one thread tries
again now and then. When it is back, the vectors are in doubt (`doubt`): it may have lost its last writes.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pocketrag.errors import VectorServerAway, VectorServerError
from pocketrag.settings import StorageSettings
from pocketrag.storage.chroma.address import refuse_unconfirmed
from pocketrag.storage.chroma.holding import Facts, Holding, names
from pocketrag.storage.vectors import SPACES

if TYPE_CHECKING:
    from chromadb import Collection

    from pocketrag.storage.chroma.session import Session

log = logging.getLogger(__name__)

SOON, LATE = 2.0, 30.0
"""Seconds between two tries to reach a server that is away: at first, and in the end."""


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
        self._holding = Holding(settings.url, identity, facts)
        self.lacking = lacking
        """Whether vectors are known to be missing there: they are not searched until that is mended."""
        self._session: Session | None = None
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
                self.keep_apart()
            else:
                self._begin()

    def keep_apart(self) -> None:
        """Return once the collections are ours alone: others are taken if a copy of the library has ours."""
        with self._changing:
            with self.at_work():
                if self._holding.is_ours(self._connected()):
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
        """Return a collection; those of the index that is searched were made when they were taken.

        One of these that has gone is not made anew: nobody would notice that its vectors have.
        """
        session, called = self._connected(), self._holding.name(name)
        if name not in SPACES:
            return session.make(called)
        if (there := session.find(called)) is None:
            raise session.lost()
        return there

    def exists(self, name: str) -> bool:
        """Whether there is a collection of that name."""
        return self._connected().find(self._holding.name(name)) is not None

    def rename(self, name: str, new: str) -> None:
        """Give a collection the name of another, which goes if it is there."""
        self._connected().drop(self._holding.name(new))
        moved = self.collection(name)
        moved.modify(name=self._holding.name(new))
        self._holding.mark(moved, new)

    def drop(self, name: str) -> None:
        """Drop a collection, if it is there; one of the index that is searched is made anew, empty."""
        session, called = self._connected(), self._holding.name(name)
        session.drop(called)
        if name in SPACES:
            self._holding.mark(session.make(called), name)

    def close(self) -> None:
        """Note how the vectors are left, and hang up."""
        self._closing.set()
        with self._changing:
            session = self._session
            if session is not None and not self.lacking:
                with suppress(VectorServerError), session.told():
                    self._holding.let_go(session)
            self._let_go()

    def remove(self) -> None:
        """Drop all the library's collections there, and hang up; those that a copy of it has had since stay.

        Raises VectorServerError.
        """
        with self.at_work():
            if not self._holding.is_anothers(self._connected()):
                for name in names():
                    self._connected().drop(self._holding.name(name))
        self._holding.give_up()
        self._closing.set()
        with self._changing:
            self._let_go()

    # ── being in touch, and out of it ───────────────────────────────────────────────────────

    def _connected(self) -> Session:
        """Return the session with the server, begun as needed. Raises VectorServerError."""
        if (session := self._session) is not None:
            return session
        self._refuse_troubled()
        with self._changing:
            self._refuse_troubled()  # it may be known by now
            return self._session or self._begin()

    def _refuse_troubled(self) -> None:
        if (trouble := self._trouble) is not None:
            raise type(trouble)(trouble.message, trouble.remedy)

    def _begin(self) -> Session:
        """Return a session with the server, begun now. Raises VectorServerError."""
        from pocketrag.storage.chroma.session import Session

        refuse_unconfirmed(self._settings)
        if self._closing.is_set():
            raise VectorServerAway(f"The Chroma server {self.address} was left.", "Do the same again.")
        session: Session | None = None
        try:
            session = Session(self._settings)
            with session.told():
                session.begin()
                found = self._holding.take(session)
        except VectorServerError as error:
            if session is not None:
                session.close()
            self._is_away(error)
            raise
        self.doubt |= found.changed
        self.lacking |= found.lacking
        self._session, self._trouble = session, None
        return session

    def _is_away(self, error: VectorServerError) -> None:
        """Take note that the server cannot be used, and try again now and then."""
        with self._changing:
            if self._trouble is None:
                how = "is away" if isinstance(error, VectorServerAway) else "cannot be used"
                log.warning("the vector server %s: %s", how, type(error.__cause__ or error).__name__)
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
        while not self._closing.wait(wait):
            wait = min(2 * wait, LATE)
            self._try_quietly()
            with self._changing:  # or a server that is away again would think that it is being looked for
                if self._trouble is None:
                    self._looking = None
                    return

    def _try_quietly(self) -> None:
        with self._changing, suppress(VectorServerError):  # which is kept as `problem`
            if self._session is None and not self._closing.is_set():
                self._begin()
                log.info("in touch with the vector server")
