"""The engine that every test of the app begins with."""

from __future__ import annotations

import pytest
from tui.fake_engine import FakeEngine
from tui.papers import DOCUMENTS


@pytest.fixture
def engine() -> FakeEngine:
    """An engine that knows the household's papers and has nothing scripted."""
    return FakeEngine(documents=dict(DOCUMENTS))
