"""Opens the terminal app on a library."""

from __future__ import annotations

from pathlib import Path

import pocketrag
from pocketrag.paths import LibraryPaths


def launch(paths: LibraryPaths, examples: tuple[str, ...] = ()) -> None:
    """Run the app until it is quit; its engine, a process of its own, is shared with all commands."""
    from pocketrag.engine.client import EngineClient
    from pocketrag.tui.app import PocketRagApp
    from pocketrag.tui.liking import Liking

    here = Path(pocketrag.__file__).parents[1] / "sample_docs"
    PocketRagApp(
        lambda: EngineClient(paths, "app"),
        paths,
        examples,
        Liking(paths.app),
        here if here.is_dir() else None,  # a clone has them, an installed package has not
    ).run()
