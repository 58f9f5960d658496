"""The scores of answers to questions with known answers."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from pocketrag.console.terminal import err, print_table, stdout
from pocketrag.evaluation.runner import Row
from pocketrag.plain import one_line

_Item = TypeVar("_Item")


def counted(items: Iterable[_Item], total: int) -> Iterator[_Item]:
    """Yield the items, with a bar that says how many are done and how long the rest will take."""
    columns = (TextColumn("Asking"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not sys.stderr.isatty()) as progress:
        yield from progress.track(items, total=total)


COLUMNS = {
    "n": "questions",
    "doc@1": "document_hit@1",
    "doc@3": "document_hit@3",
    "place@1": "place_hit@1",
    "place@3": "place_hit@3",
    "place@5": "place_hit@5",
    "gold": "contains_gold",
    "cited": "cites_gold",
    "refused": "refused",
}
"""The table's columns, and the figures they show."""


def show_scores(table: dict[str, Row]) -> None:
    """Show the chief figures of each kind of question, then all figures of all of them."""
    shown = Table(box=None, padding=(0, 1, 0, 0), header_style="bold")
    shown.add_column("")
    for title, name in COLUMNS.items():
        if name in table["all"]:
            shown.add_column(title, justify="right")
    for kind, row in table.items():
        figures = [_figure(row.get(name)) for name in COLUMNS.values() if name in table["all"]]
        shown.add_row(Text(one_line(kind)), *figures)
    print_table(shown)
    stdout.print()
    for name, value in table["all"].items():
        stdout.print(f"{name:24} {_figure(value)}")


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, int):
        return str(value)
    return f"{value:.0f}" if value > 1.5 else f"{value:.3f}"
