"""The terminal app: puts screens, themes and the bridge together, and nothing else.

It knows the engine only as a protocol and as something to be opened later, in a thread, once the
first paint is on the screen. None of the heavy libraries is imported here or below; screens that are
opened later are imported then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from pocketrag.domain import KeptConversation
from pocketrag.paths import LibraryPaths
from pocketrag.plain import plain
from pocketrag.tui.bridge import Bridge
from pocketrag.tui.covered import Covering
from pocketrag.tui.graphics import Graphics
from pocketrag.tui.liking import Liking
from pocketrag.tui.messages import Failed, SettingsChanged
from pocketrag.tui.screens.main import MainScreen
from pocketrag.tui.themes import DARK, LIGHT
from pocketrag.tui.tidying import Tidying
from pocketrag.tui.typing_ahead import TypingAhead
from pocketrag.tui.widgets.answer_actions import Action
from pocketrag.tui.widgets.header import HeaderBar
from pocketrag.tui.widgets.turn import TurnView

if TYPE_CHECKING:  # only types, at the first paint
    from pocketrag.engine.protocol import Engine

_WITH_ANSWER: Final[tuple[tuple[str, str, Action], ...]] = (
    ("Ask again", "The newest question once more  (f5)", "again"),
    ("Edit question", "The newest question, to be asked in its place  (f8)", "edit"),
    ("Copy answer", "The newest answer alone", "copy"),
    ("Copy answer with sources", "The newest answer, and what it rests on  (f9)", "copy_sources"),
    ("Mark answer right", "Kept with it; `pocketrag history questions` lists such answers", "right"),
    ("Mark answer wrong", "Kept with it; again takes it back", "wrong"),
)


class PocketRagApp(TypingAhead, Tidying, Covering):
    """Ask your own files, in the terminal."""

    TITLE = "PocketRAG"
    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath] | None] = [
        "screens/main.tcss",  # Textual does not load the CSS of the screen an app begins with
        "widgets/header.tcss",
        "widgets/composer.tcss",
        "widgets/conversation.tcss",
        "widgets/sources.tcss",
        "widgets/turn.tcss",
        "widgets/welcome.tcss",
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "Help", id="help"),
        Binding("ctrl+q", "quit", "Quit", priority=True),
        Binding("ctrl+c", "copy_or_quit", show=False, priority=True),
    ]

    def __init__(
        self,
        open_engine: Callable[[], Engine],
        paths: LibraryPaths,
        examples: tuple[str, ...] = (),
        liking: Liking | None = None,
        samples: Path | None = None,
    ) -> None:
        """Keep how to open the engine; it is called in a thread, after the first paint."""
        super().__init__()
        self._bridge = Bridge(self, open_engine, paths)
        self._library = paths.root.name
        self._examples = examples
        self._samples = samples
        self._liking = liking or Liking(None)
        self._graphics = Graphics(self._liking)
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self._begin_with(self._liking.theme)
        self.set_keymap(self._liking.keys)

    def _begin_with(self, wished: str) -> None:
        """Take on a theme before anything is drawn; ours, if there is none of that name.

        As a change of themes, ours would have all CSS parsed twice before the first paint.
        """
        if wished in self.available_themes and wished != DARK.name:
            self.theme = wished
            return
        self.set_reactive(App.theme, DARK.name)
        self.set_class(True, f"-theme-{DARK.name}", update=False)
        self.stylesheet.set_variables(self.get_css_variables())

    def get_default_screen(self) -> Screen[None]:
        """Return the screen the app begins with."""
        return MainScreen(self._bridge, self._library, self._examples, self._graphics, self._samples)

    @property
    def _main(self) -> MainScreen:
        main = self.screen_stack[0]
        assert isinstance(main, MainScreen)
        return main

    def on_mount(self) -> None:
        """Remember the theme whenever another one is chosen."""
        self.theme_changed_signal.subscribe(self, lambda theme: self._liking.like_theme(theme.name))

    def on_failed(self, event: Failed) -> None:
        """Say what went wrong with something that no screen waits for."""
        self.notify(plain(f"{event.text} {event.remedy}"), severity="warning", markup=False)

    def on_settings_changed(self, event: SettingsChanged) -> None:
        """Open the library anew, by an engine with the settings as they are now."""
        self._main.reopen()
        self.notify(f"{event.key} is changed; the engine starts anew with it.", markup=False)

    def on_unmount(self) -> None:
        """Call everything off, however the app ended."""
        self._bridge.stop()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Yield the commands of the palette: ours alone."""
        main = self._main
        yield SystemCommand("New conversation", "Begin anew  (ctrl+n)", main.action_new_conversation)
        yield SystemCommand(
            "Update index now", "Look for new and changed files  (ctrl+r)", main.action_update_index
        )
        yield SystemCommand(
            "Add a folder…", "Let PocketRAG read another folder  (ctrl+o)", self.action_add_folder
        )
        yield SystemCommand(
            "Show files", "Folders and files, how each stands, what to do  (f3)", self.action_files
        )
        yield SystemCommand(
            "Show history", "Kept conversations: search, open, rename, delete  (f4)", self.action_history
        )
        yield SystemCommand("Toggle sources", "Show or hide the passages  (f2)", main.action_toggle_sources)
        yield self._blocks_command()
        yield SystemCommand("Theme", "Choose the colours", self.action_change_theme)
        yield SystemCommand("Settings", "Models, search, answers, index, engine  (f6)", self.action_settings)
        yield SystemCommand("Models", "What is here, what fits, what is in use", self.action_models)
        yield SystemCommand("Keys", "Every key, and giving it another one", self.action_keys)
        yield from self._answer_commands(main)
        yield SystemCommand("Help", "Keys and marks  (f1)", self.action_help)
        yield SystemCommand("Quit", "Leave; everything is kept  (ctrl+q)", self.action_quit)

    def _blocks_command(self) -> SystemCommand:
        """Return the command that lets blocks of colour stand for the graphics a terminal may not have."""
        liked = self._graphics.blocks
        title = "Pictures not in blocks" if liked else "Pictures in blocks"
        said = (
            "Pages as text, where the terminal has no graphics"
            if liked
            else ("Draw pages coarsely, where the terminal has no graphics")
        )
        return SystemCommand(title, said, partial(self._graphics.like_blocks, not liked))

    def _answer_commands(self, main: MainScreen) -> Iterable[SystemCommand]:
        """Yield what may be done with the newest answer."""
        for title, help_text, action in _WITH_ANSWER:
            yield SystemCommand(title, help_text, partial(main.action_with_last, action))
        yield SystemCommand("Export conversation…", "As Markdown or JSON", main.action_export)

    def action_help(self) -> None:
        """Show the keys and the marks."""
        from pocketrag.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen())

    def action_files(self) -> None:
        """Show folders and files, and how each stands."""
        from pocketrag.tui.screens.files import FilesScreen

        self.push_screen(FilesScreen(self._bridge, self._main.query_one(HeaderBar), self._graphics))

    def action_history(self) -> None:
        """Show the kept conversations; go on with the one that is chosen, or with a new one."""
        from pocketrag.tui.screens.history import HistoryScreen

        async def go_on(chosen: KeptConversation | None) -> None:
            """Show the chosen conversation."""
            if chosen is not None:
                await self._main.open_conversation(chosen)

        async def begin_anew() -> None:
            """Leave the conversation that is shown, as it may be deleted."""
            await self._main.action_new_conversation()

        self.push_screen(HistoryScreen(self._bridge, self._main.conversation, begin_anew), go_on)

    def action_models(self) -> None:
        """Show the models, which are taken into use or fetched there."""
        from pocketrag.tui.screens.models import ModelsScreen

        self.push_screen(ModelsScreen(self._bridge))

    def action_settings(self) -> None:
        """Show the settings."""
        from pocketrag.tui.screens.settings import SettingsScreen

        self.push_screen(SettingsScreen(self._bridge))

    def action_keys(self) -> None:
        """Show the keys, which can be changed there."""
        from pocketrag.tui.screens.document import DocumentScreen
        from pocketrag.tui.screens.files import FilesScreen
        from pocketrag.tui.screens.history import HistoryScreen
        from pocketrag.tui.screens.keys import KeysScreen, key_lines

        places = (
            ("everywhere", PocketRagApp),
            ("conversation", MainScreen),
            ("an answer", TurnView),
            ("document", DocumentScreen),
            ("files", FilesScreen),
            ("history", HistoryScreen),
        )
        self.push_screen(KeysScreen(key_lines(*places), self._liking))

    def action_add_folder(self) -> None:
        """Ask for a folder, then read it."""
        from pocketrag.tui.screens.add_folder import AddFolderScreen

        def index(added: bool | None) -> None:
            """Read the folder that was added."""
            if added:
                self._main.action_update_index()

        self.push_screen(AddFolderScreen(self._bridge), index)

    def action_copy_or_quit(self) -> None:
        """Copy what is selected; with nothing selected, quit."""
        selected = self.screen.get_selected_text() or getattr(self.focused, "selected_text", "")
        if selected:
            self.copy_to_clipboard(selected)
        else:
            self.run_worker(self.action_quit())

    async def action_quit(self) -> None:
        """Let go of the library and leave."""
        await self._bridge.close()
        self.exit()
