"""Eight clients at once on one library, with the real models: no error, no wrong answer, no lost file."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from engines import end_engine

from pocketrag.domain import AnswerReady, FileFailed, Filters, IndexDone, Refused, Watching
from pocketrag.engine.client import EngineClient
from pocketrag.paths import LibraryPaths

SECONDS = float(os.environ.get("POCKETRAG_CROWD_SECONDS", "6"))
"""How long each client goes on doing what it does; the others meanwhile do theirs."""

FACTS = {
    "lease": ("How much is the rent?", "The rent of the flat is 850 euros a month.", "850"),
    "boiler": ("Who serviced the boiler?", "The boiler was serviced in March by Mr Kowalski.", "Kowalski"),
    "cake": ("How many plums go into the cake?", "The plum cake needs nine hundred grams of plums.", "nine"),
}


@pytest.fixture
def paths(tmp_path: Path) -> Iterator[LibraryPaths]:
    used = LibraryPaths(tmp_path / "library")
    yield used
    end_engine(used)


class Crowd:
    """Clients of one library, each in a thread and with a connection of its own."""

    def __init__(self, paths: LibraryPaths) -> None:
        self._paths = paths
        self._threads: list[threading.Thread] = []
        self.errors: list[BaseException] = []
        self.over = threading.Event()

    def send(self, name: str, does: Callable[[EngineClient], object]) -> None:
        def work() -> None:
            try:
                with closing(EngineClient(self._paths, name)) as engine:
                    does(engine)
            except BaseException as error:  # noqa: BLE001 - the test's to judge
                self.errors.append(error)

        self._threads.append(threading.Thread(target=work, name=name))
        self._threads[-1].start()

    def wait(self) -> None:
        for thread in self._threads:
            if thread.name != "watch":
                thread.join()
        self.over.set()
        for thread in self._threads:
            thread.join()


def rounds() -> Iterator[int]:
    """Count the rounds of one client, until its time is over."""
    until = time.monotonic() + SECONDS
    return itertools.takewhile(lambda _: time.monotonic() < until, itertools.count())


def ask(engine: EngineClient) -> None:
    for _ in rounds():
        for question, _, gold in FACTS.values():
            last = list(engine.ask(question, (), Filters()))[-1]
            assert isinstance(last, AnswerReady | Refused)
            assert gold in last.answer.text


def search(engine: EngineClient) -> None:
    for _ in rounds():
        for name, (question, _, _) in FACTS.items():
            assert engine.search(question, Filters(), 1).passages[0].file.relative == f"{name}.txt"


def look(engine: EngineClient) -> None:
    for _ in rounds():
        counts = engine.status(files=True).counts
        assert counts.failed == 0
        assert counts.indexed >= len(FACTS)


def test_eight_clients_at_once(paths: LibraryPaths, tmp_path: Path) -> None:
    facts = tmp_path / "facts"
    facts.mkdir()
    for name, (_, text, _) in FACTS.items():
        (facts / f"{name}.txt").write_text(text)
    with closing(EngineClient(paths, "first")) as engine:
        engine.add(facts)
        list(engine.index())
        crowd, added = Crowd(paths), list[Path]()

        def add(engine: EngineClient) -> None:
            for number in rounds():
                folder = tmp_path / f"more {number}"
                folder.mkdir()
                for file in range(5):
                    text = f"Letter {number}.{file} thanks for a visit to garden number {file}."
                    (folder / f"{file}.txt").write_text(text)
                engine.add(folder)
                assert isinstance(list(engine.index())[-1], IndexDone)
                added.append(folder)

        def watch(engine: EngineClient) -> None:
            for event in engine.watch():
                assert not isinstance(event, FileFailed)
                if crowd.over.is_set() and isinstance(event, Watching):
                    return

        for name, does in [("watch", watch), ("add", add), ("status", look), ("ask", ask), ("ask", ask)]:
            crowd.send(name, does)
        for _ in range(3):
            crowd.send("search", search)
        crowd.wait()
        assert crowd.errors == []
        assert added
        counts = engine.status().counts
        assert (counts.indexed, counts.waiting, counts.failed) == (len(FACTS) + 5 * len(added), 0, 0)
