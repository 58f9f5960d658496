"""What one may do with an answer, as a line of words that can be clicked; each names its key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from textual import events
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widgets import Static

from pocketrag.domain import Answer

Action = Literal["copy", "copy_sources", "again", "edit", "right", "wrong"]
_COPIES: Final[tuple[tuple[Action, str, str], ...]] = (
    ("copy", "c", "copy"),
    ("copy_sources", "s", "sources"),
)
_ASKS: Final[tuple[tuple[Action, str, str], ...]] = (("again", "a", "again"), ("edit", "e", "edit"))
_MARKS: Final[tuple[tuple[Action, str, str], ...]] = (("right", "+", "right"), ("wrong", "-", "wrong"))
_META: Final = "answer_action"


class AnswerActions(Static):
    """One line under an answer."""

    @dataclass
    class Pressed(Message):
        """One of them was clicked."""

        action: Action

    def __init__(self, answer: Answer | None) -> None:
        super().__init__(_offers(answer), classes="actions")

    def offer_for(self, answer: Answer | None) -> None:
        """Offer to ask again, to mark an answer if there is one, and to copy it if it is no refusal."""
        self.update(_offers(answer))

    def on_click(self, event: events.Click) -> None:
        """Tell which was clicked."""
        action = event.style.meta.get(_META)
        if action is not None:
            event.stop()
            self.post_message(self.Pressed(action))


def _offers(answer: Answer | None) -> Content:
    copied = () if answer is None or answer.refused else _COPIES
    return _line((*copied, *_ASKS, *(_MARKS if answer is not None else ())))


def _line(actions: Iterable[tuple[Action, str, str]]) -> Content:
    parts = []
    for action, key, words in actions:
        part = Content.assemble((key, "$accent"), (f" {words}", "$foreground 60%"))
        parts.append(part.stylize(Style.from_meta({_META: action})))
    return Content("  ").join(parts)
