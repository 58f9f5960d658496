"""The models: which there are, which fit this computer, which to take."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from rich.padding import Padding
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from pocketrag.console.terminal import err, print_table, stdout
from pocketrag.models.bench import Bench, line_to_share
from pocketrag.models.overview import ListedModel, Overview
from pocketrag.models.pull import Pulled, PullEvent, PullProgress
from pocketrag.models.slm import Running
from pocketrag.plain import one_line
from pocketrag.wording import duration, plural

TABLE_WIDTH = 140
"""Cells that the table of models needs for its words to stand side by side."""


def show_overview(found: Overview) -> None:
    """Show every model that can be used here or be fetched, then what to take."""
    stdout.print(Text(found.computer.in_words))
    for role, title in (("language", "Language models"), ("embedding", "Embedding models")):
        stdout.print()
        stdout.print(Text(title, style="bold"))
        _show_models([model for model in found.models if model.role == role])
    stdout.print()
    for best in found.recommended:
        stdout.print(Text(f"Recommended {best.role} model: {best.name} ({best.reason})."))
    stdout.print(
        Text("`pocketrag models pull NAME` fetches one, `pocketrag models use NAME` takes it into use.")
    )


def _show_models(models: list[ListedModel]) -> None:
    """Show models as a table, or, where that would be all wraps, each in two lines."""
    if stdout.width >= TABLE_WIDTH:
        print_table(_table(models))
        return
    for model in models:
        size = f"{megabytes(model.size_bytes)}, {_memory(model)} of memory"
        answer = f"~{duration(model.answer_seconds)} an answer" if model.answer_seconds else ""
        facts = " · ".join(filter(None, (size, answer, _here(model))))
        name = Text.assemble((one_line(model.name), "bold"), f"  {facts}")
        about = (one_line(model.purpose), model.licence, ", ".join(model.languages))
        stdout.print(Text.assemble("▸ " if model.in_use else "  ", name))
        stdout.print(
            Padding(Text(" · ".join(filter(None, about)), style="dim"), (0, 0, 0, 4)), soft_wrap=False
        )


def _memory(model: ListedModel) -> str:
    return f"{megabytes(model.needed_bytes)}{'' if model.fit == 'fits' else f' ({model.fit})'}"


def _here(model: ListedModel) -> str:
    return "in use" if model.in_use else "here" if model.here else ""


def _table(models: list[ListedModel]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for column in ("", "name", "good for", "licence", "languages", "size", "memory", "an answer", "here"):
        table.add_column(column, no_wrap=column in ("", "name", "size", "memory", "an answer"))
    for model in models:
        table.add_row(
            "▸" if model.in_use else "",
            Text(one_line(model.name)),
            Text(one_line(model.purpose)),
            model.licence,
            ", ".join(model.languages),
            megabytes(model.size_bytes),
            _memory(model),
            f"~{duration(model.answer_seconds)}" if model.answer_seconds else "",
            _here(model),
        )
    return table


def megabytes(size: float) -> str:
    """Return `98 MB` or `5.0 GB`."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


def show_bench(found: Bench) -> None:
    """Show a model's figures, each rate beside llama.cpp's own count of it, and the line to share."""
    stdout.print(Text(f"{one_line(found.model)} {found.form}: {running_in_words(found.running, found.gpu)}"))
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for column in ("", "by the clock", "by llama.cpp"):
        table.add_column(column, justify="left" if not column else "right")
    table.add_row("read, tokens a second", f"{found.prompt_rate:.0f}", f"{found.own_prompt_rate:.0f}")
    table.add_row(
        "written, tokens a second", f"{found.generation_rate:.0f}", f"{found.own_generation_rate:.0f}"
    )
    if found.draft_rate:
        table.add_row("written with drafts, tokens a second", f"{found.draft_rate:.0f}", "")
    table.add_row("first token of an answer", f"{found.first_token_seconds:.2f} s", "")
    table.add_row("memory", megabytes(found.memory_bytes), "")
    table.add_row("right, of simple questions", f"{found.right} of {found.asked}", "")
    print_table(table)
    stdout.print()
    stdout.print(Text(one_line(line_to_share(found))))


def running_in_words(running: Running, gpu: bool) -> str:
    """Return `2 threads to write, 2 to read, batches of 512 tokens, flash attention, no drafts`."""
    own = "llama.cpp's own number of threads"
    write, read = running.threads, running.batch_threads
    layers = "all" if running.gpu_layers < 0 else running.gpu_layers
    return ", ".join(
        (
            f"{plural(write, 'thread')} to write, {read} to read" if write and read else own,
            f"batches of {running.batch_tokens} tokens",
            "flash attention" if running.flash_attention else "no flash attention",
            f"up to {running.draft_tokens} tokens drafted at once" if running.draft_tokens else "no drafts",
            *((f"{layers} layers on the graphics card",) if running.gpu_layers and gpu else ()),
        )
    )


def show_pull(events: Iterator[PullEvent]) -> Path:
    """Show how a model is fetched; return where it is."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[rest]}", markup=False),
    )
    with Progress(*columns, console=err, transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("Asking the hub…", total=None, rest="")
        for event in events:
            match event:
                case PullProgress(done, total):
                    rest = progress_in_words(event)
                    progress.update(task, description="Fetching", completed=done, total=total, rest=rest)
                case Pulled(_, path):
                    return path
                case _:
                    progress.update(task, description="Checking its sum…")
    raise AssertionError("a pull ends with its model")


def progress_in_words(event: PullProgress) -> str:
    """Return `120 of 808 MB · 9.5 MB/s · 1 min left`."""
    left = "" if event.seconds_left is None else f"{duration(event.seconds_left)} left"
    rate = f"{event.bytes_per_second / 1e6:.1f} MB/s" if event.bytes_per_second else ""
    said = f"{event.done / 1e6:,.0f} of {event.total / 1e6:,.0f} MB"
    return " · ".join(part for part in (said, rate, left) if part)
