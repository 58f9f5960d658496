"""Vectors by content. Owns Chroma.

A vector's key is the hash of what was embedded and of the model that embedded it, so adding one
twice is harmless and forms never mix. Which vectors *count* is the catalog's to say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, Protocol, cast

import numpy as np
import numpy.typing as npt

from pocketrag.errors import LibraryDamaged
from pocketrag.storage.room import lacks_room, no_room

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration

Vectors = npt.NDArray[np.float32]

Space = Literal["chunks", "contexts", "paths"]
"""What a vector stands for: a chunk's text, the title and headings above it, or a file's folder and name."""

SPACES: tuple[Space, ...] = ("chunks", "contexts", "paths")


HNSW: Final[CreateHNSWConfiguration] = {
    "space": "cosine",
    "ef_construction": 200,
    "max_neighbors": 32,
    "ef_search": 200,
}
"""With Chroma's defaults about one vector in a hundred does not even find itself; with these, one in 600."""

FETCHED = 1_000
"""Vectors that are fetched and compared one by one: 20 ms. More of them Chroma compares faster itself."""

AT_HAND = 10_000
"""Vectors of a space that are kept at hand, at most: 15 MB of 384 dimensions."""

PROBES = 16
"""Vectors looked for at each of four places of a space to tell whether it is sound."""

FOUND_SHARE = 0.5
"""Share of them that must find themselves: the graph is approximate, and a few never do."""

NEXT = "-next"
"""What the names of the next index's collections end with."""

NEARLY = 0.001
"""Cosine distance within which a vector counts as the one looked for."""


def vector_key(fingerprint: str, text: str) -> str:
    """Return the key of a text's vector: 128 bits over model fingerprint and embedded text."""
    return hashlib.blake2b(f"{fingerprint}\0{text}".encode(), digest_size=16).hexdigest()


def _forget_failed(folder: Path) -> None:
    """Make Chroma forget a folder that it could not open: it would hand out the failure again."""
    from chromadb.api.shared_system_client import SharedSystemClient

    with suppress(AttributeError):  # what was never started cannot be stopped
        SharedSystemClient._release_system(str(folder))


@contextmanager
def _told(store: ChromaVectors) -> Iterator[None]:
    """Say in words what goes wrong inside with Chroma's files."""
    from chromadb.errors import ChromaError

    try:
        yield
    except ChromaError as error:
        store.failed = True
        if lacks_room(store.folder):
            raise no_room(store.folder.parent) from error
        raise LibraryDamaged(
            f"The library's vector store failed ({type(error).__name__}).",
            "Do the same again: it is checked, and made anew if it is damaged. If that does not help,"
            " `pocketrag doctor` says what is wrong.",
        ) from error


