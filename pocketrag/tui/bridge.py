"""The bridge between the screen and the engine: the only place where the two meet.

The engine is synchronous and may take seconds; the screen must never wait. So each request runs in
a thread of its own, which calls the engine, posts typed messages to whoever asked, and does nothing
else (`jobs.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Final

from textual.app import App
from textual.message import Message
from textual.message_pump import MessagePump

from pocketrag.domain import (
    Answer,
    AnswerEvent,
    AnswerReady,
    CatalogRebuilt,
    Filters,
    IndexDone,
    IndexEvent,
    IndexProgress,
    IndexRenewed,
    IndexRepaired,
    IndexWaiting,
    ModelLoading,
    ModelPreparing,
    ModelReady,
    ModelUnprepared,
    PassagesFound,
    Refused,
    Token,
    Turn,
    Watching,
)
from pocketrag.engine.protocol import Engine
from pocketrag.errors import EngineStopped, WatchError
from pocketrag.tui.jobs import Job, closing, in_thread, telling_errors
from pocketrag.tui.messages import (
    AnswerArrived,
    AskFailed,
    ConversationTold,
    DocumentTold,
    Failed,
    FolderAdded,
    FolderDoubted,
    HistoryTold,
    IndexEnded,
    IndexFailed,
    IndexHeld,
    IndexMoved,
    LibraryReady,
    Mended,
    ModelMoved,
    PassagesArrived,
    RunOver,
    StartFailed,
    StatusTold,
    WatchFailed,
    WordsArrived,
)
from pocketrag.wording import rebuilt_in_words, renewed_in_words, repaired_in_words

_STATUS_EVERY: Final = 3.0
"""Seconds between two looks at the library's status while it is being indexed."""
_CLOSING_PATIENCE: Final = 2.0
"""Seconds that quitting waits for the engine to let go of the library."""


@dataclass
class KeptIn:
    """The conversation that answers are kept in; known once the first one is."""

    conversation: int | None = None


