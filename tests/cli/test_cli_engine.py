"""The engine as a person meets it: seen, ended, started, and shared by commands that run at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from front_door import COMMAND, installed, pocketrag

from pocketrag import __version__
from pocketrag.engine.locking import owned
from pocketrag.engine.record import write_record
from pocketrag.engine.starting import Crashes
from pocketrag.paths import LibraryPaths

PATIENCE = 120.0


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library"


def status(library: Path) -> dict[str, Any]:
    done = pocketrag(library, "engine", "status", "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def until(library: Path, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Return the engine's status, once it is as it shall be."""
    patience = time.monotonic() + PATIENCE
    while not holds(found := status(library)):
        assert time.monotonic() < patience, found
    return found


def until_watching(library: Path) -> dict[str, Any]:
    """Return the engine's status, once it watches."""
    return until(library, lambda found: "watching 1 folder" in found["doing"])


def until_left_to(library: Path, *names: str) -> dict[str, Any]:
    """Return the engine's status, once these are its clients and all others have left."""
    return until(library, lambda found: [client["name"] for client in found["clients"]] == [*names])


def test_looking_starts_no_engine(library: Path) -> None:
    assert "No engine is running" in pocketrag(library, "engine", "status").stdout
    assert "No engine is running" in pocketrag(library, "engine", "stop").stdout
    assert status(library) == {
        "running": False, "library": str(library), "crashes": 0, "reason": "", "at_login": False
    }  # fmt: skip
    assert not library.exists()


def test_an_engine_is_seen_and_ended(library: Path) -> None:
    assert installed(library, "folders").returncode == 0
    found = until_left_to(library)
    assert found["running"] is True
    assert found["version"] == __version__
    assert found["library"] == str(library)
    assert found["memory_bytes"] > 10_000_000
    assert found["address"].endswith("engine.sock")
    shown = pocketrag(library, "engine", "status").stdout
    assert str(found["pid"]) in shown
    assert "Memory" in shown
    assert "has ended" in installed(library, "engine", "stop").stdout
    assert status(library)["running"] is False
    owned(LibraryPaths(library)).release()


def test_commands_share_an_engine_with_a_watch_which_goes_on(library: Path, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    assert pocketrag(library, "add", str(docs)).returncode == 0
    before = status(library)["pid"]
    command = [COMMAND, "--library", str(library), "watch"]
    watch = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert until_watching(library)["pid"] == before
        until_left_to(library, "watch")
        assert pocketrag(library, "status").returncode == 0
        assert pocketrag(library, "engine", "stop").returncode == 0
        watch.wait(PATIENCE)
        assert watch.stderr is not None
        assert "The engine was asked to end." in watch.stderr.read()
        assert watch.returncode == 1
    finally:
        watch.kill()
        watch.wait()


def test_a_watch_goes_on_with_another_engine_when_one_dies(library: Path, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    assert pocketrag(library, "add", str(docs)).returncode == 0
    first = status(library)["pid"]
    command = [COMMAND, "--library", str(library), "watch"]
    watch = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert watch.stderr is not None
        until_watching(library)
        os.kill(first, signal.SIGKILL)
        assert any("goes on with another engine" in line for line in watch.stderr)
        assert any("Ctrl+C stops" in line for line in watch.stderr)
        assert until_left_to(library, "watch")["pid"] != first
    finally:
        watch.kill()
        watch.wait()


def test_an_interrupted_watch_leaves_the_engine(library: Path, tmp_path: Path) -> None:
    assert pocketrag(library, "add", str(tmp_path)).returncode == 0
    command = [COMMAND, "--library", str(library), "watch"]
    watch = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert watch.stderr is not None
    assert "Watching" in watch.stderr.readline()
    watch.send_signal(signal.SIGINT)
    watch.communicate(timeout=PATIENCE)
    assert watch.returncode == 130
    assert status(library)["running"] is True


@pytest.fixture
def service_manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home of one's own, and a service manager that does nothing that it is told."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    manager = tmp_path / "bin" / ("launchctl" if sys.platform == "darwin" else "systemctl")
    manager.parent.mkdir()
    manager.write_text("#!/bin/sh\nexit 1\n")
    manager.chmod(0o755)


@pytest.mark.usefixtures("service_manager")
def test_a_watch_from_login_on_is_arranged_shown_and_taken_back(library: Path) -> None:
    assert "is not watched" in pocketrag(library, "watch", "--installed").stdout
    shown = pocketrag(library, "watch", "--install").stdout
    assert str(library) in shown
    assert "from the next login on" in shown
    assert "is watched from login on" in pocketrag(library, "watch", "--installed").stdout
    assert status(library)["at_login"] is True
    assert "Deleted" in pocketrag(library, "watch", "--uninstall").stdout
    assert "Nothing was installed" in pocketrag(library, "watch", "--uninstall").stdout
    assert status(library)["at_login"] is False


def test_a_watch_without_folders_waits_for_the_first(library: Path, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    command = [COMMAND, "--library", str(library), "watch"]
    watch = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert watch.stderr is not None
        assert "no folder yet" in watch.stderr.readline()
        assert pocketrag(library, "add", str(docs)).returncode == 0
        until_watching(library)
    finally:
        watch.kill()
        watch.wait()


def test_engines_that_crashed_are_told_of_and_started_again_when_a_person_says_so(library: Path) -> None:
    paths = LibraryPaths(library)
    paths.make()
    write_record(paths.crashes, Crashes(3, __version__, "it was ended by SIGSEGV"))
    refused = pocketrag(library, "status", "--json")
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["error"]["kind"] == "engine down"
    assert "SIGSEGV" in pocketrag(library, "engine", "status").stdout
    assert status(library)["crashes"] == 3
    assert pocketrag(library, "engine", "start").returncode == 0
    assert pocketrag(library, "folders").returncode == 0
    assert status(library)["running"] is True


def test_rebuilding_asks_the_engine_that_runs(library: Path, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    assert pocketrag(library, "add", str(docs)).returncode == 0
    before = status(library)["pid"]
    assert pocketrag(library, "index", "--rebuild").returncode == 0
    assert status(library)["pid"] == before
    assert pocketrag(library, "folders").stdout.strip() == str(docs)


@pytest.mark.usefixtures("service_manager")
def test_removing_everything_takes_the_watch_from_login_on_back(library: Path) -> None:
    pocketrag(library, "folders")
    pocketrag(library, "watch", "--install")
    assert "Deleted" in pocketrag(library, "remove", "--all", "--yes").stdout
    assert not library.exists()
    assert "is not watched" in pocketrag(library, "watch", "--installed").stdout
