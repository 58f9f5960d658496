"""The command line: its front door. The commands are in `commands/`; errors are caught here, once.

Nothing heavy is imported until a command needs it: `--help` answers at once.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from pocketrag import __version__
from pocketrag.commands import asking, doctor, engine, evaluating, history, library, models, storage, watching
from pocketrag.commands.options import EXIT_ERROR, chosen_library, common, opened
from pocketrag.errors import PocketRagError

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
@click.option("--plain", is_flag=True, help="Converse line by line, without a screen.")
@common
def app(examples: Path | None = None, plain: bool = False) -> None:
    """Open the terminal app; the same as no command.

    Where the terminal cannot draw (TERM=dumb) or colour is not wanted (NO_COLOR), and with --plain, it is
    a conversation line by line instead, which screen readers can follow.
    """
    if plain or _cannot_draw():
        from pocketrag.console.chat import Chat

        Chat(opened()).run()
        return
    from pocketrag.evaluation.questions import read_questions
    from pocketrag.tui.launch import launch

    suggested = tuple(q.question for q in read_questions(examples)) if examples else ()
    launch(chosen_library(), suggested)


def _cannot_draw() -> bool:
    """Whether no screen is to be drawn on: one that textual-serve shows in a browser always is."""
    if "TEXTUAL_DRIVER" in os.environ:
        return False
    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM", "dumb") == "dumb"


for command in (
    library.add,
    library.remove,
    library.folders,
    library.index,
    watching.watch,
    library.status,
    asking.search,
    asking.ask,
    history.history,
    evaluating.evaluate,
    models.models,
    storage.storage,
    engine.engine,
    doctor.doctor,
):
    cli.add_command(command)
