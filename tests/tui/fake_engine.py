"""An engine that follows a script and remembers what it was asked; the app cannot tell it from a real one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

from pocketrag.domain import (
    Answer,
    AnswerEvent,
    AnswerReady,
    Check,
    Citation,
    ConversationEntry,
    Counts,
    Document,
    FileVersion,
    Filters,
    FolderForecast,
    FolderOutlook,
    Freshness,
    IndexDone,
    IndexEvent,
    KeptConversation,
    KeptTurn,
    LibraryStatus,
    LoadEvent,
    Mark,
    ModelLoading,
    ModelReady,
    MoveEvent,
    PagePicture,
    PassagesFound,
    Refused,
    SearchEvent,
    SearchResults,
    Span,
    Token,
    Turn,
    VectorPlace,
    VectorsMoved,
    Watching,
)
from pocketrag.errors import FolderError, PocketRagError, UnknownConversation, UnknownFile

PATIENCE = 120.0
"""Seconds a closed gate waits before it lets the test fail."""


class Gate:
    """A place in a script where the engine waits until the test lets it go on."""

    made: ClassVar[list[Gate]] = []

    def __init__(self) -> None:
        self.made.append(self)
        self._open = threading.Event()
        self.reached = threading.Event()

    def open(self) -> None:
        self._open.set()

    @property
    def shut(self) -> bool:
        """Whether somebody waits."""
        return self.reached.is_set() and not self._open.is_set()

    def wait(self) -> None:
        self.reached.set()
        if not self._open.wait(PATIENCE):
            raise TimeoutError("nobody opened the gate")


Step = AnswerEvent | IndexEvent | Gate | PocketRagError
Script = list[Step]


@dataclass
class Asked:
    """One question, as the engine was asked it."""

    question: str
    turns: tuple[Turn, ...]
    filters: Filters


@dataclass
class FakeEngine:
    """Plays `scripts` in order, one a question; every other method answers from its fields."""

    scripts: list[Script] = field(default_factory=list)
    documents: dict[Path, tuple[FileVersion, Document]] = field(default_factory=dict)
    library: LibraryStatus = field(default_factory=lambda: status())  # noqa: PLW0108 - defined below
    load_script: list[LoadEvent | Gate | PocketRagError] = field(default_factory=lambda: list(LOADED))
    watch_script: list[IndexEvent | Gate | PocketRagError] = field(default_factory=lambda: [DONE])
    """What happens from the start; then the folders are watched until the engine is closed."""
    index_script: list[IndexEvent | Gate | PocketRagError] = field(default_factory=lambda: [DONE])
    pictures: dict[int, PagePicture | Gate | PocketRagError] = field(default_factory=dict)
    """What is drawn of a page, whichever file it is of."""
    drawn: list[tuple[Path, int, Span | None]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    kept: list[tuple[Answer, int | None]] = field(default_factory=list)
    """Each answer that was to be kept, with the conversation that it was to be kept in."""
    history: list[KeptConversation] = field(default_factory=list)
    marked: dict[int, Mark | None] = field(default_factory=dict)
    forecasts: dict[Path, FolderForecast] = field(default_factory=dict)
    foretold: list[Path] = field(default_factory=list)
    added: list[Path] = field(default_factory=list)
    retried: list[tuple[Path, ...]] = field(default_factory=list)
    used: list[str] = field(default_factory=list)
    watched: int = 0
    indexed: int = 0
    closed_iterators: int = 0
    ended_early: int = 0
    closed: bool = False
    _closing: threading.Event = field(default_factory=threading.Event)
    _watches: threading.Event = field(default_factory=threading.Event)
    """Set once the watching has told all that its script holds."""

    def load(self) -> Iterator[LoadEvent]:
        yield from self._play(self.load_script)

    def use_language_model(self, setting: str, confirmed: bool = False) -> Iterator[LoadEvent]:
        yield ModelLoading(setting, "language")
        self.used.append(setting)
        yield ModelReady(setting, "language", 0.1)

    def move_vectors(self, url: str, confirmed: bool = False) -> Iterator[MoveEvent]:
        yield VectorsMoved(url, 0)

    def reach_vectors(self) -> VectorPlace:
        return self.library.vectors

    def folders(self) -> tuple[Path, ...]:
        return self.library.folders

    def add(self, folder: Path) -> Path:
        if not folder.is_absolute():
            raise FolderError(
                f"There is no folder {folder}.", "Check the spelling; Tab completes nothing here."
            )
        self.added.append(folder)
        self.library = replace(self.library, folders=(*self.library.folders, folder))
        return folder

    def outlook(self, folder: Path) -> FolderOutlook:
        doubts = ("It is the whole computer.",) if folder == Path("/") else ()
        holds = () if doubts else tuple(f for f in self.library.folders if f.is_relative_to(folder))
        return FolderOutlook(folder, None, holds, doubts, 20_000 if doubts else 0, more=bool(doubts))

    def forecast(self, folder: Path) -> FolderForecast:
        self.foretold.append(folder)
        if folder not in self.forecasts:
            raise FolderError(f"There is no folder {folder}.", "Check the spelling.")
        return self.forecasts[folder]

    def remove(self, folder: Path) -> int:
        folders = tuple(known for known in self.library.folders if known != folder)
        items = tuple(item for item in self.library.items if item.folder != folder)
        forgotten = len(self.library.items) - len(items)
        self.library = replace(self.library, folders=folders, items=items)
        return forgotten

    def mark_answer(self, turn: int, mark: Mark | None) -> None:
        self.marked[turn] = mark
        for kept in tuple(self.history):
            if any(one.id == turn for one in kept.turns):
                turns = tuple(replace(t, mark=mark) if t.id == turn else t for t in kept.turns)
                self.history[self.history.index(kept)] = replace(kept, turns=turns)

    def index(self) -> Iterator[IndexEvent]:
        self.indexed += 1
        yield from self._play(self.index_script)

    def retry(self, files: tuple[Path, ...] = ()) -> Iterator[IndexEvent]:
        self.retried.append(files)
        yield from self._play(self.index_script)

    def mend(self) -> Iterator[IndexEvent]:
        yield from self.index()

    def check(self) -> Iterator[Check]:
        yield Check("catalog", "ok", "Sound.")

    def watch(self) -> Iterator[IndexEvent]:
        self.watched += 1
        self._watches.clear()
        yield from self._play(self.watch_script)
        while not self._closing.wait(0.02):
            yield Watching(len(self.library.folders))
            self._watches.set()  # by now the first one was told, which has the library's state asked for

    @property
    def at_rest(self) -> bool:
        """Whether the watching tells nothing more by itself."""
        gates = (step for step in self.watch_script if isinstance(step, Gate))
        return self._watches.is_set() or any(gate.shut for gate in gates)

    def behind(self) -> str:
        return ""

    def search(self, query: str, filters: Filters, limit: int) -> SearchResults:
        raise NotImplementedError

    def search_all(self, query: str, filters: Filters) -> Iterator[SearchEvent]:
        raise NotImplementedError

    def ask(self, question: str, turns: tuple[Turn, ...], filters: Filters) -> Iterator[AnswerEvent]:
        self.asked.append(Asked(question, turns, filters))
        script = self.scripts.pop(0) if self.scripts else []
        yield from self._play(script)

    def conversations(self, words: str = "") -> tuple[ConversationEntry, ...]:
        wanted = words.casefold().split()
        found = (kept.entry for kept in self.history if all(word in _text(kept) for word in wanted))
        return tuple(sorted(found, key=lambda entry: -entry.updated))

    def conversation(self, conversation: int) -> KeptConversation:
        for kept in self.history:
            if kept.entry.id == conversation:
                return kept
        raise UnknownConversation(f"There is no conversation {conversation}.", "Look for another one.")

    def keep_answer(self, answer: Answer, conversation: int | None) -> int:
        self.kept.append((answer, conversation))
        number = conversation or 99 + len(self.kept)
        turn = KeptTurn(
            replace(answer, passages=()),
            0.0,
            (Freshness.FRESH,) * len(answer.citations),
            1_000 + len(self.kept),
        )
        for at, held in enumerate(self.history):
            if held.entry.id == number:
                self.history[at] = replace(held, turns=(*held.turns, turn))
                return number
        self.history.append(KeptConversation(ConversationEntry(number, answer.question, 0, 0, 1), (turn,)))
        return number

    def rename_conversation(self, conversation: int, title: str) -> None:
        self._replace(conversation, lambda kept: [replace(kept, entry=replace(kept.entry, title=title))])

    def delete_conversations(self, conversations: tuple[int, ...]) -> None:
        for conversation in conversations:
            self._replace(conversation, lambda _: [])

    def _replace(
        self, conversation: int, change: Callable[[KeptConversation], list[KeptConversation]]
    ) -> None:
        at = self.history.index(self.conversation(conversation))
        self.history[at : at + 1] = change(self.history[at])

    def status(self, files: bool = False) -> LibraryStatus:
        return self.library if files else replace(self.library, items=())

    def document(self, path: Path) -> tuple[FileVersion, Document]:
        if path not in self.documents:
            raise UnknownFile(f"The index does not hold {path.name}.", "Update the index with ctrl+r.")
        return self.documents[path]

    def page_picture(self, file: Path, page: int, width: int, span: Span | None = None) -> PagePicture:
        self.drawn.append((file, page, span))
        found = self.pictures[page]
        if isinstance(found, Gate):
            found.wait()
            found = self.pictures[0]
        if isinstance(found, PocketRagError):
            raise found
        assert isinstance(found, PagePicture)
        return found

    def close(self) -> None:
        self.closed = True
        self._closing.set()

    def _play(self, script: list) -> Iterator:  # type: ignore[type-arg]
        finished = False
        try:
            for step in script:
                if isinstance(step, Gate):
                    step.wait()
                elif isinstance(step, PocketRagError):
                    raise step
                else:
                    yield step
            finished = True
        finally:
            self.closed_iterators += 1
            self.ended_early += not finished


def _text(kept: KeptConversation) -> str:
    said = (f"{turn.answer.question} {turn.answer.text}" for turn in kept.turns)
    return " ".join((kept.entry.title, *said)).casefold()


LOADED: list[LoadEvent] = [
    ModelLoading("all-MiniLM-L6-v2", "embedding"),
    ModelReady("all-MiniLM-L6-v2", "embedding", 0.4),
    ModelLoading("SmolLM2-135M-Instruct", "language"),
    ModelReady("SmolLM2-135M-Instruct", "language", 0.9),
]
DONE: IndexDone = IndexDone(0, 31, 0, 0, 0, 0, 0, 0, 0.2)


def status(
    counts: Counts | None = None, chunks: int = 609, folders: tuple[Path, ...] = (Path("/home/ada/Papers"),)
) -> LibraryStatus:
    return LibraryStatus(
        folders=folders,
        counts=counts or Counts(indexed=31, failed=2),
        chunks=chunks,
        bytes_on_disk=4_200_000,
        embedding_model="all-MiniLM-L6-v2",
        language_model="SmolLM2-135M-Instruct",
        items=(),
    )


def words(text: str) -> list[Token]:
    """Return a text as the tokens a model would stream."""
    return [Token(part) for part in text.replace(" ", " \0").split("\0")]


def answered(answer: Answer, draft: str = "") -> Script:
    """Return the script of a question that is answered."""
    found = PassagesFound(SearchResults(answer.query, answer.passages, answer.counts, 42.0))
    return [found, *words(draft or answer.text), AnswerReady(answer)]


def refused(answer: Answer) -> Script:
    """Return the script of a question that is refused."""
    return [PassagesFound(SearchResults(answer.query, answer.passages, answer.counts, 38.0)), Refused(answer)]


Opener = Callable[[], FakeEngine]
__all__ = ["Asked", "Citation", "FakeEngine", "Gate", "Opener", "answered", "refused", "status", "words"]
