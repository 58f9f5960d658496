"""The command that looks after a library: what is wrong with it, and what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from pocketrag.commands.options import EXIT_ERROR, as_json, chosen_library, common, opened

if TYPE_CHECKING:
    from pocketrag.domain import Check, IndexEvent
    from pocketrag.engine.doctor import Doctor

COLOURS = {"ok": "green", "warning": "yellow", "problem": "red"}

INDENT = " " * 27
"""Up to the column in which it stands what was found."""


@click.command()
@click.option("--repair", is_flag=True, help="First mend what can be mended by itself.")
@as_json
@common
@click.pass_context
def doctor(context: click.Context, as_json: bool, repair: bool) -> None:
    """Check the library, its models and its engine; say what to do about what is wrong.

    Exits with 1 if a problem remains. Nothing is changed without --repair.
    """
    from pocketrag.engine.doctor import Doctor
    from pocketrag.engine.shapes import checks_json

    found = Doctor(chosen_library())
    repaired = _repaired(found) if repair else []
    checks: list[Check] = []
    for check in found.examine():
        checks.append(check)
        if not as_json:
            _show(check)
    if as_json:
        click.echo(json.dumps(checks_json(checks, repaired)))
    if any(check.state == "problem" for check in checks):
        context.exit(EXIT_ERROR)


def _repaired(found: Doctor) -> list[str]:
    """Return what was mended, having said it; what cannot be is for the checks to tell."""
    from pocketrag.console import say_error, show_index
    from pocketrag.errors import PocketRagError

    done = found.tidy()
    for said in done:
        click.echo(said, err=True)
    if not chosen_library().root.is_dir():
        return done
    try:
        found.make_way()
        engine = opened()
        show_index(_noted(engine.mend(), done), engine.folders(), to_stderr=True)
    except PocketRagError as error:
        say_error(error, as_json=False)
    return done


def _noted(events: Iterator[IndexEvent], done: list[str]) -> Iterator[IndexEvent]:
    """Yield the events; add to `done` what they mend."""
    from pocketrag.domain import CatalogRebuilt, IndexRepaired
    from pocketrag.wording import rebuilt_in_words, repaired_in_words

    for event in events:
        match event:
            case CatalogRebuilt():
                done.append(rebuilt_in_words(event))
            case IndexRepaired():
                done.append(repaired_in_words(event))
        yield event


def _show(check: Check) -> None:
    click.echo(f"{click.style(f'{check.state:8}', fg=COLOURS[check.state])} {check.name:17} {check.found}")
    if check.remedy:
        click.echo(f"{INDENT}{check.remedy}")
