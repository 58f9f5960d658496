"""Requests on their way to the engine: each in a thread of its own, its errors told to whoever asked.

The threads are daemons, watched by Textual workers: quitting never waits for a model that is still
loading (the engine survives that: its catalog decides), and tests can wait for workers.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Final, TypeVar

from textual.message import Message
from textual.message_pump import MessagePump

from pocketrag.errors import EngineError, LibraryError, ModelError, PocketRagError
from pocketrag.tui.messages import Failed

_Yielded = TypeVar("_Yielded")
_FATAL: Final = (EngineError, LibraryError, ModelError)


class Job:
    """One request on its way: where its messages go, and whether it was called off."""

    def __init__(self, asker: MessagePump) -> None:
        self._asker = asker
        self._stop = Event()

    def stop(self) -> None:
        """Call the request off: nothing more is posted, and its iterator is closed soon."""
        self._stop.set()

    @property
    def stopped(self) -> bool:
        """Whether the request was called off."""
        return self._stop.is_set()

    def tell(self, message: Message | None) -> None:
        """Post a message to whoever asked, unless the request was called off or the app has gone."""
        if message is not None and not self.stopped:
            with suppress(RuntimeError):  # the event loop is closed: nobody is left to tell
                self._asker.post_message(message)


def closing(events: Iterable[_Yielded], job: Job) -> Iterator[_Yielded]:
    """Yield the events until there are no more or the job is called off; close the source either way."""
    try:
        for event in events:
            if job.stopped:
                return
            yield event
    finally:
        close = getattr(events, "close", None)
        if close is not None:
            close()


@contextmanager
def telling_errors(job: Job, failure: type[Failed]) -> Iterator[None]:
    """Turn whatever goes wrong inside, here alone, into one message: what happened and what to do."""
    try:
        yield
    except PocketRagError as error:
        job.tell(failure(error.message, error.remedy, fatal=isinstance(error, _FATAL)))
    except Exception as error:  # noqa: BLE001 - a defect of ours must not take the screen down
        text = f"Something went wrong inside PocketRAG ({type(error).__name__}: {error})."
        job.tell(
            failure(text, "Your files are untouched. Try again; if it persists, report it.", fatal=False)
        )


async def in_thread(body: Callable[[], None]) -> None:
    """Run `body`, which must not raise, in a daemon thread; return when it has."""
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    context = contextvars.copy_context()

    def run() -> None:
        context.run(body)
        with suppress(RuntimeError):  # the event loop is closed: the app has gone
            loop.call_soon_threadsafe(done.set)

    Thread(target=run, daemon=True).start()
    await done.wait()
