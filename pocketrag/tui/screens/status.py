"""Every file and how it stands: what failed first, with the reason and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Final

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import DataTable, Footer, Input, Static

from pocketrag.domain import FileState, FileStatus, LibraryStatus
from pocketrag.plain import one_line, plain
from pocketrag.tui.bridge import Bridge
from pocketrag.tui.messages import Failed, IndexEnded, IndexFailed, IndexMoved, StatusTold
from pocketrag.tui.widgets.outcome import error_panel
from pocketrag.tui.widgets.passage_card import elided
from pocketrag.wording import counts_in_words, folders_in_words, pictures_in_words, plural

_ORDER: Final = (FileState.FAILED, FileState.WAITING, FileState.SKIPPED, FileState.INDEXED)
_LOOK: Final = {
    FileState.FAILED: ("✗ failed", "warning"),
    FileState.WAITING: ("◌ waiting", "accent"),
    FileState.SKIPPED: ("– skipped", "secondary"),
    FileState.INDEXED: ("● indexed", "success"),
}
"""What a state is called, and the theme's colour for it."""
_FOLDERS: Final = 4
"""Folders named in the summary."""
_SHOWN: Final = 2_000
"""Rows shown at once; more are reached by typing a part of their name."""


class StatusScreen(Screen[None]):
    """A table of all files; typing narrows it."""

    CSS_PATH = "status.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Next", show=False),
        Binding("up", "move(-1)", "Previous", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("pageup", "move(-10)", show=False),
        Binding("ctrl+r", "retry", "Read again"),
        Binding("ctrl+t", "retry_all", "Read all failed again"),
        Binding("escape", "app.pop_screen", "Back"),
    ]

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._items: list[FileStatus] = []
        self._shown: list[FileStatus] = []

    def compose(self) -> ComposeResult:
        """Lay out the summary, the filter, the table and the details of one file."""
        yield Static(Content("Looking…"), id="status-summary")
        yield Input(placeholder="Type to narrow: a name, a state, a reason…", compact=True)
        table: DataTable[Text] = DataTable(cursor_type="row", zebra_stripes=False)
        table.can_focus = False
        yield table
        yield Static(id="status-detail")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Ask for every file's state."""
        self.query_one(Input).focus()
        self._bridge.status(self)

    def on_status_told(self, event: StatusTold) -> None:
        """Show the files, what failed first."""
        event.stop()
        self._items = sorted(event.status.items, key=_order)
        self.query_one("#status-summary", Static).update(_summary(event.status))
        self._fill(self.query_one(Input).value, self._selected)

    def on_index_moved(self, event: IndexMoved) -> None:
        """Show how far reading again has come."""
        event.stop()
        done, total = event.progress.files_done, event.progress.files_total
        self._say(f"Reading again… {done:,} of {total:,}")

    def on_index_ended(self, event: IndexEnded) -> None:
        """Say what came of reading again."""
        event.stop()
        read = f"{plural(event.done.indexed, 'file')} read"
        self.notify(f"{read}, {event.done.failed:,} failed again.", title="Read again", markup=False)

    def on_index_failed(self, event: IndexFailed) -> None:
        """Say why nothing was read again."""
        event.stop()
        self._say(plain(f"{event.text} {event.remedy}"))

    def on_resize(self) -> None:
        """Draw the names anew, as long as there is room for, and stay where one was."""
        if self._shown:
            table = self.query_one(DataTable)
            row = table.cursor_row
            self._fill(self.query_one(Input).value)
            table.move_cursor(row=row)

    def on_failed(self, event: Failed) -> None:
        """Say why there is nothing to show."""
        event.stop()
        self.query_one("#status-summary", Static).update(error_panel(event.text, event.remedy))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the table to what was typed."""
        event.stop()
        self._fill(event.value)

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Show the whole reason, and what to do."""
        event.stop()
        if 0 <= event.cursor_row < len(self._shown):
            self.query_one("#status-detail", Static).update(_detail(self._shown[event.cursor_row]))

    def action_retry(self) -> None:
        """Read the selected file again, if it failed."""
        selected = self._selected
        if selected is None or selected.state is not FileState.FAILED:
            self.notify("Only files that failed are read again.", markup=False)
        elif selected.attachment:
            self.notify(
                "An attached file is read again when the file that it came in has changed.", markup=False
            )
        else:
            self._read_again((selected.path,))

    def action_retry_all(self) -> None:
        """Read every file again that failed."""
        if any(item.state is FileState.FAILED for item in self._items):
            self._read_again(())
        else:
            self.notify("No file has failed.", markup=False)

    def _read_again(self, files: tuple[Path, ...]) -> None:
        self._say("Reading again…")
        self._bridge.retry(self, files)

    def _say(self, words: str) -> None:
        self.query_one("#status-detail", Static).update(Content(words))

    @property
    def _selected(self) -> FileStatus | None:
        """The file under the cursor."""
        row = self.query_one(DataTable).cursor_row
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def action_move(self, rows: int) -> None:
        """Move the cursor by rows, while one types."""
        table = self.query_one(DataTable)
        if table.row_count:
            table.move_cursor(row=max(0, min(table.row_count - 1, table.cursor_row + rows)))

    def _row(self, item: FileStatus) -> tuple[Text, ...]:
        colours = self.app.theme_variables
        word, colour = _LOOK[item.state]
        return (
            Text(word, style=colours[colour]),
            Text(elided(_name(item), max(20, self.size.width * 9 // 20))),
            Text(f"{item.chunks:,}" if item.chunks else ""),
            Text(one_line(item.reason), style=colours["secondary"]),
        )

    def _fill(self, wanted: str, selected: FileStatus | None = None) -> None:
        """Show the files that match what was typed; the cursor stays on the one that was selected."""
        words = wanted.casefold().split()
        matching = [item for item in self._items if all(word in _haystack(item) for word in words)]
        self._shown = matching[:_SHOWN]
        table: DataTable[Text] = self.query_one(DataTable)
        table.clear(columns=True)  # columns only ever grow
        table.add_columns("State", "File", "Passages", "Reason")
        table.add_rows(self._row(item) for item in self._shown)
        more = len(matching) - len(self._shown)
        detail = f"{plural(more, 'more file')}; type to narrow." if more else ""
        self.query_one("#status-detail", Static).update(Content(detail))
        names = [(item.path, item.attachment) for item in self._shown]
        if selected is not None and (selected.path, selected.attachment) in names:
            table.move_cursor(row=names.index((selected.path, selected.attachment)))


def _order(item: FileStatus) -> tuple[int, str]:
    return _ORDER.index(item.state), str(item.path).casefold()


def _name(item: FileStatus) -> str:
    return one_line(item.shown)


def _haystack(item: FileStatus) -> str:
    return f"{item.path} {item.attachment} {item.title} {item.state} {item.reason} {item.remedy}".casefold()


def _detail(item: FileStatus) -> Content:
    title = Content.styled(_name(item), "bold")
    parts = [part for part in (item.reason, item.remedy) if part]
    if item.textless_pages and item.state is FileState.INDEXED:
        parts.append(f"{pictures_in_words(item.textless_pages)}: they have no text to search.".capitalize())
    if item.pages is not None and not parts:
        parts.append(plural(item.pages, "page"))
    return Content("\n").join([title, Content.styled(one_line(" ".join(parts)), "$foreground 60%")])


def _summary(status: LibraryStatus) -> Content:
    counts = status.counts
    folders = folders_in_words(status) or ["no folder yet"]
    megabytes = status.bytes_on_disk / 1_000_000
    first = Content.assemble(
        (counts_in_words(counts, status.chunks), "bold"),
        (f" · {counts.failed:,} failed" if counts.failed else "", "$warning"),
        (f" · {counts.skipped:,} skipped" if counts.skipped else "", "$foreground 60%"),
        (f" · {megabytes:,.1f} MB on disk", "$foreground 60%"),
    )
    lines = folders[:_FOLDERS]
    if len(folders) > _FOLDERS:
        lines.append(f"and {plural(len(folders) - _FOLDERS, 'more folder')}: `pocketrag status` lists them")
    return Content("\n").join([first, *(Content.styled(line, "$foreground 60%") for line in lines)])
