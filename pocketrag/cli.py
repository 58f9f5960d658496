"""The command line: thin. Commands open a library, ask it, and print; errors are caught here, once.

Nothing heavy is imported until a command needs it: `--help` answers at once.
"""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from pocketrag import __version__
from pocketrag.errors import PocketRagError

if TYPE_CHECKING:
    from datetime import datetime

    from pocketrag.domain import Filters
    from pocketrag.engine.protocol import Engine
    from pocketrag.settings import LibraryPaths

EXIT_ERROR = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


def main() -> None:
    """Run the command line; the process ends with CLI.md's exit status."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Return the exit status of a command line; the one place where errors become words."""
    try:
        status = cli.main(arguments, prog_name="pocketrag", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return EXIT_USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted; what was done so far is kept.", err=True)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader has gone away (`pocketrag … | head`): say no more, also not while exiting.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_ERROR
    except PocketRagError as error:
        return _say_error(error, arguments)
    except Exception as error:
        if "--debug" in arguments:
            raise
        return _say_error(_unexpected(error), arguments)
    return status if isinstance(status, int) else 0


def _say_error(error: PocketRagError, arguments: list[str]) -> int:
    from pocketrag.console import say_error

    say_error(error, as_json="--json" in arguments)
    return EXIT_ERROR


def _unexpected(error: Exception) -> PocketRagError:
    return PocketRagError(
        f"Something unexpected went wrong ({type(error).__name__}).",
        "Run the command again with --debug to see where, and please report it.",
    )


# ── options that several commands share ─────────────────────────────────────────────────────

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
    from pocketrag.settings import library_paths

    kept: dict[str, Any] = click.get_current_context().find_root().ensure_object(dict)
    return library_paths(kept.get("library"))


def opened(*, rebuild: bool = False) -> Engine:
    """Return the chosen library, opened, and closed again when the command ends."""
    from pocketrag.engine.client import open_library
    from pocketrag.logs import start_logging

    paths = chosen_library()
    paths.make()
    start_logging(paths)
    engine = open_library(paths, rebuild=rebuild)
    click.get_current_context().call_on_close(engine.close)
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
        def narrowed(engine: Engine) -> Filters:
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


# ── commands ────────────────────────────────────────────────────────────────────────────────


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pocketrag")
@common
@click.pass_context
def cli(context: click.Context) -> None:
    """Ask your own files, offline, with receipts.

    Without a command, the terminal app opens.
    """
    if context.invoked_subcommand is None:
        context.invoke(app)


@cli.command()
@click.option(
    "--examples",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Questions to suggest, one JSON object a line.",
)
@common
def app(examples: Path | None = None) -> None:
    """Open the terminal app; the same as no command."""
    from pocketrag.evaluation.questions import read_questions
    from pocketrag.tui.launch import launch

    suggested = tuple(q.question for q in read_questions(examples)) if examples else ()
    launch(chosen_library(), suggested)


@cli.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@common
def add(folders: tuple[Path, ...]) -> None:
    """Add folders to the library; `index` then reads them."""
    engine = opened()
    for folder in folders:
        click.echo(f"In the library: {_shown(engine.add(folder))}")
    click.echo("Run `pocketrag index` to read what is new.")


@cli.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@common
def remove(folders: tuple[Path, ...]) -> None:
    """Forget folders: their files leave the index, and stay on disk."""
    engine = opened()
    for folder in folders:
        click.echo(f"Forgot {_shown(folder)}: {engine.remove(folder)} files left the index.")


@cli.command()
@common
def folders() -> None:
    """List the library's folders."""
    for folder in opened().folders():
        click.echo(_shown(folder))


@cli.command()
@click.option("--strict", is_flag=True, help="Exit with 1 if a file failed.")
@click.option("--rebuild", is_flag=True, help="Discard the index first, and read and embed everything anew.")
@as_json
@common
@click.pass_context
def index(context: click.Context, strict: bool, rebuild: bool, as_json: bool) -> None:
    """Bring the index up to date now, and wait for it."""
    from pocketrag.console import json_index, show_index

    engine = opened(rebuild=rebuild)
    failed = (json_index if as_json else show_index)(engine.index(), engine.folders())
    if strict and failed:
        context.exit(EXIT_ERROR)


@cli.command()
@common
def watch() -> None:
    """Keep the index up to date until stopped with Ctrl+C."""
    from pocketrag.console import show_watch

    engine = opened()
    show_watch(engine.watch(), engine.folders())


@cli.command()
@click.option("--files", is_flag=True, help="List every file, not only those that failed.")
@as_json
@common
def status(files: bool, as_json: bool) -> None:
    """Show what is indexed, waiting, failed or skipped, and why."""
    from pocketrag.console import show_status
    from pocketrag.engine.shapes import status_json

    found = opened().status(files)
    if as_json:
        click.echo(json.dumps(status_json(found)))
    else:
        show_status(found)


@cli.command()
@click.argument("query", required=False)
@click.option("-k", "limit", default=10, show_default=True, type=click.IntRange(1, 1000), help="Passages.")
@narrowing
@batching
@as_json
@common
def search(
    query: str | None,
    limit: int,
    narrowed: Callable[[Engine], Filters],
    questions: Path | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Find passages, best first."""
    from pocketrag.console import show_results
    from pocketrag.engine.shapes import search_json

    _check_batch("QUERY", query, questions, out)
    engine = opened()
    filters = narrowed(engine)
    if questions is not None:
        from pocketrag.evaluation.questions import read_questions

        asked = read_questions(questions)
        _write_lines(
            out, ({"id": q.id, **search_json(engine.search(q.question, filters, limit))} for q in asked)
        )
        return
    results = engine.search(query or "", filters, limit)
    if as_json:
        click.echo(json.dumps(search_json(results)))
    else:
        show_results(results)


@cli.command()
@click.argument("question", required=False)
@click.option("--continue", "go_on", is_flag=True, help="Go on with the last conversation.")
@narrowing
@batching
@as_json
@common
def ask(
    question: str | None,
    go_on: bool,
    narrowed: Callable[[Engine], Filters],
    questions: Path | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Answer a question, with cited sources."""
    from pocketrag.console import show_answer, show_answers
    from pocketrag.domain import Turn
    from pocketrag.engine.shapes import answer_json
    from pocketrag.evaluation.asking import answer_of, answers_of_file

    _check_batch("QUESTION", question, questions, out)
    engine = opened()
    filters = narrowed(engine)
    if questions is not None:
        answers = answers_of_file(engine, questions, filters)
        if out is None and not as_json:
            show_answers(answers)
            return
        _write_lines(out, ({"id": asked.id, **answer_json(answer)} for asked, answer in answers))
        return
    turns = engine.conversation() if go_on else ()
    events = engine.ask(question or "", turns, filters)
    answer = answer_of(events) if as_json else show_answer(events)
    engine.remember((*turns, Turn(answer.question, answer.text, answer.query)))
    if as_json:
        click.echo(json.dumps(answer_json(answer)))


@cli.command(name="eval")
@click.argument("questions", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--files",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Index this folder in a throw-away library, and ask that.",
)
@click.option("--retrieval-only", is_flag=True, help="Only search: no language model.")
@click.option("--split", metavar="NAME", help='Only questions of this split, such as "dev" or "test".')
@click.option("--limit", metavar="N", type=click.IntRange(1), help="Only so many questions, evenly spread.")
@click.option(
    "--out", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Outcomes, one a line."
)
@as_json
@common
def evaluate(
    questions: Path,
    files: Path | None,
    retrieval_only: bool,
    split: str | None,
    limit: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Ask questions with known answers, and score what comes back."""
    from pocketrag.console import counted, show_scores
    from pocketrag.evaluation.questions import chosen_questions
    from pocketrag.evaluation.runner import by_kind, outcome_json, score_questions

    asked = chosen_questions(questions, split, limit)
    engine = _throw_away(files) if files is not None else opened()
    outcomes = list(counted(score_questions(engine, asked, retrieval_only=retrieval_only), len(asked)))
    if out is not None:
        _write_lines(out, (outcome_json(outcome) for outcome in outcomes))
    table = by_kind([outcome.score for outcome in outcomes])
    if as_json:
        click.echo(json.dumps(table))
    else:
        show_scores(table)


def _throw_away(files: Path) -> Engine:
    """Return a library that holds this folder's files, and is deleted when the command ends."""
    import tempfile

    from pocketrag.console import show_index
    from pocketrag.engine.client import open_library
    from pocketrag.settings import LibraryPaths

    context = click.get_current_context()
    folder = context.with_resource(tempfile.TemporaryDirectory(prefix="pocketrag-eval-"))
    engine = open_library(LibraryPaths(Path(folder)))
    context.call_on_close(engine.close)
    engine.add(files)
    show_index(engine.index(), engine.folders(), to_stderr=True)
    return engine


def _check_batch(name: str, text: str | None, questions: Path | None, out: Path | None) -> None:
    """Raise the usage error of a call that asks nothing, or two things at once."""
    if (text is None) == (questions is None):
        raise click.UsageError(f"Give either {name} or --questions FILE.")
    if text is not None and not text.strip():
        raise click.UsageError(f"{name} is empty.")
    if out is not None and questions is None:
        raise click.UsageError("--out goes with --questions.")


def _write_lines(out: Path | None, objects: Iterable[dict[str, Any]]) -> None:
    """Write one JSON object a line, as it comes; to standard output if no file is named."""
    if out is None:
        for item in objects:
            click.echo(json.dumps(item))
        return
    with out.open("w", encoding="utf-8") as file:
        for item in objects:
            file.write(json.dumps(item) + "\n")
            file.flush()


def _shown(path: Path) -> str:
    from pocketrag.plain import one_line

    return one_line(str(path))
