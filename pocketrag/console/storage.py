"""The vectors as they are carried from one place to another."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from pocketrag.console.terminal import err
from pocketrag.domain import MoveEvent, VectorsMoved, VectorsMoving
from pocketrag.errors import EngineStopped


def show_move(events: Iterator[MoveEvent]) -> VectorsMoved:
    """Show how far a move is; return what has become of it."""
    columns = (
        TextColumn("Carrying vectors"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    moved: VectorsMoved | None = None
    with Progress(*columns, console=err, transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("", total=None)
        for event in events:
            match event:
                case VectorsMoving(done, total):
                    progress.update(task, completed=done, total=total)
                case VectorsMoved():
                    moved = event
    if moved is not None:
        return moved
    raise EngineStopped("The move was broken off.", "Do the same again: it goes on from there.")
