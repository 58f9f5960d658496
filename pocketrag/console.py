"""What the command line shows to people: tables, progress and answers. Owns rich, beside Textual.

Results go to standard output, everything else to standard error. Text from documents, models and
file names is drawn as it is: never as markup, never as control sequences.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

import click
from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from pocketrag.domain import (
    Answer,
    AnswerEvent,
    AnswerEvents,
    AnswerReady,
    CatalogRebuilt,
    FileFailed,
    FileIndexed,
    FileRemoved,
    FileRenamed,
    FileState,
    FileStatus,
    IndexDone,
    IndexEvent,
    IndexEvents,
    IndexProgress,
    IndexRepaired,
    LibraryStatus,
    ModelLoading,
    Passage,
    PassagesFound,
    Refused,
    SearchResults,
    Token,
    Watching,
)
from pocketrag.engine.shapes import error_json, index_json
from pocketrag.errors import EngineStopped, PocketRagError
from pocketrag.evaluation.questions import Question
from pocketrag.evaluation.runner import Row
from pocketrag.plain import one_line, plain
from pocketrag.wording import (
    duration,
    freshness_in_words,
    pictures_in_words,
    place_in_words,
    plural,
    rebuilt_in_words,
    repaired_in_words,
)

stdout = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, markup=False, emoji=False)


def say_error(error: PocketRagError, *, as_json: bool) -> None:
    """Say an error: one line on standard error, and with `as_json` an object on standard output."""
    if as_json:
        click.echo(json.dumps(error_json(error)))
    err.print(Text(f"Error: {one_line(str(error))}"), soft_wrap=True)


# ── index ───────────────────────────────────────────────────────────────────────────────────


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
    if not folders:
        err.print("The library has no folders yet: `pocketrag add FOLDER` adds one.")
        return
    names = ", ".join(one_line(str(folder)) for folder in folders)
    err.print(Text(f"Watching {names}. Ctrl+C stops."))
    polled: dict[Path, str] = {}
    for event in events:
        match event:
            case Watching() if dict(event.polled) != polled:
                polled = dict(event.polled)
                _say_polled(polled)
            case IndexRepaired():
                err.print(Text(repaired_in_words(event)))
            case CatalogRebuilt():
                err.print(Text(rebuilt_in_words(event)))
            case FileIndexed(path, chunks):
                parts = plural(chunks, "passage"), pictures_in_words(event.textless_pages)
                told = ", ".join(part for part in parts if part)
                stdout.print(Text(f"indexed  {one_line(str(path))}  ({told})"))
            case FileRenamed(path, previous):
                stdout.print(Text(f"renamed  {one_line(str(previous))} → {one_line(path.name)}"))
            case FileRemoved(path):
                stdout.print(Text(f"removed  {one_line(str(path))}"))
            case FileFailed(path, _, message, remedy):
                stdout.print(Text(f"failed   {one_line(str(path))}: {one_line(message)} {one_line(remedy)}"))


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
        case ModelLoading(name, _):
            progress.update(task, description=f"Loading {one_line(name)}…")
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
    files = ", ".join(f"{number} {state}" for state, number in counts.items() if number) or "no files"
    return (
        f"{files} · {plural(done.chunks_embedded, 'passage')} embedded, {done.chunks_reused} reused"
        f" · {duration(done.seconds)}"
    )


# ── status ──────────────────────────────────────────────────────────────────────────────────


def show_status(status: LibraryStatus) -> None:
    """Show the library at a glance, and its files one by one as far as they are listed."""
    counts = status.counts
    facts = Table.grid(padding=(0, 2))
    folders = "\n".join(one_line(str(f)) for f in status.folders) or "none: `pocketrag add FOLDER` adds one"
    facts.add_row("Folders", Text(folders))
    facts.add_row(
        "Files",
        ", ".join(f"{number} {state}" for state, number in asdict(counts).items()),
    )
    facts.add_row("Passages", str(status.chunks))
    facts.add_row("On disk", f"{status.bytes_on_disk / 1e6:.1f} MB")
    facts.add_row("Models", f"{one_line(status.embedding_model)}, {one_line(status.language_model)}")
    if status.set_aside:
        facts.add_row("Set aside", Text(", ".join(status.set_aside) + " (damaged; can be deleted)"))
    stdout.print(facts)
    if status.rebuilding:
        stdout.print("\nThe catalog was lost, and not every file is read anew yet: run `pocketrag index`.")
    if status.items:
        stdout.print()
        stdout.print(_files_table(status), soft_wrap=False)
    if counts.failed:
        stdout.print("\n`pocketrag index --retry` reads again what failed; `--retry FILE` one of them.")


def _files_table(status: LibraryStatus) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("State", "File", "Passages", "Why, and what to do"):
        table.add_column(column, overflow="fold")
    for item in status.items:
        colour = {FileState.FAILED: "red", FileState.INDEXED: "green"}.get(item.state, "dim")
        why = " ".join(part for part in (item.message or item.reason, item.remedy, _pictures(item)) if part)
        name = one_line(item.shown)
        table.add_row(Text(item.state.value, style=colour), Text(name), str(item.chunks), Text(one_line(why)))
    return table


def _pictures(item: FileStatus) -> str:
    """Return what to say of an indexed file's pages without text."""
    if not item.textless_pages or item.state is not FileState.INDEXED:
        return ""
    said = pictures_in_words(item.textless_pages)
    return f"{said[0].upper()}{said[1:]}: text recognition (OCR) would make them searchable."


