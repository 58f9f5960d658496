"""Commands about where the vectors are: in the library's folder, or on a Chroma server."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from pocketrag.commands.options import as_json, common, confirm_leaving, opened

LOCAL = "local"
"""What the library's own folder is called."""


@click.group()
def storage() -> None:
    """See where the library's vectors are, and move them.

    Text, folders and conversations stay in the library's folder; vectors may be on a Chroma server.
    """


@storage.command()
@as_json
@common
def status(as_json: bool) -> None:
    """Show where the vectors are, and whether they can be used there: a server is asked anew."""
    from pocketrag.wording import vector_place_in_words, vectors_leaving_in_words

    place = opened().reach_vectors()
    if as_json:
        click.echo(json.dumps(asdict(place)))
        return
    click.echo(f"The vectors are {vector_place_in_words(place)}.")
    if place.leaves_computer:
        click.echo(vectors_leaving_in_words(place.at))


@storage.command()
@click.argument("where", metavar="URL|local")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
@common
def move(where: str, yes: bool, as_json: bool) -> None:
    """Carry the vectors to a Chroma server by its address, or back into the library's folder (local).

    Nothing is embedded anew, and questions are answered meanwhile. It can be stopped with Ctrl+C and goes on
    where it stopped; the place they come from is emptied only when all are found at the new one. A key goes
    into the environment, as CHROMA_API_KEY.
    """
    from pocketrag.addresses import is_address
    from pocketrag.console import show_move
    from pocketrag.plain import one_line
    from pocketrag.wording import vectors_leaving_in_words

    if where != LOCAL and not is_address(where):
        raise click.UsageError("Name the server's address (http://… or https://…), or say local.")
    url = "" if where == LOCAL else where
    beyond = confirm_leaving(url, vectors_leaving_in_words(url), yes)
    moved = show_move(opened().move_vectors(url, beyond))
    if as_json:
        click.echo(json.dumps(asdict(moved)))
        return
    count = f"{moved.vectors:,} vectors carried there" if moved.vectors else "nothing had to be carried"
    click.echo(f"The vectors are {_named(url)}: {count}.")
    if moved.left:
        click.echo(one_line(moved.left), err=True)
    if beyond:
        click.echo(vectors_leaving_in_words(url))
    if url:
        click.echo("`pocketrag storage move local` takes that back.")


def _named(url: str) -> str:
    from pocketrag.plain import one_line

    return f"on the Chroma server {one_line(url)}" if url else "in the library's folder"
