"""What is said of the library as a whole, and of one of its files or folders."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from pocketrag.domain import FileState, FileStatus, LibraryStatus
from pocketrag.plain import one_line
from pocketrag.tui.widgets.file_tree import LOOK, Entry
from pocketrag.tui.widgets.folder_model import URGENCY, Sort, day_of
from pocketrag.wording import counts_in_words, folders_in_words, pictures_in_words, plural

_FOLDERS: Final = 4
"""Folders named in the summary."""


def details(entry: Entry | None) -> Content:
    """Return what is known of an entry: its state with the reason and the remedy, or what is in it."""
    if entry is None:
        return Content("")
    if isinstance(entry, FileStatus):
        return _of_file(entry)
    said = ", ".join(f"{entry.counts[state]:,} {state}" for state in URGENCY if entry.counts[state])
    title = Content.styled(one_line(str(entry.path)), "bold")
    return Content("\n").join([title, Content.styled(said or "no files", "$foreground 60%")])


def _of_file(item: FileStatus) -> Content:
    mark, colour = LOOK[item.state]
    title = Content.assemble((f"{mark} {item.state}  ", f"${colour}"), (one_line(item.shown), "bold"))
    parts = [part for part in (item.reason, item.remedy) if part]
    if item.textless_pages and item.state is FileState.INDEXED:
        parts.append(f"{pictures_in_words(item.textless_pages)}: they have no text to search.".capitalize())
    if not parts:
        pages = plural(item.pages, "page") if item.pages is not None else ""
        known = (item.title, item.author, day_of(item), pages, plural(item.chunks, "passage"))
        parts.append(" · ".join(filter(None, known)))
    return Content("\n").join([title, Content.styled(one_line(" ".join(parts)), "$foreground 60%")])


def summary(status: LibraryStatus, sort: Sort, state: FileState | None, found: int | None) -> Content:
    """Return the library at a glance, its folders that need a word, and how the list is narrowed."""
    counts = status.counts
    first = Content.assemble(
        (counts_in_words(counts, status.chunks), "bold"),
        (f" · {counts.failed:,} failed" if counts.failed else "", "$warning"),
        (f" · {counts.skipped:,} skipped" if counts.skipped else "", "$foreground 60%"),
        (f" · {status.bytes_on_disk / 1e6:,.1f} MB on disk", "$foreground 60%"),
    )
    listed = [f"by {sort}", f"{state} only" if state else "all states"]
    if found is not None:
        listed.insert(0, f"{plural(found, 'file')} shown")
    lines = [line for line in folders_in_words(status) if line.endswith(")")][:_FOLDERS]
    if not status.folders:
        lines = ["No folder belongs to the library yet: ctrl+o adds one."]
    lines.append(" · ".join(listed))
    return Content("\n").join([first, *(Content.styled(line, "$foreground 60%") for line in lines)])
