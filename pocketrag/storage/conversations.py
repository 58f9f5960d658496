"""Conversations as they were shown: each answer whole, its citations frozen with their file's version.

Of an answer all is kept but its passages: the quotes stand in the citations. The full-text index over
titles, questions and answers follows by triggers (`schema.py`).
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from pocketrag.domain import Answer, ConversationEntry, Mark
from pocketrag.errors import UnknownConversation
from pocketrag.plain import one_line, shortened
from pocketrag.storage.database import Database
from pocketrag.typed_json import decode, encode

LONGEST_TITLE = 80
"""Characters of a title; a first question is cut at a word, if it is longer."""

EXCERPT_WORDS = 16
"""Words of the excerpt that a search shows."""

EXCERPTS = 100
"""Conversations found, the latest ones, of which there is an excerpt."""

_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Thai, Lao, Burmese, Khmer, Japanese, Chinese: without spaces, the full-text index sees no words in it."""

_ENTRY = (
    "SELECT c.id, c.title, c.created, c.updated,"
    " (SELECT count(*) FROM turns WHERE conversation_id = c.id) FROM conversations c"
)


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """An answer, and when it came."""

    answer: Answer
    at: float
    """Seconds since the epoch."""
    id: int = 0
    mark: Mark | None = None
    """What a person said of the answer."""


@dataclass(frozen=True, slots=True)
class HeldVersion:
    """The version of a file that the index holds."""

    size: int
    mtime_ns: int
    sha256: str
    """Empty for a file of which nothing is indexed."""


class Conversations:
    """The conversations of one library."""

    def __init__(self, database: Database) -> None:
        """Keep them in an open catalog."""
        self._database = database

    # ── looking ─────────────────────────────────────────────────────────────────────────────

    def entries(self, words: str = "") -> tuple[ConversationEntry, ...]:
        """Return the conversations, latest first; with `words`, those that hold each of them somewhere.

        Words may stand in title, questions and answers, and be beginnings of words.
        """
        wanted = _words(words)
        where = " AND ".join(_CONDITION[_is_unspaced(word)] for word in wanted) or "1"
        values = [_pattern(word) for word in wanted for _ in range(_PLACES[_is_unspaced(word)])]
        found = self._database.connection.execute(
            f"{_ENTRY} WHERE {where} ORDER BY c.updated DESC, c.id DESC", values
        )
        entries = [ConversationEntry(*row) for row in found]
        excerpts = self._excerpts(entries, wanted)
        return tuple(replace(entry, excerpt=excerpts.get(entry.id, "")) for entry in entries)

    def entry(self, conversation: int) -> ConversationEntry:
        """Return one conversation. Raises UnknownConversation."""
        row = self._database.connection.execute(f"{_ENTRY} WHERE c.id = ?", (conversation,)).fetchone()
        if row is None:
            raise _unknown(conversation)
        return ConversationEntry(*row)

    def turns(self, conversation: int) -> tuple[StoredTurn, ...]:
        """Return a conversation's turns, oldest first; none of one that is not there."""
        found = self._database.connection.execute(
            "SELECT question, answer, outcome, at, id, mark FROM turns WHERE conversation_id = ? ORDER BY id",
            (conversation,),
        )
        return tuple(stored_turn(*row) for row in found)

    def held(self, address: Path) -> HeldVersion | None:
        """Return the version of a file, or attachment, that the index holds; None for a file not known."""
        row = self._database.connection.execute(
            "SELECT f.size, f.mtime_ns, ifnull(t.sha256, '')"
            " FROM files f LEFT JOIN documents t ON t.id = f.document_id WHERE f.path = ?",
            (os.fsencode(address),),
        ).fetchone()
        return HeldVersion(*row) if row else None

    def _excerpts(self, entries: Sequence[ConversationEntry], words: Sequence[str]) -> dict[int, str]:
        """Return where any of the words first stands in each of the latest conversations, by their id."""
        spaced = " OR ".join(_pattern(word) for word in words if not _is_unspaced(word))
        if not spaced:
            return {}
        connection = self._database.connection
        latest = [entry.id for entry in entries[:EXCERPTS]]
        first = connection.execute(
            "SELECT min(id), conversation_id FROM turns"
            " WHERE id IN (SELECT rowid FROM turn_words WHERE turn_words MATCH ?)"
            f" AND conversation_id IN ({_marks(latest)}) GROUP BY conversation_id",
            (spaced, *latest),
        )
        turns: dict[int, int] = dict(first.fetchall())
        # the + keeps SQLite from evaluating the whole match once for every turn
        found = connection.execute(
            f"SELECT rowid, snippet(turn_words, -1, '', '', '…', {EXCERPT_WORDS}) FROM turn_words"
            f" WHERE turn_words MATCH ? AND +rowid IN ({_marks(list(turns))})",
            (spaced, *turns),
        )
        return {turns[turn]: one_line(excerpt) for turn, excerpt in found}

    # ── changing ────────────────────────────────────────────────────────────────────────────

    def keep(self, answer: Answer, conversation: int | None = None, at: float | None = None) -> int:
        """Return the conversation at whose end an answer is now kept.

        A new one for None, and for one that has been deleted meanwhile: no answer is lost to that.
        `at`: when the answer came, seconds since the epoch; None for now.
        """
        moment = time.time() if at is None else at
        with self._database.transaction() as connection:
            known = connection.execute(
                "UPDATE conversations SET updated = ? WHERE id = ?", (moment, conversation)
            )
            if conversation is None or not known.rowcount:
                title = shortened(answer.question, LONGEST_TITLE)
                conversation = add_conversation(connection, (None, title, moment, moment))
            add_turn(connection, (conversation, moment, *turn_columns(answer)))
        return conversation

    def mark(self, turn: int, mark: Mark | None) -> None:
        """Note what a person says of an answer; None takes it back. Raises UnknownConversation."""
        with self._database.transaction() as connection:
            known = connection.execute("UPDATE turns SET mark = ? WHERE id = ?", (mark or "", turn))
            if not known.rowcount:
                raise UnknownConversation(
                    "That answer is not kept any more.", "It was deleted with its conversation."
                )

    def rename(self, conversation: int, title: str) -> None:
        """Give a conversation another title. Raises UnknownConversation."""
        with self._database.transaction() as connection:
            known = connection.execute(
                "UPDATE conversations SET title = ? WHERE id = ?",
                (shortened(title, LONGEST_TITLE), conversation),
            )
            if not known.rowcount:
                raise _unknown(conversation)

    def delete(self, conversations: Sequence[int]) -> None:
        """Delete conversations so that nothing of them is left in the catalog's file.

        Raises UnknownConversation if one is not there: then none is deleted.
        """
        connection = self._database.connection
        connection.execute("PRAGMA secure_delete = ON")  # what is freed is overwritten
        try:
            with self._database.transaction():
                for conversation in dict.fromkeys(conversations):
                    if not connection.execute(
                        "DELETE FROM conversations WHERE id = ?", (conversation,)
                    ).rowcount:
                        raise _unknown(conversation)
                for index in ("turn_words", "title_words"):  # which keeps deleted words until it is merged
                    connection.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")
        finally:
            connection.execute("PRAGMA secure_delete = OFF")
        self._database.settle()


