"""No engine outlives the test whose folder its library lies in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from engines import end_engines_below


@pytest.fixture(autouse=True)
def no_engine_left(tmp_path: Path) -> Iterator[None]:
    yield
    end_engines_below(tmp_path)
