"""The library as a whole: opened, indexed, watched, added to, and how its files stand."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

from textual.message import Message
from textual.message_pump import MessagePump

from pocketrag.domain import (
    CatalogRebuilt,
    IndexDone,
    IndexEvent,
    IndexProgress,
    IndexRenewed,
    IndexRepaired,
    IndexWaiting,
    LoadEvent,
    Watching,
)
from pocketrag.errors import FolderError, WatchError
from pocketrag.tui.jobs import Job, closing
from pocketrag.tui.messages import (
    FolderAdded,
    FolderDoubted,
    FolderForetold,
    FolderForgotten,
    IndexEnded,
    IndexFailed,
    IndexHeld,
    IndexMoved,
    LibraryReady,
    Mended,
    ModelMoved,
    RunOver,
    StartFailed,
    StatusTold,
    WatchFailed,
)
from pocketrag.tui.requests.lanes import Lanes
from pocketrag.wording import rebuilt_in_words, renewed_in_words, repaired_in_words

if TYPE_CHECKING:  # only types, at the first paint
    from pocketrag.engine.protocol import Engine

_STATUS_EVERY: Final = 3.0
"""Seconds between two looks at the library's status while it is being indexed."""
_LOOKED_AT: Final = 500
"""Entries of a folder that completion looks at, at most."""


class LibraryRequests:
    """What is asked of the engine about the library and its files."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes

    async def completed(self, typed: str) -> str | None:
        """Return a path with its last part completed to a folder that exists, or None."""
        return await asyncio.to_thread(_completed, typed)

    def start(self, asker: MessagePump) -> Job:
        """Open the library (again), load the models, tell the status: `LibraryReady` or `StartFailed`."""

        def work(job: Job) -> None:
            """Open the engine, and tell of each step."""
            engine = self._lanes.open()
            for event in closing(engine.load(), job):
                job.tell(ModelMoved(event))
            job.tell(LibraryReady(engine.status()))

        return self._lanes.begin("start", work, asker, StartFailed)

    def index(self, asker: MessagePump) -> Job:
        """Bring the index up to date: `IndexMoved`…, then `IndexEnded` or `IndexFailed`."""

        def work(job: Job) -> None:
            """Index, and say when that is over."""
            try:
                self._tell_indexing(job, self._lanes.engine.index())
            finally:
                job.tell(RunOver(watched=False))

        return self._lanes.begin("index", work, asker, IndexFailed)

    def retry(self, asker: MessagePump, files: tuple[Path, ...]) -> Job:
        """Read files again that failed, these or all: as `index`, with every file's state at the end."""

        def work(job: Job) -> None:
            """Read the files again."""
            self._tell_indexing(job, self._lanes.engine.retry(files), files=True)

        return self._lanes.begin("index", work, asker, IndexFailed)

    def watch(self, asker: MessagePump) -> Job:
        """Keep the index up to date for good: as `index`, again and again, or `WatchFailed`."""

        def work(job: Job) -> None:
            """Watch, and say when that is over."""
            try:
                self._tell_indexing(job, self._lanes.engine.watch())
            except WatchError as error:
                job.tell(WatchFailed(error.message, error.remedy, fatal=False))
            finally:
                job.tell(RunOver(watched=True))

        return self._lanes.begin("watch", work, asker, IndexFailed)

    def _tell_indexing(self, job: Job, events: Iterable[IndexEvent], *, files: bool = False) -> None:
        """Tell of events, and of the library's status after each run and now and then during one."""
        told, watched = monotonic(), Watching(0)
        for event in closing(events, job):
            job.tell(_message(event))
            due = isinstance(event, IndexProgress) and monotonic() - told > _STATUS_EVERY
            other = (
                isinstance(event, Watching) and event != watched
            )  # folders came, went, or cannot be watched
            if due or other or isinstance(event, IndexDone):
                job.tell(StatusTold(self._lanes.engine.status(files)))
                told = monotonic()
            watched = event if isinstance(event, Watching) else watched

    def status(self, asker: MessagePump) -> Job:
        """Tell every file's state: `StatusTold` or `Failed`."""
        return self._lanes.look(asker, lambda engine: StatusTold(engine.status(files=True)))

    def add(self, asker: MessagePump, folder: Path, *, sure: bool) -> Job:
        """Add a folder to the library: `FolderAdded`, `Failed`, or `FolderDoubted` unless one is `sure`."""

        def added(engine: Engine) -> FolderAdded | FolderDoubted:
            """Add the folder, unless it is doubted."""
            outlook = engine.outlook(folder)
            if outlook.doubts and not sure:
                return FolderDoubted(outlook)
            return FolderAdded(engine.add(folder), outlook)

        return self._lanes.look(asker, added)

    def foretell(self, asker: MessagePump, folder: Path) -> Job:
        """Tell what adding a folder would have read: `FolderForetold`, or `Failed`."""

        def work(job: Job) -> None:
            """Tell what would be read; nothing of a folder that cannot be."""
            try:
                found = self._lanes.engine.forecast(folder)
            except FolderError:  # one is still typing: it is said when it is to be added
                found = None
            job.tell(FolderForetold(folder, found))

        return self._lanes.begin("count", work, asker)

    def forget(self, asker: MessagePump, folder: Path) -> Job:
        """Take a folder out of the library: `FolderForgotten` or `Failed`."""
        return self._lanes.look(asker, lambda engine: FolderForgotten(engine.remove(folder)))


def _message(event: IndexEvent) -> Message | None:
    if isinstance(event, LoadEvent):
        return ModelMoved(event)
    match event:
        case IndexProgress():
            return IndexMoved(event)
        case IndexDone():
            return IndexEnded(event)
        case IndexWaiting(reason):
            return IndexHeld(reason)
        case Watching():
            return IndexHeld("")
        case CatalogRebuilt():
            return Mended(rebuilt_in_words(event))
        case IndexRenewed():
            return Mended(renewed_in_words(event))
        case IndexRepaired() if event.vectors:
            return Mended(repaired_in_words(event))
        case _:
            return None  # single files are the files screen's business; thousands of them would flood


def _completed(value: str) -> str | None:
    head, slash, start = value.rpartition("/")
    if not slash or not start:
        return None
    try:
        parent = Path(f"{head}/").expanduser()
        names = sorted(
            entry.name
            for entry, _ in zip(parent.iterdir(), range(_LOOKED_AT), strict=False)
            if entry.name.startswith(start) and entry.name.isprintable() and entry.is_dir()
        )
    except (OSError, RuntimeError):  # no such folder, no permission, no such user's home
        return None
    return f"{head}/{names[0]}" if names else None
