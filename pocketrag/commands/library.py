"""Commands about the library: its folders, its index, how it stands."""

from __future__ import annotations

import json
from pathlib import Path

import click

from pocketrag.commands.options import EXIT_ERROR, as_json, chosen_library, common, confirm, opened, shown

MOST_NAMED = 5
"""Files that are named one by one."""


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@common
def add(folders: tuple[Path, ...]) -> None:
    """Add folders to the library; `index` then reads them."""
    from pocketrag.console import say_outlook

    engine = opened()
    for folder in folders:
        say_outlook(engine.outlook(folder))
        click.echo(f"In the library: {shown(engine.add(folder))}")
    click.echo("Run `pocketrag index` to read what is new.")


@click.command()
@click.argument("folders", metavar="[FOLDER…]", nargs=-1, type=click.Path(path_type=Path))
@click.option("--all", "everything", is_flag=True, help="Remove the library itself, and leave nothing of it.")
@click.option("--yes", is_flag=True, help="With --all: do not ask first.")
@common
def remove(folders: tuple[Path, ...], everything: bool, yes: bool) -> None:
    """Forget folders: their files leave the index, and stay on disk.

    With --all, everything that PocketRAG knows is deleted. Your documents are never touched.
    """
    if everything == bool(folders):
        raise click.UsageError("Name the folders to forget, or say --all.")
    if yes and not everything:
        raise click.UsageError("--yes goes with --all.")
    if everything:
        _remove_all(yes)
        return
    engine = opened()
    for folder in folders:
        click.echo(f"Forgot {shown(folder)}: {engine.remove(folder)} files left the index.")


def _remove_all(yes: bool) -> None:
    """Delete the library, once a person at a terminal, or --yes, has said so."""
    from pocketrag.commands.watching import take_back
    from pocketrag.engine.removal import remove_library, to_remove
    from pocketrag.paths import models_folder
    from pocketrag.plain import one_line
    from pocketrag.wording import removal_in_words

    library = chosen_library()
    held = to_remove(library)
    said = removal_in_words(held.folders, held.files, held.conversations, held.bytes)
    if not yes:
        confirm(f"Remove the library {shown(library.root)}: {said}? Your documents are not touched.")
    take_back()  # it would make the library anew
    left = remove_library(library)
    click.echo(f"Forgot {said}. Your documents are where they were.")
    if left:
        click.echo(one_line(left), err=True)
    if held.strangers:
        more = len(held.strangers) - MOST_NAMED
        names = ", ".join(one_line(name) for name in held.strangers[:MOST_NAMED])
        names += f" and {more} more" if more > 0 else ""
        click.echo(f"Kept {shown(library.root)} for what is not PocketRAG's: {names}.")
    if models_folder().is_dir():
        models = shown(models_folder())
        click.echo(f"Other libraries use the prepared models in {models}; without one, delete that too.")


@click.command()
@common
def folders() -> None:
    """List the library's folders."""
    for folder in opened().folders():
        click.echo(shown(folder))


@click.command()
@click.option("--strict", is_flag=True, help="Exit with 1 if a file failed.")
@click.option("--rebuild", is_flag=True, help="Discard the index first, and read and embed everything anew.")
@click.option("--retry", is_flag=True, help="Read files again that failed: those named, or all.")
@click.argument("files", metavar="[FILE…]", nargs=-1, type=click.Path(path_type=Path))
@as_json
@common
@click.pass_context
def index(
    context: click.Context, strict: bool, rebuild: bool, retry: bool, files: tuple[Path, ...], as_json: bool
) -> None:
    """Bring the index up to date now, and wait for it."""
    from pocketrag.console import json_index, show_index

    if files and not retry:
        raise click.UsageError("Files are named with --retry only; without it everything is looked at.")
    if retry and rebuild:
        raise click.UsageError("--rebuild reads everything anew; --retry has nothing to add.")
    engine = opened(rebuild=rebuild)
    events = engine.retry(files) if retry else engine.index()
    failed = (json_index if as_json else show_index)(events, engine.folders())
    if strict and failed:
        context.exit(EXIT_ERROR)


@click.command()
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
