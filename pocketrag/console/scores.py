"""The scores of answers to questions with known answers."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from pocketrag.console.terminal import err, print_table, stdout
from pocketrag.evaluation.runner import Row
from pocketrag.plain import one_line
from pocketrag.wording import plural

if TYPE_CHECKING:
    from pocketrag.evaluation.comparing import Comparison  # numpy, which other commands do without

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


def show_comparison(comparison: Comparison) -> None:
    """Show each metric before and after, then the questions whose outcome differs: the lost ones first."""
    if not comparison.questions:
        stdout.print("The two runs have no question in common.")
        return
    shown = Table(box=None, padding=(0, 1, 0, 0), header_style="bold")
    for title in ("", "n", "before", "after", "difference", "95 % interval", "won", "lost"):
        shown.add_column(title, justify="left" if not title else "right")
    for name, of in comparison.metrics.items():
        between = f"{of.low:+.3f} to {of.high:+.3f}"
        figures = (f"{of.before:.3f}", f"{of.after:.3f}", f"{of.difference:+.3f}", between)
        shown.add_row(name, str(of.questions), *figures, str(of.won), str(of.lost))
    print_table(shown)
    for change in sorted(comparison.changed, key=lambda change: not change.lost):
        stdout.print()
        stdout.print(Text(f"{one_line(change.id)}  {one_line(change.question)}", style="bold"))
        stdout.print(
            Text(f"    {_ranks('place', *change.place_rank)}, {_ranks('document', *change.document_rank)}")
        )
        for said, names in (("lost", change.lost), ("won", change.won)):
            if names:
                stdout.print(f"    {said}: {', '.join(names)}")
    for count, run in ((comparison.only_before, "first"), (comparison.only_after, "second")):
        if count:
            stdout.print(f"\n{plural(count, 'question')} only in the {run} run.")


def _ranks(what: str, before: int | None, after: int | None) -> str:
    return f"{what} {before or '–'}" if before == after else f"{what} {before or '–'} → {after or '–'}"


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, int):
        return str(value)
    return f"{value:.0f}" if value > 1.5 else f"{value:.3f}"
