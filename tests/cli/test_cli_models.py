"""The commands about models, as people and programs use them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hub import Hub, serving

from pocketrag.cli import EXIT_USAGE, run
from pocketrag.paths import LibraryPaths
from pocketrag.settings import load_settings
from pocketrag.settings_file import change_setting


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library"


def said(library: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own: settings of the environment are read when it starts."""
    offline = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
    around = {name: value for name, value in os.environ.items() if name not in offline}
    command = [sys.executable, "-m", "pocketrag", "--library", str(library), "models", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, env={**around, **environment}, check=False, timeout=500
    )


def test_the_list_for_programs_tells_all(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--library", str(library), "models", "list", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["language"]["name"] == "SmolLM2-135M-Instruct"
    assert told["computer"]["cores"] >= 1
    assert [model["name"] for model in told["models"] if model["in_use"]] == [
        "SmolLM2-135M-Instruct",
        "all-MiniLM-L6-v2",
    ]
    assert {best["role"] for best in told["recommended"]} == {"language", "embedding"}


def test_the_list_for_people_recommends(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--library", str(library), "models", "list"]) == 0
    text = capsys.readouterr().out
    assert "Qwen3-8B" in text
    assert "Recommended language model" in text
    assert "▸" in text


@pytest.mark.parametrize("language", ["/nowhere/model.gguf", "http://127.0.0.1:9/v1"], ids=["gone", "server"])
def test_the_list_is_told_whatever_is_in_use(
    library: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    library.mkdir()
    LibraryPaths(library).settings.write_text(f'[models]\nlanguage = "{language}"\n')
    assert run(["--library", str(library), "models", "list"]) == 0
    text = capsys.readouterr().out
    assert language in text
    assert "Recommended" in text


def test_a_model_is_pulled_and_refused_if_it_cannot_be_used(library: Path, tmp_path: Path) -> None:
    models = tmp_path / "models"
    with serving(Hub({"ada/tiny-GGUF": {"tiny.gguf": b"GGUF" + bytes(1000)}})) as hub:
        place = {"HF_ENDPOINT": hub.url, "POCKETRAG_MODELS": str(models)}
        done = said(library, "pull", "ada/tiny-GGUF/tiny.gguf", "--json", **place)
        assert done.returncode == 0, done.stderr
        assert "over the network" in done.stderr
        assert json.loads(done.stdout)["path"] == str(models / "hub" / "tiny" / "tiny.gguf")
        used = said(library, "use", "tiny", **place)
    assert used.returncode == 1
    assert "tiny.gguf is in version 0" in used.stderr
    assert "Traceback" not in used.stderr
    assert load_settings(LibraryPaths(library)).models.language == "bundled"


def test_a_server_beyond_this_computer_is_not_used_unconfirmed(library: Path) -> None:
    assert run(["--library", str(library), "models", "use", "https://models.example/v1"]) == EXIT_USAGE
    assert load_settings(LibraryPaths(library)).models.language == "bundled"


def test_a_models_name_is_shown_as_text(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = library.parent / "evil\x07"
    folder.mkdir()
    for name in ("modules.json", "model.safetensors"):
        (folder / name).touch()
    library.mkdir()
    change_setting(LibraryPaths(library), "models.embedding", str(folder))
    assert run(["--library", str(library), "models", "use", str(folder)]) == 0
    told = capsys.readouterr().out
    assert "is in use already" in told
    assert "\x07" not in told  # which click lets through, unlike colours


def test_a_model_is_measured_beside_llama_cpps_own_figures(library: Path) -> None:
    done = said(library, "bench", "--json")
    found = json.loads(done.stdout)
    assert found["right"] > found["asked"] / 3
    for rate in ("prompt_rate", "generation_rate"):
        assert found[rate] == pytest.approx(found[f"own_{rate}"], rel=0.5)
    assert 50_000_000 < found["memory_bytes"] < 2_000_000_000
