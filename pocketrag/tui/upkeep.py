"""Keeping the index up to date: watched from the start, and looked at anew when asked."""

from __future__ import annotations

from textual.message_pump import MessagePump

from pocketrag.tui.bridge import Bridge
from pocketrag.tui.jobs import Job
from pocketrag.tui.messages import RunOver


class Upkeep:
    """Watches the folders; on top of that runs the indexer by hand, one run at a time."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._can_watch = True
        self._watching: Job | None = None
        self._running: Job | None = None
        self._again = False

    def update(self, asker: MessagePump) -> None:
        """Bring the index up to date, now or right after the run that is on its way.

        The first time, and after the watching broke off, this begins to watch the folders, which
        brings the index up to date first.
        """
        if self._can_watch and self._watching is None:
            self._watching = self._bridge.library.watch(asker)
        elif self._running is None:
            self._running = self._bridge.library.index(asker)
        else:
            self._again = True

    def cannot_watch(self, asker: MessagePump) -> None:
        """Make do without watching: bring the index up to date once, and whenever asked."""
        self._can_watch = False
        self.update(asker)

    def over(self, event: RunOver, asker: MessagePump) -> None:
        """Note that a thread has ended; begin the run that was asked for meanwhile."""
        if event.watched:
            self._watching = None
            return
        self._running = None
        if self._again:
            self._again = False
            self.update(asker)

    def give_up(self) -> None:
        """Call everything off: the library is out of reach."""
        for job in (self._watching, self._running):
            if job is not None:
                job.stop()
        self._watching, self._running, self._again = None, None, False
