"""Two small questions about a kept conversation: its title, and whether to delete it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from pocketrag.domain import ConversationEntry
from pocketrag.plain import one_line
from pocketrag.wording import plural


class RenameScreen(ModalScreen[str]):
    """Asks for a title; dismissed with it, or with nothing."""

    CSS_PATH = "history_dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Cancel")]

    def __init__(self, entry: ConversationEntry) -> None:
        super().__init__()
        self._entry = entry

    def compose(self) -> ComposeResult:
        """Lay out a question and a line to type on."""
        with Vertical(classes="dialog"):
            yield Static(Content.styled("What should this conversation be called?", "bold"))
            yield Input(value=one_line(self._entry.title), compact=True)

    def on_mount(self) -> None:
        """Say which keys work."""
        self.query_one(".dialog").border_subtitle = "enter renames · esc cancels"

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Leave with the title."""
        event.stop()
        self.dismiss(event.value.strip())


class DeleteScreen(ModalScreen[bool]):
    """Asks whether to delete a conversation; dismissed with the answer."""

    CSS_PATH = "history_dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "dismiss(True)", "Delete"),
        Binding("escape,n", "dismiss(False)", "Keep"),
    ]

    def __init__(self, entry: ConversationEntry) -> None:
        super().__init__()
        self._entry = entry

    def compose(self) -> ComposeResult:
        """Lay out the question."""
        with Vertical(classes="dialog"):
            yield Static(Content.styled("Delete this conversation for good?", "bold"))
            yield Static(Content(f"“{one_line(self._entry.title)}”, {plural(self._entry.turns, 'question')}"))
            yield Static(Content.styled("Your documents are not touched.", "$foreground 60%"))

    def on_mount(self) -> None:
        """Say which keys work."""
        self.query_one(".dialog").border_subtitle = "enter deletes · esc keeps"
