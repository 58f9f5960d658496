"""Opens the terminal app on a library."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pocketrag
from pocketrag.paths import LibraryPaths

if TYPE_CHECKING:
    from pocketrag.engine.protocol import Engine
    from pocketrag.tui.app import PocketRagApp


def launch(paths: LibraryPaths, examples: tuple[str, ...] = ()) -> None:
    """Run the app until it is quit; its engine, a process of its own, is shared with all commands."""

    def open_engine() -> Engine:
        """Return the library's engine, found or started."""
        from pocketrag.engine.client import EngineClient

        return EngineClient(paths, "app")

    made(open_engine, paths, examples).run()


def made(
    open_engine: Callable[[], Engine], paths: LibraryPaths, examples: tuple[str, ...] = ()
) -> PocketRagApp:
    """Return the app, not yet run; `open_engine` is called in a thread, after the first paint.

    Until then garbage is not collected: next to all that is imported and laid out stays, and looking
    through it again and again took a sixth of the time to the first paint.
    """
    gc.disable()
    from pocketrag.tui.app import PocketRagApp
    from pocketrag.tui.liking import Liking
    from pocketrag.tui.tidying import collect_rarely

    def painted() -> Engine:
        """Return the engine, opened; from here on garbage is collected again."""
        if not gc.isenabled():
            collect_rarely()
        return open_engine()

    here = Path(pocketrag.__file__).parents[1] / "sample_docs"
    samples = here if here.is_dir() else None  # a clone has them, an installed package has not
    return PocketRagApp(painted, paths, examples, Liking(paths.app), samples)