# ── rows, also for whoever salvages them ────────────────────────────────────────────────────


def add_conversation(connection: sqlite3.Connection, row: tuple[int | None, str, float, float]) -> int:
    """Return the id of a conversation that is written: id (None for the next), title, created, updated."""
    with closing(connection.execute("INSERT INTO conversations VALUES (?, ?, ?, ?)", row)) as written:
        assert written.lastrowid is not None
        return written.lastrowid


def add_turn(connection: sqlite3.Connection, row: tuple[int, float, str, str, str], mark: str = "") -> None:
    """Write a turn: conversation, when, question, answer, outcome; and its mark."""
    connection.execute(
        "INSERT INTO turns (conversation_id, at, question, answer, outcome, mark) VALUES (?, ?, ?, ?, ?, ?)",
        (*row, mark),
    )


def turn_columns(answer: Answer) -> tuple[str, str, str]:
    """Return an answer's columns: question, the answer's text, and all else of it, as JSON."""
    rest = replace(answer, question="", text="", passages=())
    return storable(answer.question), storable(answer.text), json.dumps(encode(rest))


def stored_turn(
    question: str, text: str, outcome: str, at: float, number: int = 0, mark: str = ""
) -> StoredTurn:
    """Return a turn from its columns. Raises ValueError if the outcome, or the mark, is none."""
    answer: Answer = decode(Answer, json.loads(outcome))
    said = Mark(mark) if mark else None
    return StoredTurn(replace(answer, question=question, text=text), float(at), number, said)


def storable(text: str) -> str:
    """Return a text as SQLite can hold it: bytes that are no text, from a command line, are replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _unknown(conversation: int) -> UnknownConversation:
    return UnknownConversation(
        f"There is no conversation {conversation}.", "`pocketrag history list` shows which there are."
    )


# ── searching ───────────────────────────────────────────────────────────────────────────────

_CONDITION = {
    False: "(c.id IN (SELECT rowid FROM title_words WHERE title_words MATCH ?) OR c.id IN"
    " (SELECT conversation_id FROM turns WHERE id IN"
    " (SELECT rowid FROM turn_words WHERE turn_words MATCH ?)))",
    True: "(instr(c.title, ?) OR c.id IN (SELECT conversation_id FROM turns"
    " WHERE instr(question, ?) OR instr(answer, ?)))",
}
"""What a conversation must fulfil to hold a word: one of the full-text index, or one without spaces."""
_PLACES = {False: 2, True: 3}
"""How often the word's pattern stands in it."""


def _words(typed: str) -> list[str]:
    """Return the words of a query: those in which there is anything to look for."""
    words = one_line(typed).split()
    return [word for word in dict.fromkeys(words) if any(map(str.isalnum, word))]


def _marks(values: Sequence[int]) -> str:
    return ",".join("?" * len(values))


def _is_unspaced(word: str) -> bool:
    return _UNSPACED.search(word) is not None


def _pattern(word: str) -> str:
    """Return what a word is searched by: itself, or a beginning of words for the full-text index."""
    quoted = word.replace('"', '""')
    return word if _is_unspaced(word) else f'"{quoted}"*'
