"""A small question that is answered by yes or no."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from pocketrag.plain import one_line
from pocketrag.tui.widgets.choices import Choice, Choices


class SureScreen(ModalScreen[bool]):
    """Asks whether to do something; dismissed with the answer."""

    CSS_PATH = "line.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "dismiss(True)", "Yes"),
        Binding("escape,n", "dismiss(False)", "No"),
    ]

    def __init__(self, question: str, what: str, note: str, does: str) -> None:
        """Ask a question about something; `does` says what Enter does, such as `forgets`."""
        super().__init__()
        self._question = question
        self._what = what
        self._note = note
        self._does = does

    def compose(self) -> ComposeResult:
        """Lay out the question."""
        with Vertical(classes="dialog"):
            yield Static(Content.styled(self._question, "bold"))
            yield Static(Content(one_line(self._what)))
            yield Static(Content.styled(self._note, "$foreground 60%"))
            yield Choices(
                Choice("enter", self._does, "screen.dismiss(True)"),
                Choice("esc", "leaves it", "screen.dismiss(False)"),
            )
