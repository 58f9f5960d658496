"""Indexing that waits: on battery it stands still, unless a person asks for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from pocketrag.domain import FileIndexed, IndexDone, IndexEvent, IndexProgress, IndexWaiting, Watching
from pocketrag.engine.upkeep import Upkeep
from pocketrag.indexing.scope import Scope

DONE = IndexDone(2, 0, 0, 0, 0, 0, 2, 0, 0.1)
FIRST, SECOND = (FileIndexed(Path(name), 1, 1, 0) for name in ("/docs/first", "/docs/second"))


class Laptop:
    """A computer that runs on battery or not, and indexes two files in a run."""

    def __init__(self, *, battery: bool) -> None:
        self.battery = battery
        self.runs = 0
        self.unplug_after_first = False
        self.upkeep = Upkeep(self._run, lambda: (), hold=self._hold, recheck=0.01)

    def _hold(self) -> str:
        return "on battery" if self.battery else ""

    def _run(self, scope: Scope) -> Iterator[IndexEvent]:
        self.runs += 1
        if self.unplug_after_first:
            self.battery = True
        yield FIRST
        yield SECOND
        yield DONE


def first(events: Iterator[IndexEvent], kind: type) -> IndexEvent:
    return next(event for event in events if isinstance(event, kind))


def test_a_run_that_nobody_asked_for_waits_until_the_computer_is_plugged_in() -> None:
    laptop = Laptop(battery=True)
    with closing(laptop.upkeep):
        watch = laptop.upkeep.watch()
        assert first(watch, IndexWaiting) == IndexWaiting("on battery")
        assert laptop.upkeep.said() == "waiting: on battery"
        assert laptop.runs == 0
        laptop.battery = False
        assert first(watch, IndexDone) == DONE
        assert first(watch, Watching) == Watching(0)


def test_a_run_at_work_stands_still_when_the_computer_is_unplugged() -> None:
    laptop = Laptop(battery=False)
    laptop.unplug_after_first = True
    with closing(laptop.upkeep):
        watch = laptop.upkeep.watch()
        heard = [next(watch), next(watch)]
        assert heard == [FIRST, IndexWaiting("on battery")]
        laptop.unplug_after_first = laptop.battery = False
        rest = [event for event in iter(watch.__next__, DONE) if not isinstance(event, IndexWaiting)]
        assert rest == [SECOND]
        assert laptop.runs == 1


def test_what_a_person_asks_for_goes_ahead_on_battery() -> None:
    laptop = Laptop(battery=True)
    with closing(laptop.upkeep):
        watch = laptop.upkeep.watch()
        first(watch, IndexWaiting)
        assert list(laptop.upkeep.index()) == [FIRST, SECOND, DONE]


def test_a_run_that_waits_is_let_go_by_a_person_who_asks_for_another() -> None:
    laptop = Laptop(battery=False)
    laptop.unplug_after_first = True
    with closing(laptop.upkeep):
        watch = laptop.upkeep.watch()
        first(watch, IndexWaiting)
        assert list(laptop.upkeep.index())[-1] == DONE
        assert laptop.runs == 2


def test_closing_does_not_wait_for_the_plug() -> None:
    laptop = Laptop(battery=True)
    watch = laptop.upkeep.watch()
    first(watch, IndexWaiting)
    closer = threading.Thread(target=laptop.upkeep.close)
    closer.start()
    closer.join(120)
    assert not closer.is_alive()
    assert not any(isinstance(event, FileIndexed) for event in watch)


def test_nobody_waits_once_nobody_watches() -> None:
    laptop = Laptop(battery=True)
    with closing(laptop.upkeep):
        watch = laptop.upkeep.watch()
        first(watch, IndexWaiting)
        watch.close()
        assert "waiting" not in laptop.upkeep.said()


def test_a_run_at_work_says_how_far_it_is_and_how_long_it_will_take() -> None:
    go_on = threading.Event()

    def run(_: Scope) -> Iterator[IndexEvent]:
        yield IndexProgress(100, 4_300, 90, 20.0, 240.0, None)
        go_on.wait(120)
        yield DONE

    with closing(Upkeep(run, lambda: ())) as upkeep:
        events = upkeep.index()
        first(events, IndexProgress)
        assert upkeep.behind() == "indexing, 100 of 4,300 files done, 4 min left"
        go_on.set()
        assert list(events) == [DONE]
        assert upkeep.behind() == ""
