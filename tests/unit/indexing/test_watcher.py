"""What the watcher hears of, on this system's own file events."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from watchdog.observers.api import BaseObserver

from pocketrag.indexing import watcher
from pocketrag.indexing.watcher import Watcher

PATIENCE = 120.0


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    (folder / "old").mkdir(parents=True)
    (folder / "old" / "a.txt").write_text("A")
    return folder


@pytest.fixture
def watching(docs: Path) -> Iterator[Watcher]:
    with Watcher([docs]) as found:
        assert found.polled == {}
        yield found


def heard(watching: Watcher) -> set[Path]:
    """Where to look, once something was heard."""
    places: tuple[Path, ...] = ()
    until = time.monotonic() + PATIENCE
    while not places and time.monotonic() < until:
        places = watching.wait(1.0)
    return set(places)


def write(docs: Path) -> set[Path]:
    (docs / "b.txt").write_text("B")
    return {docs / "b.txt"}


def change(docs: Path) -> set[Path]:
    (docs / "old" / "a.txt").write_text("AA")
    return {docs / "old" / "a.txt"}


def delete(docs: Path) -> set[Path]:
    (docs / "old" / "a.txt").unlink()
    return {docs / "old" / "a.txt"}


def save_atomically(docs: Path) -> set[Path]:
    (docs / "tmp1").write_text("new")
    (docs / "tmp1").replace(docs / "old" / "a.txt")
    return {docs / "old" / "a.txt"}


def rename_folder(docs: Path) -> set[Path]:
    (docs / "old").rename(docs / "new")
    return {docs / "old", docs / "new"}


def move_in(docs: Path) -> set[Path]:
    outside = docs.parent / "outside"
    (outside / "deep").mkdir(parents=True)
    (outside / "deep" / "c.txt").write_text("C")
    outside.rename(docs / "inside")
    return {docs / "inside"}


def move_out(docs: Path) -> set[Path]:
    (docs / "old").rename(docs.parent / "gone")
    return {docs / "old"}


def make_folder_and_fill_it(docs: Path) -> set[Path]:
    (docs / "x" / "y").mkdir(parents=True)
    (docs / "x" / "y" / "z.txt").write_text("Z")
    return {docs / "x"}


@pytest.mark.parametrize(
    "act", [write, change, delete, save_atomically, rename_folder, move_in, move_out, make_folder_and_fill_it]
)
def test_what_happens_is_heard_where_it_happened(
    watching: Watcher, docs: Path, act: Callable[[Path], set[Path]]
) -> None:
    wanted = act(docs)
    places = heard(watching)
    assert all(any(path.is_relative_to(place) for place in places) for path in wanted)


def test_reading_is_no_change(watching: Watcher, docs: Path) -> None:
    (docs / "old" / "a.txt").read_text()
    list(os.scandir(docs))
    assert watching.wait(1.0) == ()


def test_very_many_changes_are_a_look_at_everything(
    watching: Watcher, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher, "MANY", 20)
    for n in range(100):
        (docs / f"{n}.txt").write_text("text")
    assert heard(watching) == {docs}


def test_a_folder_that_is_not_there_is_looked_at_now_and_then(docs: Path) -> None:
    missing = docs.parent / "missing"
    with Watcher([docs, missing], poll=0.2) as watching:
        assert watching.polled == {missing: "it is not there"}
        time.sleep(0.3)
        assert heard(watching) == {missing}


def test_a_system_without_watches_to_give_is_polled_and_says_so(
    docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "inotify watch limit reached")

    monkeypatch.setattr(BaseObserver, "schedule", refuse)
    with Watcher([docs], poll=0.2) as watching:
        assert watching.polled == {docs: "inotify watch limit reached"}
        time.sleep(0.3)
        assert heard(watching) == {docs}


def test_a_network_drive_is_polled_and_says_so(docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watcher, "_file_systems", lambda: {Path("/"): "ext4", docs.parent: "nfs4"})
    with Watcher([docs]) as watching:
        assert watching.polled == {docs: "it lies on a network drive (nfs4)"}


def test_a_drive_that_comes_or_goes_is_looked_at_and_watched(docs: Path) -> None:
    away = {docs / "usb"}
    with Watcher([docs], lambda: frozenset(away)) as watching:
        assert watching.wait(0.1) == ()
        (docs / "usb").mkdir()
        heard(watching)
        away.clear()
        assert heard(watching) == {docs / "usb"}
        (docs / "usb" / "f.txt").write_text("F")
        assert heard(watching) == {docs / "usb" / "f.txt"}


def test_everything_is_looked_at_from_time_to_time(docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watcher, "CERTAINTY_SECONDS", 0.2)
    with Watcher([docs]) as watching:
        time.sleep(0.3)
        assert heard(watching) == {docs}
