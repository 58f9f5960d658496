"""The screen one lives in: a conversation, its sources, and a line to type on."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from pocketrag.tui.bridge import Bridge
from pocketrag.tui.graphics import Graphics
from pocketrag.tui.messages import FolderAdded
from pocketrag.tui.screens.conversing import ConversingScreen
from pocketrag.tui.widgets.citations import CitationList
from pocketrag.tui.widgets.composer import Composer
from pocketrag.tui.widgets.conversation import Conversation
from pocketrag.tui.widgets.header import HeaderBar
from pocketrag.tui.widgets.key_bar import KeyBar
from pocketrag.tui.widgets.sources import PassageList, SourcesPanel
from pocketrag.tui.widgets.suggestions import Suggestions
from pocketrag.tui.widgets.turn import TurnView
from pocketrag.tui.widgets.welcome import Welcome

_NARROW: Final = 100
"""Below this width the sources are a strip under the conversation."""


_SHORT: Final = 24
"""Below this height the welcome goes without its logo."""


class MainScreen(ConversingScreen):
    """Asks the bridge, and lets the widgets draw what comes back."""

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - an instance variable where Textual declares it
        (0, "-narrow"),
        (_NARROW, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012 - as above
        (0, "-short"),
        (_SHORT, "-tall"),
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "stop", "Stop", show=False),
        Binding("question_mark", "app.help", "Help", show=False),
        Binding("f2", "sources", "Sources", id="sources"),
        Binding("f3", "app.files", "Files", id="files"),
        Binding("f4", "app.history", "History", id="history"),
        Binding("f5", "with_last('again')", "Ask again", show=False, id="last.again"),
        Binding("f8", "with_last('edit')", "Edit question", show=False, id="last.edit"),
        Binding("f9", "with_last('copy_sources')", "Copy answer", show=False, id="last.copy"),
        Binding("f6", "app.settings", "Settings", show=False, priority=True, id="settings"),
        Binding("ctrl+o", "app.add_folder", "Add folder", show=False, id="library.add"),
        Binding("ctrl+n", "new_conversation", "New", show=False, id="conversation.new"),
        Binding("ctrl+r", "update_index", "Update index", show=False, id="index.update"),
        Binding("tab", "move_on(1)", show=False, priority=True),
        Binding("shift+tab", "move_on(-1)", show=False, priority=True),
        *(Binding(str(digit), f"open_marker({digit})", show=False) for digit in range(1, 10)),
    ]

    def __init__(
        self,
        bridge: Bridge,
        library: str,
        examples: tuple[str, ...],
        graphics: Graphics,
        samples: Path | None = None,
    ) -> None:
        """Show a library by its name; `samples` is where the sample papers are, if they are here."""
        super().__init__(bridge)
        self._library = library
        self._examples = examples
        self._graphics = graphics
        self._samples = samples

    def compose(self) -> ComposeResult:
        """Lay out header, conversation and sources, composer and footer."""
        yield HeaderBar(self._library)
        with Horizontal(id="body"):
            yield Conversation(self._examples, samples=self._samples is not None)
            yield SourcesPanel()
        yield Suggestions()
        with Horizontal(id="composer-row"):
            yield Static(Content("❯"), classes="prompt")
            yield Composer()
        yield KeyBar()

    def on_mount(self) -> None:
        """Let one type at once; open the library after the first paint."""
        self.query_one(Composer).focus()
        self.call_after_refresh(self._bridge.library.start, self)

    def on_resize(self, event: events.Resize) -> None:
        """Draw passages as cards or as lines, as there is room."""
        self.query_one(SourcesPanel).set_compact(event.size.width < _NARROW)

    def on_composer_digit_typed(self, event: Composer.DigitTyped) -> None:
        """Offer the example of that number, while the welcome is shown."""
        event.stop()
        for welcome in self.query(Welcome):
            if welcome.starters >= int(event.digit):
                self.query_one(Composer).show_text("")
                welcome.choose(int(event.digit))
            elif not welcome.starters and int(event.digit) <= len(welcome.examples):
                self.query_one(Composer).offer(welcome.examples[int(event.digit) - 1], event.digit)

    async def on_welcome_folder_wanted(self) -> None:
        """Ask for a folder."""
        await self.run_action("app.add_folder")

    def on_welcome_samples_wanted(self) -> None:
        """Read the sample papers."""
        if self._samples is not None:
            self._bridge.library.add(self, self._samples, sure=True)

    def on_folder_added(self, event: FolderAdded) -> None:
        """Read what was added."""
        event.stop()
        self.action_update_index()

    async def on_composer_help_wanted(self, event: Composer.HelpWanted) -> None:
        """Show the keys and the marks."""
        event.stop()
        await self.run_action("app.help")

    def on_composer_scrolled(self, event: Composer.Scrolled) -> None:
        """Scroll the conversation by pages."""
        event.stop()
        conversation = self.query_one(Conversation)
        conversation.scroll_relative(y=event.pages * (conversation.size.height - 2), animate=False)

    # ── moving about ────────────────────────────────────────────────────────────────────────

    def action_move_on(self, step: int) -> None:
        """Go round: question, the newest answer's sources, passages."""
        suggestions = self.query_one(Suggestions)
        if suggestions.display and self.query_one(Composer).has_focus:
            suggestions.take()
            return
        stops = self._stops()
        here = next((i for i, stop in enumerate(stops) if stop.has_focus), 0)
        stops[(here + step) % len(stops)].focus()

    def _stops(self) -> list[Widget]:
        conversation, sources = self.query_one(Conversation), self.query_one(SourcesPanel)
        focused = self.focused
        answers = conversation.stops
        answer = focused if focused in answers else next(reversed(answers), None)
        places: list[Widget | None] = [self.query_one(Composer), conversation.examples, answer]
        if sources.display and sources.passages:
            places.append(self.query_one(PassageList))
        return [place for place in places if place is not None]

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Show the passages that belong to the answer one is looking at."""
        turn = next((w for w in event.widget.ancestors_with_self if isinstance(w, TurnView)), None)
        if turn is not None:
            self.query_one(SourcesPanel).show(turn.results)

    def action_sources(self) -> None:
        """Go to the passages; from there, hide them and go back."""
        sources = self.query_one(SourcesPanel)
        if isinstance(self.focused, PassageList) or not (sources.has_class("-hidden") or sources.passages):
            sources.add_class("-hidden")
            self.query_one(Composer).focus()
        else:
            sources.remove_class("-hidden")
            if sources.passages:
                self.call_after_refresh(self.query_one(PassageList).focus)

    def action_toggle_sources(self) -> None:
        """Show the passages, or hide them."""
        self.query_one(SourcesPanel).toggle_class("-hidden")

    def action_open_marker(self, number: int) -> None:
        """Open a source of the newest answer by its number."""
        turn = self.query_one(Conversation).last_answered
        if turn is not None:
            turn.open_marker(number)

    def on_citation_list_opened(self, event: CitationList.Opened) -> None:
        """Show a citation in its document."""
        from pocketrag.tui.screens.document import for_citation

        event.stop()
        self.app.push_screen(for_citation(self._bridge, self._graphics, event.citation, event.answer))

    def on_sources_panel_passage_opened(self, event: SourcesPanel.PassageOpened) -> None:
        """Show a passage in its document."""
        from pocketrag.tui.screens.document import for_passage

        event.stop()
        passages = self.query_one(SourcesPanel).passages
        self.app.push_screen(for_passage(self._bridge, self._graphics, event.passage, passages))
