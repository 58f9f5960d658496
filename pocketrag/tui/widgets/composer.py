"""The line one types on: it grows with the question, and never blocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

from pocketrag.plain import plain

PLACEHOLDER: Final = "Ask your files anything…"


_STEPS: Final = {"up": -1, "down": 1, "enter": 0}
"""What keys mean while suggestions are shown."""


class Composer(TextArea):
    """A question being written. Enter sends it; Up and Down bring earlier ones back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", "Ask"),
        Binding("ctrl+j,shift+enter,alt+enter", "new_line", "New line", show=False),
        Binding("pageup", "scroll_conversation(-1)", "Scroll up", show=False),
        Binding("pagedown", "scroll_conversation(1)", "Scroll down", show=False),
    ]

    @dataclass
    class Sent(Message):
        """A question was sent off."""

        question: str

    @dataclass
    class Scrolled(Message):
        """The conversation should move by pages, while the cursor stays here."""

        pages: int

    @dataclass
    class DigitTyped(Message):
        """A digit was typed on an empty line: perhaps the number of an example."""

        digit: str

    @dataclass
    class Typed(Message):
        """The text or the cursor has changed."""

        before: str
        """What stands before the cursor on its line."""

    @dataclass
    class SuggestionWanted(Message):
        """Of the suggestions shown the next (1) or previous (-1) is meant; 0: the one under the cursor."""

        step: int

    class HelpWanted(Message):
        """A question mark was typed on an empty line."""

    def __init__(self) -> None:
        super().__init__(
            soft_wrap=True,
            show_line_numbers=False,
            highlight_cursor_line=False,
            tab_behavior="focus",
            compact=True,
            placeholder=PLACEHOLDER,
        )
        self._history: list[str] = []
        self._at = 0
        self._kept = ""
        self._offered_for = ""
        self.suggested = False
        """Whether suggestions are shown, which some keys are for then."""

    def remember(self, questions: Iterable[str]) -> None:
        """Let these questions, asked before, come back with the arrows."""
        self._history.extend(questions)
        self._at = len(self._history)

    def complete(self, text: str, length: int) -> None:
        """Put a text in the place of so many characters before the cursor."""
        row, column = self.cursor_location
        self.replace(text, (row, column - length), (row, column))

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Tell what is being typed."""
        event.stop()
        row, column = self.cursor_location
        self.post_message(self.Typed(self.document.get_line(row)[:column]))

    def offer(self, question: str, digit: str) -> None:
        """Put an example on the line in place of a typed digit; typing on takes the digit back."""
        self.show_text(question)
        self._offered_for = digit

    def get_line(self, line_index: int) -> Text:
        """Return a line as it is drawn: what was pasted, or named, may come from anywhere."""
        return Text(plain(self.document.get_line(line_index)), end="", no_wrap=True)

    def show_text(self, text: str) -> None:
        """Put a text on the line, the cursor at its end."""
        self.text = text
        self.move_cursor(self.document.end)

    def action_send(self) -> None:
        """Send the question off and clear the line; an empty line sends nothing."""
        question = self.text.strip()
        if not question:
            return
        if not self._history or self._history[-1] != question:
            self._history.append(question)
        self._at, self._offered_for = len(self._history), ""
        self.text = ""
        self.post_message(self.Sent(question))

    def action_new_line(self) -> None:
        """Start a new line inside the question."""
        self.insert("\n")

    def action_scroll_conversation(self, pages: int) -> None:
        """Ask for the conversation to be scrolled by pages."""
        self.post_message(self.Scrolled(pages))

    def action_cursor_up(self, select: bool = False) -> None:
        """Move up a line; on the first one, go back to the question before."""
        if select or not self.navigator.is_first_wrapped_line(self.cursor_location):
            super().action_cursor_up(select)
        else:
            self._recall(-1)

    def action_cursor_down(self, select: bool = False) -> None:
        """Move down a line; on the last one, go on to the question after."""
        if select or not self.navigator.is_last_wrapped_line(self.cursor_location):
            super().action_cursor_down(select)
        else:
            self._recall(1)

    async def on_key(self, event: events.Key) -> None:
        """Catch Enter, in its turn after what was typed before it, and what means something else here."""
        step = _STEPS.get(event.key) if self.suggested else None
        if step is not None:
            event.stop()
            event.prevent_default()
            self.post_message(self.SuggestionWanted(step))
        elif event.key == "enter":
            event.stop()
            event.prevent_default()
            self.action_send()
        elif self._offered_for and event.is_printable:
            self.text, self._offered_for = self._offered_for, ""
            self.move_cursor(self.document.end)
        elif not self.text and event.character == "?":
            event.stop()
            event.prevent_default()
            self.post_message(self.HelpWanted())
        elif not self.text and event.character is not None and event.character in "123456789":
            self.post_message(self.DigitTyped(event.character))
        else:
            self._offered_for = ""

    def _recall(self, step: int) -> None:
        at = self._at + step
        if not 0 <= at <= len(self._history):
            return
        if self._at == len(self._history):
            self._kept = self.text
        self._at = at
        self.show_text(self._history[at] if at < len(self._history) else self._kept)
