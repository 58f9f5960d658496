"""Opens the terminal app on a library."""

from __future__ import annotations

from pocketrag.settings import LibraryPaths


def launch(paths: LibraryPaths, examples: tuple[str, ...] = ()) -> None:
    """Run the app until it is quit; its engine runs in a process of its own."""
    from pocketrag.engine.client import EngineProcess
    from pocketrag.tui.app import PocketRagApp

    app = PocketRagApp(open_engine=lambda: EngineProcess(paths), library=paths.root.name, examples=examples)
    app.run()
