"""Kept conversations: found, told, named, exported, deleted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message_pump import MessagePump

from pocketrag.tui.jobs import Job
from pocketrag.tui.messages import ConversationTold, Exported, HistoryTold
from pocketrag.tui.requests.lanes import Lanes

if TYPE_CHECKING:  # only types, at the first paint
    from pocketrag.engine.protocol import Engine


class HistoryRequests:
    """What is asked of the engine about conversations.

    One that is dropped is not told of any more, and deleted only when `settle` is called: until then
    it can be taken back.
    """

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._dropped: list[int] = []

    def search(self, asker: MessagePump, words: str) -> Job:
        """Tell the conversations that hold all these words, or all of them: `HistoryTold` or `Failed`."""
        return self._then_told(asker, words)

    def open(self, asker: MessagePump, conversation: int) -> Job:
        """Tell a kept conversation: `ConversationTold` or `Failed`."""
        return self._lanes.look(asker, lambda engine: ConversationTold(engine.conversation(conversation)))

    def export(self, asker: MessagePump, conversation: int, file: Path) -> Job:
        """Write a conversation to a file, as JSON if it ends so, else as Markdown: `Exported` or `Failed`."""

        def written(engine: Engine) -> Exported:
            from pocketrag.engine.exporting import exported, write_text

            kept = engine.conversation(conversation)
            write_text(exported(kept, "json" if file.suffix.lower() == ".json" else "md"), file)
            return Exported(file)

        return self._lanes.look(asker, written)

    def rename(self, asker: MessagePump, conversation: int, title: str, words: str) -> Job:
        """Give a conversation another title, then as `search`."""
        return self._then_told(asker, words, lambda engine: engine.rename_conversation(conversation, title))

    def drop(self, asker: MessagePump, conversation: int, words: str) -> Job:
        """Let a conversation be deleted by `settle`, then as `search`."""
        self._dropped.append(conversation)
        return self._then_told(asker, words)

    def take_back(self, asker: MessagePump, words: str) -> Job | None:
        """Keep the conversation that was dropped last, then as `search`; None if there is none."""
        if not self._dropped:
            return None
        self._dropped.pop()
        return self._then_told(asker, words)

    def settle(self, asker: MessagePump) -> Job | None:
        """Delete what was dropped, for good; None if that is nothing."""
        return self._lanes.begin("keep", lambda _: self.settle_now(), asker) if self._dropped else None

    def settle_now(self) -> None:
        """Delete what was dropped, for good, in this thread."""
        dropped, self._dropped = tuple(self._dropped), []
        if dropped:
            self._lanes.engine.delete_conversations(dropped)

    def _then_told(
        self, asker: MessagePump, words: str, do: Callable[[Engine], object] = lambda _: None
    ) -> Job:
        """Do something, then tell what there is."""

        def told(engine: Engine) -> HistoryTold:
            do(engine)
            found = engine.conversations(words)
            return HistoryTold(tuple(entry for entry in found if entry.id not in self._dropped))

        return self._lanes.look(asker, told)
