"""Where the vectors are, as people and programs ask for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from chroma_server import RunningChroma

from pocketrag.cli import EXIT_USAGE, run
from pocketrag.domain.status import VectorPlace
from pocketrag.paths import LibraryPaths
from pocketrag.settings import load_settings
from pocketrag.wording import vector_place_in_words


@pytest.fixture
def paths(tmp_path: Path) -> LibraryPaths:
    return LibraryPaths(tmp_path / "library")


def said(paths: LibraryPaths, capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    assert run(["--library", str(paths.root), *arguments]) == status
    captured = capsys.readouterr()
    return captured.err if status else captured.out


@pytest.mark.parametrize("where", ["https://chroma.example", "somewhere"], ids=["unconfirmed", "nowhere"])
def test_vectors_move_only_where_it_was_said(paths: LibraryPaths, where: str) -> None:
    assert run(["--library", str(paths.root), "storage", "move", where]) == EXIT_USAGE
    assert load_settings(paths).storage.url == ""


def test_vectors_move_to_a_server_and_the_doctor_asks_it(
    paths: LibraryPaths, chroma_server: RunningChroma, capsys: pytest.CaptureFixture[str]
) -> None:
    url = chroma_server.address
    moved = json.loads(said(paths, capsys, "storage", "move", url, "--json"))
    assert moved == {"at": url, "vectors": 0, "left": ""}
    place = json.loads(said(paths, capsys, "storage", "status", "--json"))
    assert place == {"at": url, "server": True, "leaves_computer": False, "problem": ""}
    assert json.loads(said(paths, capsys, "status", "--json"))["vectors"] == place
    assert f"on the Chroma server {url}" in said(paths, capsys, "status")
    checks = json.loads(said(paths, capsys, "doctor", "--json"))["checks"]
    assert {"name": "vector server", "state": "ok", "found": f"{url} answers.", "remedy": ""} in checks
    assert "in the library's folder" in said(paths, capsys, "storage", "move", "local")


def test_a_server_that_is_not_there_is_said_and_nothing_changes(
    paths: LibraryPaths, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said(paths, capsys, "storage", "move", "http://127.0.0.1:9", status=1)
    assert "cannot be reached" in told
    assert load_settings(paths).storage.url == ""


def test_what_is_wrong_with_the_server_brings_no_full_stop_of_its_own() -> None:
    away = VectorPlace("http://127.0.0.1:9", server=True, problem="It cannot be reached.")
    assert vector_place_in_words(away).endswith("words alone are searched: It cannot be reached")
