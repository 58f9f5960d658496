"""Commands about the library: its folders, its index, how it stands."""

from __future__ import annotations

import json
from pathlib import Path

import click

from pocketrag.commands.options import EXIT_ERROR, as_json, common, opened, shown


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@common
def add(folders: tuple[Path, ...]) -> None:
    """Add folders to the library; `index` then reads them."""
    engine = opened()
    for folder in folders:
        click.echo(f"In the library: {shown(engine.add(folder))}")
    click.echo("Run `pocketrag index` to read what is new.")


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@common
def remove(folders: tuple[Path, ...]) -> None:
    """Forget folders: their files leave the index, and stay on disk."""
    engine = opened()
    for folder in folders:
        click.echo(f"Forgot {shown(folder)}: {engine.remove(folder)} files left the index.")


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
@common
def watch() -> None:
    """Keep the index up to date until stopped with Ctrl+C."""
    from pocketrag.console import show_watch
    from pocketrag.errors import EngineStopped

    engine = opened()
    while True:
        try:
            show_watch(engine.watch(), engine.folders())
            return
        except EngineStopped as error:  # engines that crash again and again are another error
            click.echo(f"{error.message} Watching goes on with another engine.", err=True)


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
