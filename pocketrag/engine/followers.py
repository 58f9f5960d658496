"""Who follows the indexing of a library, and until when."""

from __future__ import annotations

from pocketrag.domain import IndexEvent, IndexWaiting, Watching
from pocketrag.engine.following import Following


class Followers:
    """All who follow. Not for several threads at once: whoever uses it holds a lock meanwhile."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.watching: set[Following] = set()
        """Who follows for good."""
        self.waiting: set[Following] = set()
        """Who asked for a run that has not begun."""
        self.own: set[Following] = set()
        """Who asked for the run that is at work."""

    def everybody(self) -> set[Following]:
        """Return all of them."""
        return self.watching | self.waiting | self.own

    def leave(self, follower: Following) -> None:
        """Let one go who follows no longer."""
        for followers in (self.watching, self.waiting, self.own):
            followers.discard(follower)

    def hear(self, event: IndexEvent) -> None:
        """Tell everybody of what the run at work did."""
        for follower in self.everybody():
            follower.hear(event, own=follower in self.own)

    def rest(self, event: Watching | IndexWaiting) -> None:
        """Tell those who watch that nothing is being done."""
        for follower in self.watching:
            follower.rest(event)

    def run_begins(self) -> None:
        """Take it that the run that was waited for is the one at work now."""
        self.own, self.waiting = self.waiting, set()

    def run_is_over(self, error: Exception | None = None, *, for_all: bool = False) -> None:
        """Let go of those whose run it was; `for_all`, of those who watch too. `error`: what went wrong."""
        over, self.own = self.own, set()
        for follower in over:
            follower.end(error)
        if for_all:
            self.watch_is_over(error)

    def watch_is_over(self, error: Exception | None) -> None:
        """Let go of those who watch, and tell them why."""
        over, self.watching = self.watching, set()
        for follower in over:
            follower.end(error)

    def dismiss(self) -> None:
        """Tell everybody that there is nothing more to follow; nobody watches any more."""
        for follower in self.everybody():
            follower.end(None)
        self.watching.clear()

    def run_is_put_off(self) -> None:
        """Have those whose run was broken off wait for the next one."""
        self.waiting |= self.own
        self.own = set()
