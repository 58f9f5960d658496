"""A table of which one row is chosen, by one click."""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.coordinate import Coordinate
from textual.widgets import DataTable


class Rows(DataTable[Text], can_focus=False):
    """Rows; the keys are its screen's, so that one can type meanwhile."""

    def __init__(self) -> None:
        super().__init__(cursor_type="row", zebra_stripes=False)

    def on_click(self, event: events.Click) -> None:
        """Go to the row first: Textual's own table chooses only where the cursor has been before.

        The right button goes there and chooses nothing, for what else may be done with a row.
        """
        row, column = event.style.meta.get("row", -1), event.style.meta.get("column", -1)
        if row >= 0 and column >= 0:
            self.cursor_coordinate = Coordinate(row, column)
        if event.button != 1:
            event.stop()
            event.prevent_default()
