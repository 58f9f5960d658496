"""The folders of the computer as a tree, to pick one from."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rich.style import Style
from rich.text import Text
from textual.widgets import DirectoryTree
from textual.widgets._directory_tree import DirEntry
from textual.widgets.tree import TreeNode

from pocketrag.plain import one_line


class FolderPicker(DirectoryTree):
    """Folders alone, hidden ones left out, their names drawn as what they are."""

    ICON_NODE = "▸ "
    ICON_NODE_EXPANDED = "▾ "

    def filter_paths(self, paths: Iterable[Path]) -> Iterable[Path]:
        """Return the folders among the paths."""
        return [path for path in paths if not path.name.startswith(".") and _is_folder(path)]

    def render_label(self, node: TreeNode[DirEntry], base_style: Style, style: Style) -> Text:
        """Return a folder's name, safe to draw."""
        mark = self.ICON_NODE_EXPANDED if node.is_expanded else self.ICON_NODE
        return Text(f"{mark}{one_line(str(node.label))}", style=base_style + style)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False
