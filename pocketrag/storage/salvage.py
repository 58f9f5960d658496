"""What can still be read of a damaged catalog, of whatever version: its folders and conversations."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pocketrag.domain import Answer, Counts, Timings
from pocketrag.plain import shortened
from pocketrag.storage.conversations import (
    LONGEST_TITLE,
    add_conversation,
    add_turn,
    stored_turn,
    turn_columns,
)
from pocketrag.storage.database import Database, read_only

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Salvage:
    """What is known of a library without its catalog."""

    folders: tuple[Path, ...] = ()
    conversations: tuple[tuple[int, str, float, float], ...] = ()
    """Id, title, created, updated."""
    turns: tuple[tuple[int, float, str, str, str], ...] = ()
    """Of those conversations: id, when, question, answer, outcome."""
    marks: tuple[str, ...] = ()
    """What a person said of each of those turns."""

    def keep_conversations(self, database: Database) -> None:
        """Write the conversations into a fresh catalog."""
        with database.transaction() as connection:
            for conversation in self.conversations:
                add_conversation(connection, conversation)
            for turn, mark in zip(self.turns, self.marks, strict=True):
                add_turn(connection, turn, mark)


def read(catalog: Path) -> Salvage:
    """Return what can still be read, row by row; nothing of a file that is no catalog."""
    with suppress(sqlite3.Error), closing(read_only(catalog)) as connection:
        connection.text_factory = lambda text: text.decode("utf-8", "replace")
        folders = [row[0] for row in _rows(connection, "SELECT path FROM folders ORDER BY path")]
        conversations, turns = _conversations(connection)
        marks = tuple(turn[5] for turn in turns)
        return Salvage(_folders(folders), tuple(conversations), tuple(turn[:5] for turn in turns), marks)
    return Salvage()


def _rows(connection: sqlite3.Connection, query: str) -> Iterator[Row]:
    """Yield the rows up to the first that cannot be read."""
    with suppress(sqlite3.Error):
        yield from connection.execute(query)


def _from_both_ends(connection: sqlite3.Connection, query: str) -> list[Row]:
    """Return the rows of a table, by their first column, that stand before a damaged page or after it."""
    found: dict[Any, Row] = {}
    for order in ("id", "id DESC"):
        for row in _rows(connection, f"{query} ORDER BY {order}"):
            found.setdefault(row[0], row)
    return [found[number] for number in sorted(number for number in found if isinstance(number, int))]


def _folders(stored: Sequence[object]) -> tuple[Path, ...]:
    folders = (Path(os.fsdecode(name)) for name in stored if isinstance(name, bytes) and b"\0" not in name)
    return tuple(folder for folder in folders if folder.is_absolute())


def _conversations(connection: sqlite3.Connection) -> tuple[list[Row], list[Row]]:
    """Return the conversations of which a turn can be read, and those turns, each with its mark.

    A conversation whose own row cannot be read is named by its first question.
    """
    stored = _from_both_ends(connection, f"{_TURNS}, mark FROM turns")
    stored = stored or _from_both_ends(connection, f"{_TURNS}, '' FROM turns")  # from before there were marks
    turns = [row[1:] for row in stored if _is_turn(row)] or _of_an_older_catalog(connection)
    known = {row[0]: row for row in _from_both_ends(connection, _CONVERSATIONS) if _is_conversation(row)}
    for conversation, at, question, *_ in turns:
        known.setdefault(conversation, (conversation, shortened(question, LONGEST_TITLE), at, at))
    holding = {turn[0] for turn in turns}
    return [row for number, row in sorted(known.items()) if number in holding], turns


_TURNS = "SELECT id, conversation_id, at, question, answer, outcome"
_CONVERSATIONS = "SELECT id, title, created, updated FROM conversations"


def _is_conversation(row: Row) -> bool:
    _, title, created, updated = row
    return isinstance(title, str) and isinstance(created, float) and isinstance(updated, float)


def _is_turn(row: Row) -> bool:
    _, conversation, at, question, answer, outcome, mark = row
    if not (
        isinstance(conversation, int)
        and isinstance(at, float)
        and _is_text((question, answer, outcome, mark))
    ):
        return False
    try:
        stored_turn(question, answer, outcome, at, mark=mark)
    except ValueError:
        return False
    return True


def _of_an_older_catalog(connection: sqlite3.Connection) -> list[Row]:
    """Return the turns of the one conversation that an older catalog keeps."""
    rows = _rows(connection, "SELECT question, answer, query FROM turns ORDER BY position")
    answers = (
        Answer(question, query, text, (), (), (), None, "", Counts(), Timings())
        for question, text, query in filter(_is_text, rows)
    )
    return [(1, time.time(), *turn_columns(answer), "") for answer in answers]


def _is_text(values: Sequence[object]) -> bool:
    return all(isinstance(value, str) for value in values)
