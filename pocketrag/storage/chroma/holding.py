"""What one library has on a server that it shares with others: collections under a name of its own.

Each opening leaves a token with the collections and in the catalog. A token that is neither the last one
nor the one before was left by a copy of this library: the two part then, and this one gets collections of
its own, so that none ever sweeps the other's vectors.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from pocketrag.settings import StorageSettings
from pocketrag.storage.chroma.address import refuse_unconfirmed
from pocketrag.storage.chroma.home import NEXT
from pocketrag.storage.library_id import known_id, library_id, new_id
from pocketrag.storage.vectors import SPACES

if TYPE_CHECKING:
    from chromadb import Collection

    from pocketrag.storage.chroma.session import Session

log = logging.getLogger(__name__)

LEFT = "vectors left"
"""The fact of a catalog that tells how it left the vectors on a server."""

TOKEN = "session"
"""The entry of a collection's metadata, and of that fact, that tells who had the collections last."""

HELD_BY = SPACES[0]
"""The space whose collection bears the token."""


class Facts(Protocol):
    """Where a library keeps its small facts."""

    def meta(self, key: str) -> str | None:
        """Return a fact; None if there is none of that name."""

    def set_meta(self, key: str, value: str) -> None:
        """Keep a fact."""


class Found(NamedTuple):
    """How a library found its vectors."""

    changed: bool
    """Whether they may not be as it left them."""
    lacking: bool
    """Whether some are known to be missing."""


class Holding:
    """The collections of one library on one server."""

    def __init__(self, address: str, identity: Path, facts: Facts) -> None:
        """Look at nothing yet. `identity` is the file that keeps the library's name."""
        self._address = address
        self._identity = identity
        self._facts = facts
        self._prefix = ""
        self._token = ""

    def name(self, collection: str) -> str:
        """Return what a collection of the library is called on the server."""
        return f"{self._prefix}{collection}"

    def take(self, session: Session) -> Found:
        """Take hold of the collections, making them as needed; return how they were found."""
        left = _read(self._facts.meta(LEFT), self._address)
        self._prefix = prefix(library_id(self._identity))
        held = session.find(self.name(HELD_BY))
        theirs = _token(held)
        parted = bool(left) and held is not None and theirs not in _ours(left)
        if parted:
            log.warning("a copy of this library has used its collections: this one gets others")
            self._prefix = prefix(new_id(self._identity))
        before, counts = left.get("counts"), self._counts(session)
        gone = bool(left) and (held is None or parted)
        fewer = before is not None and any(counts[space] < before.get(space, 0) for space in SPACES)
        self._token = secrets.token_hex(8)
        self._leave(before=theirs)
        for space in SPACES:
            self.mark(session.make(self.name(space)), space)
        return Found(changed=before != counts, lacking=gone or fewer)

    def is_ours(self, session: Session) -> bool:
        """Whether the collections are there, and nobody else has taken hold of them since."""
        return _token(session.find(self.name(HELD_BY))) == self._token

    def is_anothers(self, session: Session) -> bool:
        """Whether a copy of the library has taken hold of the collections since."""
        return _token(session.find(self.name(HELD_BY))) not in ("", self._token)

    def mark(self, collection: Collection, name: str) -> None:
        """Leave our token with the collection that bears it; others are left alone."""
        if name == HELD_BY:
            collection.modify(metadata={TOKEN: self._token})

    def let_go(self, session: Session) -> None:
        """Note how the vectors are left."""
        self._leave(before=self._token, counts=self._counts(session))

    def give_up(self) -> None:
        """Note that nothing of the library is there any more; what is known of another server stays."""
        if _read(self._facts.meta(LEFT), self._address):
            self._facts.set_meta(LEFT, "{}")

    def _leave(self, **more: object) -> None:
        told = {"at": self._address, TOKEN: self._token, **more}
        self._facts.set_meta(LEFT, json.dumps(told))

    def _counts(self, session: Session) -> dict[str, int]:
        found = {space: session.find(self.name(space)) for space in SPACES}
        return {space: 0 if there is None else there.count() for space, there in found.items()}


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
        if _token(session.find(f"{prefix(library)}{HELD_BY}")) in _ours(left):
            for name in names():
                session.drop(f"{prefix(library)}{name}")


def last_server(kept: str | None) -> str:
    """Return the address of the server that a library has used last, and may still have vectors on.

    `kept` is what the catalog says under `LEFT`.
    """
    with suppress(ValueError, TypeError, AttributeError):
        return str(json.loads(kept or "{}").get("at", ""))
    return ""


def names() -> Iterator[str]:
    """Yield what the collections of a library are called by itself: those that it may have."""
    for space in SPACES:
        yield space
        yield f"{space}{NEXT}"


def prefix(library: str) -> str:
    """Return what the names of a library's collections begin with on a server."""
    return f"pocketrag-{library}-"


@contextmanager
def _speaking(settings: StorageSettings) -> Iterator[Session]:
    """Speak to the server for a moment. Raises VectorServerError."""
    from pocketrag.storage.chroma.session import Session

    refuse_unconfirmed(settings)
    with closing(Session(settings)) as session, session.told():
        session.begin()
        yield session


def _token(collection: Collection | None) -> str:
    return str((collection.metadata or {}).get(TOKEN, "")) if collection is not None else ""


def _ours(left: dict[str, Any]) -> tuple[str, ...]:
    """Return the tokens that a library may find where nobody else has been; none, after a stop in between."""
    return "", left[TOKEN], left["before"]


def _read(kept: str | None, address: str) -> dict[str, Any]:
    """Return what was kept of how vectors were left at an address; empty if nothing was."""
    with suppress(ValueError, TypeError):
        left: Any = json.loads(kept or "{}")
        if isinstance(left, dict) and left.get("at") == address and {TOKEN, "before"} <= left.keys():
            return left
    return {}
