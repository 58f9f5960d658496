"""A picture of what a library holds: its types, years and folders, as bars of characters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from rich.cells import cell_len
from textual.content import Content

from pocketrag.domain import FileState, FileStatus
from pocketrag.plain import one_line
from pocketrag.tui.widgets.folder_model import day_of
from pocketrag.tui.widgets.passage_card import elided_end

_MOST: Final = 6
"""Bars of a kind; the others are summed up."""
_NAME: Final = 12
"""Cells of a bar's name."""


def library_picture(items: Iterable[FileStatus], width: int) -> Content:
    """Return bars of how many indexed files there are of each type, from each year, in each folder."""
    held = [item for item in items if item.state is FileState.INDEXED]
    if not held:
        return Content.styled("Nothing is indexed yet.", "$foreground 60%")
    types = Counter(_suffix(item) for item in held)
    years = Counter(day_of(item)[:4] or "undated" for item in held)
    folders = Counter(_first_folder(item) for item in held)
    newest_first = sorted(years.items(), reverse=True)
    return Content("\n").join(
        [
            *_bars("Types", types.most_common(), width),
            Content(""),
            *_bars("Years", newest_first, width),
            Content(""),
            *_bars("Folders", folders.most_common(), width),
        ]
    )


def _suffix(item: FileStatus) -> str:
    return (item.attachment or item.path.name).rpartition(".")[2].lower()[:8]


def _first_folder(item: FileStatus) -> str:
    parts = item.path.relative_to(item.folder).parts
    return parts[0] if len(parts) > 1 else item.folder.name


def _bars(title: str, counted: list[tuple[str, int]], width: int) -> Iterator[Content]:
    yield Content.styled(title, "bold")
    shown, rest = counted[:_MOST], counted[_MOST:]
    if rest:
        shown = [*shown, (f"{len(rest)} more", sum(count for _, count in rest))]
    most = max(count for _, count in shown)
    room = max(4, width - _NAME - 8)
    for name, count in shown:
        label = elided_end(one_line(name) or "none", _NAME)
        bar = "━" * max(1, round(room * count / most))
        yield Content.assemble(
            (label + " " * (_NAME - cell_len(label)), "$foreground 60%"),
            (bar, "$accent"),
            (f" {count:,}", "$foreground 60%"),
        )
