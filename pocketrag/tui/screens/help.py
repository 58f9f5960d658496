"""One page that says everything: the keys, what the marks mean, where things go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from pocketrag.tui.widgets.choices import Choice, Choices
from pocketrag.tui.widgets.filling import Filling

_KEYS: Final = (
    (
        "Asking",
        (
            ("Enter", "ask the question"),
            ("Ctrl+J", "a new line inside the question"),
            ("↑ ↓", "earlier questions"),
            ("@ in: type:", "name a file, narrow to a folder, a type, …"),
            ("Esc", "stop the answer"),
            ("F5  F8  F9", "newest question: again, edited; copy its answer"),
            ("PgUp PgDn", "scroll the conversation"),
        ),
    ),
    (
        "Sources",
        (
            ("Tab", "answer's sources → passages → question"),
            ("Enter", "open the source in its document"),
            ("1…9", "open source [1]…[9] of the newest answer"),
            ("F2", "go to the passages; again: hide them"),
            ("c s a e + -", "there: copy, with sources, again, edit, right, wrong"),
            ("n  p  /  t", "in a document: next, previous, find, places"),
            ("v  ←  →", "there: the page as a picture, the page before, after"),
            ("c  o  r", "there: copy the quote, open outside, reveal"),
        ),
    ),
    (
        "Library",
        (
            ("Ctrl+O", "add a folder"),
            ("Ctrl+R", "update the index now"),
            ("F3", "folders and files: states, remedies, ignore, forget"),
            ("F4", "kept conversations: search, open, export, delete"),
            ("F6", "settings; keys are in the palette (Ctrl+P)"),
            ("Ctrl+N", "new conversation"),
            ("Ctrl+P", "all commands"),
            ("Ctrl+Q", "quit"),
        ),
    ),
)
_MARKS: Final = (
    ("✓ verbatim", "$success", "the quote equals the file's text, to the letter"),
    ("≈ unverified", "$warning italic", "the quote could not be found at its place"),
    ("unverified", "$warning italic", "a sentence that its sources were not found to carry"),
    ("changed since", "$warning", "the file has changed after it was indexed, or quoted"),
)

_COLUMN: Final = 18
"""Cells of the keys."""


class HelpScreen(ModalScreen[None]):
    """The keys and the marks."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,f1,question_mark", "dismiss", "Close")]

    def compose(self) -> ComposeResult:
        """Lay out the page, scrollable where it does not fit."""
        with VerticalScroll(id="help-panel"):
            yield Static(Content.styled("Keys", "bold $accent"))
            for title, keys in _KEYS:
                lines = [(key, "bold", meaning) for key, meaning in keys]
                yield Static(KeyLines(title, lines), classes="help-section")
            yield Static(KeyLines("Marks", _MARKS), classes="help-section")
            yield Choices(Choice("esc", "closes", "screen.dismiss"))

    def on_mount(self) -> None:
        """Let one scroll at once."""
        self.query_one("#help-panel").focus()


class KeyLines(Filling):
    """Keys and what they do, in two columns; what is too long for its line goes on below its beginning."""

    def __init__(self, title: str, lines: Sequence[tuple[str, str, str]]) -> None:
        """Take a title, and of each line the key, its style, and what it does."""
        self._title = title
        self._lines = lines

    def content(self, width: int) -> Content:
        """Return the lines."""
        rows = [Content.styled(self._title, "$accent")]
        for key, style, meaning in self._lines:
            said = Content.styled(meaning, "$foreground 60%").wrap(max(10, width - _COLUMN))
            rows.append(Content.styled(f"  {key:<{_COLUMN - 2}}", style) + said[0])
            rows.extend(Content(" " * _COLUMN) + more for more in said[1:])
        return Content("\n").join(rows)
