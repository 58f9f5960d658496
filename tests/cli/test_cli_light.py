"""The command line before any model: help, usage, errors, and what is not imported."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import front_door
import pytest
from front_door import installed, pocketrag

HEAVY = (
    "torch",
    "sentence_transformers",
    "transformers",
    "chromadb",
    "llama_cpp",
    "textual",
    "numpy",
    "pydantic",
    "rich",
    "http.client",
)


@pytest.mark.parametrize(
    "arguments", [["--help"], ["ask", "--help"], ["engine", "--help"], ["history", "--help"], ["--version"]]
)
def test_help_loads_no_heavy_library(arguments: list[str]) -> None:
    code = (
        "import sys; from pocketrag.cli import run; status = run(sys.argv[1:]);"
        f"heavy = [m for m in {HEAVY!r} if m in sys.modules]; print(heavy, file=sys.stderr);"
        "sys.exit(status or bool(heavy))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_command_is_in_the_help() -> None:
    text = front_door.called("--help").stdout
    for command in (
        "add",
        "app",
        "ask",
        "doctor",
        "engine",
        "eval",
        "folders",
        "history",
        "index",
        "remove",
        "search",
        "status",
        "storage",
        "watch",
    ):
        assert f"\n  {command} " in text


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["ask"],
        ["ask", "  "],
        ["ask", "a question", "--questions", "file"],
        ["ask", "a question", "--out", "file"],
        ["search", "x", "--since", "yesterday"],
        ["search", "x", "-k", "0"],
        ["search", "x", "--all", "-k", "5"],
        ["search", "--questions", "file", "--all"],
        ["eval"],
        ["eval", "questions", "--compare", "a", "b"],
        ["eval", "--compare", "a"],
        ["add"],
        ["status", "--no-such-option"],
    ],
)
def test_wrong_usage_is_exit_2_and_says_what_is_wrong(arguments: list[str], tmp_path: Path) -> None:
    done = pocketrag(tmp_path, *arguments)
    assert done.returncode == 2
    assert "Error" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("as_json", [False, True])
def test_an_error_is_one_line_and_with_json_an_object(tmp_path: Path, as_json: bool) -> None:
    (tmp_path / "settings.toml").write_text("[answer]\nstrictnes = 1\n")
    done = installed(tmp_path, "status", *(["--json"] if as_json else []))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert 'Did you mean "answer.strictness"?' in done.stderr
    if as_json:
        error = json.loads(done.stdout)["error"]
        assert error["kind"] == "settings"
        assert set(error) == {"kind", "message", "remedy"}
    else:
        assert done.stdout == ""


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    done = pocketrag(tmp_path / "library", "add", str(tmp_path / "nowhere"))
    assert done.returncode == 1
    assert "is not there" in done.stderr


def test_asking_an_empty_library_is_a_refusal_not_an_error(tmp_path: Path) -> None:
    done = pocketrag(tmp_path / "library", "ask", "Anything?", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["refused"] is True
    assert answer["refusal"]["reason"] == "no files"
    assert any("pocketrag add" in hint for hint in answer["refusal"]["suggestions"])


def test_indexing_without_folders_says_how_to_add_one(tmp_path: Path) -> None:
    done = pocketrag(tmp_path / "library", "index")
    assert done.returncode == 0
    assert "pocketrag add" in done.stderr


def test_the_library_option_stands_before_or_after_the_command(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    library = str(tmp_path / "library")
    assert front_door.called("--library", library, "add", str(docs)).returncode == 0
    assert front_door.called("folders", "--library", library).stdout.strip() == str(docs)


def test_a_questions_file_with_a_mistake_names_the_line(tmp_path: Path) -> None:
    questions = tmp_path / "q.jsonl"
    questions.write_text('{"id": "1", "question": "Fine?"}\n{"id": "2"}\n')
    done = pocketrag(tmp_path / "library", "ask", "--questions", str(questions), "--json")
    assert done.returncode == 1
    assert "line 2" in done.stderr
