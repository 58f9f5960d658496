"""`pocketrag doctor`: useful however broken the library is, and it changes nothing unless asked to."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from front_door import pocketrag

from pocketrag import __version__
from pocketrag.engine.client import open_library
from pocketrag.engine.record import EngineRecord, write_record
from pocketrag.engine.starting import Crashes
from pocketrag.paths import LibraryPaths
from pocketrag.storage.chroma.folder import ChromaFolder
from pocketrag.storage.chroma.vectors import ChromaVectors
from pocketrag.storage.schema import VERSION

OUTSIDE = {"library", "settings", "embedding model", "language model", "disk", "reading"}
INSIDE = {"catalog", "vectors", "folders", "files"}


@pytest.fixture
def paths(tmp_path: Path) -> LibraryPaths:
    """A library with a folder in it, which nobody has open."""
    made = LibraryPaths(tmp_path / "library")
    docs = tmp_path / "docs"
    docs.mkdir()
    before = os.umask(0o077)  # as an engine has it
    with closing(open_library(made)) as library:
        library.add(docs)
    os.umask(before)
    return made


def examined(paths: LibraryPaths, *arguments: str, status: int = 0) -> dict[str, dict[str, str]]:
    """Return the checks by name."""
    done = pocketrag(paths.root, "doctor", "--json", *arguments)
    said: dict[str, Any] = json.loads(done.stdout)
    assert (done.returncode, said["ok"]) == (status, status == 0), done.stdout
    assert all(set(check) == {"name", "state", "found", "remedy"} for check in said["checks"])
    assert all(check["remedy"] for check in said["checks"] if check["state"] == "problem")
    return {check["name"]: check for check in said["checks"]}


def states(checks: dict[str, dict[str, str]], *names: str) -> list[str]:
    return [checks[name]["state"] for name in names]


def running(paths: LibraryPaths) -> bool:
    found: dict[str, Any] = json.loads(pocketrag(paths.root, "engine", "status", "--json").stdout)
    return bool(found["running"])


def write_over(file: Path, start: int, length: int) -> None:
    with file.open("r+b") as opened:
        opened.seek(start)
        opened.write(b"\xa5" * length)


def test_where_there_is_no_library_none_is_made(tmp_path: Path) -> None:
    paths = LibraryPaths(tmp_path / "none")
    assert set(examined(paths)) == OUTSIDE
    assert examined(paths, "--repair")["library"]["state"] == "warning"
    assert not paths.root.exists()


def test_a_sound_library(paths: LibraryPaths) -> None:
    checks = examined(paths)
    assert set(checks) == OUTSIDE | INSIDE | {"set aside", "engine", "watching"}
    assert {check["state"] for check in checks.values()} == {"ok"}
    shown = pocketrag(paths.root, "doctor")
    assert shown.returncode == 0
    assert all(name in shown.stdout for name in checks)


def test_files_that_are_not_indexed_yet_are_counted(paths: LibraryPaths, tmp_path: Path) -> None:
    (tmp_path / "docs" / "secret plan.txt").write_text("Nobody knows.")
    done = pocketrag(paths.root, "doctor")
    assert "1 new" in done.stdout
    assert "secret" not in done.stdout
    (tmp_path / "docs" / "secret plan.txt").unlink()
    (tmp_path / "docs").rmdir()
    assert "Not there" in examined(paths)["folders"]["found"]


def test_a_damaged_catalog_is_told_of_left_alone_and_repaired_when_asked(paths: LibraryPaths) -> None:
    write_over(paths.catalog, 0, 100)
    before = sorted(path.name for path in paths.root.iterdir())
    assert states(examined(paths, status=1), "catalog") == ["problem"]
    assert sorted(path.name for path in paths.root.iterdir()) == before
    assert not running(paths)
    done = pocketrag(paths.root, "doctor", "--repair", "--json")
    said = json.loads(done.stdout)
    assert done.returncode == 0
    assert any("catalog.sqlite3.damaged-1" in line for line in said["repaired"])
    assert states(examined(paths), "catalog", "set aside") == ["ok", "warning"]
    status = json.loads(pocketrag(paths.root, "status", "--json").stdout)
    assert status["set_aside"] == ["catalog.sqlite3.damaged-1"]
    assert status["rebuilding"] is False


def test_a_catalog_damaged_under_a_running_engine_is_found_and_repaired(paths: LibraryPaths) -> None:
    assert pocketrag(paths.root, "folders").returncode == 0
    examined(paths)  # which leaves nothing in the log
    write_over(paths.catalog, 4096, paths.catalog.stat().st_size - 4096)
    assert states(examined(paths, status=1), "catalog") == ["problem"]
    assert states(examined(paths, "--repair"), "catalog", "vectors") == ["ok", "ok"]
    assert pocketrag(paths.root, "folders").stdout.strip().endswith("docs")


def test_a_command_that_meets_damage_says_so_and_the_next_one_finds_it_mended(paths: LibraryPaths) -> None:
    assert pocketrag(paths.root, "folders").returncode == 0
    examined(paths)  # which leaves nothing in the log
    write_over(paths.catalog, 4096, paths.catalog.stat().st_size - 4096)
    met = pocketrag(paths.root, "status", "--json")
    assert met.returncode == 1
    error = json.loads(met.stdout)["error"]
    assert error["kind"] == "library damaged"
    assert "pocketrag doctor --repair" in error["remedy"]
    status = json.loads(pocketrag(paths.root, "status", "--json").stdout)
    assert status["set_aside"] == ["catalog.sqlite3.damaged-1"]
    assert status["rebuilding"] is True
    assert '"event": "rebuilt"' in pocketrag(paths.root, "index", "--json").stdout


def test_a_deleted_catalog_is_rebuilt_also_beside_what_is_not_the_librarys(paths: LibraryPaths) -> None:
    (paths.root / "my notes.txt").write_text("mine")
    paths.catalog.unlink()
    assert states(examined(paths, status=1), "catalog") == ["problem"]
    assert pocketrag(paths.root, "folders").stdout.strip().endswith("docs")


@pytest.mark.parametrize("damage", ["deleted", "junk"])
def test_lost_vectors(paths: LibraryPaths, damage: str) -> None:
    if damage == "junk":
        (paths.vectors / "chroma.sqlite3").write_bytes(b"junk" * 1000)
    else:
        paths.vectors.rename(paths.root.with_name("elsewhere"))
    assert states(examined(paths, status=1), "vectors") == ["problem"]
    assert states(examined(paths, "--repair"), "vectors") == ["ok"]


def test_vectors_that_nothing_refers_to_are_swept(paths: LibraryPaths) -> None:
    with closing(ChromaVectors(ChromaFolder(paths.vectors))) as vectors:
        vectors.add("chunks", ["stray"], np.ones((1, 384), np.float32))
    paths.sums.unlink()
    assert "1 vector " in examined(paths)["vectors"]["found"]
    assert states(examined(paths, "--repair"), "vectors") == ["ok"]
    assert examined(paths)["vectors"]["found"].startswith("0 vectors")


def test_an_engine_that_is_not_started_any_more(paths: LibraryPaths) -> None:
    write_record(paths.crashes, Crashes(3, __version__, "it was ended by SIGSEGV"))
    checks = examined(paths, status=1)
    assert "SIGSEGV" in checks["engine"]["found"]
    assert not set(checks) & INSIDE
    assert not running(paths)
    assert states(examined(paths, "--repair"), "engine", "catalog") == ["ok", "ok"]


def test_what_an_engine_that_died_has_left(paths: LibraryPaths) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    record = EngineRecord(f"unix:{paths.socket}", gone.pid, "0.0.1", 0.0, "00" * 32, True)
    write_record(paths.engine, record)
    half = paths.root / f"engine.json.{gone.pid}.new"
    half.touch(0o600)
    assert states(examined(paths), "engine") == ["warning"]
    assert pocketrag(paths.root, "engine", "stop").returncode == 0
    half.touch(0o600)
    assert states(examined(paths, "--repair"), "engine") == ["ok"]
    assert not half.exists()


def test_broken_settings_do_not_stop_the_other_checks(paths: LibraryPaths) -> None:
    paths.settings.write_text("[answer]\nstrictnes = 1\n")
    checks = examined(paths, status=1)
    assert states(checks, "settings", "embedding model", "reading") == ["problem", "ok", "ok"]
    assert "answer.strictness" in checks["settings"]["remedy"]
    examined(paths, "--repair", status=1)
    assert "strictnes" in paths.settings.read_text()


def test_a_model_that_is_not_there(paths: LibraryPaths) -> None:
    paths.settings.write_text('[models]\nlanguage = "/nowhere/big.gguf"\n')
    assert states(examined(paths, status=1), "language model", "catalog") == ["problem", "ok"]


def test_a_library_of_a_newer_version_is_left_alone(paths: LibraryPaths) -> None:
    with closing(sqlite3.connect(paths.catalog)) as newer:
        newer.execute(f"PRAGMA user_version = {VERSION + 1}")
    before = paths.catalog.read_bytes()
    for arguments in ((), ("--repair",)):
        checks = examined(paths, *arguments, status=1)
        assert "newer PocketRAG" in checks["opening"]["found"]
    assert paths.catalog.read_bytes() == before
    assert paths.set_aside() == ()


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX")
def test_permissions_are_put_right(paths: LibraryPaths) -> None:
    paths.catalog.chmod(0o644)
    paths.logs.chmod(0o755)
    checks = examined(paths, status=1)
    assert "catalog.sqlite3" in checks["library"]["found"]
    assert states(examined(paths, "--repair"), "library") == ["ok"]
    assert paths.catalog.stat().st_mode & 0o777 == 0o600


def test_what_is_not_the_librarys_is_named_and_kept(paths: LibraryPaths) -> None:
    (paths.root / "my notes.txt").write_text("mine")
    checks = examined(paths, "--repair")
    assert checks["library"]["state"] == "warning"
    assert "my notes.txt" in checks["library"]["found"]
    assert (paths.root / "my notes.txt").read_text() == "mine"
