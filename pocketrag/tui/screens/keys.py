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
from textual.keys import format_key
from textual.screen import ModalScreen
from textual.widgets import Static

from pocketrag.tui.liking import Liking
from pocketrag.tui.screens.narrowing import WordsScreen
from pocketrag.tui.widgets.choices import Choice, Choices

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


class KeysScreen(WordsScreen[KeyLine]):
    """A table of keys; typing narrows it."""

    PLACEHOLDER = "Type to narrow: a key, or what it does…"
    COLUMNS = ("Where", "Does", "Key")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "app.pop_screen", "Back"),
        Binding("enter", "choose", "Change", key_display="⏎"),
        Binding("f8", "reset", "Its own again", id="keys.reset"),
    ]

    def __init__(self, lines: tuple[KeyLine, ...], liking: Liking) -> None:
        """Show keys as they come; `liking` knows those that were changed."""
        super().__init__()
        self._lines = lines
        self._liking = liking

    def on_mount(self) -> None:
        """Show the keys."""
        self.know(self._lines)

    def action_choose(self) -> None:
        """Ask for another key."""
        line = self.selected
        if line is None:
            return

        def change(key: str | None) -> None:
            """Take this key, if one was pressed."""
            if key:
                self._take(line, key)

        self.app.push_screen(KeyScreen(line), change)

    def action_reset(self) -> None:
        """Give the selected action its own key again."""
        if self.selected is not None:
            self._keep(self.selected, "")

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
        self.refill(self.table.cursor_row)

    def _keys(self, line: KeyLine) -> str:
        return self._liking.keys.get(line.binding, line.keys)

    def words_of(self, item: KeyLine) -> str:
        """Return what is shown of a key."""
        return f"{item.place} {item.does} {self._keys(item)}"

    def summary(self) -> Content:
        """Return the title."""
        return Content.styled("Keys", "bold")

    def row_of(self, item: KeyLine) -> tuple[Text, ...]:
        """Return where it works, what it does, and the key."""
        colours = self.app.theme_variables
        keys = shown(self._keys(item))
        changed = item.binding in self._liking.keys
        return (
            Text(item.place, style=colours["secondary"]),
            Text(item.does),
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
            yield Static(Content.styled(f"Now: {shown(self._line.keys)}", "$foreground 60%"))
            yield Choices(Choice("esc", "leaves it as it is", "screen.dismiss"))

    def on_key(self, event: events.Key) -> None:
        """Leave with the key."""
        event.stop()
        event.prevent_default()
        self.dismiss(None if event.key == "escape" else event.key)


def shown(keys: str) -> str:
    """Return keys as they stand on a keyboard, such as `+  =` for `plus,equals_sign`."""
    named = (key.rpartition("+") for key in keys.split(","))
    return "  ".join(f"{before}{plus}{format_key(key)}" for before, plus, key in named)


def key_lines(*places: tuple[str, type[DOMNode]]) -> tuple[KeyLine, ...]:
    """Return the keys that can be changed, of these places: each a name and the class whose they are."""
    return tuple(
        KeyLine(name, binding.id, binding.description, binding.key)
        for name, owner in places
        for binding in owner.BINDINGS
        if isinstance(binding, Binding) and binding.id
    )
