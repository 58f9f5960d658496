"""Sizes of folders whose files come and go."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pocketrag.paths import bytes_of


def test_a_file_that_goes_while_sizes_are_added_up_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "chroma").mkdir()
    (tmp_path / "chroma" / "index").write_bytes(b"12345")
    (tmp_path / "catalog").write_bytes(b"123")
    (tmp_path / "journal").write_bytes(b"1")
    look = Path.stat

    def going(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        found = look(path, follow_symlinks=follow_symlinks)
        if path.name == "journal":
            path.unlink()
        return found

    monkeypatch.setattr(Path, "stat", going)
    assert bytes_of(tmp_path) == 9
    assert bytes_of(tmp_path) == 8
    assert bytes_of(tmp_path / "catalog") == 3
    assert bytes_of(tmp_path / "journal") == 0
