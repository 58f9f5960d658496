"""What a home of Chroma's collections offers: a folder of the library, or a server."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api.collection_configuration import CreateHNSWConfiguration

HNSW: Final[CreateHNSWConfiguration] = {
    "space": "cosine",
    "ef_construction": 140,
    "max_neighbors": 32,
    "ef_search": 200,
}
"""With Chroma's defaults about one vector in a hundred does not even find itself; with these, one in 300.
Of the sixty nearest among 7,000 passages .997 are found, as with an `ef_construction` of 200, for which
adding takes a quarter longer."""


COMPARED: Final[CreateHNSWConfiguration] = {"space": "cosine", "ef_construction": 24, "max_neighbors": 8}
"""For contexts and paths, which are only ever fetched and compared one by one: a graph that is quickly made.
All but one vector in 300 find themselves in it, which is enough to see that it is sound."""

NEXT = "-next"
"""What the names of the next index's collections end with."""


def graph(name: str) -> CreateHNSWConfiguration:
    """Return how the graph of the collection of this name is made."""
    return HNSW if name.startswith("chunks") else COMPARED


class Home(Protocol):
    """Where a library's collections are. A name is the library's own: other libraries never see it."""

    damage: tuple[type[Exception], ...]
    """What is raised where vectors are damaged; nothing is where that is not ours to mend."""

    lacking: bool
    """Whether vectors are known to be missing there."""

    @property
    def failed(self) -> bool:
        """Whether damage was met since it was opened."""

    @property
    def epoch(self) -> int:
        """Counts how often collections that were handed out have become invalid."""

    @property
    def batch(self) -> int:
        """Vectors that one request may write or fetch."""

    @property
    def deepest(self) -> int:
        """Vectors that one query may ask for; 0 for as many as there are."""

    def at_work(self) -> AbstractContextManager[None]:
        """Be in touch with Chroma; what goes wrong inside is raised in words."""

    def at_search(self) -> AbstractContextManager[None]:
        """The same, for a search: refused while vectors are known to be missing."""

    def keep_apart(self) -> None:
        """Return once what is there is this library's alone, and may be dropped."""

    def collection(self, name: str) -> Collection:
        """Return a collection, made as needed."""

    def exists(self, name: str) -> bool:
        """Whether there is a collection of that name."""

    def rename(self, name: str, new: str) -> None:
        """Give a collection the name of another, which goes if it is there."""

    def drop(self, name: str) -> None:
        """Drop a collection, if it is there."""

    def close(self) -> None:
        """Let go of it."""

    def remove(self) -> None:
        """Drop all that the library has there, and let go of it."""
