"""The library: what a folder brings with it, and how all files stand."""

from __future__ import annotations

import shlex
from dataclasses import asdict

from rich.table import Table
from rich.text import Text

from pocketrag.console.terminal import err, print_table, stdout
from pocketrag.domain import (
    FileState,
    FileStatus,
    FolderOutlook,
    LibraryStatus,
)
from pocketrag.plain import one_line
from pocketrag.wording import (
    folders_in_words,
    leavings_in_words,
    outlook_in_words,
    pictures_in_words,
    vector_place_in_words,
)


def say_outlook(outlook: FolderOutlook) -> None:
    """Say what a folder that is added brings with it, on standard error; nothing of one like any other."""
    named = one_line(str(outlook.folder))
    for line in outlook_in_words(outlook):
        err.print(Text(f"{named}: {line}"), style="yellow" if outlook.doubts else "")
    if outlook.doubts:
        undo = [("remove", outlook.folder), *(("add", inside) for inside in outlook.holds)]
        commands = [f"`pocketrag {do} {shlex.quote(one_line(str(folder)))}`" for do, folder in undo]
        err.print(Text(f"If that is not what you want: {', then '.join(commands)}."))


def show_status(status: LibraryStatus) -> None:
    """Show the library at a glance, and its files one by one as far as they are listed."""
    counts = status.counts
    facts = Table.grid(padding=(0, 2))
    folders = folders_in_words(status) or ["none: `pocketrag add FOLDER` adds one"]
    facts.add_row("Folders", Text("\n".join(folders)))
    if status.indexing:
        facts.add_row("Now", Text(status.indexing))
    if status.preparing:
        facts.add_row("Models now", Text(one_line(status.preparing)))
    facts.add_row(
        "Files",
        ", ".join(f"{number:,} {state}" for state, number in asdict(counts).items()),
    )
    facts.add_row("Passages", f"{status.chunks:,}")
    facts.add_row("On disk", f"{status.bytes_on_disk / 1e6:,.1f} MB")
    facts.add_row("Models", f"{one_line(status.embedding_model)}, {one_line(status.language_model)}")
    if status.vectors.server:
        facts.add_row("Vectors", Text(vector_place_in_words(status.vectors)))
    for said in leavings_in_words(status):
        facts.add_row("Leaves", Text(said, style="yellow"))
    if status.set_aside:
        facts.add_row("Set aside", Text(", ".join(status.set_aside) + " (damaged; can be deleted)"))
    print_table(facts)
    if status.rebuilding:
        stdout.print("\nThe catalog was lost, and not every file is read anew yet: run `pocketrag index`.")
    if status.items:
        stdout.print()
        print_table(_files_table(status))
    if counts.failed:
        stdout.print("\n`pocketrag index --retry` reads again what failed; `--retry FILE` one of them.")


def _files_table(status: LibraryStatus) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("State", "File", "Passages", "Why, and what to do"):
        table.add_column(column, overflow="fold")
    for item in status.items:
        colour = {FileState.FAILED: "red", FileState.INDEXED: "green"}.get(item.state, "dim")
        happened = item.reason if item.state is FileState.SKIPPED else item.message or item.reason
        why = one_line(" ".join(part for part in (happened, item.remedy, _pictures(item)) if part))
        name = one_line(item.shown)
        table.add_row(Text(item.state.value, style=colour), Text(name), f"{item.chunks:,}", Text(why))
    return table


def _pictures(item: FileStatus) -> str:
    """Return what to say of an indexed file's pages without text."""
    if not item.textless_pages or item.state is not FileState.INDEXED:
        return ""
    said = pictures_in_words(item.textless_pages)
    return f"{said[0].upper()}{said[1:]}: text recognition (OCR) would make them searchable."
