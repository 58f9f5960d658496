"""A list that typing narrows: what there is above it, more about the one under the cursor below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ScreenResultType
from textual.widgets import DataTable, Input, Static

from pocketrag.plain import one_line
from pocketrag.tui.covered import Covered
from pocketrag.tui.messages import Failed
from pocketrag.tui.widgets.field import NarrowingField
from pocketrag.tui.widgets.key_bar import KeyBar
from pocketrag.tui.widgets.outcome import error_panel
from pocketrag.tui.widgets.rows import Rows

Item = TypeVar("Item")


class NarrowingScreen(Covered[ScreenResultType], Generic[ScreenResultType, Item]):
    """A summary, a line to type on, a table, and a detail; the table's cursor moves while one types.

    A screen of this kind says what it shows (`narrow`, `row_of`, `about`) and what Enter or a click does with
    the selected one (`action_choose`).
    """

    CSS_PATH = "narrowing.tcss"
    PLACEHOLDER: ClassVar[str] = ""
    """What the line to type on says while it is empty."""
    COLUMNS: ClassVar[tuple[str, ...]] = ()
    """The table's columns."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Next", show=False),
        Binding("up", "move(-1)", "Previous", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("pageup", "move(-10)", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._shown: Sequence[Item] = ()

    def compose(self) -> ComposeResult:
        """Lay out summary, line, table and detail."""
        yield Static(Content("Looking…"), id="summary")
        yield NarrowingField(placeholder=self.PLACEHOLDER)
        yield Rows()
        yield Static(id="detail")
        yield KeyBar(show_command_palette=False)

    def on_mount(self) -> None:
        """Let one type at once."""
        self.query_one(Input).focus()

    # ── what a screen of this kind says ─────────────────────────────────────────────────────

    def narrow(self) -> None:
        """Show what has to do with what was typed."""
        raise NotImplementedError

    def row_of(self, item: Item) -> tuple[Text, ...]:
        """Return a row of the table."""
        raise NotImplementedError

    def about(self, item: Item | None) -> Content:
        """Return what the detail says of the one under the cursor; of None if nothing is shown."""
        return Content("")

    def action_choose(self) -> None:
        """Do with the selected one what Enter and a click do."""
        raise NotImplementedError

    # ── what all of them do ─────────────────────────────────────────────────────────────────

    def on_failed(self, event: Failed) -> None:
        """Say why there is nothing to show, or what did not work."""
        event.stop()
        if self._shown:
            self.notify(one_line(f"{event.text} {event.remedy}"), severity="warning", markup=False)
        else:
            self.tell_summary(error_panel(event.text, event.remedy))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list to what was typed."""
        event.stop()
        self.narrow()

    async def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Choose the one that was clicked."""
        event.stop()
        await self.run_action("choose")

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Say more about the one under the cursor."""
        event.stop()
        if 0 <= event.cursor_row < len(self._shown):
            self.tell_about(self._shown[event.cursor_row])

    def action_move(self, rows: int) -> None:
        """Move the cursor by rows, while one types."""
        table = self.table
        if table.row_count:
            table.move_cursor(row=max(0, min(table.row_count - 1, table.cursor_row + rows)))

    @property
    def table(self) -> Rows:
        """The list."""
        return self.query_one(Rows)

    @property
    def typed(self) -> str:
        """What was typed to narrow the list."""
        return self.query_one(Input).value

    @property
    def selected(self) -> Item | None:
        """The one under the cursor."""
        row = self.table.cursor_row
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def show(self, items: Sequence[Item], cursor: int = 0) -> None:
        """Show these, the cursor on one of them, or on the last."""
        self._shown = items
        cursor = min(cursor, max(0, len(items) - 1))
        self._fill([self.row_of(item) for item in items], cursor)
        self.tell_about(self.selected)

    def _fill(self, rows: list[tuple[Text, ...]], cursor: int) -> None:
        table = self.table
        table.clear(columns=True)  # columns only ever grow
        for at, label in enumerate(self.COLUMNS):  # with its width: measured later, it would be drawn late
            table.add_column(label, width=max([cell_len(label), *(row[at].cell_len for row in rows)]))
        table.add_rows(rows)
        table.move_cursor(row=cursor)

    def tell_summary(self, summary: Content) -> None:
        """Show what there is."""
        self.query_one("#summary", Static).update(summary)

    def tell_about(self, item: Item | None) -> None:
        """Show more about the one under the cursor."""
        self.tell(self.about(item))

    def tell(self, detail: Content) -> None:
        """Show more about the one under the cursor, or what was done."""
        self.query_one("#detail", Static).update(detail)


class WordsScreen(NarrowingScreen[None, Item]):
    """A narrowing list whose items are all here: those are shown in which every word typed stands."""

    def __init__(self) -> None:
        super().__init__()
        self._items: Sequence[Item] = ()

    def words_of(self, item: Item) -> str:
        """Return what a typed word may stand in."""
        raise NotImplementedError

    def summary(self) -> Content:
        """Return what the line above the list says."""
        raise NotImplementedError

    def know(self, items: Sequence[Item]) -> None:
        """Show these as far as they have to do with what was typed, the cursor where it was."""
        self._items = items
        self.refill(self.table.cursor_row)

    def narrow(self) -> None:
        """Show the items in which every word typed stands."""
        self.refill(0)

    def refill(self, cursor: int) -> None:
        """Draw the list anew."""
        if not self._items:
            return
        words = self.typed.casefold().split()
        self.tell_summary(self.summary())
        texts = ((item, self.words_of(item).casefold()) for item in self._items)
        self.show([item for item, text in texts if all(word in text for word in words)], cursor)
