"""What a front end may ask of a library, whoever runs it: the one door to everything.

`Library` (in `library.py`) does the work in this process; `EngineProcess` (in `client.py`) hands
it to a process of its own. The app and the command line are written against `Engine` alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

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


class Engine(Protocol):
    """A library at work.

    Methods that take long yield events; closing their iterator stops the work at its next safe
    point, with everything done so far kept. Every method may raise a `PocketRagError`.
    """

    def load(self) -> Iterator[LoadEvent]:
        """Yield as each model is loaded; nothing if they are loaded already."""

    def folders(self) -> tuple[Path, ...]:
        """Return the folders of the library."""

    def add(self, folder: Path) -> Path:
        """Return the folder as the library knows it (absolute); its files wait for `index`."""

    def remove(self, folder: Path) -> int:
        """Return how many files the library forgot with the folder; nothing on disk is touched."""

    def index(self) -> Iterator[IndexEvent]:
        """Yield what happens to each file while the index is brought up to date."""

    def watch(self) -> Iterator[IndexEvent]:
        """Yield what changes in the index, for ever: now, and whenever files change.

        `Watching` comes while there is nothing to do; files found unchanged are not told of. Raises
        WatchError if the system cannot watch.
        """

    def search(self, query: str, filters: Filters, limit: int) -> SearchResults:
        """Return at most `limit` passages for the query, best first."""

    def ask(self, question: str, turns: tuple[Turn, ...], filters: Filters) -> Iterator[AnswerEvent]:
        """Yield an answer: `PassagesFound`, `Token`…, then `AnswerReady` or `Refused`."""

    def conversation(self) -> tuple[Turn, ...]:
        """Return the turns of the last conversation, oldest first."""

    def remember(self, turns: tuple[Turn, ...]) -> None:
        """Keep these turns as the last conversation."""

    def status(self, files: bool = False) -> LibraryStatus:
        """Return counts and failures; with `files`, every file."""

    def document(self, path: Path) -> tuple[FileVersion, Document]:
        """Return the stored text and structure of an indexed file.

        Raises UnknownFile if the index does not hold it.
        """

    def close(self) -> None:
        """Let go of the library, so that another process may open it."""
