"""The kept conversations: typing finds one, Enter goes on with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar, Final

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import DataTable, Footer, Input, Static

from pocketrag.domain import ConversationEntry, KeptConversation
from pocketrag.plain import one_line
from pocketrag.tui.bridge import Bridge
from pocketrag.tui.jobs import Job
from pocketrag.tui.messages import ConversationTold, Failed, HistoryTold
from pocketrag.tui.screens.history_dialogs import DeleteScreen, RenameScreen
from pocketrag.tui.widgets.outcome import error_panel
from pocketrag.tui.widgets.passage_card import elided_end
from pocketrag.wording import moment_in_words, plural

_SHOWN: Final = 500
"""Rows shown at once; others are reached by typing a word of theirs."""
_MOMENT: Final = 16
"""Cells of a date and time."""


class HistoryScreen(Screen[KeptConversation]):
    """A table of conversations, latest first; dismissed with the one to go on with."""

    CSS_PATH = "history.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Next", show=False),
        Binding("up", "move(-1)", "Previous", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("pageup", "move(-10)", show=False),
        Binding("enter", "open", "Open", key_display="⏎"),
        Binding("f2", "rename", "Rename"),
        Binding("f8", "delete", "Delete"),
        Binding("ctrl+n", "begin_anew", "New"),
        Binding("escape", "dismiss", "Back"),
    ]

    def __init__(
        self, bridge: Bridge, current: int | None, begin_anew: Callable[[], Awaitable[None]]
    ) -> None:
        super().__init__()
        self._bridge = bridge
        self._current = current
        self._begin_anew = begin_anew
        self._entries: tuple[ConversationEntry, ...] = ()
        self._searching: Job | None = None

    def compose(self) -> ComposeResult:
        """Lay out the count, the search, the table and a line about the selected conversation."""
        yield Static(Content("Looking…"), id="history-summary")
        yield Input(placeholder="Type to search titles, questions and answers…", compact=True)
        table: DataTable[Text] = DataTable(cursor_type="row", zebra_stripes=False)
        table.can_focus = False
        yield table
        yield Static(id="history-detail")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Ask for the conversations."""
        self.query_one(Input).focus()
        self._search()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look for what was typed."""
        event.stop()
        self._search()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Open the selected conversation."""
        event.stop()
        self.action_open()

    def on_history_told(self, event: HistoryTold) -> None:
        """Show the conversations; the cursor stays on the one that was selected."""
        event.stop()
        selected = self._selected
        self._entries = event.entries[:_SHOWN]
        self._say_count(len(event.entries))
        self._fill()
        ids = [entry.id for entry in self._entries]
        if selected is not None and selected.id in ids:
            self.query_one(DataTable).move_cursor(row=ids.index(selected.id))

    def on_conversation_told(self, event: ConversationTold) -> None:
        """Leave, to go on with the conversation."""
        event.stop()
        self.dismiss(event.kept)

    def on_failed(self, event: Failed) -> None:
        """Say what did not work."""
        event.stop()
        self.query_one("#history-summary", Static).update(error_panel(event.text, event.remedy))

    def on_resize(self) -> None:
        """Draw the titles anew, as long as there is room for, and stay where one was."""
        if self._entries:
            table = self.query_one(DataTable)
            row = table.cursor_row
            self._fill()
            table.move_cursor(row=row)

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Show the whole title, and where the searched words stand."""
        event.stop()
        if 0 <= event.cursor_row < len(self._entries):
            self._tell(_detail(self._entries[event.cursor_row]))

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Open the conversation that was clicked."""
        event.stop()
        self.action_open()

    # ── what one may do ─────────────────────────────────────────────────────────────────────

    def action_move(self, rows: int) -> None:
        """Move the cursor by rows, while one types."""
        table = self.query_one(DataTable)
        if table.row_count:
            table.move_cursor(row=max(0, min(table.row_count - 1, table.cursor_row + rows)))

    def action_open(self) -> None:
        """Go on with the selected conversation."""
        if self._selected is not None:
            self._bridge.conversation(self, self._selected.id)

    async def action_begin_anew(self) -> None:
        """Leave, and begin a new conversation."""
        await self._begin_anew()
        self.dismiss()

    def action_rename(self) -> None:
        """Ask for another title of the selected conversation."""
        entry = self._selected
        if entry is None:
            return

        def rename(title: str | None) -> None:
            if title:
                self._bridge.rename_conversation(self, entry.id, title, self._words)

        self.app.push_screen(RenameScreen(entry), rename)

    def action_delete(self) -> None:
        """Ask whether to delete the selected conversation."""
        entry = self._selected
        if entry is None:
            return

        async def delete(sure: bool | None) -> None:
            if not sure:
                return
            self._bridge.delete_conversation(self, entry.id, self._words)
            if entry.id == self._current:  # what is deleted is not to stay on the screen
                await self._begin_anew()

        self.app.push_screen(DeleteScreen(entry), delete)

    # ── drawing ─────────────────────────────────────────────────────────────────────────────

    @property
    def _words(self) -> str:
        return self.query_one(Input).value

    @property
    def _selected(self) -> ConversationEntry | None:
        """The conversation under the cursor."""
        row = self.query_one(DataTable).cursor_row
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def _search(self) -> None:
        if self._searching is not None:
            self._searching.stop()
        self._searching = self._bridge.history(self, self._words)

    def _say_count(self, found: int) -> None:
        said = f"{plural(found, 'conversation')}{' found' if self._words.strip() else ''}"
        more = f" · the latest {_SHOWN} are shown" if found > _SHOWN else ""
        hint = " · enter goes on with one" if found else ""
        content = Content.assemble((said, "bold"), (f"{more}{hint}", "$foreground 60%"))
        self.query_one("#history-summary", Static).update(content)

    def _fill(self) -> None:
        table: DataTable[Text] = self.query_one(DataTable)
        table.clear(columns=True)  # columns only ever grow
        table.add_columns("Last answer", "Title", "Questions")
        table.add_rows(self._row(entry) for entry in self._entries)
        self._tell(_detail(self._entries[0]) if self._entries else Content(""))

    def _row(self, entry: ConversationEntry) -> tuple[Text, ...]:
        room = max(20, self.size.width - _MOMENT - len("Questions") - 10)
        dim = self.app.theme_variables["secondary"]
        return (
            Text(moment_in_words(entry.updated), style=dim),
            Text(elided_end(one_line(entry.title), room)),
            Text(f"{entry.turns:,}", style=dim),
        )

    def _tell(self, detail: Content) -> None:
        self.query_one("#history-detail", Static).update(detail)


def _detail(entry: ConversationEntry) -> Content:
    begun = f"begun {moment_in_words(entry.created)}, {plural(entry.turns, 'question')}"
    excerpt = one_line(entry.excerpt) or begun
    return Content.assemble((one_line(entry.title), "bold"), "\n", (excerpt, "$foreground 60%"))
