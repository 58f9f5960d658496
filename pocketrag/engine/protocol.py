"""What a front end may ask of a library, whoever runs it: the one door to everything.

`Library` (in `library.py`) does the work in the process that owns it; `EngineClient` (in
`client.py`) asks the engine process that does. The app and the command line are written against
`Engine` alone; `Controls` is for those who look after the engine itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args, get_origin, get_type_hints

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

if TYPE_CHECKING:
    from pocketrag.settings import Settings


class Engine(Protocol):
    """A library at work.

    Methods that take long yield events; closing their iterator stops the work at its next safe
    point, with everything done so far kept. Every method may raise a `PocketRagError`.
    """

    def load(self) -> Iterator[LoadEvent]:
        """Yield as each model is loaded; nothing if they are loaded already."""

    def use_language_model(self, setting: str, confirmed: bool = False) -> Iterator[LoadEvent]:
        """Yield as another language model takes the place of the one in use, now and in the settings.

        `setting` is what `models.language` is to say; with `confirmed`, it may be the address of a server
        beyond this computer, which questions and passages then go to. A file is tried in a process of its
        own first. Raises ModelError or SettingsError if it cannot be used: then everything stays as it is.
        """

    def move_vectors(self, url: str, confirmed: bool = False) -> Iterator[MoveEvent]:
        """Yield as the vectors are carried to a Chroma server, or if `url` is empty to the library's folder.

        With `confirmed`, the server may be beyond this computer. They are searched where they were until
        all are there; what was carried stays when it is stopped. Raises VectorServerError or SettingsError.
        """

    def reach_vectors(self) -> VectorPlace:
        """Return where the vectors are; a Chroma server is asked whether it can be used, now."""

    def folders(self) -> tuple[Path, ...]:
        """Return the folders of the library."""

    def add(self, folder: Path) -> Path:
        """Return the folder as the library knows it (absolute); its files wait for `index`."""

    def outlook(self, folder: Path) -> FolderOutlook:
        """Return what adding a folder would mean. Raises FolderError if it cannot be added."""

    def forecast(self, folder: Path) -> FolderForecast:
        """Return what adding a folder would have read, and how long that would take; within seconds.

        Raises FolderError if it cannot be added.
        """

    def remove(self, folder: Path) -> int:
        """Return how many files the library forgot with the folder; nothing on disk is touched."""

    def index(self) -> Iterator[IndexEvent]:
        """Yield what happens to each file while the index is brought up to date as of this call.

        If a run is on its way already, its progress is told first, then what the next run finds.
        """

    def watch(self) -> Iterator[IndexEvent]:
        """Yield what changes in the index, for ever: now, and whenever files change.

        `Watching` comes while there is nothing to do; files found unchanged are not told of. Raises
        WatchError if the system cannot watch. Any number may watch: the folders are watched once.
        """

    def behind(self) -> str:
        """Return what stands between the index and the folders, in words; empty if nothing is known to."""

    def retry(self, files: tuple[Path, ...] = ()) -> Iterator[IndexEvent]:
        """Yield what becomes of files that failed as they are read again: these, or with none named all.

        Raises UnknownFile for one outside the library's folders.
        """

    def mend(self) -> Iterator[IndexEvent]:
        """Yield how the vectors are brought in line with the catalog; then as `index`."""

    def check(self) -> Iterator[Check]:
        """Yield how catalog, vectors, folders and files stand; indexing stands still meanwhile."""

    def search(self, query: str, filters: Filters, limit: int) -> SearchResults:
        """Return at most `limit` passages for the query, best first."""

    def search_all(self, query: str, filters: Filters) -> Iterator[SearchEvent]:
        """Yield `DocumentMatched` for every document that holds the query's words; last `AllMatched`."""

    def ask(self, question: str, turns: tuple[Turn, ...], filters: Filters) -> Iterator[AnswerEvent]:
        """Yield an answer: `PassagesFound`, `Token`…, then `AnswerReady` or `Refused`."""

    def conversations(self, words: str = "") -> tuple[ConversationEntry, ...]:
        """Return the kept conversations, latest first; with `words`, those that hold all of them."""

    def conversation(self, conversation: int) -> KeptConversation:
        """Return a kept conversation, its citations compared with the files as they are now.

        Raises UnknownConversation, as do the methods below.
        """

    def keep_answer(self, answer: Answer, conversation: int | None) -> int:
        """Return the conversation at whose end the answer is now kept.

        A new one is begun for None, and for one that has been deleted meanwhile.
        """

    def mark_answer(self, turn: int, mark: Mark | None) -> None:
        """Note what a person says of a kept answer; None takes it back."""

    def rename_conversation(self, conversation: int, title: str) -> None:
        """Give a conversation another title."""

    def delete_conversations(self, conversations: tuple[int, ...]) -> None:
        """Delete conversations for good; if one of them is not there, none is deleted."""

    def status(self, files: bool = False) -> LibraryStatus:
        """Return counts and failures; with `files`, every file."""

    def document(self, path: Path) -> tuple[FileVersion, Document]:
        """Return the stored text and structure of an indexed file.

        Raises UnknownFile if the index does not hold it.
        """

    def page_picture(self, file: Path, page: int, width: int, span: Span | None = None) -> PagePicture:
        """Return a page (from 1) of an indexed PDF, `width` pixels wide, with what stands at a span marked.

        Without marks, it was not found on the page. Raises UnknownFile, or a ReadingError where the page
        cannot be drawn: the file is no PDF, or not the one any more that was indexed.
        """

    def close(self) -> None:
        """Let go of the library; the last to do so lets another process open it."""


