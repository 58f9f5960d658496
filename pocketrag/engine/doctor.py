"""The doctor: every check of a library in its order, however broken it is, and what can be mended by itself.

What needs the library open is asked of its engine. None is started for one whose stores are seen to be
damaged: starting would mend them, and who only asks how things stand has not asked for that.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from pocketrag.domain import Check
from pocketrag.engine.checkup import (
    check_disk,
    check_engine,
    check_models,
    check_place,
    check_reading,
    check_set_aside,
    check_settings,
    check_vector_server,
    check_watching,
    is_running,
    leftovers,
    settings_or_defaults,
    too_open,
)
from pocketrag.engine.client import EngineClient
from pocketrag.engine.starting import Startup, crashes, end, forgive, running
from pocketrag.errors import LibraryDamaged, PocketRagError
from pocketrag.paths import LibraryPaths
from pocketrag.plain import one_line
from pocketrag.storage.folder_copy import kept_folders
from pocketrag.storage.recovery import loss_at_rest
from pocketrag.storage.sums import standing

MENDED = "The next start mends it, as `pocketrag doctor --repair` does; your documents are untouched."


class Doctor:
    """Looks after one library."""

    def __init__(self, paths: LibraryPaths, startup: Startup | None = None) -> None:
        """Look at nothing yet."""
        self._paths = paths
        self._startup = startup

    def examine(self) -> Iterator[Check]:
        """Yield every check, as it is done; raises nothing that a check can say."""
        paths = self._paths
        yield check_place(paths)
        settings = check_settings(paths)
        yield settings
        chosen = settings_or_defaults(paths)
        yield from check_models(chosen)
        yield from check_vector_server(paths, chosen)
        yield check_disk(paths)
        yield check_reading()
        if not paths.root.is_dir():
            return
        yield check_set_aside(paths)
        engine = check_engine(paths)
        yield engine
        yield from self._inside(may_open="problem" not in (settings.state, engine.state))
        yield check_watching(kept_folders(paths.folders) or ())

    def tidy(self) -> list[str]:
        """Return what was put right without opening the library: permissions, leftovers, crashes."""
        done = [_closed(path, mode) for path, mode in too_open(self._paths)]
        for path in leftovers(self._paths):
            path.unlink(missing_ok=True)
            done.append(f"Removed {one_line(path.name)}, which an engine that died had left.")
        if self._paths.root.is_dir() and crashes(self._paths).count:
            forgive(self._paths)
            done.append("Forgot the engines that crashed: another one is tried.")
        return done

    def make_way(self) -> None:
        """End an engine whose catalog is damaged, so that the next one sets that aside."""
        engine = running(self._paths, "doctor")
        if engine is None:
            return
        try:
            found = {check.name: check.state for check in engine.events("check")}
        except LibraryDamaged:
            found = {"catalog": "problem"}
        engine = running(self._paths, "doctor") if found["catalog"] == "problem" else None
        if engine is not None:
            end(engine, "damaged")

    def _inside(self, *, may_open: bool) -> Iterator[Check]:
        """Yield the checks of what the library holds, by its engine if it can be opened."""
        at_rest = () if is_running(self._paths) else tuple(self._at_rest())
        yield from at_rest
        if not may_open or any(check.state == "problem" for check in at_rest):
            return
        try:
            with closing(EngineClient(self._paths, "doctor", self._startup)) as engine:
                yield from engine.check()
        except LibraryDamaged as error:  # met before its check: the engine ends of itself
            yield Check("catalog", "problem", one_line(error.message), MENDED)
        except PocketRagError as error:
            yield Check("opening", "problem", one_line(error.message), one_line(error.remedy))

    def _at_rest(self) -> Iterator[Check]:
        """Yield what is wrong with the stores of a library that nobody has open."""
        found = standing(self._paths)
        lost = loss_at_rest(self._paths, found)
        if lost:
            yield Check("catalog", "problem", f"It is {lost}.", MENDED)
        if settings_or_defaults(self._paths).storage.url:
            return
        gone = self._paths.catalog.exists() and not self._paths.vectors.exists()
        if found.vectors_damaged or gone:
            words = "They are gone." if gone else "Files of theirs are not as they were left."
            yield Check("vectors", "problem", words, MENDED)


def _closed(path: Path, mode: int) -> str:
    path.chmod(mode)
    return f"Made {one_line(path.name)} its owner's alone."
