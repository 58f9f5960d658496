"""The keys of the app, screen by screen; Enter gives one another key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import ModalScreen
from textual.widgets import DataTable, Input, Static

from pocketrag.tui.liking import Liking
from pocketrag.tui.screens.narrowing import NarrowingScreen

_FIXED: Final = frozenset({"escape", "enter", "tab", "shift+tab", "up", "down", "left", "right", "ctrl+q"})
"""Keys that mean the same everywhere, and are given to nothing else."""


@dataclass(frozen=True, slots=True)
class KeyLine:
    """What a key does somewhere."""

    place: str
    binding: str
    """The binding's id."""
    does: str
    keys: str
    """As they come, commas between."""


class KeysScreen(NarrowingScreen[None]):
    """A table of keys; typing narrows it."""

    PLACEHOLDER = "Type to narrow: a key, or what it does…"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "change", "Change", key_display="⏎"),
        Binding("f8", "reset", "Its own again", id="keys.reset"),
        Binding("escape", "app.pop_screen", "Back"),
    ]

    def __init__(self, lines: tuple[KeyLine, ...], liking: Liking) -> None:
        """Show keys as they come; `liking` knows those that were changed."""
        super().__init__()
        self._lines = lines
        self._liking = liking
        self._shown: list[KeyLine] = []

    def on_mount(self) -> None:
        """Show the keys."""
        self._fill(0)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the keys to what was typed."""
        event.stop()
        self._fill(0)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Change the selected key."""
        event.stop()
        self.action_change()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Change the key that was clicked."""
        event.stop()
        self.action_change()

    def action_change(self) -> None:
        """Ask for another key."""
        line = self._selected
        if line is None:
            return

        def change(key: str | None) -> None:
            if key:
                self._take(line, key)

        self.app.push_screen(KeyScreen(line), change)

    def action_reset(self) -> None:
        """Give the selected action its own key again."""
        if self._selected is not None:
            self._keep(self._selected, "")

    def _take(self, line: KeyLine, key: str) -> None:
        """Give an action a key, unless that means something else in the same place."""
        taken = next(
            (
                other
                for other in self._lines
                if other.place == line.place and key in self._keys(other).split(",")
            ),
            None,
        )
        if key in _FIXED or (taken is not None and taken.binding != line.binding):
            does = taken.does if taken else "fixed"
            self.notify(f"{key} is taken: {does}.", severity="warning", markup=False)
        else:
            self._keep(line, key)

    def _keep(self, line: KeyLine, key: str) -> None:
        self._liking.like_key(line.binding, key)
        self.app.set_keymap(self._liking.keys)
        self._fill(self.table.cursor_row)

    def _keys(self, line: KeyLine) -> str:
        return self._liking.keys.get(line.binding, line.keys)

    @property
    def _selected(self) -> KeyLine | None:
        row = self.table.cursor_row
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def _fill(self, cursor: int) -> None:
        words = self.typed.casefold().split()
        self._shown = [
            line
            for line in self._lines
            if all(word in f"{line.place} {line.does} {self._keys(line)}".casefold() for word in words)
        ]
        self.tell_summary(Content.styled("Keys", "bold"))
        cursor = min(cursor, max(0, len(self._shown) - 1))
        self.fill(("Where", "Does", "Key"), [self._row(line) for line in self._shown], cursor)

    def _row(self, line: KeyLine) -> tuple[Text, ...]:
        colours = self.app.theme_variables
        keys = self._keys(line).replace(",", "  ")
        changed = line.binding in self._liking.keys
        return (
            Text(line.place, style=colours["secondary"]),
            Text(line.does),
            Text(f"{keys} ◂ changed" if changed else keys, style=colours["accent"]),
        )


class KeyScreen(ModalScreen[str]):
    """Waits for a key; dismissed with it, or with nothing."""

    CSS_PATH = "line.tcss"

    def __init__(self, line: KeyLine) -> None:
        super().__init__()
        self._line = line

    def compose(self) -> ComposeResult:
        """Lay out the question."""
        with Vertical(classes="dialog"):
            yield Static(Content.styled(f"Press the key for: {self._line.does}", "bold"))
            yield Static(Content.styled(f"Now: {self._line.keys.replace(',', '  ')}", "$foreground 60%"))

    def on_mount(self) -> None:
        """Say how to leave."""
        self.query_one(".dialog").border_subtitle = "esc leaves it as it is"

    def on_key(self, event: events.Key) -> None:
        """Leave with the key."""
        event.stop()
        event.prevent_default()
        self.dismiss(None if event.key == "escape" else event.key)


def key_lines(*places: tuple[str, type[DOMNode]]) -> tuple[KeyLine, ...]:
    """Return the keys that can be changed, of these places: each a name and the class whose they are."""
    return tuple(
        KeyLine(name, binding.id, binding.description, binding.key)
        for name, owner in places
        for binding in owner.BINDINGS
        if isinstance(binding, Binding) and binding.id
    )
