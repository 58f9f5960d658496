"""The kept conversations: typing finds one, Enter goes on with it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import ClassVar, Final

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.content import Content

from pocketrag.domain import ConversationEntry, KeptConversation
from pocketrag.plain import one_line
from pocketrag.tui.bridge import Bridge
from pocketrag.tui.jobs import Job
from pocketrag.tui.messages import ConversationTold, Exported, HistoryTold
from pocketrag.tui.screens.line import LineScreen
from pocketrag.tui.screens.narrowing import NarrowingScreen
from pocketrag.tui.widgets.passage_card import elided_end
from pocketrag.wording import moment_in_words, plural

_SHOWN: Final = 500
"""Rows shown at once; others are reached by typing a word of theirs."""
_MOMENT: Final = 16
"""Cells of a date and time."""
_NO_NAME: Final = re.compile(r"[^\w ,.-]+")
"""What a title loses on its way to a file's name."""


class HistoryScreen(NarrowingScreen[KeptConversation, ConversationEntry]):
    """A table of conversations, latest first; dismissed with the one to go on with."""

    PLACEHOLDER = "Type to search titles, questions and answers…"
    COLUMNS = ("Last answer", "Title", "Questions")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back"),
        Binding("enter", "choose", "Open", key_display="⏎"),
        Binding("f2", "rename", "Rename", id="history.rename"),
        Binding("f5", "export", "Export", id="history.export"),
        Binding("f8", "delete", "Delete", id="history.delete"),
        Binding("ctrl+z", "take_back", "Undo", id="history.take_back"),
        Binding("ctrl+n", "begin_anew", "New"),
    ]

    def __init__(
        self, bridge: Bridge, current: int | None, begin_anew: Callable[[], Awaitable[None]]
    ) -> None:
        super().__init__()
        self._bridge = bridge
        self._current = current
        self._begin_anew = begin_anew
        self._searching: Job | None = None
        self._dropped: list[ConversationEntry] = []

    def on_mount(self) -> None:
        """Ask for the conversations."""
        self._search()

    def on_unmount(self) -> None:
        """Delete for good what was deleted here."""
        self._bridge.history.settle(self.app)

    def narrow(self) -> None:
        """Look for what was typed."""
        self._search()

    def on_history_told(self, event: HistoryTold) -> None:
        """Show the conversations; the cursor stays on the one that was selected."""
        event.stop()
        selected, entries = self.selected, event.entries[:_SHOWN]
        self._say_count(len(event.entries))
        ids = [entry.id for entry in entries]
        self.show(entries, ids.index(selected.id) if selected is not None and selected.id in ids else 0)

    def on_conversation_told(self, event: ConversationTold) -> None:
        """Leave, to go on with the conversation."""
        event.stop()
        self.dismiss(event.kept)

    def on_exported(self, event: Exported) -> None:
        """Say where the conversation was written to."""
        event.stop()
        self.notify(one_line(str(event.file)), title="Exported", markup=False)

    def on_resize(self) -> None:
        """Draw the titles anew, as long as there is room for, and stay where one was."""
        if self._shown:
            self.show(self._shown, self.table.cursor_row)

    # ── what one may do ─────────────────────────────────────────────────────────────────────

    def action_leave(self) -> None:
        """Go back to the conversation on the screen; to a new one, if that one was deleted."""
        if any(entry.id == self._current for entry in self._dropped):
            self.run_worker(self.action_begin_anew())
        else:
            self.dismiss()

    def action_choose(self) -> None:
        """Go on with the selected conversation."""
        if self.selected is not None:
            self._bridge.history.open(self, self.selected.id)

    async def action_begin_anew(self) -> None:
        """Leave, and begin a new conversation."""
        await self._begin_anew()
        self.dismiss()

    def action_rename(self) -> None:
        """Ask for another title of the selected conversation."""
        entry = self.selected
        if entry is None:
            return

        def rename(title: str | None) -> None:
            """Give it this title, if there is one."""
            if title:
                self._bridge.history.rename(self, entry.id, title, self.typed)

        asked = "What should this conversation be called?"
        self.app.push_screen(LineScreen(asked, one_line(entry.title), "renames"), rename)

    def action_export(self) -> None:
        """Ask where to write the selected conversation to."""
        entry = self.selected
        if entry is None:
            return

        def export(file: str | None) -> None:
            """Write the conversation, if a file was named."""
            if file:
                self._bridge.history.export(self, entry.id, Path(file).expanduser())

        name = _NO_NAME.sub("", one_line(entry.title)).strip(" .")[:60] or f"conversation {entry.id}"
        asked = "Where should it go? A name that ends in .json makes JSON of it, any other Markdown."
        self.app.push_screen(LineScreen(asked, f"~/{name}.md", "writes"), export)

    def action_delete(self) -> None:
        """Take the selected conversation away; it is deleted for good when one leaves."""
        entry = self.selected
        if entry is not None:
            self._dropped.append(entry)
            self._bridge.history.drop(self, entry.id, self.typed)

    def action_take_back(self) -> None:
        """Bring back the conversation that was deleted last."""
        if self._bridge.history.take_back(self, self.typed) is not None:
            self._dropped.pop()

    # ── drawing ─────────────────────────────────────────────────────────────────────────────

    def _search(self) -> None:
        if self._searching is not None:
            self._searching.stop()
        self._searching = self._bridge.history.search(self, self.typed)

    def _say_count(self, found: int) -> None:
        said = f"{plural(found, 'conversation')}{' found' if self.typed.strip() else ''}"
        more = f" · the latest {_SHOWN} are shown" if found > _SHOWN else ""
        hint = " · enter or a click goes on with one" if found else ""
        self.tell_summary(Content.assemble((said, "bold"), (f"{more}{hint}", "$foreground 60%")))

    def row_of(self, item: ConversationEntry) -> tuple[Text, ...]:
        """Return when it was answered last, its title, and how many questions it has."""
        room = max(20, self.size.width - _MOMENT - len("Questions") - 10)
        dim = self.app.theme_variables["secondary"]
        return (
            Text(moment_in_words(item.updated), style=dim),
            Text(elided_end(one_line(item.title), room)),
            Text(f"{item.turns:,}", style=dim),
        )

    def about(self, item: ConversationEntry | None) -> Content:
        """Return the whole title, and where the searched words stand."""
        if item is None:
            return self._undo()
        begun = f"begun {moment_in_words(item.created)}, {plural(item.turns, 'question')}"
        excerpt = one_line(item.excerpt) or begun
        return Content.assemble(
            (one_line(item.title), "bold"), "\n", (excerpt, "$foreground 60%"), "\n", self._undo()
        )

    def _undo(self) -> Content:
        if not self._dropped:
            return Content("")
        last = one_line(self._dropped[-1].title)
        return Content.styled(f"“{last}” is deleted when you leave · ctrl+z brings it back", "$warning")
