"""Commands about kept conversations; none of them loads a model."""

from __future__ import annotations

import json
from pathlib import Path

import click

from pocketrag.commands.options import as_json, common, confirm, opened, shown


@click.group()
@common
def history() -> None:
    """Look at, search, name, export and delete what was asked and answered.

    Each answer is kept as it was shown: its text, and every citation with its quote and the version of
    the file that it quotes. If a file has changed since, that is said.
    """


@history.command("list")
@as_json
@common
def list_conversations(as_json: bool) -> None:
    """List the conversations, latest first."""
    _show_entries("", as_json)


@history.command()
@click.argument("query")
@as_json
@common
def search(query: str, as_json: bool) -> None:
    """Find the conversations in whose title, questions and answers all these words stand.

    A word may be the beginning of one: `search depos` finds a deposit.
    """
    _show_entries(query, as_json)


def _show_entries(query: str, as_json: bool) -> None:
    from pocketrag.console import show_entries
    from pocketrag.engine.shapes import entry_json

    entries = opened().conversations(query)
    if as_json:
        click.echo(json.dumps({"conversations": [entry_json(entry) for entry in entries]}))
    else:
        show_entries(entries, query)


@history.command()
@click.argument("conversation", metavar="ID", type=int)
@as_json
@common
def show(conversation: int, as_json: bool) -> None:
    """Show a conversation, and how the files it cites stand now."""
    from pocketrag.console import show_conversation
    from pocketrag.engine.shapes import conversation_json

    kept = opened().conversation(conversation)
    if as_json:
        click.echo(json.dumps(conversation_json(kept)))
    else:
        show_conversation(kept)


@history.command()
@click.argument("conversation", metavar="ID", type=int)
@click.argument("title")
@common
def rename(conversation: int, title: str) -> None:
    """Give a conversation another title."""
    from pocketrag.plain import one_line

    if not title.strip():
        raise click.UsageError("TITLE is empty.")
    engine = opened()
    engine.rename_conversation(conversation, title)
    named = engine.conversation(conversation).entry
    click.echo(f"Conversation {named.id} is named: {one_line(named.title)}")


@history.command()
@click.argument("conversations", metavar="[ID…]", nargs=-1, type=int)
@click.option("--all", "everything", is_flag=True, help="Delete every conversation.")
@click.option("--yes", is_flag=True, help="With --all: do not ask first.")
@common
def delete(conversations: tuple[int, ...], everything: bool, yes: bool) -> None:
    """Delete conversations for good; your documents and the index stay."""
    from pocketrag.wording import plural

    if everything == bool(conversations):
        raise click.UsageError("Name the conversations to delete, or say --all.")
    if yes and not everything:
        raise click.UsageError("--yes goes with --all.")
    engine = opened()
    named = tuple(entry.id for entry in engine.conversations()) if everything else conversations
    said = plural(len(set(named)), "conversation")
    if everything and named and not yes:
        confirm(f"Delete {said}?")
    engine.delete_conversations(named)
    click.echo(f"Deleted {said}.")


@history.command()
@click.argument("conversation", metavar="ID", type=int)
@click.option(
    "--format", "form", type=click.Choice(["md", "json"]), default="md", show_default=True, help="Its form."
)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where it goes. Default: standard output.",
)
@common
def export(conversation: int, form: str, out: Path | None) -> None:
    """Write a conversation as Markdown or JSON, with all its citations."""
    from pocketrag.engine.exporting import exported

    _write(exported(opened().conversation(conversation), "md" if form == "md" else "json"), out)


@history.command()
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where they go. Default: standard output.",
)
@common
def questions(out: Path | None) -> None:
    """Write the answers that were marked right or wrong as question lines for `pocketrag eval`.

    Answers are marked in the app. One marked wrong comes without the right answer: write it in.
    """
    from pocketrag.engine.question_export import question_lines

    engine = opened()
    kept = (engine.conversation(entry.id) for entry in reversed(engine.conversations()))
    _write("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in question_lines(kept)), out)


def _write(text: str, out: Path | None) -> None:
    """Write a text to a file, or to standard output if none is named. Raises ExportError."""
    from pocketrag.engine.exporting import write_text

    if out is None:
        click.echo(text, nl=False)
        return
    write_text(text, out)
    click.echo(f"Written: {shown(out)}", err=True)
