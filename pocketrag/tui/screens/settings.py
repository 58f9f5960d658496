"""The library's settings: each with its value and what it means; Enter changes one in the file."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.content import Content

from pocketrag.domain import SettingLine
from pocketrag.plain import one_line
from pocketrag.tui.bridge import Bridge
from pocketrag.tui.messages import SettingsChanged, SettingsTold
from pocketrag.tui.screens.line import LineScreen
from pocketrag.tui.screens.narrowing import WordsScreen
from pocketrag.tui.widgets.passage_card import elided_end


class SettingsScreen(WordsScreen[SettingLine]):
    """A table of settings; typing narrows it."""

    PLACEHOLDER = "Type to narrow: a name, or what it means…"
    COLUMNS = ("Setting", "Value", "Default")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "app.pop_screen", "Back"),
        Binding("enter", "choose", "Change", key_display="⏎"),
        Binding("f8", "reset", "Default", id="settings.reset"),
    ]

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge

    def on_mount(self) -> None:
        """Ask for the settings."""
        self._bridge.settings.tell(self)

    def on_settings_told(self, event: SettingsTold) -> None:
        """Show the settings, the cursor where it was."""
        event.stop()
        self.know(event.lines)

    def on_settings_changed(self, event: SettingsChanged) -> None:
        """Show the settings as they are now; the app opens the library anew."""
        self._bridge.settings.tell(self)

    def action_choose(self) -> None:
        """Ask for another value of the selected setting."""
        line = self.selected
        if line is None:
            return

        def change(value: str | None) -> None:
            """Set this value, if it is another one."""
            if value is not None and value != line.value:
                self._bridge.settings.change(self, line.key, value)

        choices = f" One of: {', '.join(line.choices)}." if line.choices else ""
        note = f"{line.description}{choices} Default: {line.default or 'nothing'}."
        self.app.push_screen(LineScreen(line.key, line.value, "changes it", note), change)

    def action_reset(self) -> None:
        """Give the selected setting its default again."""
        line = self.selected
        if line is not None and line.value != line.default:
            self._bridge.settings.change(self, line.key, line.default or "[]")

    def words_of(self, item: SettingLine) -> str:
        """Return its name, and what it means."""
        return f"{item.key} {item.description}"

    def summary(self) -> Content:
        """Return the title."""
        return Content.styled("Settings of this library", "bold")

    def row_of(self, item: SettingLine) -> tuple[Text, ...]:
        """Return its name, its value and its default."""
        colours = self.app.theme_variables
        room = max(16, self.size.width - 50)
        changed = item.value != item.default
        value = elided_end(one_line(item.value), room)
        return (
            Text(item.key),
            Text(f"{value} ◂ changed" if changed else value, style=colours["accent"] if changed else ""),
            Text(item.default, style=colours["secondary"]),
        )

    def about(self, item: SettingLine | None) -> Content:
        """Return what a setting means."""
        if item is None:
            return Content("")
        choices = f"One of: {', '.join(item.choices)}" if item.choices else "A change starts the engine anew."
        return Content.assemble((item.description, "bold"), "\n", (choices, "$foreground 60%"))
