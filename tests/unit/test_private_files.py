"""Small files of the library's folder: their owner's alone, and whole, whoever writes them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pocketrag.engine.checkup import too_open
from pocketrag.engine.record import write_record
from pocketrag.paths import LibraryPaths
from pocketrag.private_files import write_private
from pocketrag.settings import load_settings
from pocketrag.settings_file import change_setting
from pocketrag.storage import sums
from pocketrag.storage.folder_copy import keep_folders
from pocketrag.tui.liking import Liking

WRITERS: dict[str, Callable[[LibraryPaths], object]] = {
    "settings.toml": load_settings,
    "settings.toml, changed": lambda paths: change_setting(paths, "answer.strictness", "0.7"),
    "app.json": lambda paths: Liking(paths.app).like_theme("nord"),
    "engine.json": lambda paths: write_record(paths.engine, ["an engine"]),
    "library-folders.json": lambda paths: keep_folders(paths.folders, [Path("/home/ada")]),
    "library-sums.json": sums.leave,
}


@pytest.fixture(autouse=True)
def _system_that_lets_others_read() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.parametrize("name", WRITERS)
def test_what_is_written_is_its_owners_alone(tmp_path: Path, name: str) -> None:
    paths = LibraryPaths(tmp_path / "library")
    paths.make()
    WRITERS[name](paths)
    file = paths.root / name.partition(",")[0]
    assert file.stat().st_mode & 0o777 == 0o600
    assert too_open(paths) == []
    assert not list(paths.root.glob("*.new"))


def test_a_file_that_cannot_be_replaced_is_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "app.json"
    (file / "in the way").mkdir(parents=True)
    with pytest.raises(OSError, match="irectory"):
        write_private(file, "{}")
    assert [entry.name for entry in tmp_path.iterdir()] == ["app.json"]
