"""Kept conversations: as a list, and one of them whole."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from pocketrag.console.answers import show_final
from pocketrag.console.terminal import print_table, stdout
from pocketrag.domain import ConversationEntry, KeptConversation
from pocketrag.plain import one_line
from pocketrag.wording import moment_in_words, plural


def show_entries(entries: Sequence[ConversationEntry], searched: str = "") -> None:
    """Show conversations, latest first, and where the words that were searched stand in each."""
    if not entries:
        stdout.print("Nothing found." if searched else "No conversation is kept yet.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("ID", justify="right")
    table.add_column("Last answer", no_wrap=True)
    table.add_column("Questions", justify="right")
    for column in ("Title", "Where") if searched else ("Title",):
        table.add_column(column, overflow="fold")
    for entry in entries:
        words = [entry.title, entry.excerpt] if searched else [entry.title]
        cells = [str(entry.id), moment_in_words(entry.updated), f"{entry.turns:,}", *map(one_line, words)]
        table.add_row(*map(Text, cells))
    print_table(table)


def show_conversation(kept: KeptConversation) -> None:
    """Show a conversation: each question, its answer, and the sources with their quotes."""
    entry = kept.entry
    stdout.print(Text(one_line(entry.title), style="bold underline"))
    said = f"Conversation {entry.id} · {plural(entry.turns, 'question')} · {moment_in_words(entry.created)}"
    stdout.print(Text(said, style="dim"))
    for turn in kept.turns:
        stdout.print()
        stdout.print(Text(f"» {one_line(turn.answer.question)}", style="bold"))
        marked = f" · marked {turn.mark}" if turn.mark else ""
        stdout.print(Text(f"{moment_in_words(turn.at)}{marked}", style="dim"))
        stdout.print()
        show_final(turn.answer, turn.freshness, quotes=True)
