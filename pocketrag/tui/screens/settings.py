"""The library's settings: each with its value and what it means; Enter changes one in the file."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import DataTable, Input

from pocketrag.domain import SettingLine
from pocketrag.plain import one_line
from pocketrag.tui.bridge import Bridge
from pocketrag.tui.messages import Failed, SettingsChanged, SettingsTold
from pocketrag.tui.screens.line import LineScreen
from pocketrag.tui.screens.narrowing import NarrowingScreen
from pocketrag.tui.widgets.passage_card import elided_end


class SettingsScreen(NarrowingScreen[None]):
    """A table of settings; typing narrows it."""

    PLACEHOLDER = "Type to narrow: a name, or what it means…"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "change", "Change", key_display="⏎"),
        Binding("f8", "reset", "Default", id="settings.reset"),
        Binding("escape", "app.pop_screen", "Back"),
    ]

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._lines: tuple[SettingLine, ...] = ()
        self._shown: list[SettingLine] = []

    def on_mount(self) -> None:
        """Ask for the settings."""
        self._bridge.settings.tell(self)

    def on_settings_told(self, event: SettingsTold) -> None:
        """Show the settings, the cursor where it was."""
        event.stop()
        self._lines = event.lines
        self._fill(self.table.cursor_row)

    def on_settings_changed(self, event: SettingsChanged) -> None:
        """Show the settings as they are now; the app opens the library anew."""
        self._bridge.settings.tell(self)

    def on_failed(self, event: Failed) -> None:
        """Say why a value was not taken, and stay."""
        event.stop()
        self.notify(one_line(f"{event.text} {event.remedy}"), severity="warning", markup=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the settings to what was typed."""
        event.stop()
        self._fill(0)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Change the selected setting."""
        event.stop()
        self.action_change()

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Say what a setting means."""
        event.stop()
        if 0 <= event.cursor_row < len(self._shown):
            self.tell(_meaning(self._shown[event.cursor_row]))

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Change the setting that was clicked."""
        event.stop()
        self.action_change()

    def action_change(self) -> None:
        """Ask for another value of the selected setting."""
        line = self._selected
        if line is None:
            return

        def change(value: str | None) -> None:
            if value is not None and value != line.value:
                self._bridge.settings.change(self, line.key, value)

        choices = f" One of: {', '.join(line.choices)}." if line.choices else ""
        note = f"{line.description}{choices} Default: {line.default or 'nothing'}."
        self.app.push_screen(LineScreen(line.key, line.value, "changes it", note), change)

    def action_reset(self) -> None:
        """Give the selected setting its default again."""
        line = self._selected
        if line is not None and line.value != line.default:
            self._bridge.settings.change(self, line.key, line.default or "[]")

    @property
    def _selected(self) -> SettingLine | None:
        row = self.table.cursor_row
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def _fill(self, cursor: int) -> None:
        words = self.typed.casefold().split()
        self._shown = [
            line
            for line in self._lines
            if all(word in f"{line.key} {line.description}".casefold() for word in words)
        ]
        self.tell_summary(Content.styled("Settings of this library", "bold"))
        cursor = min(cursor, max(0, len(self._shown) - 1))
        self.fill(("Setting", "Value", "Default"), [self._row(line) for line in self._shown], cursor)
        self.tell(_meaning(self._shown[cursor]) if self._shown else Content(""))

    def _row(self, line: SettingLine) -> tuple[Text, ...]:
        colours = self.app.theme_variables
        room = max(16, self.size.width - 50)
        changed = line.value != line.default
        value = elided_end(one_line(line.value), room)
        return (
            Text(line.key),
            Text(f"{value} ◂ changed" if changed else value, style=colours["accent"] if changed else ""),
            Text(line.default, style=colours["secondary"]),
        )


def _meaning(line: SettingLine) -> Content:
    choices = f"One of: {', '.join(line.choices)}" if line.choices else "A change starts the engine anew."
    return Content.assemble((line.description, "bold"), "\n", (choices, "$foreground 60%"))
