"""The conversations of a library, and how the files that they cite stand today."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pocketrag.domain import (
    Answer,
    Citation,
    ConversationEntry,
    FileVersion,
    Freshness,
    KeptConversation,
    KeptTurn,
    Mark,
)
from pocketrag.storage.conversations import Conversations, HeldVersion
from pocketrag.storage.database import Database
from pocketrag.storage.freshness import on_disk, since_indexed
from pocketrag.storage.mounts import Mounts


class History:
    """What was asked of a library, and answered. No model is needed for any of it."""

    def __init__(self, database: Database, mounts: Mounts) -> None:
        """Keep conversations in an open catalog."""
        self._conversations = Conversations(database)
        self._mounts = mounts

    def entries(self, words: str) -> tuple[ConversationEntry, ...]:
        """Return the conversations that hold all these words, or all of them; latest first."""
        return self._conversations.entries(words)

    def conversation(self, conversation: int) -> KeptConversation:
        """Return a conversation, its citations compared with the files. Raises UnknownConversation."""
        entry = self._conversations.entry(conversation)
        away = self._mounts.away()
        return KeptConversation(
            entry,
            tuple(
                KeptTurn(
                    turn.answer, turn.at, self._freshness(turn.answer.citations, away), turn.id, turn.mark
                )
                for turn in self._conversations.turns(conversation)
            ),
        )

    def keep(self, answer: Answer, conversation: int | None) -> int:
        """Return the conversation at whose end the answer is now kept: this one, or a new one."""
        return self._conversations.keep(answer, conversation)

    def mark(self, turn: int, mark: Mark | None) -> None:
        """Note what a person says of an answer. Raises UnknownConversation if it is not kept any more."""
        self._conversations.mark(turn, mark)

    def rename(self, conversation: int, title: str) -> None:
        """Give a conversation another title. Raises UnknownConversation."""
        self._conversations.rename(conversation, title)

    def delete(self, conversations: Sequence[int]) -> None:
        """Delete conversations. Raises UnknownConversation if one is not there; then none is deleted."""
        self._conversations.delete(conversations)

    def _freshness(self, citations: Sequence[Citation], away: frozenset[Path]) -> tuple[Freshness, ...]:
        files = (citation.file for citation in citations)
        return tuple(since(file, self._conversations.held(file.address), away) for file in files)


def since(cited: FileVersion, held: HeldVersion | None, away: frozenset[Path]) -> Freshness:
    """Return how a file stands now, compared with the version that was cited.

    Size and time on disk tell whether it is as the index holds it, and the index then knows its
    content's hash. `away`: the places whose drive is not connected.
    """
    if held is not None and held.sha256:
        found = since_indexed(cited, held.size, held.mtime_ns, away)
        is_another = found is Freshness.FRESH and held.sha256 != cited.sha256
        return Freshness.CHANGED if is_another else found
    stat = on_disk(cited, away)
    if isinstance(stat, Freshness):
        return stat
    # not indexed any more, or not yet: its time has to do
    return Freshness.FRESH if stat.st_mtime_ns / 1e9 == cited.modified else Freshness.CHANGED
