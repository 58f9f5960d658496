"""The commands about models, as people and programs use them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hub import Hub, serving

from pocketrag.cli import EXIT_USAGE, run
from pocketrag.console.models import show_bench
from pocketrag.console.terminal import stdout
from pocketrag.memory import Memory
from pocketrag.models.bench import Bench
from pocketrag.models.pull import Pulled
from pocketrag.models.slm import Running
from pocketrag.models.tuned import running_of
from pocketrag.paths import LibraryPaths
from pocketrag.settings import ModelSettings, load_settings
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


def test_the_list_is_as_readable_on_a_narrow_terminal(
    library: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stdout, "width", 80)
    assert run(["--library", str(library), "models", "list"]) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert "the smallest that knows many languages · Apache-2.0 · many" in lines
    assert any(line.startswith("▸ SmolLM2-135M-Instruct  98 MB, ") for line in lines)


def test_a_graphics_card_is_told_where_llama_cpp_was_built_for_one(
    library: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["--library", str(library), "models", "list"]) == 0
    assert "no graphics card that llama.cpp was built for" in capsys.readouterr().out
    monkeypatch.setattr("llama_cpp.llama_supports_gpu_offload", lambda: True)
    monkeypatch.setattr(
        "llama_cpp.llama_print_system_info", lambda: b"CUDA : ARCHS = 900 | CPU : AVX2 = 1 | "
    )
    assert run(["--library", str(library), "models", "list"]) == 0
    assert "GB of memory free · AVX2 · a graphics card can be used" in capsys.readouterr().out
    assert run(["--library", str(library), "models", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["computer"]["gpu"] is True


MEASURED = Bench(
    "Lease-1B", "Q8_0", 800.0, 90.0, 810.0, 92.0, 0.31, 1_400_000_000, 7, 8, "a processor, 8 cores, Linux",
    Running(6, 8, 512, flash_attention=True, draft_tokens=12, gpu_layers=-1), gpu=True, draft_rate=150.0,
)  # fmt: skip


def test_figures_are_shown_beside_llama_cpps_own_with_how_it_was_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_bench(MEASURED)
    told = capsys.readouterr().out
    assert "Lease-1B Q8_0: 6 threads to write, 8 to read, batches of 512 tokens, flash attention" in told
    assert "up to 12 tokens drafted at once, all layers on the graphics card" in told
    rows = [line.rsplit(maxsplit=2) for line in told.splitlines()]
    assert ["read, tokens a second", "800", "810"] in rows
    assert ["written, tokens a second", "90", "92"] in rows
    assert (
        told.splitlines()[-1]
        == "Lease-1B Q8_0: 800 tok/s read, 90 tok/s written (150 with drafts), first token 0.31 s, 1400 MB, "
        "7/8 right · a processor, 8 cores, Linux"
    )
    came = replace(MEASURED, running=Running(gpu_layers=-1), gpu=False, draft_rate=0.0)
    show_bench(came)
    told = capsys.readouterr().out
    assert "llama.cpp's own number of threads" in told
    assert "no drafts\n" in told
    assert "with drafts" not in told


def test_a_model_is_handed_to_the_graphics_card_as_the_settings_say() -> None:
    assert running_of(None, ModelSettings()).arguments()["n_gpu_layers"] == -1
    few = running_of(None, ModelSettings(gpu_layers=7, threads=3))
    assert few == Running(3, 3, gpu_layers=7)


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


def test_a_model_that_can_never_fit_is_said_to_before_it_is_fetched(
    library: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pocketrag.memory.computer_memory", lambda: Memory(4 * 10**9, 3 * 10**9))
    pulled = lambda target, _: (Pulled(name, library) for name in [target.name])  # noqa: E731
    monkeypatch.setattr("pocketrag.models.pull.pull", pulled)
    for name, fits in (("Qwen3-8B", False), ("Qwen3-0.6B", True)):
        assert run(["--library", str(library), "models", "pull", name]) == 0
        told = capsys.readouterr().err
        assert ("would not fit into this computer's memory: it takes 6.4 GB" in told) is not fits


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
