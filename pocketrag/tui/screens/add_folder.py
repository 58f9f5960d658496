"""A small question: which folder should PocketRAG read?"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.timer import Timer
from textual.widgets import Input, Static
from textual.widgets._directory_tree import DirEntry

from pocketrag.tui.bridge import Bridge
from pocketrag.tui.jobs import Job
from pocketrag.tui.messages import Failed, FolderAdded, FolderDoubted, FolderForetold
from pocketrag.tui.widgets.choices import Choice, Choices
from pocketrag.tui.widgets.field import Field
from pocketrag.tui.widgets.folder_picker import FolderPicker
from pocketrag.tui.widgets.outcome import error_panel
from pocketrag.wording import forecast_in_words, outlook_in_words

_PAUSE = 0.3
"""Seconds without a key after which one has stopped typing."""


class FolderSuggester(Suggester):
    """Completes a path with the first matching folder."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._bridge = bridge

    async def get_suggestion(self, value: str) -> str | None:
        """Return the path completed, or None."""
        return await self._bridge.library.completed(value)


class AddFolderScreen(ModalScreen[bool]):
    """Asks for a folder and adds it; dismissed with whether one was added."""

    CSS_PATH = "add_folder.tcss"
    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-tall")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(False)", "Cancel")]

    def __init__(self, bridge: Bridge, begin: Path | None = None) -> None:
        """Ask; the folders to pick from are those of `begin`, or of one's home."""
        super().__init__()
        self._bridge = bridge
        self._begin = begin or Path.home()
        self._doubted = ""
        """What was typed when doubts were told; the same again is meant."""
        self._pausing: Timer | None = None
        self._counting: Job | None = None

    def compose(self) -> ComposeResult:
        """Lay out a question, a line to type on, and room for what went wrong."""
        with Vertical(id="add-panel"):
            yield Static(Content.styled("Which folder should PocketRAG read?", "bold"))
            yield Static(
                Content("It reads your files where they are, on this computer. Nothing is moved."),
                id="add-note",
            )
            yield Field(placeholder="~/Documents", suggester=FolderSuggester(self._bridge))
            yield Static(id="add-forecast")
            yield Static(id="add-error")
            yield FolderPicker(self._begin)
            yield Choices(
                Choice("→", "completes", "screen.complete"),
                Choice("tab", "folders", "screen.pick"),
                Choice("enter", "adds", "screen.add"),
                Choice("esc", "cancels", "screen.dismiss(False)"),
            )

    def action_complete(self) -> None:
        """Take the folder that the path is completed with."""
        field = self.query_one(Input)
        field.focus()
        field.action_cursor_right()

    def action_pick(self) -> None:
        """Go to the folders to pick from."""
        self.query_one(FolderPicker).focus()

    def action_add(self) -> None:
        """Add the folder on the line."""
        self._add(self.query_one(Input).value.strip())

    def on_input_changed(self, event: Input.Changed) -> None:
        """Take back the last error as soon as one types on."""
        event.stop()
        self.query_one("#add-error").remove_class("-shown")
        self._foretell_soon(event.value.strip())

    # ── what it would bring ─────────────────────────────────────────────────────────────────

    def _foretell_soon(self, typed: str) -> None:
        """Have the folder's files counted once one has stopped typing."""
        if self._pausing is not None:
            self._pausing.stop()
        if self._counting is not None:
            self._counting.stop()
        self._say_forecast("")
        if typed:
            self._pausing = self.set_timer(_PAUSE, lambda: self._foretell(Path(typed).expanduser()))

    def _foretell(self, folder: Path) -> None:
        self._say_forecast("Counting its files…")
        self._counting = self._bridge.library.foretell(self, folder)

    def on_folder_foretold(self, event: FolderForetold) -> None:
        """Say what would be read, and how long that takes; nothing of what is no folder yet."""
        event.stop()
        self._say_forecast("\n".join(forecast_in_words(event.forecast)) if event.forecast else "")

    def _say_forecast(self, said: str) -> None:
        self.query_one("#add-forecast", Static).update(Content.styled(said, "$foreground 60%"))

    # ── picking and adding ──────────────────────────────────────────────────────────────────

    def on_tree_node_highlighted(self, event: FolderPicker.NodeHighlighted[DirEntry]) -> None:
        """Put the folder under the cursor on the line, where it can be added from."""
        event.stop()
        if event.node.data is not None and self.query_one(FolderPicker).has_focus:
            self.query_one(Input).value = str(event.node.data.path)

    def on_key(self, event: events.Key) -> None:
        """Let Enter among the folders add the one on the line; right opens one."""
        picker = self.query_one(FolderPicker)
        if picker.has_focus and event.key in ("enter", "right", "left"):
            event.stop()
            event.prevent_default()
            if event.key == "enter":
                self.action_add()
            elif picker.cursor_node is not None and picker.cursor_node.is_expanded is (event.key == "left"):
                picker.cursor_node.toggle()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Add the folder."""
        event.stop()
        self.action_add()

    def _add(self, typed: str) -> None:
        if typed:
            self._bridge.library.add(self, Path(typed).expanduser(), sure=typed == self._doubted)

    def on_folder_added(self, event: FolderAdded) -> None:
        """Leave, so that indexing can begin; say which folders have become part of the one added."""
        event.stop()
        if event.outlook.holds:
            self.app.notify(" ".join(outlook_in_words(event.outlook)), markup=False)
        self.dismiss(True)

    def on_folder_doubted(self, event: FolderDoubted) -> None:
        """Say why it may not be what was meant; the same once more is."""
        event.stop()
        self._doubted = self.query_one(Input).value.strip()
        self._say(" ".join(outlook_in_words(event.outlook)), "Press enter again to add it all the same.")

    def on_failed(self, event: Failed) -> None:
        """Say what is wrong with the folder, and stay."""
        event.stop()
        self._say(event.text, event.remedy)

    def _say(self, text: str, remedy: str) -> None:
        error = self.query_one("#add-error", Static)
        error.update(error_panel(text, remedy))
        error.add_class("-shown")
