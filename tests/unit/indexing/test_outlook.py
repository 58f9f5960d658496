"""What adding a folder would mean is told before: the whole computer is added easily, and by mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from pocketrag.indexing import outlook as outlook_module
from pocketrag.indexing.outlook import outlook

HOME = Path("/home/ada")
OWN = HOME / ".local" / "share" / "pocketrag"


@pytest.mark.parametrize(
    ("folder", "doubt"),
    [
        ("/", "whole computer"),
        ("/home", "everybody"),
        ("/usr/share", "system's own"),
        ("/etc", "system's own"),
    ],
)
def test_folders_that_are_hardly_meant(folder: str, doubt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlook_module, "COUNTED", 3)
    (said,) = outlook(Path(folder), (), OWN, HOME).doubts
    assert doubt in said


@pytest.mark.parametrize("folder", [HOME, HOME / "Documents", Path("/media/stick"), Path("/srv/papers")])
def test_folders_like_any_other(folder: Path) -> None:
    found = outlook(folder, (), OWN, HOME)
    assert (found.doubts, found.files, found.more) == ((), 0, False)


def test_a_home_below_a_system_folder_is_a_home() -> None:
    home = Path("/var/home/ada")
    assert outlook(home / "Documents", (), OWN, home).doubts == ()


def test_a_library_in_plain_sight_is_told_of() -> None:
    (doubt,) = outlook(HOME, (), HOME / "library", HOME).doubts
    assert str(HOME / "library") in doubt


def test_folders_of_the_library_inside_and_around_are_told(tmp_path: Path) -> None:
    inside, other = tmp_path / "Documents" / "Home", Path("/srv/papers")
    found = outlook(tmp_path / "Documents", (inside, other), OWN, HOME)
    assert (found.holds, found.holder) == ((inside,), None)
    assert outlook(inside / "Lease", (inside, other), OWN, HOME).holder == inside


def test_files_are_counted_up_to_a_bound_and_hidden_ones_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.txt", "b/c.txt", ".git/config", ".hidden", "library/catalog.sqlite3"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = outlook(tmp_path, (), tmp_path / "library", HOME)
    assert (found.files, found.more) == (3, False)
    monkeypatch.setattr(outlook_module, "COUNTED", 2)
    found = outlook(tmp_path, (), tmp_path / "library", HOME)
    assert (found.files, found.more) == (2, True)
