"""The library's folders and files: how each stands, why, what to do about it, and doing it."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static, Tree

from pocketrag.domain import FileState, FileStatus, LibraryStatus
from pocketrag.plain import plain
from pocketrag.tui.bridge import Bridge
from pocketrag.tui.covered import Covered
from pocketrag.tui.graphics import Graphics
from pocketrag.tui.messages import (
    Failed,
    FolderForgotten,
    IndexEnded,
    IndexFailed,
    IndexMoved,
    StatusTold,
)
from pocketrag.tui.screens.document import for_file
from pocketrag.tui.screens.sure import SureScreen
from pocketrag.tui.widgets.field import Field
from pocketrag.tui.widgets.file_details import details, summary
from pocketrag.tui.widgets.file_tree import Entry, FileTree
from pocketrag.tui.widgets.folder_model import URGENCY, Folder, Sort, folders_of, matches
from pocketrag.tui.widgets.header import HeaderBar
from pocketrag.tui.widgets.index_chart import IndexChart
from pocketrag.tui.widgets.key_bar import KeyBar
from pocketrag.tui.widgets.library_picture import library_picture
from pocketrag.tui.widgets.outcome import error_panel
from pocketrag.wording import plural

_PICTURE: Final = 38
"""Cells of the picture of what the library holds."""
_SHOWS: Final = (None, *URGENCY)
"""States that the list can be narrowed to, in turn."""


class FilesScreen(Covered[None]):
    """A tree of all folders and files; typing narrows it."""

    CSS_PATH = "files.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "app.pop_screen", "Back"),
        Binding("down", "move(1)", "Next", show=False),
        Binding("up", "move(-1)", "Previous", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("pageup", "move(-10)", show=False),
        Binding("enter", "open", "Open", show=False),
        Binding("ctrl+r", "retry", "Read again", id="files.retry"),
        Binding("ctrl+t", "retry_all", "All failed", id="files.retry_all"),
        Binding("f2", "sort", "Sort", id="files.sort"),
        Binding("f6", "state", "State", id="files.state"),
        Binding("f7", "ignore", "Ignore", id="files.ignore"),
        Binding("f8", "forget", "Forget", id="files.forget"),
        Binding("ctrl+o", "app.add_folder", "Add", id="library.add"),
    ]

    def __init__(self, bridge: Bridge, header: HeaderBar, graphics: Graphics) -> None:
        """Show files; `header` is what knows how indexing goes, whichever screen is on top."""
        super().__init__()
        self._bridge = bridge
        self._header = header
        self._graphics = graphics
        self._status: LibraryStatus | None = None
        self._sort = Sort.STATE
        self._state: FileState | None = None

    def compose(self) -> ComposeResult:
        """Lay out summary, progress, filter, tree and picture, and the details of one entry."""
        yield Static(Content("Looking…"), id="summary")
        yield IndexChart()
        yield Field(placeholder="Type to narrow: a name, a state, a reason…")
        with Horizontal(id="files-body"):
            yield FileTree()
            with VerticalScroll(id="picture", can_focus=False):
                yield Static(id="picture-bars")
        yield Static(id="detail")
        yield KeyBar(show_command_palette=False)

    def on_mount(self) -> None:
        """Ask for every file's state, and follow how indexing goes."""
        self.query_one(Input).focus()
        self.watch(self._header, "progress", self._show_progress)
        self.watch(self._header, "status", self._look_again, init=False)
        self._look_again()

    def _show_progress(self) -> None:
        self.query_one(IndexChart).show(self._header.progress, self._header.rates)

    def _look_again(self) -> None:
        self._bridge.library.status(self)

    # ── what the engine tells ───────────────────────────────────────────────────────────────

    def on_status_told(self, event: StatusTold) -> None:
        """Show the files."""
        event.stop()
        self._status = event.status
        self.query_one("#picture-bars", Static).update(library_picture(event.status.items, _PICTURE - 4))
        self._fill()

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

    def on_folder_forgotten(self, event: FolderForgotten) -> None:
        """Say what was forgotten, and look again."""
        event.stop()
        self.notify(f"{plural(event.files, 'file')} forgotten; nothing on disk was touched.", markup=False)
        self._look_again()

    def on_failed(self, event: Failed) -> None:
        """Say what did not work."""
        event.stop()
        self.query_one("#summary", Static).update(error_panel(event.text, event.remedy))

    # ── moving about ────────────────────────────────────────────────────────────────────────

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the tree to what was typed."""
        event.stop()
        self._fill()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Open what is under the cursor."""
        event.stop()
        self.action_open()

    def on_tree_node_highlighted(self, event: Tree.NodeHighlighted[Entry]) -> None:
        """Show the whole reason, and what to do."""
        event.stop()
        self.query_one("#detail", Static).update(details(event.node.data))

    def on_tree_node_selected(self, event: Tree.NodeSelected[Entry]) -> None:
        """Open the file that was clicked; a folder opens and shuts by itself."""
        event.stop()
        if isinstance(event.node.data, FileStatus):
            self.action_open()

    def on_key(self, event: events.Key) -> None:
        """Let what is typed in the tree narrow it."""
        field = self.query_one(Input)
        if event.is_printable and event.character and event.key != "space" and not field.has_focus:
            event.stop()
            field.focus()
            field.insert_text_at_cursor(event.character)

    def action_move(self, rows: int) -> None:
        """Move the cursor by rows, while one types."""
        tree = self.query_one(FileTree)
        if tree.last_line >= 0:
            tree.cursor_line = max(0, min(tree.last_line, tree.cursor_line + rows))

    def action_open(self) -> None:
        """Open or shut a folder; show an indexed file's text."""
        tree = self.query_one(FileTree)
        match tree.selected:
            case Folder():
                tree.action_toggle_node()
            case FileStatus(state=FileState.INDEXED) as item:
                self.app.push_screen(for_file(self._bridge, self._graphics, item))
            case FileStatus():
                self.notify("Only what is indexed can be shown.", markup=False)

    def action_sort(self) -> None:
        """Sort by the next thing."""
        self._sort = self._sort.next()
        self._fill()

    def action_state(self) -> None:
        """Show only files in the next state, or all."""
        self._state = _SHOWS[(_SHOWS.index(self._state) + 1) % len(_SHOWS)]
        self._fill()

    # ── doing something about it ────────────────────────────────────────────────────────────

    def action_retry(self) -> None:
        """Read the selected file again, if it failed."""
        selected = self.query_one(FileTree).selected
        if not isinstance(selected, FileStatus) or selected.state is not FileState.FAILED:
            self.notify("Only files that failed are read again.", markup=False)
        else:
            self._read_again((selected.path,))  # of what came in it, what failed is read again too

    def action_retry_all(self) -> None:
        """Read every file again that failed."""
        if self._status and any(item.state is FileState.FAILED for item in self._status.items):
            self._read_again(())
        else:
            self.notify("No file has failed.", markup=False)

    def action_ignore(self) -> None:
        """Ask whether to leave the selected file or folder out from now on."""
        selected = self.query_one(FileTree).selected
        if selected is None or (isinstance(selected, Folder) and selected.top):
            self.notify("A folder of the library is forgotten, not ignored (f8).", markup=False)
            return
        folder = selected.folder if isinstance(selected, FileStatus) else self._top_of(selected.path)

        def ignore(sure: bool | None) -> None:
            """Leave it out from now on, if one is sure."""
            if sure:
                self._bridge.settings.ignore(self.app, selected.path, folder)

        note = "A rule is added to index.ignore in the settings; nothing on disk is touched."
        asked = "Leave this out of the index from now on?"
        self.app.push_screen(SureScreen(asked, str(selected.path), note, "leaves it out"), ignore)

    def action_forget(self) -> None:
        """Ask whether to forget the selected folder of the library."""
        selected = self.query_one(FileTree).selected
        if not isinstance(selected, Folder) or not selected.top:
            self.notify("Only folders of the library are forgotten; f7 ignores what is in one.", markup=False)
            return

        def forget(sure: bool | None) -> None:
            """Forget it, if one is sure."""
            if sure:
                self._bridge.library.forget(self, selected.path)

        note = "Your files are not touched; adding the folder again reads them anew."
        asked = "Forget this folder and all that is indexed of it?"
        self.app.push_screen(SureScreen(asked, str(selected.path), note, "forgets"), forget)

    def _top_of(self, path: Path) -> Path:
        assert self._status is not None
        return next(folder for folder in self._status.folders if path.is_relative_to(folder))

    def _read_again(self, files: tuple[Path, ...]) -> None:
        self._say("Reading again…")
        self._bridge.library.retry(self, files)

    # ── drawing ─────────────────────────────────────────────────────────────────────────────

    def _fill(self) -> None:
        """Show the files that match what was typed, in the states wanted."""
        if self._status is None:
            return
        words = self.query_one(Input).value.casefold().split()
        shown = [item for item in self._status.items if self._state in (None, item.state)]
        shown = [item for item in shown if matches(item, words)]
        narrowed = bool(words) or self._state is not None
        folders = folders_of(shown, () if narrowed else self._status.folders)
        tree = self.query_one(FileTree)
        tree.show(folders, self._sort, narrowed=narrowed)
        said = summary(self._status, self._sort, self._state, len(shown) if narrowed else None)
        self.query_one("#summary", Static).update(said)
        self.query_one("#detail", Static).update(details(tree.selected))

    def _say(self, words: str) -> None:
        self.query_one("#detail", Static).update(Content(words))
