"""What one may do with an answer, as a line of words that can be clicked; each names its key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from textual import events
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widgets import Static

Action = Literal["copy", "copy_sources", "again", "edit", "right", "wrong"]
_ACTIONS: Final[tuple[tuple[Action, str, str], ...]] = (
    ("copy", "c", "copy"),
    ("copy_sources", "s", "sources"),
    ("again", "a", "again"),
    ("edit", "e", "edit"),
    ("right", "+", "right"),
    ("wrong", "-", "wrong"),
)
_META: Final = "answer_action"


class AnswerActions(Static):
    """One line under an answer."""

    @dataclass
    class Pressed(Message):
        """One of them was clicked."""

        action: Action

    def __init__(self) -> None:
        super().__init__(_line(), classes="actions")

    def on_click(self, event: events.Click) -> None:
        """Tell which was clicked."""
        action = event.style.meta.get(_META)
        if action is not None:
            event.stop()
            self.post_message(self.Pressed(action))


def _line() -> Content:
    parts = []
    for action, key, words in _ACTIONS:
        part = Content.assemble((key, "$accent"), (f" {words}", "$foreground 60%"))
        parts.append(part.stylize(Style.from_meta({_META: action})))
    return Content("  ").join(parts)
