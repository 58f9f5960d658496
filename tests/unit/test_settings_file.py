"""Settings changed in their file: one key at a time, the owner's own words left alone."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

from pocketrag.errors import SettingsError
from pocketrag.paths import LibraryPaths
from pocketrag.settings import Settings, load_settings
from pocketrag.settings_file import change_setting, ignore, setting_lines


@pytest.fixture
def paths(tmp_path: Path) -> LibraryPaths:
    return LibraryPaths(tmp_path / "library")


def test_every_setting_is_listed_with_its_meaning(paths: LibraryPaths) -> None:
    lines = {line.key: line for line in setting_lines(paths)}
    assert len(lines) == sum(len(group) for group in Settings().model_dump().values())
    assert lines["index.on_battery"].choices == ("continue", "wait")
    assert all(line.description for line in lines.values())
    changed = {key for key, line in lines.items() if line.value != line.default}
    assert changed == set(), "a fresh file means the defaults"


@pytest.mark.parametrize(
    ("key", "typed", "stands"),
    [
        ("answer.strictness", "0.7", 0.7),
        ("models.language", "/models/a 7B.gguf", "/models/a 7B.gguf"),
        ("index.on_battery", "wait", "wait"),
        ("index.ignore", "*.log, Drafts/", ["*.log", "Drafts/"]),
        ("index.ignore", '["a b", "c"]', ["a b", "c"]),
        ("index.ignore", "[]", []),
    ],
)
def test_one_key_is_changed_and_all_else_stays(
    paths: LibraryPaths, key: str, typed: str, stands: object
) -> None:
    paths.make()
    paths.settings.write_text("# mine\n[search]\npassages = 4 # few\n")
    change_setting(paths, key, typed)
    text = paths.settings.read_text()
    section, name = key.split(".")
    assert tomllib.loads(text)[section][name] == stands
    assert text.startswith("# mine\n[search]\npassages = 4 # few\n")
    assert load_settings(paths).search.passages == 4


@pytest.mark.parametrize(
    ("key", "typed"),
    [("answer.strictness", "2"), ("search.passages", "six"), ("answer.wit", "1"), ("x.y", "1")],
)
def test_what_cannot_be_is_refused_and_the_file_left_alone(paths: LibraryPaths, key: str, typed: str) -> None:
    load_settings(paths)
    before = paths.settings.read_bytes()
    with pytest.raises(SettingsError, match=key.split(".", maxsplit=1)[0]):
        change_setting(paths, key, typed)
    assert paths.settings.read_bytes() == before


def test_a_broken_file_is_not_written_over(paths: LibraryPaths) -> None:
    paths.make()
    paths.settings.write_text("[answer\n")
    with pytest.raises(SettingsError, match="cannot be read"):
        change_setting(paths, "answer.strictness", "0.7")
    assert paths.settings.read_text() == "[answer\n"


def test_a_file_that_cannot_be_written_is_said(paths: LibraryPaths) -> None:
    load_settings(paths)
    paths.settings.with_name(f"settings.toml.{os.getpid()}.new").mkdir()
    with pytest.raises(SettingsError, match="cannot be written"):
        change_setting(paths, "answer.strictness", "0.7")


def test_what_is_ignored_is_named_so_that_nothing_else_is_meant(paths: LibraryPaths, tmp_path: Path) -> None:
    for name in ("a*b[1].md", "#notes/!x y", "a*b[1].md"):
        ignore(paths, tmp_path / name, tmp_path)
    assert load_settings(paths).index.ignore == (r"/a\*b\[1\].md", r"/\#notes/\!x\ y")
