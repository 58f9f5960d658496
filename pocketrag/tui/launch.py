"""Opens the terminal app on a library."""

from __future__ import annotations

from pocketrag.paths import LibraryPaths


def launch(paths: LibraryPaths, examples: tuple[str, ...] = ()) -> None:
    """Run the app until it is quit; its engine, a process of its own, is shared with all commands."""
    from pocketrag.engine.client import EngineClient
    from pocketrag.tui.app import PocketRagApp
    from pocketrag.tui.liking import Liking

    PocketRagApp(lambda: EngineClient(paths, "app"), paths, examples, Liking(paths.app)).run()
