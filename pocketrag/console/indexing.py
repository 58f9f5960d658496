"""Indexing as it goes: progress, what came of it, what changes while one watches."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.text import Text

from pocketrag.console.terminal import err, stdout
from pocketrag.domain import (
    CatalogRebuilt,
    FileFailed,
    FileIndexed,
    FileRemoved,
    FileRenamed,
    IndexDone,
    IndexEvent,
    IndexEvents,
    IndexProgress,
    IndexRenewed,
    IndexRepaired,
    IndexWaiting,
    ModelLoading,
    ModelPreparing,
    ModelUnprepared,
    Watching,
)
from pocketrag.engine.shapes import index_json
from pocketrag.plain import one_line
from pocketrag.wording import (
    duration,
    loading_in_words,
    pictures_in_words,
    plural,
    rebuilt_in_words,
    renewed_in_words,
    repaired_in_words,
)

NO_FOLDERS = "no folder yet; those that `pocketrag add FOLDER` adds will be"
"""What is watched while the library has no folders."""


def json_index(events: IndexEvents, folders: tuple[Path, ...]) -> int:
    """Print indexing as JSON, one event a line; return how many files failed."""
    failed = 0
    for event in events:
        shape = index_json(event)
        if shape is not None:
            click.echo(json.dumps(shape))
        failed += isinstance(event, FileFailed)
    return failed


def show_index(events: IndexEvents, folders: tuple[Path, ...], *, to_stderr: bool = False) -> int:
    """Show indexing as it goes, then what came of it; return how many files failed."""
    out = err if to_stderr else stdout
    if not folders:
        err.print("The library has no folders yet: `pocketrag add FOLDER` adds one.")
    failures: list[FileFailed] = []
    pictures: list[tuple[Path, str]] = []
    done: IndexDone | None = None
    with _progress() as progress:
        task = progress.add_task("Looking at the folders…", total=None, rest="")
        for event in events:
            _move(progress, task, event)
            match event:
                case FileFailed():
                    failures.append(event)
                case FileIndexed(path) if event.textless_pages:
                    pictures.append((path, pictures_in_words(event.textless_pages)))
                case IndexRepaired():
                    out.print(Text(repaired_in_words(event)))
                case IndexRenewed():
                    out.print(Text(renewed_in_words(event)))
                case CatalogRebuilt():
                    out.print(Text(rebuilt_in_words(event)))
                case IndexDone():
                    done = event
    for failure in failures:
        out.print(Text.assemble(("failed  ", "red"), one_line(str(failure.path))))
        out.print(Text(f"        {one_line(failure.message)} {one_line(failure.remedy)}"))
    for path, said in pictures:
        out.print(Text.assemble(("partly  ", "yellow"), f"{one_line(str(path))}: {said}, without text"))
    if done is not None:
        out.print(Text(_summary(done)))
    return len(failures)


def show_watch(events: IndexEvents, folders: tuple[Path, ...]) -> None:
    """Show what changes in the index, file by file, until interrupted."""
    names = ", ".join(one_line(str(folder)) for folder in folders)
    err.print(Text(f"Watching {names or NO_FOLDERS}. Ctrl+C stops."))
    polled: dict[Path, str] = {}
    waiting = ""
    for event in events:
        match event:
            case IndexWaiting(reason):
                if reason != waiting:
                    err.print(f"Indexing waits: {reason}.")
                waiting = reason
                continue
            case Watching() if dict(event.polled) != polled:
                polled = dict(event.polled)
                _say_polled(polled)
            case IndexRepaired():
                err.print(Text(repaired_in_words(event)))
            case IndexRenewed():
                err.print(Text(renewed_in_words(event)))
            case CatalogRebuilt():
                err.print(Text(rebuilt_in_words(event)))
            case FileIndexed(path, chunks):
                parts = plural(chunks, "passage"), pictures_in_words(event.textless_pages)
                told = ", ".join(part for part in parts if part)
                stdout.print(Text(f"indexed  {one_line(str(path))}  ({told})"))
            case FileRenamed(path, previous):
                stdout.print(Text(f"renamed  {one_line(str(previous))} → {one_line(str(path))}"))
            case FileRemoved(path):
                stdout.print(Text(f"removed  {one_line(str(path))}"))
            case FileFailed(path, _, message, remedy):
                stdout.print(Text(f"failed   {one_line(str(path))}: {one_line(message)} {one_line(remedy)}"))
        waiting = ""


def _say_polled(polled: dict[Path, str]) -> None:
    """Say which folders are looked at now and then instead of being watched, and why."""
    for folder, reason in polled.items():
        err.print(
            Text(f"{one_line(str(folder))} is looked at now and then, not watched: {one_line(reason)}.")
        )
    if not polled:
        err.print("All folders are watched again.")


def _progress() -> Progress:
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rest]}", markup=False),
    )
    return Progress(*columns, console=err, transient=True, disable=not sys.stderr.isatty())


def _move(progress: Progress, task: TaskID, event: IndexEvent) -> None:
    match event:
        case ModelPreparing() | ModelLoading():
            progress.update(task, description=loading_in_words(event))
        case ModelUnprepared(_, _, reason):
            err.print(Text(one_line(reason)), soft_wrap=True)
        case IndexProgress():
            left = "" if event.seconds_left is None else f"{duration(event.seconds_left)} left"
            rate = f"{event.chunks_per_second:.0f} passages/s" if event.chunks_embedded else ""
            progress.update(
                task,
                description=one_line(event.current.name) if event.current else "Indexing…",
                total=event.files_total,
                completed=event.files_done,
                rest=" · ".join(part for part in (rate, left) if part),
            )


def _summary(done: IndexDone) -> str:
    counts = {
        "indexed": done.indexed,
        "unchanged": done.unchanged,
        "renamed": done.renamed,
        "removed": done.removed,
        "failed": done.failed,
        "skipped": done.skipped,
    }
    files = ", ".join(f"{number:,} {state}" for state, number in counts.items() if number) or "no files"
    passages = (
        f"{plural(done.chunks_embedded, 'passage')} embedded" if done.chunks_embedded else "",
        f"{plural(done.chunks_reused, 'passage')} reused" if done.chunks_reused else "",
    )
    told = ", ".join(part for part in passages if part)
    return " · ".join(part for part in (files, told, duration(done.seconds)) if part)
