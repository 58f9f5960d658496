"""Settings: written with comments, read back, and mistakes named."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from pocketrag.errors import LibraryUnwritable, SettingsError
from pocketrag.paths import LibraryPaths, library_paths
from pocketrag.settings import Settings, load_settings, settings_text


def a_library(tmp_path: Path, text: str) -> LibraryPaths:
    (tmp_path / "settings.toml").write_text(text)
    return LibraryPaths(tmp_path)


def test_the_first_start_writes_a_commented_file_that_means_the_defaults(tmp_path: Path) -> None:
    paths = LibraryPaths(tmp_path / "new")
    assert load_settings(paths) == Settings()
    text = paths.settings.read_text()
    assert Settings.model_validate(tomllib.loads(text)) == Settings()
    assert load_settings(paths) == Settings()


def test_every_key_is_explained() -> None:
    lines = settings_text().splitlines()
    keys = [n for n, line in enumerate(lines) if " = " in line and not line.startswith("#")]
    assert len(keys) == sum(len(group) for group in Settings().model_dump().values())
    assert all(lines[n - 1].startswith("# ") and len(lines[n - 1]) > 20 for n in keys)


def test_a_set_value_is_used(tmp_path: Path) -> None:
    assert load_settings(a_library(tmp_path, "[answer]\nstrictness = 0.9\n")).answer.strictness == 0.9


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        (
            "[answer]\nstrictnes = 0.9\n",
            'Unknown setting "answer.strictnes"',
            'Did you mean "answer.strictness"?',
        ),
        ("[serach]\npassages = 3\n", 'Unknown setting "serach"', 'Did you mean "search"?'),
        ("[zzzzzzz]\nq = 1\n", 'Unknown setting "zzzzzzz"', "Known settings"),
        ("[answer]\nstrictness = 7\n", 'Setting "answer.strictness"', "Correct the value"),
        ('[search]\npassages = "many"\n', 'Setting "search.passages"', "Correct the value"),
        ("[answer\n", "cannot be read", "Mend the file"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, message: str, remedy: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings(a_library(tmp_path, text))
    assert message in raised.value.message
    assert remedy in raised.value.remedy


def test_the_option_wins_over_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POCKETRAG_LIBRARY", str(tmp_path / "env"))
    assert library_paths(None).root == tmp_path / "env"
    assert library_paths(tmp_path / "option").root == tmp_path / "option"
    monkeypatch.delenv("POCKETRAG_LIBRARY")
    assert library_paths(None).root.name == "pocketrag"


def test_a_library_is_its_owners_alone(tmp_path: Path) -> None:
    paths = LibraryPaths(tmp_path / "library")
    paths.make()
    assert paths.root.stat().st_mode & 0o777 == 0o700


def test_a_library_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LibraryUnwritable):
        LibraryPaths(tmp_path / "file" / "library").make()


@pytest.mark.parametrize("name", ["letter.txt", "settings.json", ".bashrc"])
def test_a_folder_that_is_something_else_is_not_made_a_library(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "mine"
    folder.mkdir(mode=0o755)
    (folder / name).write_text("Mine.")
    with pytest.raises(LibraryUnwritable, match="not a library"):
        LibraryPaths(folder).make()
    assert folder.stat().st_mode & 0o777 == 0o755
    assert [entry.name for entry in folder.iterdir()] == [name]


def test_an_empty_folder_and_one_that_was_begun_become_a_library(tmp_path: Path) -> None:
    paths = LibraryPaths(tmp_path / "library")
    paths.make()
    paths.settings.write_text("")
    paths.make()
    assert paths.root.stat().st_mode & 0o777 == 0o700
