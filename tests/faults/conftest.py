"""A library for each test, whose engine ends with the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from engines import end_engine

from pocketrag.paths import LibraryPaths


@pytest.fixture
def paths(tmp_path: Path) -> Iterator[LibraryPaths]:
    used = LibraryPaths(tmp_path / "library")
    yield used
    end_engine(used)
