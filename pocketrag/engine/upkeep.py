"""The upkeep of the index: one run at a time, one watch on the folders, and any number who follow.

Indexing belongs to the library, not to whoever asked for it first. Its one thread runs the indexer
when somebody asks or something changed; everybody who follows gets the events. When nobody follows
any more, it stops at the next safe point.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pocketrag.domain import IndexEvent, IndexProgress, IndexWaiting, Watching
from pocketrag.engine.followers import Followers
from pocketrag.engine.following import Following
from pocketrag.errors import VectorServerAway
from pocketrag.indexing.scope import EVERYTHING, Scope
from pocketrag.indexing.watcher import Watcher
from pocketrag.logs import where_raised
from pocketrag.wording import duration, plural

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 1.0
"""How often a watch with nothing to do says so."""

RECHECK_SECONDS = 10.0
"""How often it is looked at whether a reason to wait still holds."""

PAUSED = "paused"

CLOSING_SECONDS = 20.0
"""How long closing waits for the run to come to a safe point; models may be loading."""


class Upkeep:
    """Runs the indexer for all who ask, and watches the folders while anybody wants that."""

    def __init__(
        self,
        run: Callable[[Scope], Iterable[IndexEvent]],
        folders: Callable[[], tuple[Path, ...]],
        away: Callable[[], frozenset[Path]] = frozenset,
        hold: Callable[[], str] = str,
        recheck: float = RECHECK_SECONDS,
    ) -> None:
        """Do nothing yet. `run` yields the events of one run; closing its iterator stops it safely.

        `away` returns the places whose drive is not connected; `hold` why runs that nobody asked for are
        to wait, empty if they need not: asked every `recheck` seconds while they do.
        """
        self._run = run
        self._folders = folders
        self._away = away
        self._hold = hold
        self._recheck = recheck
        self._scope = Scope()
        """What the next run looks at."""
        self._changing = threading.Condition(threading.RLock())
        self._standing = threading.Lock()
        """Held by a run while it works, and by whoever needs the index to stand still."""
        self._followers = Followers()
        self._asked = False
        self._running = False
        self._paused = False
        self._interrupting = 0
        self._closing = False
        self._watching = False
        self._polled: tuple[tuple[Path, str], ...] = ()
        self._worker: threading.Thread | None = None
        self._progress: IndexProgress | None = None

    # ── following ───────────────────────────────────────────────────────────────────────────

    def index(self) -> Following:
        """Return the events until the index is up to date as of now; a pause is over."""
        return self._ask_for(EVERYTHING)

    def retry(self, files: Sequence[Path] | None) -> Following:
        """Return the events until files that failed have been read again: these, or all."""
        return self._ask_for(Scope.of(files, retry=True))

    def _ask_for(self, scope: Scope) -> Following:
        with self._changing:
            self._paused = False
            follower = Following(self.leave, watches=False)
            self._followers.waiting.add(follower)
            self._begin(scope)
        return follower

    def watch(self) -> Following:
        """Return the events of every change, for good, beginning with a run as of now."""
        with self._changing:
            follower = Following(self.leave, watches=True)
            self._followers.watching.add(follower)
            if self._watching:
                self._begin(EVERYTHING)
            else:
                self._watching = True
                threading.Thread(target=self._keep_watch, name="watch", daemon=True).start()
        return follower

    def leave(self, follower: Following) -> None:
        """Follow no longer; what nobody follows stops."""
        with self._changing:
            self._followers.leave(follower)
            self._asked &= bool(self._followers.everybody())
            self._changing.notify_all()

    # ── standing still ──────────────────────────────────────────────────────────────────────

    def pause(self) -> None:
        """Stand still at the next safe point."""
        with self._changing:
            self._paused = True

    def look_again(self) -> None:
        """Have a run, if anybody watches; one that waits sees at once whether it still has to."""
        with self._changing:
            if self._followers.watching and not (self._asked or self._running):
                self._begin(Scope())
            self._changing.notify_all()

    def resume(self) -> None:
        """Go on."""
        with self._changing:
            self._paused = False
            self._changing.notify_all()

    @contextmanager
    def standstill(self) -> Iterator[None]:
        """Have the index to oneself: a run that is at work stops first, and is done anew afterwards."""
        with self._changing:
            self._interrupting += 1
            self._changing.notify_all()
        try:
            with self._standing:
                yield
        finally:
            with self._changing:
                self._interrupting -= 1
                self._changing.notify_all()

    def said(self) -> str:
        """Return how indexing stands, in words; empty while there is nothing to do."""
        with self._changing:
            folders = plural(len(self._folders()), "folder") if self._watching else ""
            return self.behind() or (f"watching {folders}" if folders else "")

    def behind(self) -> str:
        """Return what stands between the index and the folders, in words; empty if nothing is known to."""
        with self._changing:
            if self._paused:
                return "indexing is paused"
            if (self._running or self._asked) and (reason := self._held()):
                return f"waiting: {reason}"
            if self._running and self._progress is not None:
                now = self._progress
                left = "" if now.seconds_left is None else f", {duration(now.seconds_left)} left"
                return f"indexing, {now.files_done:,} of {now.files_total:,} {now.noun} done{left}"
            return "looking for changed files" if self._running or self._asked else ""

    def polled(self) -> tuple[tuple[Path, str], ...]:
        """Return the folders that cannot be watched and are looked at now and then, each with the reason."""
        with self._changing:
            return self._polled if self._watching else ()

    def close(self) -> bool:
        """Stop at the next safe point; everybody's events end. Return whether nothing is at work any more."""
        with self._changing:
            self._closing = True
            self._followers.dismiss()
            self._changing.notify_all()
        if self._worker is not None:
            self._worker.join(CLOSING_SECONDS)
        return self._worker is None or not self._worker.is_alive()

    # ── the run ─────────────────────────────────────────────────────────────────────────────

    def _begin(self, scope: Scope) -> None:
        """Ask for a run that looks at this much at least."""
        with self._changing:
            self._asked = True
            self._scope |= scope
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, name="indexing", daemon=True)
                self._worker.start()
            self._changing.notify_all()

    def _work(self) -> None:
        while self._next():
            finished, error = False, None
            with self._changing:
                scope, self._scope = self._scope, Scope()
            try:
                with self._standing:
                    finished = self._one_run(scope)
            except Exception as raised:  # noqa: BLE001 - it is the followers' to hear of; the thread goes on
                log.error("indexing failed: %s", where_raised(raised))
                error = raised
            self._over(scope, finished, error)

    def _next(self) -> bool:
        """Wait until a run is asked for; return whether there will be any more."""
        with self._changing:
            while not (self._closing or (self._asked and not self._interrupting and not self._held())):
                self._changing.wait(self._recheck)
            self._asked, self._running, self._progress = False, True, None
            self._followers.run_begins()
            return not self._closing

    def _one_run(self, scope: Scope) -> bool:
        """Return whether a run came to its end; it may be broken off after any event."""
        events = iter(self._run(scope))
        try:
            for event in events:
                with self._changing:
                    if isinstance(event, IndexProgress):
                        self._progress = event
                    self._followers.hear(event)
                    while self._wanted and self._held():
                        self._changing.wait(self._recheck)
                    if not self._wanted:
                        return False
        finally:
            close = getattr(events, "close", None)
            if close is not None:
                close()
        return True

    @property
    def _wanted(self) -> bool:
        """Whether the run at work is to go on."""
        followed = self._followers.watching or self._followers.own
        return bool(followed) and not (self._closing or self._interrupting)

    def _held(self) -> str:
        """Return why the run at work, or the next one, stands still; empty if it goes on."""
        if self._paused:
            return PAUSED
        return "" if self._followers.own or self._followers.waiting else self._hold()

    def _over(self, scope: Scope, finished: bool, error: Exception | None) -> None:
        """Let go of those who asked for this run, or have it done again if it was broken off.

        Who watches goes on where a server is away: that passes, and the run is done again then.
        """
        with self._changing:
            self._running = False
            if not finished:
                self._scope |= scope
            passes = isinstance(error, VectorServerAway)
            if finished or error is not None:
                self._followers.run_is_over(error, for_all=error is not None and not passes)
            else:
                self._followers.run_is_put_off()
            again = passes or not (finished or error is not None)
            self._asked |= bool(self._followers.waiting or (again and self._followers.watching))

    # ── the watch ───────────────────────────────────────────────────────────────────────────

    def _keep_watch(self) -> None:
        try:
            while self._watch_goes_on():
                with Watcher(self._folders(), self._away) as watcher:
                    self._begin(EVERYTHING)  # what changed before the folders were watched
                    while self._watch_goes_on() and watcher.folders == self._folders():
                        places = watcher.wait(HEARTBEAT_SECONDS)
                        self._polled = tuple(watcher.polled.items())
                        if places:
                            self._begin(Scope.of(places))
                        else:
                            self._rest(Watching(len(watcher.folders), self._polled))
        except Exception as error:  # noqa: BLE001 - whoever watches is told; indexing by hand goes on
            log.warning("watching ended: %s", where_raised(error))
            self._watch_failed(error)

    def _watch_goes_on(self) -> bool:
        """Return whether anybody watches; if not, the watch is over from this moment on."""
        with self._changing:
            self._watching = bool(self._followers.watching) and not self._closing
            return self._watching

    def _rest(self, event: Watching) -> None:
        """Tell those who watch that there is nothing to do, or why it is not done."""
        with self._changing:
            busy = self._running or self._asked
            reason = self._held() if busy else ""
            if reason or not busy:
                self._followers.rest(IndexWaiting(reason) if reason else event)

    def _watch_failed(self, error: Exception) -> None:
        with self._changing:
            self._watching = False
            self._followers.watch_is_over(error)
