"""Chroma's collections in a folder of the library, in this process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pocketrag.errors import LibraryDamaged, VectorsMissing
from pocketrag.storage.chroma.home import graph
from pocketrag.storage.room import lacks_room, no_room

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api.client import Client


class ChromaFolder:
    """Chroma's persistent client; no other process may have one on the same folder."""

    epoch = 0
    deepest = 0

    def __init__(self, folder: Path) -> None:
        """Open the folder, making it as needed (0.6 s, most of it importing). Raises LibraryDamaged."""
        import chromadb
        from chromadb.config import Settings
        from chromadb.errors import ChromaError

        self.folder = folder
        self.failed = False
        self.lacking = False
        self.damage: tuple[type[Exception], ...] = (ChromaError,)
        settings = Settings(anonymized_telemetry=False)
        try:
            self._client = cast("Client", chromadb.PersistentClient(str(folder), settings=settings))
            self._client.list_collections()
        except (ChromaError, ValueError, OSError, RuntimeError) as error:
            _forget_failed(folder)
            raise LibraryDamaged(
                f"The vector store {folder} cannot be opened: {error}.",
                f"Move {folder.parent} aside and index again; your documents are untouched.",
            ) from error
        self.batch = int(self._client.get_max_batch_size())

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Say in words what goes wrong inside with Chroma's files. Raises LibraryDamaged."""
        from chromadb.errors import ChromaError

        try:
            yield
        except ChromaError as error:
            self.failed = True
            if lacks_room(self.folder):
                raise no_room(self.folder.parent) from error
            raise LibraryDamaged(
                f"The library's vector store failed ({type(error).__name__}).",
                "Do the same again: it is checked, and made anew if it is damaged. If that does not help,"
                " `pocketrag doctor` says what is wrong.",
            ) from error

    @contextmanager
    def at_search(self) -> Iterator[None]:
        """The same, for a search: refused while vectors are known to be missing."""
        if self.lacking:
            raise VectorsMissing(
                "Vectors of this library were lost.",
                "`pocketrag index` makes them anew; until then, searches go by words alone.",
            )
        with self.at_work():
            yield

    def keep_apart(self) -> None:
        """Return at once: nobody else has the folder."""

    def collection(self, name: str) -> Collection:
        """Return a collection, made as needed."""
        return self._client.get_or_create_collection(
            name, embedding_function=None, configuration={"hnsw": graph(name)}
        )

    def exists(self, name: str) -> bool:
        """Whether there is a collection of that name."""
        return any(collection.name == name for collection in self._client.list_collections())

    def rename(self, name: str, new: str) -> None:
        """Give a collection the name of another, which goes if it is there."""
        self.drop(new)
        self.collection(name).modify(name=new)

    def drop(self, name: str) -> None:
        """Drop a collection, if it is there."""
        if self.exists(name):
            self._client.delete_collection(name)

    def close(self) -> None:
        """Let go of the folder's files."""
        self._client.close()

    def remove(self) -> None:
        """Delete the folder."""
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _forget_failed(folder: Path) -> None:
    """Make Chroma forget a folder that it could not open: it would hand out the failure again."""
    from chromadb.api.shared_system_client import SharedSystemClient

    with suppress(AttributeError):  # what was never started cannot be stopped
        SharedSystemClient._release_system(str(folder))
