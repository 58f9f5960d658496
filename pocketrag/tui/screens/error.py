"""A calm page for when the library is out of reach: what happened, what to do, try again or leave."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from pocketrag.plain import plain
from pocketrag.tui.widgets.choices import Choice, Choices
from pocketrag.tui.widgets.header import MARK


class ErrorScreen(ModalScreen[bool]):
    """Says what went wrong and what to do; dismissed with whether to try again."""

    CSS_PATH = "error.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        # no key that types something: the page may come up in the middle of a question
        Binding("ctrl+r", "dismiss(True)", "Retry"),
        Binding("f6", "app.settings", "Settings"),
    ]

    def __init__(self, text: str, remedy: str) -> None:
        super().__init__()
        self.past = False
        """Whether the library is being opened anew meanwhile."""
        self._text = text
        self._remedy = remedy

    def compose(self) -> ComposeResult:
        """Lay out one quiet panel."""
        with Vertical(id="error-panel"):
            yield Static(Content.assemble((f"{MARK} ", "$accent"), ("PocketRAG", "bold")), id="error-mark")
            yield Static(Content(plain(self._text)), id="error-text")
            yield Static(Content(plain(self._remedy)), id="error-remedy")
            yield Choices(
                Choice("ctrl+r", "try again", "screen.dismiss(True)"),
                Choice("f6", "settings", "app.settings"),
                Choice("ctrl+q", "quit", "app.quit"),
            )

    def on_screen_resume(self) -> None:
        """Leave, if the settings that lay over this were changed."""
        if self.past:
            self.dismiss(False)
