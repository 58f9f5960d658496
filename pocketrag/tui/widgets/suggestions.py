"""Ways to go on with what is being typed, right above the line; the cursor stays on the line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from pocketrag.plain import one_line

if TYPE_CHECKING:
    from pocketrag.tui.widgets.completion import Completion


class Suggestions(OptionList, can_focus=False):
    """A short list; not there while there is nothing to suggest."""

    @dataclass
    class Taken(Message):
        """A suggestion is to take the place of so many characters before the cursor."""

        text: str
        length: int

    def __init__(self) -> None:
        super().__init__(markup=False, compact=True)
        self._completion: Completion | None = None
        self.display = False

    def show(self, completion: Completion | None) -> None:
        """Show ways to go on, or none."""
        self._completion = completion
        self.display = completion is not None
        self.clear_options()
        if completion is not None:
            self.add_options(
                Option(Content.assemble((one_line(found.text), ""), (f"  {found.note}", "$foreground 60%")))
                for found in completion.suggestions
            )
            self.highlighted = 0 if completion.likely else None

    @property
    def meant(self) -> bool:
        """Whether one of them is under the cursor, so that Enter takes it instead of asking."""
        return self.highlighted is not None

    def move(self, step: int) -> None:
        """Move the cursor, round and round."""
        if self.option_count:
            before = self.highlighted if self.highlighted is not None else -1 if step > 0 else 0
            self.highlighted = (before + step) % self.option_count

    def take(self) -> None:
        """Take the suggestion under the cursor, or the first."""
        if self._completion is not None:
            found = self._completion.suggestions[self.highlighted or 0]
            self.post_message(self.Taken(found.text, self._completion.length))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the suggestion that was clicked."""
        event.stop()
        self.highlighted = event.option_index
        self.take()
