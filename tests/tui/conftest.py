"""What tests of the app begin with, and how long they wait for a key."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import textual.app
import textual.pilot
from engines import end_engines_below
from tui.driving import nothing_to_do
from tui.fake_engine import FakeEngine
from tui.papers import DOCUMENTS

from pocketrag.tui.widgets.answer_text import AnswerText

COMMAND = str(Path(sys.executable).with_name("pocketrag"))


@pytest.fixture(autouse=True)
def no_idling(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key is waited for until nothing comes of it any more, and no longer; a draft is drawn as it comes."""
    monkeypatch.setattr(AnswerText, "PACE", 0.0)
    for module in (textual.app, textual.pilot):
        monkeypatch.setattr(module, "wait_for_idle", nothing_to_do)


@pytest.fixture
def engine() -> FakeEngine:
    """An engine that knows the household's papers and has nothing scripted."""
    return FakeEngine(documents=dict(DOCUMENTS))


@pytest.fixture
def lease_library(tmp_path: Path) -> Iterator[Path]:
    """A library of one lease, which is not indexed yet, for the real app and its engine."""
    docs, library = tmp_path / "docs", tmp_path / "library"
    docs.mkdir()
    (docs / "lease.md").write_text(
        "# Lease\n\n## Rent\n\nThe rent is 850 euros, due on the first day of every month.\n"
    )
    environment = {**os.environ, "POCKETRAG_LIBRARY": str(library)}
    subprocess.run([COMMAND, "add", str(docs)], env=environment, check=True, capture_output=True, timeout=120)
    yield library
    end_engines_below(tmp_path)
