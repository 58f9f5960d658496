"""A list that typing narrows: what there is above it, more about the one under the cursor below it."""

from __future__ import annotations

from typing import ClassVar, Generic

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen, ScreenResultType
from textual.widgets import DataTable, Footer, Input, Static

from pocketrag.tui.messages import Failed
from pocketrag.tui.widgets.outcome import error_panel


class NarrowingScreen(Screen[ScreenResultType], Generic[ScreenResultType]):
    """A summary, a line to type on, a table, and a detail; the table's cursor moves while one types."""

    CSS_PATH = "narrowing.tcss"
    PLACEHOLDER: ClassVar[str] = ""
    """What the line to type on says while it is empty."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Next", show=False),
        Binding("up", "move(-1)", "Previous", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("pageup", "move(-10)", show=False),
    ]

    def compose(self) -> ComposeResult:
        """Lay out summary, line, table and detail."""
        yield Static(Content("Looking…"), id="summary")
        yield Input(placeholder=self.PLACEHOLDER, compact=True)
        table: DataTable[Text] = DataTable(cursor_type="row", zebra_stripes=False)
        table.can_focus = False
        yield table
        yield Static(id="detail")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Let one type at once."""
        self.query_one(Input).focus()

    def on_failed(self, event: Failed) -> None:
        """Say why there is nothing to show."""
        event.stop()
        self.tell_summary(error_panel(event.text, event.remedy))

    def action_move(self, rows: int) -> None:
        """Move the cursor by rows, while one types."""
        table = self.table
        if table.row_count:
            table.move_cursor(row=max(0, min(table.row_count - 1, table.cursor_row + rows)))

    @property
    def table(self) -> DataTable[Text]:
        """The list."""
        return self.query_one(DataTable)

    @property
    def typed(self) -> str:
        """What was typed to narrow the list."""
        return self.query_one(Input).value

    def fill(self, columns: tuple[str, ...], rows: list[tuple[Text, ...]], cursor: int = 0) -> None:
        """Show these rows, the cursor on one of them."""
        table = self.table
        table.clear(columns=True)  # columns only ever grow
        for at, label in enumerate(columns):  # with its width: measured later, it would be drawn late
            table.add_column(label, width=max([cell_len(label), *(row[at].cell_len for row in rows)]))
        table.add_rows(rows)
        table.move_cursor(row=cursor)

    def tell_summary(self, summary: Content) -> None:
        """Show what there is."""
        self.query_one("#summary", Static).update(summary)

    def tell(self, detail: Content) -> None:
        """Show more about the one under the cursor, or what was done."""
        self.query_one("#detail", Static).update(detail)
