"""A small question that is answered by a line: a title, a file's name, a value."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from pocketrag.tui.widgets.choices import Choice, Choices
from pocketrag.tui.widgets.field import Field


class LineScreen(ModalScreen[str]):
    """Asks for a line; dismissed with it, or with nothing."""

    CSS_PATH = "line.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Cancel")]

    def __init__(self, question: str, value: str, does: str, note: str = "") -> None:
        """Ask a question, with an answer to begin with; `does` says what Enter does, such as `renames`."""
        super().__init__()
        self._question = question
        self._value = value
        self._does = does
        self._note = note

    def compose(self) -> ComposeResult:
        """Lay out a question and a line to type on."""
        with Vertical(classes="dialog"):
            yield Static(Content.styled(self._question, "bold"))
            if self._note:
                yield Static(Content.styled(self._note, "$foreground 60%"))
            yield Field(self._value)
            yield Choices(
                Choice("enter", self._does, "screen.submit"), Choice("esc", "cancels", "screen.dismiss")
            )

    def action_submit(self) -> None:
        """Leave with the line."""
        self.dismiss(self.query_one(Input).value.strip())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Leave with the line."""
        event.stop()
        self.action_submit()