class VectorStore(Protocol):
    """Vectors of unit length by key, in several spaces."""

    def add(self, space: Space, keys: Sequence[str], vectors: Vectors) -> None:
        """Keep the vectors, float32 (n, d), under their keys; known keys are written over."""

    def missing(self, space: Space, keys: Iterable[str]) -> list[str]:
        """Return those keys that are not there, each once, in order."""

    def nearest(
        self, space: Space, vector: Vectors, limit: int, among: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return at most `limit` (key, cosine) pairs, nearest first; only of `among` if it is given."""

    def keys(self, space: Space) -> set[str]:
        """Return every key that is there."""

    def remove(self, space: Space, keys: Iterable[str]) -> None:
        """Drop the vectors with these keys."""

    def is_sound(self, space: Space) -> bool:
        """Whether vectors that are there are found: some of them are looked for."""

    def reset(self, space: Space) -> None:
        """Drop all vectors, and whatever is wrong with where they were kept."""

    def beside(self) -> VectorStore:
        """Return the vectors of the next index, which is made beside the one that is searched."""

    def take_over(self) -> None:
        """Let the vectors of the next index, if there are any, take the place of those here."""

    def abandon(self) -> None:
        """Drop the vectors of the next index."""

    def close(self) -> None:
        """Let go of the store's files."""


class ChromaVectors:
    """Chroma's persistent client, on a folder of the library."""

    def __init__(self, folder: Path) -> None:
        """Open the store, making it as needed (0.6 s, most of it importing). Raises LibraryDamaged."""
        import chromadb
        from chromadb.config import Settings
        from chromadb.errors import ChromaError

        self.folder = folder
        self._suffix = ""
        self._at_hand: dict[Space, dict[str, Vectors]] = {space: {} for space in SPACES}
        self.failed = False
        """Whether Chroma has failed since it was opened."""
        settings = Settings(anonymized_telemetry=False)
        try:
            self._client = cast("Client", chromadb.PersistentClient(str(folder), settings=settings))
            self._spaces = {space: self._collection(space) for space in SPACES}
        except (ChromaError, ValueError, OSError, RuntimeError) as error:
            _forget_failed(folder)
            raise LibraryDamaged(
                f"The vector store {folder} cannot be opened: {error}.",
                f"Move {folder.parent} aside and index again; your documents are untouched.",
            ) from error
        self._batch = int(self._client.get_max_batch_size())

    def add(self, space: Space, keys: Sequence[str], vectors: Vectors) -> None:
        """Keep the vectors, float32 (n, d), under their keys; known keys are written over."""
        for key in keys:
            self._at_hand[space].pop(key, None)
        for start in range(0, len(keys), self._batch):
            end = start + self._batch
            with _told(self):
                self._spaces[space].upsert(ids=list(keys[start:end]), embeddings=vectors[start:end])

    def missing(self, space: Space, keys: Iterable[str]) -> list[str]:
        """Return those keys that are not there, each once, in order."""
        wanted = list(dict.fromkeys(keys))
        there: set[str] = set()
        for batch in self._batches(wanted):
            with _told(self):
                there.update(self._spaces[space].get(ids=batch, include=[])["ids"])
        return [key for key in wanted if key not in there]

    def nearest(
        self, space: Space, vector: Vectors, limit: int, among: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return at most `limit` (key, cosine) pairs, nearest first; only of `among` if it is given."""
        if limit < 1 or (among is not None and not among):
            return []
        if among is not None and len(among) <= FETCHED:
            return self._compared(space, vector, among)[:limit]
        with _told(self):
            found = self._spaces[space].query(
                query_embeddings=vector[np.newaxis, :],
                n_results=limit,
                include=["distances"],
                ids=None if among is None else list(among),
            )
        (distances,) = found["distances"] or [[]]
        return [(key, 1.0 - d) for key, d in zip(found["ids"][0], distances, strict=True)]

    def _compared(self, space: Space, vector: Vectors, among: Sequence[str]) -> list[tuple[str, float]]:
        """Return these keys with their cosines, nearest first: they are fetched, and compared one by one.

        Chroma goes through all that there is to find a few by their ids.
        """
        there = self._fetched(space, among)
        if not there:
            return []
        rows = np.stack(list(there.values()))
        cosines = rows @ vector / np.maximum(np.linalg.norm(rows, axis=1), 1e-12)
        keys, order = list(there), np.argsort(-cosines, kind="stable")
        return [(keys[n], float(cosines[n])) for n in order]

    def _fetched(self, space: Space, wanted: Sequence[str]) -> dict[str, Vectors]:
        """Return the vectors with these keys, of those that are there.

        They are kept at hand: Chroma takes 2 ms for a hundred, and questions come back to the same ones.
        """
        at_hand = self._at_hand[space]
        known = ((key, at_hand.get(key)) for key in wanted)
        there = {key: row for key, row in known if row is not None}
        missing = [key for key in dict.fromkeys(wanted) if key not in there]
        if not missing:
            return there
        with _told(self):
            found = self._spaces[space].get(ids=missing, include=["embeddings"])
        if found["ids"] and found["embeddings"] is not None:
            rows = np.asarray(found["embeddings"], np.float32)
            fetched = dict(zip(found["ids"], rows, strict=True))
            there |= fetched
            if len(at_hand) + len(fetched) > AT_HAND:
                at_hand.clear()
            at_hand |= fetched
        return there

    def keys(self, space: Space) -> set[str]:
        """Return every key that is there."""
        with _told(self):
            return set(self._spaces[space].get(include=[])["ids"])

    def remove(self, space: Space, keys: Iterable[str]) -> None:
        """Drop the vectors with these keys."""
        for batch in self._batches(list(keys)):
            with _told(self):
                self._spaces[space].delete(ids=batch)
            for key in batch:
                self._at_hand[space].pop(key, None)

    def is_sound(self, space: Space) -> bool:
        """Whether vectors that are there are found: some of them are looked for.

        An index whose files were lost goes on answering, with little of what it should know.
        """
        from chromadb.errors import ChromaError

        there = self._spaces[space]
        try:
            last = max(0, there.count() - PROBES)
            starts = (0, last // 3, 2 * last // 3, last)
            found = [one for start in starts for one in self._found(space, start)]
        except ChromaError:
            return False
        return sum(found) >= FOUND_SHARE * len(found)

    def _found(self, space: Space, start: int) -> list[bool]:
        """Return of some vectors, from a position on, whether each finds itself."""
        there = self._spaces[space]
        probes = there.get(limit=PROBES, offset=start, include=["embeddings"])["embeddings"]
        if probes is None or not len(probes):
            return []
        found = there.query(query_embeddings=np.asarray(probes), n_results=1, include=["distances"])
        return [bool(row) and row[0] < NEARLY for row in found["distances"] or []]

    def reset(self, space: Space) -> None:
        """Drop all vectors, and whatever is wrong with where they were kept."""
        self._at_hand[space].clear()
        self._client.delete_collection(f"{space}{self._suffix}")
        self._spaces[space] = self._collection(space)

    def beside(self) -> ChromaVectors:
        """Return the vectors of the next index, which is made beside the one that is searched."""
        other = copy(self)
        other._suffix = NEXT
        other._at_hand = {space: {} for space in SPACES}
        other._spaces = {space: other._collection(space) for space in SPACES}
        return other

    def take_over(self) -> None:
        """Let the vectors of the next index, if there are any, take the place of those here.

        One space after the other: what a stop in between leaves is taken over the next time.
        """
        self._at_hand = {space: {} for space in SPACES}
        there = {collection.name: collection for collection in self._client.list_collections()}
        for space in SPACES:
            following = there.get(f"{space}{NEXT}")
            if following is not None:
                if space in there:
                    self._client.delete_collection(space)
                following.modify(name=space)
        self._spaces = {space: self._collection(space) for space in SPACES}

    def abandon(self) -> None:
        """Drop the vectors of the next index."""
        for collection in self._client.list_collections():
            if collection.name.endswith(NEXT):
                self._client.delete_collection(collection.name)

    def close(self) -> None:
        """Let go of the store's files."""
        self._client.close()

    def _collection(self, space: Space) -> Collection:
        return self._client.get_or_create_collection(
            f"{space}{self._suffix}", embedding_function=None, configuration={"hnsw": HNSW}
        )

    def _batches(self, keys: list[str]) -> Iterator[list[str]]:
        for start in range(0, len(keys), self._batch):
            yield keys[start : start + self._batch]
