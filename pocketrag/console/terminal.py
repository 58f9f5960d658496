"""Where the command line writes: results to standard output, everything else to standard error.

Text from documents, models and file names is drawn as it is: never as markup, never as control sequences.
"""

from __future__ import annotations

import json
import sys

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pocketrag.engine.shapes import error_json
from pocketrag.errors import PocketRagError
from pocketrag.plain import one_line

ENDLESS = 100_000
"""Cells in a line that nobody looks at: what reads a pipe wants lines whole."""

stdout = Console(
    highlight=False, markup=False, emoji=False, soft_wrap=True, width=None if sys.stdout.isatty() else ENDLESS
)
err = Console(
    stderr=True, highlight=False, markup=False, emoji=False, width=None if sys.stderr.isatty() else ENDLESS
)


def print_table(table: Table) -> None:
    """Print a table on standard output; into a pipe, without the blanks that fill its last column."""
    if stdout.is_terminal:
        stdout.print(table, soft_wrap=False)
        return
    with stdout.capture() as drawn:
        stdout.print(table, soft_wrap=False)
    for line in drawn.get().splitlines():
        click.echo(line.rstrip())


def say_error(error: PocketRagError, *, as_json: bool) -> None:
    """Say an error: one line on standard error, and with `as_json` an object on standard output."""
    if as_json:
        click.echo(json.dumps(error_json(error)))
    err.print(Text(f"Error: {one_line(str(error))}"), soft_wrap=True)
