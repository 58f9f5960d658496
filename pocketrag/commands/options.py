"""Options that several commands share, and the library that they work on."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

if TYPE_CHECKING:
    from datetime import datetime

    from pocketrag.domain import Filters
    from pocketrag.engine.protocol import Engine
    from pocketrag.paths import LibraryPaths

EXIT_ERROR = 1
"""The exit status of a command that could not do what it was asked to."""

Command = Callable[..., None]


def _keep(context: click.Context, parameter: click.Parameter, value: Path | bool | None) -> None:
    """Keep an option for the whole invocation, whichever side of the command's name it stood on."""
    if value:
        context.find_root().ensure_object(dict)[parameter.name] = value


def common(command: Command) -> Command:
    """Return the command with the options that every command takes."""
    library = click.option(
        "--library",
        metavar="DIR",
        type=click.Path(file_okay=False, path_type=Path),
        expose_value=False,
        callback=_keep,
        help="The library's folder. Default: $POCKETRAG_LIBRARY, else your user data folder.",
    )
    debug = click.option(
        "--debug", is_flag=True, expose_value=False, callback=_keep, help="Show tracebacks of errors."
    )
    return library(debug(command))


def as_json(command: Command) -> Command:
    """Return the command with --json."""
    option = click.option("--json", "as_json", is_flag=True, help="JSON alone on standard output.")
    return option(command)


def narrowing(command: Command) -> Command:
    """Return the command with the options that narrow a search; it is given `narrowed`, their `Filters`."""
    command = _with_filters(command)
    day = click.DateTime(["%Y-%m-%d"])
    for option in (
        click.option("--until", metavar="DATE", type=day, help="Only files dated until then (2025-12-31)."),
        click.option("--since", metavar="DATE", type=day, help="Only files dated since then (2025-01-01)."),
        click.option("--type", "types", metavar="pdf,md", help="Only files with these endings."),
        click.option("--language", "languages", metavar="de,en", help="Only documents in these languages."),
        click.option(
            "--in",
            "folder",
            metavar="FOLDER",
            type=click.Path(path_type=Path),
            help="Only below this folder.",
        ),
    ):
        command = option(command)
    return command


def batching(command: Command) -> Command:
    """Return the command with the options that ask many questions in one go."""
    file = click.Path(dir_okay=False, path_type=Path)
    out = click.option("--out", metavar="FILE", type=file, help="Where the results go, one a line.")
    questions = click.option(
        "--questions", metavar="FILE", type=file, help='Ask every line: {"id": …, "question": …}.'
    )
    return questions(out(command))


def chosen_library() -> LibraryPaths:
    """Return the library that the command line names."""
    from pocketrag.paths import library_paths

    kept: dict[str, Any] = click.get_current_context().find_root().ensure_object(dict)
    return library_paths(kept.get("library"))


def opened(*, rebuild: bool = False) -> Engine:
    """Return the chosen library's engine, found or started, and left again when the command ends."""
    from pocketrag.engine.client import EngineClient

    context = click.get_current_context()
    engine = EngineClient(chosen_library(), context.info_name or "pocketrag", rebuild=rebuild)
    context.call_on_close(engine.close)
    return engine


def _with_filters(command: Command) -> Command:
    """Return the command taking the narrowing options as one argument, `narrowed`."""

    @functools.wraps(command)
    def wrapped(
        *args: object,
        folder: Path | None,
        types: str | None,
        languages: str | None,
        since: datetime | None,
        until: datetime | None,
        **others: object,
    ) -> None:
        """Run the command with its filters, made when it asks for them."""

        def narrowed(engine: Engine) -> Filters:
            """Return the filters that the options stand for; the folder is one of the library's."""
            from pocketrag.domain import Filters

            return Filters(
                folder=_in_library(engine, folder) if folder else None,
                types=tuple(name.lstrip(".") for name in _names(types)),
                languages=_names(languages),
                since=since.date().isoformat() if since else "",
                until=until.date().isoformat() if until else "",
            )

        command(*args, narrowed=narrowed, **others)

    return cast(Command, wrapped)


def _names(listed: str | None) -> tuple[str, ...]:
    """Return what stands between the commas, lower case."""
    return tuple(name.strip().lower() for name in (listed or "").split(",") if name.strip())


def _in_library(engine: Engine, folder: Path) -> Path:
    """Return the folder meant: as it stands, or else below one of the library's folders."""
    here = folder.expanduser().resolve()
    if here.exists():
        return here
    inside = (known / folder for known in engine.folders())
    return next((found for found in inside if found.exists()), here)


# ── what several commands do with their options ─────────────────────────────────────────────


def check_batch(name: str, text: str | None, questions: Path | None, out: Path | None) -> None:
    """Raise the usage error of a call that asks nothing, or two things at once."""
    if (text is None) == (questions is None):
        raise click.UsageError(f"Give either {name} or --questions FILE.")
    if text is not None and not text.strip():
        raise click.UsageError(f"{name} is empty.")
    if out is not None and questions is None:
        raise click.UsageError("--out goes with --questions.")


def confirm(question: str) -> None:
    """Return if a person says yes; raise the usage error of nobody being there to ask."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.UsageError("This is confirmed at a terminal; without one, say --yes.")
    click.confirm(question, abort=True, err=True)


def confirm_leaving(address: str, said: str, yes: bool) -> bool:
    """Return whether what goes to an address leaves this computer; a person is asked first, unless `yes`.

    `said` tells what it is that leaves.
    """
    from pocketrag.addresses import beyond_this_computer, unencrypted_in_words

    beyond = bool(beyond_this_computer(address))
    if beyond and not yes:
        confirm(" ".join(filter(None, (said, unencrypted_in_words(address), "Is that what you want?"))))
    return beyond


def write_lines(out: Path | None, objects: Iterable[dict[str, Any]]) -> None:
    """Write one JSON object a line, as it comes; to standard output if no file is named."""
    if out is None:
        for item in objects:
            click.echo(json.dumps(item))
        return
    with out.open("w", encoding="utf-8") as file:
        for item in objects:
            file.write(json.dumps(item) + "\n")
            file.flush()


def shown(path: Path) -> str:
    """Return a path as it may be shown on a terminal."""
    from pocketrag.plain import one_line

    return one_line(str(path))
