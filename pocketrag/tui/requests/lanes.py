"""The engine, and the threads that call it: one request at a time in each lane, the lanes side by side."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Final

from textual.app import App
from textual.message import Message
from textual.message_pump import MessagePump

from pocketrag.errors import EngineStopped
from pocketrag.tui.jobs import Job, in_thread, telling_errors
from pocketrag.tui.messages import Failed

if TYPE_CHECKING:  # only types, at the first paint
    from pocketrag.engine.protocol import Engine

_LANES: Final = ("start", "ask", "keep", "index", "watch", "look", "draw", "count", "fetch")


class Lanes:
    """Opens an engine when told to, and runs its methods in threads."""

    def __init__(self, app: App[None], open_engine: Callable[[], Engine]) -> None:
        self._app = app
        self._open_engine = open_engine
        self._opened: Engine | None = None
        self._jobs: set[Job] = set()
        self._locks = {lane: Lock() for lane in _LANES}

    @property
    def engine(self) -> Engine:
        """The engine. Raises EngineStopped while the library is not open."""
        if self._opened is None:
            raise EngineStopped("The library is not open.", "Wait until it is, or press ctrl+r to open it.")
        return self._opened

    def open(self) -> Engine:
        """Return the engine, opened anew; takes seconds."""
        self.let_go()
        self._opened = engine = self._open_engine()
        return engine

    def let_go(self) -> None:
        """Close the engine, if it is open."""
        engine, self._opened = self._opened, None
        if engine is not None:
            engine.close()

    def begin(
        self, lane: str, work: Callable[[Job], None], asker: MessagePump, failure: type[Failed] = Failed
    ) -> Job:
        """Return a request on its way: `work` runs in a thread, after those before it in its lane."""
        job = Job(asker)

        def body() -> None:
            with self._locks[lane], telling_errors(job, failure):
                if not job.stopped:
                    work(job)
            self._jobs.discard(job)

        self._jobs.add(job)
        self._app.run_worker(in_thread(body), group=lane)
        return job

    def look(self, asker: MessagePump, found: Callable[[Engine], Message]) -> Job:
        """Return a request that tells one message, made by `found` of what the engine says, or `Failed`."""
        return self.begin("look", lambda job: job.tell(found(self.engine)), asker)

    def stop(self) -> None:
        """Call every request off."""
        for job in tuple(self._jobs):
            job.stop()
