"""What a dialog offers, as words that can be clicked; each names the key that does the same."""

from __future__ import annotations

from typing import NamedTuple

from textual.content import Content
from textual.style import Style
from textual.widgets import Static


class Choice(NamedTuple):
    """One of them."""

    key: str
    words: str
    action: str
    """As a binding names it, with whose it is: `screen.dismiss(True)`."""


class Choices(Static):
    """A line at the end of a dialog."""

    def __init__(self, *offered: Choice) -> None:
        super().__init__(Content("   ").join([clickable(choice) for choice in offered]), classes="choices")


def clickable(choice: Choice) -> Content:
    """Return words that do what they say when they are clicked."""
    words = Content.assemble((choice.key, "bold $accent"), (f" {choice.words}", "$foreground 60%"))
    return words.stylize(Style.from_meta({"@click": choice.action}))
