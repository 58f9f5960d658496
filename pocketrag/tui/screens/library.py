"""The half of the main screen that follows the library: opened, indexed, watched, out of reach."""

from __future__ import annotations

from pocketrag.domain import LibraryStatus, ModelReady
from pocketrag.plain import plain
from pocketrag.tui.bridge import Bridge
from pocketrag.tui.covered import Covered
from pocketrag.tui.messages import (
    AskFailed,
    Failed,
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
from pocketrag.tui.questions import Questions
from pocketrag.tui.upkeep import Upkeep
from pocketrag.tui.widgets.header import HeaderBar
from pocketrag.tui.widgets.welcome import Welcome

LONG = 30.0
"""Seconds that news stays which one may not expect, and is to read to its end."""


class LibraryScreen(Covered[None]):
    """Shows how the library stands, in a header and a welcome that the screen must hold."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._questions = Questions(bridge)
        self._upkeep = Upkeep(bridge)
        self._status: LibraryStatus | None = None

    def on_model_moved(self, event: ModelMoved) -> None:
        """Show the model's state."""
        event.stop()
        self.query_one(HeaderBar).model = event.event

    def on_library_ready(self, event: LibraryReady) -> None:
        """Let questions through, and bring the index up to date."""
        event.stop()
        self._tell_status(event.status)
        header, name = self.query_one(HeaderBar), event.status.language_model
        if header.model is None and name:  # the engine had loaded it before this app came
            header.model = ModelReady(name, "language", 0.0)
        self._questions.open()
        if event.status.folders:
            self.action_update_index()

    def on_start_failed(self, event: StartFailed) -> None:
        """Say why the library cannot be opened."""
        event.stop()
        self._out_of_reach(event)

    def on_ask_failed(self, event: AskFailed) -> None:
        """Say so if nothing works any more; else the question has said it already."""
        event.stop()
        if event.fatal:
            self._out_of_reach(event)

    def on_failed(self, event: Failed) -> None:
        """Say what went wrong behind the scenes."""
        event.stop()
        if event.fatal:
            self._out_of_reach(event)
        else:
            self._warn(event, "That did not work")

    def _warn(self, event: Failed, title: str) -> None:
        text = plain(f"{event.text} {event.remedy}")
        self.notify(text, title=title, severity="warning", markup=False)

    def on_status_told(self, event: StatusTold) -> None:
        """Show the library's state."""
        event.stop()
        self._tell_status(event.status)

    def on_index_moved(self, event: IndexMoved) -> None:
        """Show how far indexing has come."""
        event.stop()
        header = self.query_one(HeaderBar)
        header.progress, header.waiting = event.progress, ""
        for welcome in self.query(Welcome):
            welcome.tell_progress(event.progress)

    def on_index_held(self, event: IndexHeld) -> None:
        """Say why indexing waits, or that nothing waits."""
        event.stop()
        self.query_one(HeaderBar).waiting = event.reason

    def on_index_ended(self, event: IndexEnded) -> None:
        """Show the index's state again."""
        event.stop()
        self._index_over("")

    def on_mended(self, event: Mended) -> None:
        """Say that something of the library was lost, and what is done about it."""
        event.stop()
        title = "The library mends itself"
        self.notify(plain(event.text), title=title, severity="warning", timeout=LONG, markup=False)

    def on_run_over(self, event: RunOver) -> None:
        """Begin anew if that was asked for meanwhile."""
        event.stop()
        self._upkeep.over(event, self)

    def on_watch_failed(self, event: WatchFailed) -> None:
        """Say so, and make do without."""
        event.stop()
        self._warn(event, "Not watching your folders")
        self._upkeep.cannot_watch(self)

    def on_index_failed(self, event: IndexFailed) -> None:
        """Say why indexing stopped; questions are still answered."""
        event.stop()
        self._index_over(event.text)
        if event.fatal:
            self._out_of_reach(event)
        else:
            self._warn(event, "Indexing stopped")

    def _index_over(self, trouble: str) -> None:
        header = self.query_one(HeaderBar)
        header.progress, header.waiting, header.trouble = None, "", trouble

    def action_update_index(self) -> None:
        """Look for new and changed files."""
        self._upkeep.update(self)

    def _tell_status(self, status: LibraryStatus) -> None:
        self._status = status
        self.query_one(HeaderBar).status = status
        for welcome in self.query(Welcome):
            welcome.tell(status)

    def reopen(self) -> None:
        """Let go of the library and open it anew; questions wait meanwhile."""
        from pocketrag.tui.screens.error import ErrorScreen

        for screen in self.app.screen_stack:
            if isinstance(screen, ErrorScreen):
                screen.past = True
        self._questions.shut()
        self._upkeep.give_up()
        self._open()

    def _open(self) -> None:
        """Open the library anew; until it is, nothing is known of it."""
        header = self.query_one(HeaderBar)
        header.status = header.model = header.progress = None
        header.waiting = header.trouble = ""
        self._bridge.library.start(self)

    def _out_of_reach(self, event: Failed) -> None:
        from pocketrag.tui.screens.error import ErrorScreen

        self._questions.shut()
        self._upkeep.give_up()
        self.query_one(HeaderBar).model = None  # it may have been ready
        if isinstance(self.app.screen, ErrorScreen):
            return

        def retry(again: bool | None) -> None:
            """Open the library once more, if that is wanted."""
            if again:
                self._open()

        self.app.push_screen(ErrorScreen(event.text, event.remedy), retry)
