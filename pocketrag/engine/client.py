"""A client of a library's engine, which it shares with all others; and the library opened in this process.

Light to import: nothing here loads a model, a database or a settings library.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pocketrag.domain import (
    Answer,
    AnswerEvent,
    Check,
    ConversationEntry,
    Document,
    FileVersion,
    Filters,
    FolderForecast,
    FolderOutlook,
    IndexEvent,
    KeptConversation,
    LibraryStatus,
    LoadEvent,
    Mark,
    MoveEvent,
    PagePicture,
    SearchEvent,
    SearchResults,
    Span,
    Turn,
    VectorPlace,
)
from pocketrag.engine.connection import Connection, EngineGone, stopped
from pocketrag.engine.protocol import Engine
from pocketrag.engine.starting import Startup, attached
from pocketrag.errors import EngineStopped
from pocketrag.paths import LibraryPaths
from pocketrag.typed_json import Value


def open_library(paths: LibraryPaths, *, rebuild: bool = False) -> Engine:
    """Return the library, opened in this process. Raises a LibraryError or SettingsError."""
    from pocketrag.engine.library import Library
    from pocketrag.settings import load_settings

    return Library(paths, load_settings(paths), rebuild=rebuild)


class EngineClient:
    """The library's engine, found or started, as a client sees it. Any thread may call it.

    It holds one connection for as long as it is open, by which the engine knows that it is needed;
    each call has one of its own. If the engine dies, the call at hand raises EngineStopped, and the
    next one starts another engine.
    """

    def __init__(
        self, paths: LibraryPaths, name: str, startup: Startup | None = None, *, rebuild: bool = False
    ) -> None:
        """Find the engine or start it (a second or two); with `rebuild`, it discards its index.

        `name` says in `engine status` who this is. Raises what opening the library raises, or an
        EngineError.
        """
        self._paths = paths
        self._name = name
        self._startup = startup or Startup()
        self._attaching = threading.Lock()
        self._presence = attached(paths, name, self._startup, rebuild=rebuild)

    # ── the Engine protocol ─────────────────────────────────────────────────────────────────

    def load(self) -> Iterator[LoadEvent]:
        """Yield as each model is loaded; nothing if they are loaded already."""
        return self._events("load")

    def use_language_model(self, setting: str, confirmed: bool = False) -> Iterator[LoadEvent]:
        """Yield as another language model takes the place of the one in use, now and in the settings."""
        return self._events("use_language_model", setting, confirmed)

    def move_vectors(self, url: str, confirmed: bool = False) -> Iterator[MoveEvent]:
        """Yield as the vectors are carried to a Chroma server, or to the library's folder."""
        return self._events("move_vectors", url, confirmed)

    def reach_vectors(self) -> VectorPlace:
        """Return where the vectors are; a Chroma server is asked whether it can be used, now."""
        place: VectorPlace = self._call("reach_vectors")
        return place

    def folders(self) -> tuple[Path, ...]:
        """Return the folders of the library."""
        found: tuple[Path, ...] = self._call("folders")
        return found

    def add(self, folder: Path) -> Path:
        """Return the folder as the library knows it."""
        added: Path = self._call("add", folder.expanduser().absolute())
        return added

    def outlook(self, folder: Path) -> FolderOutlook:
        """Return what adding a folder would mean. Raises FolderError if it cannot be added."""
        found: FolderOutlook = self._call("outlook", folder.expanduser().absolute())
        return found

    def forecast(self, folder: Path) -> FolderForecast:
        """Return what adding a folder would have read, and how long that would take."""
        found: FolderForecast = self._call("forecast", folder.expanduser().absolute())
        return found

    def remove(self, folder: Path) -> int:
        """Return how many files the library forgot with the folder."""
        forgotten: int = self._call("remove", folder.expanduser().absolute())
        return forgotten

    def index(self) -> Iterator[IndexEvent]:
        """Yield what happens to each file while the index is brought up to date as of this call."""
        return self._events("index")

    def watch(self) -> Iterator[IndexEvent]:
        """Yield what changes in the index, for ever: now, and whenever files change."""
        return self._events("watch")

    def behind(self) -> str:
        """Return what stands between the index and the folders, in words; empty if nothing is known to."""
        said: str = self._call("behind")
        return said

    def retry(self, files: tuple[Path, ...] = ()) -> Iterator[IndexEvent]:
        """Yield what becomes of files that failed as they are read again: these, or with none named all."""
        return self._events("retry", tuple(file.expanduser().absolute() for file in files))

    def mend(self) -> Iterator[IndexEvent]:
        """Yield how the vectors are brought in line with the catalog; then as `index`."""
        return self._events("mend")

    def check(self) -> Iterator[Check]:
        """Yield how catalog, vectors, folders and files stand."""
        return self._events("check")

    def search(self, query: str, filters: Filters, limit: int) -> SearchResults:
        """Return at most `limit` passages for the query, best first."""
        found: SearchResults = self._call("search", query, filters, limit)
        return found

    def search_all(self, query: str, filters: Filters) -> Iterator[SearchEvent]:
        """Yield `DocumentMatched` for every document that holds the query's words; last `AllMatched`."""
        return self._events("search_all", query, filters)

    def ask(self, question: str, turns: tuple[Turn, ...], filters: Filters) -> Iterator[AnswerEvent]:
        """Yield an answer: `PassagesFound`, `Token`…, then `AnswerReady` or `Refused`.

        If the engine dies before there is anything to show, another one is asked, once.
        """
        shown = False
        try:
            for event in self._events("ask", question, turns, filters):
                shown = shown or not isinstance(event, LoadEvent)
                yield event
        except EngineStopped:
            if shown:
                raise
            yield from self._events("ask", question, turns, filters)

    def conversations(self, words: str = "") -> tuple[ConversationEntry, ...]:
        """Return the kept conversations, latest first; with `words`, those that hold all of them."""
        found: tuple[ConversationEntry, ...] = self._call("conversations", words)
        return found

    def conversation(self, conversation: int) -> KeptConversation:
        """Return a kept conversation, its citations compared with the files as they are now."""
        found: KeptConversation = self._call("conversation", conversation)
        return found

    def keep_answer(self, answer: Answer, conversation: int | None) -> int:
        """Return the conversation at whose end the answer is now kept: this one, or a new one."""
        kept: int = self._call("keep_answer", answer, conversation)
        return kept

    def mark_answer(self, turn: int, mark: Mark | None) -> None:
        """Note what a person says of a kept answer; None takes it back."""
        self._call("mark_answer", turn, mark)

    def rename_conversation(self, conversation: int, title: str) -> None:
        """Give a conversation another title."""
        self._call("rename_conversation", conversation, title)

    def delete_conversations(self, conversations: tuple[int, ...]) -> None:
        """Delete conversations for good; if one of them is not there, none is deleted."""
        self._call("delete_conversations", conversations)

    def status(self, files: bool = False) -> LibraryStatus:
        """Return counts and failures; with `files`, every file."""
        found: LibraryStatus = self._call("status", files)
        return found

    def document(self, path: Path) -> tuple[FileVersion, Document]:
        """Return the stored text and structure of an indexed file. Raises UnknownFile."""
        found: tuple[FileVersion, Document] = self._call("document", path)
        return found

    def page_picture(self, file: Path, page: int, width: int, span: Span | None = None) -> PagePicture:
        """Return a page of an indexed PDF, `width` pixels wide, with what stands at a span marked."""
        drawn: PagePicture = self._call("page_picture", file, page, width, span)
        return drawn

    def close(self) -> None:
        """Leave the engine, which ends a while after its last client has gone."""
        self._presence.hang_up()

    # ── the wire ────────────────────────────────────────────────────────────────────────────

    def _call(self, method: str, *arguments: object) -> Value:
        connection = self._connected()
        try:
            return connection.call(method, *arguments)
        finally:
            connection.hang_up()

    def _events(self, method: str, *arguments: object) -> Iterator[Value]:
        yield from self._connected().events(method, *arguments)

    def _connected(self) -> Connection:
        """Return a connection of its own for one call, to another engine if the one there was has died."""
        with self._attaching:
            if self._presence.alive():
                with suppress(EngineGone):  # it is about to end
                    return self._presence.again()
            self._presence.hang_up()
            self._presence = attached(self._paths, self._name, self._startup)
            try:
                return self._presence.again()
            except EngineGone as error:
                raise stopped() from error