# ── search and ask ──────────────────────────────────────────────────────────────────────────


def show_results(results: SearchResults) -> None:
    """Show the passages found, best first, the sentences that bear on the query in bold."""
    for passage in results.passages:
        _show_passage(passage)
    if not results.passages:
        stdout.print("Nothing found." if results.counts.indexed else "Nothing is indexed yet.")
    if results.counts.waiting:
        err.print(f"{plural(results.counts.waiting, 'file')} not indexed yet: run `pocketrag index`.")


def show_answer(events: AnswerEvents) -> Answer:
    """Show an answer as it comes: sources, the model's draft, then the checked answer; return it."""
    draft = ""
    with Live(console=err, transient=True, auto_refresh=False) as live:
        for event in events:
            match event:
                case AnswerReady(answer) | Refused(answer):
                    break
                case Token(text):
                    draft += plain(text)
            if sys.stderr.isatty():
                live.update(Text(_doing(event, draft), style="dim"), refresh=True)
        else:
            raise EngineStopped("The engine gave no answer.", "Ask again.")
    _show_final(answer)
    return answer


def show_answers(answers: Iterable[tuple[Question, Answer]]) -> None:
    """Show question after question, each with its answer and sources."""
    for question, answer in answers:
        stdout.print(Text(f"» {one_line(question.question)}", style="bold"))
        stdout.print()
        _show_final(answer)
        stdout.print()


def _doing(event: AnswerEvent, draft: str) -> str:
    """Return what to show until the answer is checked."""
    match event:
        case ModelLoading(name, _):
            return f"Loading {one_line(name)}…"
        case PassagesFound(results):
            found = ", ".join(dict.fromkeys(one_line(p.file.shown) for p in results.passages[:3]))
            return f"Reading {found}…"
        case _:
            return draft


def _show_final(answer: Answer) -> None:
    stdout.print(Text(plain(answer.text)))
    if answer.refusal is not None:
        stdout.print(Text(f"Looked for: {one_line(answer.refusal.looked_for)}", style="dim"))
        for hint in answer.refusal.suggestions:
            stdout.print(Text(f"· {one_line(hint)}", style="dim"))
        if answer.passages:
            stdout.print(Text("\nNearest passages:", style="dim"))
        for passage in answer.passages[:3]:
            stdout.print(Text(f"  {_where(passage)}", style="dim"))
        return
    stdout.print()
    for citation in answer.citations:
        where = " · ".join(x for x in (one_line(citation.file.shown), place_in_words(citation.place)) if x)
        mark = "" if citation.verified else "  (not verified)"
        stdout.print(Text.assemble((f"[{citation.marker}] ", "bold"), where, (mark, "red")))
    stdout.print(Text(f"{answer.model} · {duration(answer.timings.total_ms / 1000)}", style="dim"))


def _show_passage(passage: Passage) -> None:
    stdout.print(
        Text.assemble((f"{passage.rank:>2}  ", "bold"), _where(passage), (f"  {passage.score:.2f}", "dim"))
    )
    text = Text(plain(passage.chunk.text).rstrip())
    for span in passage.highlights:
        text.stylize("bold", span.start - passage.chunk.start, span.end - passage.chunk.start)
    for line in text.split("\n"):
        stdout.print(Text("    ").append_text(line))
    if passage.also_in:
        stdout.print(
            Text(f"    also in {', '.join(one_line(name) for name in passage.also_in)}", style="dim")
        )
    stdout.print()


def _where(passage: Passage) -> str:
    parts = (
        one_line(passage.file.shown),
        place_in_words(passage.chunk.place),
        passage.file.day,
        freshness_in_words(passage.freshness),
    )
    return " · ".join(part for part in parts if part)


# ── eval ────────────────────────────────────────────────────────────────────────────────────

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
    stdout.print(shown, soft_wrap=False)
    stdout.print()
    for name, value in table["all"].items():
        stdout.print(f"{name:24} {_figure(value)}")


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, int):
        return str(value)
    return f"{value:.0f}" if value > 1.5 else f"{value:.3f}"
