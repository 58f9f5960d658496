"""The library's folders and files as a tree, each with its state; a folder is filled when it is opened."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from rich.text import Text
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from pocketrag.domain import FileState, FileStatus
from pocketrag.plain import one_line
from pocketrag.tui.widgets.folder_model import URGENCY, Folder, Sort
from pocketrag.wording import plural

LOOK: Final = {
    FileState.FAILED: ("✗", "warning"),
    FileState.WAITING: ("◌", "accent"),
    FileState.SKIPPED: ("–", "secondary"),
    FileState.INDEXED: ("●", "success"),
}
"""A state's mark, and the theme's colour for it; the word stands beside it wherever it is not `indexed`."""
_OPEN_AT_ONCE: Final = 400
"""Files up to which a narrowed tree is shown open."""

Entry = Folder | FileStatus
Node = TreeNode[Entry]


class FileTree(Tree[Entry]):
    """Folders and files; up, down, left and right move about, Enter opens."""

    def __init__(self) -> None:
        super().__init__("")
        self.show_root = False
        self.guide_depth = 2
        self._sort = Sort.STATE
        self._open: set[Path] = set()
        """Folders that a person has opened."""
        self._shut: set[Path] = set()
        """Folders of the library that a person has shut."""

    def show(self, folders: Iterable[Folder], sort: Sort, *, narrowed: bool) -> None:
        """Show these folders, the cursor on the entry that it was on; open where few match."""
        tops = list(folders)
        at = address(self.selected)
        self._sort = sort
        self.clear()
        everything = narrowed and sum(folder.counts.total() for folder in tops) <= _OPEN_AT_ONCE
        for top in tops:
            self._add(self.root, top, everything)
        self.root.expand()
        self._go_to(at, narrowed)

    @property
    def selected(self) -> Entry | None:
        """The folder or file under the cursor."""
        return self.cursor_node.data if self.cursor_node is not None else None

    def on_tree_node_expanded(self, event: Tree.NodeExpanded[Entry]) -> None:
        """Fill a folder that is opened."""
        event.stop()
        if isinstance(event.node.data, Folder):
            self._open.add(event.node.data.path)
            self._shut.discard(event.node.data.path)
            self._fill(event.node, event.node.data, everything=False)

    def on_tree_node_collapsed(self, event: Tree.NodeCollapsed[Entry]) -> None:
        """Remember that a folder was shut."""
        event.stop()
        if isinstance(event.node.data, Folder):
            self._open.discard(event.node.data.path)
            self._shut.add(event.node.data.path)

    def _add(self, parent: Node, folder: Folder, everything: bool) -> None:
        wanted = everything or folder.path in self._open or (folder.top and folder.path not in self._shut)
        node = parent.add(self._folder_label(folder), data=folder, expand=wanted)
        if wanted:
            self._fill(node, folder, everything)

    def _fill(self, node: Node, folder: Folder, everything: bool) -> None:
        if node.children:
            return
        for inside in folder.sorted_folders():
            self._add(node, inside, everything)
        for item in folder.sorted_files(self._sort):
            node.add_leaf(self._file_label(item), data=item)

    def _go_to(self, at: Path | None, narrowed: bool) -> None:
        """Put the cursor on an entry; else, or where it is a folder of a narrowed tree, on the first file."""
        found = (self.get_node_at_line(line) for line in range(self.last_line + 1))
        nodes = [node for node in found if node is not None]
        files = [node for node in nodes if isinstance(node.data, FileStatus)]
        same = [node for node in (files if narrowed else nodes) if address(node.data) == at]
        self.cursor_line = next((node.line for node in same or files or nodes), 0)

    def _folder_label(self, folder: Folder) -> Text:
        colours = self.app.theme_variables
        label = Text(one_line(folder.name), style="bold")
        counts = [plural(folder.counts.total(), "file")]
        counts += [f"{folder.counts[s]:,} {s}" for s in URGENCY[:-1] if folder.counts[s]]
        colour = colours["warning" if folder.counts[FileState.FAILED] else "secondary"]
        return label.append("  ").append(" · ".join(counts), style=f"not bold {colour}")

    def _file_label(self, item: FileStatus) -> Text:
        colours = self.app.theme_variables
        mark, colour = LOOK[item.state]
        name = f"{item.path.name} › {item.attachment}" if item.attachment else item.path.name
        label = Text(f"{mark} ", style=colours[colour]).append(one_line(name), style=colours["foreground"])
        said = plural(item.chunks, "passage") if item.state is FileState.INDEXED else str(item.state)
        reason = f" · {one_line(item.reason)}" if item.reason else ""
        return label.append(f"  {said}{reason}", style=colours["secondary"])


def address(entry: Entry | None) -> Path | None:
    """Return what tells an entry from every other one."""
    if isinstance(entry, FileStatus):
        return entry.path / entry.attachment if entry.attachment else entry.path
    return entry.path if entry is not None else None
