"""Engines for tests: a program that runs the real engine process on a library without models.

Run by the client as it runs the real one, so that everything but the library itself is real. What
goes wrong is asked for on the command line (`--crash`) or by the question (`die`).
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pocketrag import __version__
from pocketrag.domain import (
    AllMatched,
    Answer,
    AnswerEvent,
    AnswerReady,
    Check,
    ConversationEntry,
    Counts,
    Document,
    FileIndexed,
    FileUnchanged,
    FileVersion,
    Filters,
    FolderForecast,
    FolderOutlook,
    IndexDone,
    IndexEvent,
    IndexProgress,
    KeptConversation,
    LibraryStatus,
    LoadEvent,
    Mark,
    ModelReady,
    MoveEvent,
    PagePicture,
    PassagesFound,
    SearchEvent,
    SearchResults,
    Span,
    Timings,
    Token,
    Turn,
    VectorPlace,
    VectorsMoved,
)
from pocketrag.engine.client import EngineClient
from pocketrag.engine.following import Following
from pocketrag.engine.history import History
from pocketrag.engine.locking import owned
from pocketrag.engine.process import run
from pocketrag.engine.protocol import EngineInfo, OwnedEngine
from pocketrag.engine.starting import Startup, end, forgive, running
from pocketrag.engine.upkeep import Upkeep
from pocketrag.errors import FolderError, UnknownFile
from pocketrag.indexing.scope import Scope
from pocketrag.paths import LibraryPaths
from pocketrag.settings import Settings
from pocketrag.settings_file import change_setting
from pocketrag.storage.database import Database
from pocketrag.storage.mounts import Mounts

STEP = 0.02
"""Seconds between two events."""

NOWHERE = Path("/nowhere")
"""Adding it raises, as adding a folder that is not there does."""


class PlainLibrary:
    """A library that knows which files it has seen, and answers without any model; its history is real."""

    def __init__(self, paths: LibraryPaths, settings: Settings) -> None:
        self._paths = paths
        self._settings = settings
        self._lock = owned(paths, 3)
        self._facts = paths.logs / "facts.json"
        facts = json.loads(self._facts.read_text()) if self._facts.exists() else {"folders": [], "files": []}
        self._folders: list[str] = facts["folders"]
        self._files: list[str] = facts["files"]
        self._database = Database(paths.catalog)
        self._history = History(self._database, Mounts(self._database))
        self._upkeep = Upkeep(self._run, self.folders)

    def load(self) -> Iterator[LoadEvent]:
        yield from ()

    def use_language_model(self, setting: str, confirmed: bool = False) -> Iterator[LoadEvent]:
        chosen = self._settings.models.model_copy(update={"language": setting})
        yield ModelReady(setting, "language", 0.0)
        change_setting(self._paths, "models.language", setting)
        self._settings = self._settings.model_copy(update={"models": chosen})

    def move_vectors(self, url: str, confirmed: bool = False) -> Iterator[MoveEvent]:
        yield VectorsMoved(url, 0)

    def reach_vectors(self) -> VectorPlace:
        return VectorPlace(str(self._paths.vectors))

    def settings(self) -> Settings:
        return self._settings

    def rest(self) -> None:
        pass

    def preparing(self) -> str:
        return ""

    def folders(self) -> tuple[Path, ...]:
        return tuple(map(Path, self._folders))

    def add(self, folder: Path) -> Path:
        if folder == NOWHERE:
            raise FolderError("The folder is not there.", "Check its name.")
        self._folders.append(str(folder))
        self._keep()
        return folder

    def page_picture(self, file: Path, page: int, width: int, span: Span | None = None) -> PagePicture:
        raise UnknownFile("The library does not hold it.", "Name another one.")

    def outlook(self, folder: Path) -> FolderOutlook:
        return FolderOutlook(folder, None, (), (), 0, more=False)

    def forecast(self, folder: Path) -> FolderForecast:
        return FolderForecast(0, 0, (), 0, 0, more=False, seconds=None)

    def remove(self, folder: Path) -> int:
        with self._upkeep.standstill():
            self._folders.remove(str(folder))
            gone = [name for name in self._files if Path(name).is_relative_to(folder)]
            self._files = [name for name in self._files if name not in gone]
            self._keep()
        return len(gone)

    def index(self) -> Following:
        return self._upkeep.index()

    def retry(self, files: tuple[Path, ...] = ()) -> Following:
        return self._upkeep.retry(files or None)

    def mend(self) -> Following:
        return self._upkeep.index()

    def check(self) -> Iterator[Check]:
        yield Check("catalog", "ok", "Sound.")

    def watch(self) -> Following:
        return self._upkeep.watch()

    def _run(self, scope: Scope) -> Iterator[IndexEvent]:
        there = sorted(str(file) for folder in self.folders() for file in folder.rglob("*") if file.is_file())
        new = 0
        for done, name in enumerate(there):
            yield IndexProgress(done, len(there), new, 1.0, None, Path(name))
            if name in self._files:
                yield FileUnchanged(Path(name))
                continue
            time.sleep(STEP)
            self._files.append(name)
            self._keep()
            new += 1
            yield FileIndexed(Path(name), 1, 1, 0)
            while new == 1 and _hold(self._paths).exists():
                time.sleep(STEP)
                yield IndexProgress(done, len(there), new, 1.0, None, Path(name))
        yield IndexDone(new, len(there) - new, 0, 0, 0, 0, new, 0, 0.1)

    def behind(self) -> str:
        return self._upkeep.behind()

    def search(self, query: str, filters: Filters, limit: int) -> SearchResults:
        if query == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if query == "stumble":
            raise RuntimeError("a secret of the owner's")
        return SearchResults(query, (), Counts(indexed=len(self._files)), 0.5)

    def search_all(self, query: str, filters: Filters) -> Iterator[SearchEvent]:
        yield AllMatched(query, (query,), 0, 0, Counts(indexed=len(self._files)), 0.5)

    def ask(self, question: str, turns: tuple[Turn, ...], filters: Filters) -> Iterator[AnswerEvent]:
        if question == "die at once":
            os.kill(os.getpid(), signal.SIGKILL)
        if question.startswith("die once "):
            with suppress(FileNotFoundError):
                Path(question.removeprefix("die once ")).unlink()
                os.kill(os.getpid(), signal.SIGKILL)
        self._note("asking")
        try:
            yield PassagesFound(self.search("stumble" if question == "stumble" else "", filters, 1))
            for number in range(10_000 if question == "talk on" else 3):
                if question == "die" and number == 2:
                    os.kill(os.getpid(), signal.SIGKILL)
                yield Token(f"{number} ")
                time.sleep(STEP)
        finally:
            self._note("asked")
        yield AnswerReady(self._answer(question))

    def _answer(self, question: str) -> Answer:
        counts = Counts(indexed=len(self._files))
        return Answer(question, question, "0 1 2", (), (), (), None, "plain", counts, Timings())

    def conversations(self, words: str = "") -> tuple[ConversationEntry, ...]:
        return self._history.entries(words)

    def conversation(self, conversation: int) -> KeptConversation:
        return self._history.conversation(conversation)

    def keep_answer(self, answer: Answer, conversation: int | None) -> int:
        return self._history.keep(answer, conversation)

    def mark_answer(self, turn: int, mark: Mark | None) -> None:
        self._history.mark(turn, mark)

    def rename_conversation(self, conversation: int, title: str) -> None:
        self._history.rename(conversation, title)

    def delete_conversations(self, conversations: tuple[int, ...]) -> None:
        self._history.delete(conversations)

    def status(self, files: bool = False) -> LibraryStatus:
        counts = Counts(indexed=len(self._files))
        return LibraryStatus(self.folders(), counts, len(self._files), 0, "words", "plain", ())

    def document(self, path: Path) -> tuple[FileVersion, Document]:
        raise UnknownFile(f"The index does not hold {path}.", "Index it.")

    def rebuild(self) -> None:
        with self._upkeep.standstill():
            self._files.clear()
            self._keep()

    def pause(self) -> None:
        self._upkeep.pause()

    def resume(self) -> None:
        self._upkeep.resume()

    def indexing(self) -> str:
        return self._upkeep.said()

    def close(self) -> None:
        self._upkeep.close()
        self._database.close()
        self._lock.release()

    def _keep(self) -> None:
        self._facts.write_text(json.dumps({"folders": self._folders, "files": self._files}))

    def _note(self, what: str) -> None:
        with (self._paths.logs / "notes").open("a") as notes:
            notes.write(what + "\n")


def plain(*options: str, version: str = __version__, loopback: bool = False) -> Startup:
    """Return how to start an engine without models."""
    program = (sys.executable, __file__, "--version", version, *options)
    return Startup(version=version, program=program, loopback=loopback)


def client(paths: LibraryPaths, name: str = "test", startup: Startup | None = None) -> EngineClient:
    """Return a client of an engine without models."""
    return EngineClient(paths, name, startup or plain())


def hold(paths: LibraryPaths) -> None:
    """Have the runs of an engine without models stay at their first new file, however slow the test is."""
    paths.make()
    _hold(paths).touch()


def let_go(paths: LibraryPaths) -> None:
    """Have them go on."""
    _hold(paths).unlink()


def _hold(paths: LibraryPaths) -> Path:
    return paths.logs / "hold"


def about(paths: LibraryPaths) -> EngineInfo | None:
    """Return the library's engine at a glance; None if there is none."""
    found = running(paths, "looker")
    if found is None:
        return None
    try:
        info: EngineInfo = found.call("about")
    finally:
        found.hang_up()
    return info


def end_engine(paths: LibraryPaths) -> None:
    """End the library's engine, if it has one."""
    forgive(paths)
    found = running(paths, "test")
    if found is not None:
        assert end(found, "asked")


def end_engines_below(folder: Path) -> None:
    """End the engines of all libraries below a folder."""
    for record in folder.rglob("engine.json"):
        end_engine(LibraryPaths(record.parent))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--version", default=__version__)
    parser.add_argument("--crash", action="store_true")
    parser.add_argument("library", type=Path)
    parser.add_argument("--loopback", action="store_true")
    parser.add_argument("--rebuild", action="store_true")
    chosen = parser.parse_args()

    def opener(paths: LibraryPaths, settings: Settings, rebuild: bool) -> OwnedEngine:
        if chosen.crash:
            os.kill(os.getpid(), signal.SIGSEGV)
        library = PlainLibrary(paths, settings)
        if rebuild:
            library.rebuild()
        return library

    paths = LibraryPaths(chosen.library)
    run(paths, opener, loopback=chosen.loopback, rebuild=chosen.rebuild, version=chosen.version)


if __name__ == "__main__":
    main()
