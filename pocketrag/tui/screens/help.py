"""One page that says everything: the keys, what the marks mean, where things go."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from pocketrag.tui.widgets.choices import Choice, Choices

_KEYS: Final = (
    (
        "Asking",
        (
            ("Enter", "ask the question"),
            ("Ctrl+J", "a new line inside the question"),
            ("↑ ↓", "earlier questions"),
            ("@  in:  type:", "name a file, narrow to a folder, a type, …"),
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


class HelpScreen(ModalScreen[None]):
    """The keys and the marks."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,f1,question_mark", "dismiss", "Close")]

    def compose(self) -> ComposeResult:
        """Lay out the page, scrollable where it does not fit."""
        with VerticalScroll(id="help-panel"):
            yield Static(Content.styled("Keys", "bold $accent"))
            for title, keys in _KEYS:
                yield Static(_section(title, keys), classes="help-section")
            yield Static(_marks(), classes="help-section")
            yield Choices(Choice("esc", "closes", "screen.dismiss"))

    def on_mount(self) -> None:
        """Let one scroll at once."""
        self.query_one("#help-panel").focus()


def _section(title: str, keys: tuple[tuple[str, str], ...]) -> Content:
    rows = [Content.assemble((f"  {key:<14}", "bold"), (meaning, "$foreground 60%")) for key, meaning in keys]
    return Content("\n").join([Content.styled(title, "$accent"), *rows])


def _marks() -> Content:
    rows = [
        Content.assemble((f"  {mark:<14}", style), (meaning, "$foreground 60%"))
        for mark, style, meaning in _MARKS
    ]
    return Content("\n").join([Content.styled("Marks", "$accent"), *rows])