class Bridge:
    """Runs an engine's methods in threads, and posts what they yield."""

    def __init__(self, app: App[None], open_engine: Callable[[], Engine]) -> None:
        self._app = app
        self._open_engine = open_engine
        self._opened: Engine | None = None
        self._jobs: set[Job] = set()
        self._lanes = {lane: Lock() for lane in ("start", "ask", "keep", "index", "watch", "look")}

    def start(self, asker: MessagePump) -> Job:
        """Open the library (again), load the models, tell the status: `LibraryReady` or `StartFailed`."""

        def work(job: Job) -> None:
            self._let_go()
            self._opened = engine = self._open_engine()
            for event in closing(engine.load(), job):
                job.tell(ModelMoved(event))
            job.tell(LibraryReady(engine.status()))

        return self._begin("start", work, asker, StartFailed)

    def index(self, asker: MessagePump) -> Job:
        """Bring the index up to date: `IndexMoved`…, then `IndexEnded` or `IndexFailed`."""

        def work(job: Job) -> None:
            try:
                self._tell_indexing(job, self._engine.index())
            finally:
                job.tell(RunOver(watched=False))

        return self._begin("index", work, asker, IndexFailed)

    def retry(self, asker: MessagePump, files: tuple[Path, ...]) -> Job:
        """Read files again that failed, these or all: as `index`, with every file's state at the end."""

        def work(job: Job) -> None:
            self._tell_indexing(job, self._engine.retry(files), files=True)

        return self._begin("index", work, asker, IndexFailed)

    def watch(self, asker: MessagePump) -> Job:
        """Keep the index up to date for good: as `index`, again and again, or `WatchFailed`."""

        def work(job: Job) -> None:
            try:
                self._tell_indexing(job, self._engine.watch())
            except WatchError as error:
                job.tell(WatchFailed(error.message, error.remedy, fatal=False))
            finally:
                job.tell(RunOver(watched=True))

        return self._begin("watch", work, asker, IndexFailed)

    def _tell_indexing(self, job: Job, events: Iterable[IndexEvent], *, files: bool = False) -> None:
        """Tell of events, and of the library's status after each run and now and then during one."""
        told, watched = monotonic(), Watching(0)
        for event in closing(events, job):
            job.tell(_index_message(event))
            due = isinstance(event, IndexProgress) and monotonic() - told > _STATUS_EVERY
            other = (
                isinstance(event, Watching) and event != watched
            )  # folders came, went, or cannot be watched
            if due or other or isinstance(event, IndexDone):
                job.tell(StatusTold(self._engine.status(files)))
                told = monotonic()
            watched = event if isinstance(event, Watching) else watched

    def ask(self, asker: MessagePump, question: str, turns: tuple[Turn, ...]) -> Job:
        """Ask a question: `PassagesArrived`, `WordsArrived`…, then `AnswerArrived` or `AskFailed`.

        An answer that was called off gives up its place at its next event; the next question waits
        for that, so the engine is never asked two things at once.
        """

        def work(job: Job) -> None:
            for event in closing(self._engine.ask(question, turns, Filters()), job):
                job.tell(_answer_message(event))

        return self._begin("ask", work, asker, AskFailed)

    def keep(self, asker: MessagePump, answer: Answer, kept: KeptIn) -> Job:
        """Keep an answer, then tell the status, which may have moved meanwhile."""

        def work(job: Job) -> None:
            kept.conversation = self._engine.keep_answer(answer, kept.conversation)
            job.tell(StatusTold(self._engine.status()))

        return self._begin("keep", work, asker, Failed)

    def history(self, asker: MessagePump, words: str) -> Job:
        """Tell the conversations that hold all these words, or all of them: `HistoryTold` or `Failed`."""

        def work(job: Job) -> None:
            job.tell(HistoryTold(self._engine.conversations(words)))

        return self._begin("look", work, asker, Failed)

    def conversation(self, asker: MessagePump, conversation: int) -> Job:
        """Tell a kept conversation: `ConversationTold` or `Failed`."""

        def work(job: Job) -> None:
            job.tell(ConversationTold(self._engine.conversation(conversation)))

        return self._begin("look", work, asker, Failed)

    def rename_conversation(self, asker: MessagePump, conversation: int, title: str, words: str) -> Job:
        """Give a conversation another title, then as `history`."""

        def work(job: Job) -> None:
            self._engine.rename_conversation(conversation, title)
            job.tell(HistoryTold(self._engine.conversations(words)))

        return self._begin("look", work, asker, Failed)

    def delete_conversation(self, asker: MessagePump, conversation: int, words: str) -> Job:
        """Delete a conversation, then as `history`."""

        def work(job: Job) -> None:
            self._engine.delete_conversations((conversation,))
            job.tell(HistoryTold(self._engine.conversations(words)))

        return self._begin("look", work, asker, Failed)

    def status(self, asker: MessagePump) -> Job:
        """Tell every file's state: `StatusTold` or `Failed`."""

        def work(job: Job) -> None:
            job.tell(StatusTold(self._engine.status(files=True)))

        return self._begin("look", work, asker, Failed)

    def document(self, asker: MessagePump, path: Path) -> Job:
        """Tell a file's stored text: `DocumentTold` or `Failed`."""

        def work(job: Job) -> None:
            job.tell(DocumentTold(*self._engine.document(path)))

        return self._begin("look", work, asker, Failed)

    def add(self, asker: MessagePump, folder: Path, *, sure: bool) -> Job:
        """Add a folder to the library: `FolderAdded`, `Failed`, or `FolderDoubted` unless one is `sure`."""

        def work(job: Job) -> None:
            outlook = self._engine.outlook(folder)
            if outlook.doubts and not sure:
                job.tell(FolderDoubted(outlook))
            else:
                job.tell(FolderAdded(self._engine.add(folder), outlook))

        return self._begin("look", work, asker, Failed)

    def stop(self) -> None:
        """Call everything off."""
        for job in tuple(self._jobs):
            job.stop()

    async def close(self) -> None:
        """Call everything off and close the engine, waiting no longer than two seconds."""
        self.stop()

        def let_go() -> None:
            with suppress(Exception):  # leaving: there is nothing left to do about it
                self._let_go()

        with suppress(TimeoutError):
            await asyncio.wait_for(in_thread(let_go), _CLOSING_PATIENCE)

    @property
    def _engine(self) -> Engine:
        if self._opened is None:
            raise EngineStopped("The library is not open.", "Wait until it is, or press ctrl+r to open it.")
        return self._opened

    def _let_go(self) -> None:
        engine, self._opened = self._opened, None
        if engine is not None:
            engine.close()

    def _begin(
        self, lane: str, work: Callable[[Job], None], asker: MessagePump, failure: type[Failed]
    ) -> Job:
        job = Job(asker)

        def body() -> None:
            with self._lanes[lane], telling_errors(job, failure):
                if not job.stopped:
                    work(job)
            self._jobs.discard(job)

        self._jobs.add(job)
        self._app.run_worker(in_thread(body), group=lane)
        return job


def _index_message(event: IndexEvent) -> Message | None:
    match event:
        case IndexProgress():
            return IndexMoved(event)
        case IndexDone():
            return IndexEnded(event)
        case IndexWaiting(reason):
            return IndexHeld(reason)
        case Watching():
            return IndexHeld("")
        case ModelPreparing() | ModelUnprepared() | ModelLoading() | ModelReady():
            return ModelMoved(event)
        case CatalogRebuilt():
            return Mended(rebuilt_in_words(event))
        case IndexRenewed():
            return Mended(renewed_in_words(event))
        case IndexRepaired() if event.vectors:
            return Mended(repaired_in_words(event))
        case _:
            return None  # single files are the status screen's business; thousands of them would flood


def _answer_message(event: AnswerEvent) -> Message:
    match event:
        case ModelPreparing() | ModelUnprepared() | ModelLoading() | ModelReady():
            return ModelMoved(event)
        case PassagesFound(results):
            return PassagesArrived(results)
        case Token(text):
            return WordsArrived(text)
        case AnswerReady(answer) | Refused(answer):
            return AnswerArrived(answer)