class OwnedEngine(Engine, Protocol):
    """An engine in the process that owns its library."""

    def rebuild(self) -> None:
        """Discard all that was read and embedded; the folders stay."""

    def pause(self) -> None:
        """Let indexing stand still at its next safe point, until `resume` or `index`."""

    def resume(self) -> None:
        """Let indexing go on."""

    def indexing(self) -> str:
        """Return how indexing stands, in words; empty while there is nothing to do."""

    def preparing(self) -> str:
        """Return what is being prepared for this computer, in words; empty while nothing is."""

    def settings(self) -> Settings:
        """Return the settings that the library is at work with."""

    def rest(self) -> None:
        """Let go of what nobody has needed for long: called every second or so."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """What an engine says to a client that has come.

    Clients of other versions must understand it: a field is only ever added, with a default.
    """

    pid: int
    version: str
    outdated: bool
    """Whether its settings are not those of the file any more: then another engine should take over."""


@dataclass(frozen=True, slots=True)
class ClientInfo:
    """One client of an engine."""

    name: str
    """What it is: `app`, `search`, …"""
    pid: int
    since: float
    """Seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """An engine at a glance."""

    library: Path
    pid: int
    version: str
    address: str
    started: float
    """Seconds since the epoch."""
    clients: tuple[ClientInfo, ...]
    doing: tuple[str, ...]
    """In words; empty while it does nothing."""
    memory_bytes: int
    """Resident; where the system does not tell, the most there ever was."""
    keep_alive: float
    """Seconds that it stays after its last client has gone."""


EndReason = Literal["asked", "replaced", "damaged"]


class Controls(Protocol):
    """What looks after an engine process."""

    def greet(self) -> Greeting:
        """Return who the engine is. Raises SettingsError if the settings file has a mistake by now."""

    def about(self) -> EngineInfo:
        """Return what the engine is doing, and for whom."""

    def rebuild(self) -> None:
        """Discard all that was read and embedded; the folders stay."""

    def pause(self) -> None:
        """Let indexing stand still at its next safe point, until `resume` or `index`."""

    def resume(self) -> None:
        """Let indexing go on."""

    def end(self, reason: EndReason) -> None:
        """Let the engine end once the step at hand is done: why, is told to those who still listen."""


@dataclass(frozen=True, slots=True)
class Signature:
    """The types that a method takes and gives, as they are declared above."""

    parameters: tuple[Any, ...]
    result: Any
    """What is returned; of a method that yields events, one event."""
    streams: bool


METHODS = frozenset(
    name
    for protocol in (Engine, Controls)
    for name, member in vars(protocol).items()
    if callable(member) and not name.startswith("_") and name != "close"
)
"""What may be asked for over the wire: nothing else can be named."""


@cache
def signature(method: str) -> Signature:
    """Return a method's types."""
    declared = getattr(Engine, method, None) or getattr(Controls, method)
    hints = get_type_hints(declared)
    result = hints.pop("return")
    streams = get_origin(result) is Iterator
    return Signature(tuple(hints.values()), get_args(result)[0] if streams else result, streams)
