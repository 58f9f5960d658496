"""The places of a document as a list; Enter goes to one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from pocketrag.tui.widgets.document_outline import OutlineEntry, entry_at


class OutlineList(OptionList):
    """Pages and headings."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Go there"),
        Binding("j", "cursor_down", show=False),
        Binding("k", "cursor_up", show=False),
    ]

    @dataclass
    class Chosen(Message):
        """A place is to be shown."""

        entry: OutlineEntry

    def __init__(self) -> None:
        super().__init__(markup=False, compact=True)
        self._entries: tuple[OutlineEntry, ...] = ()

    def show(self, entries: tuple[OutlineEntry, ...]) -> None:
        """Show these places."""
        self._entries = entries
        self.clear_options()
        self.add_options(Option(_label(entry)) for entry in entries)

    def mark(self, position: int) -> None:
        """Put the cursor on the place that holds an offset of the text."""
        if self._entries:
            self.highlighted = entry_at(self._entries, position)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Tell which place was chosen."""
        event.stop()
        self.post_message(self.Chosen(self._entries[event.option_index]))


def _label(entry: OutlineEntry) -> Content:
    if entry.level == 0:
        return Content.styled(entry.label, "$foreground 60%")
    return Content(f"{'  ' * entry.level}{entry.label}")
