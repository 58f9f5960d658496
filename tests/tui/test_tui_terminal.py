"""The real app in a real terminal: from the command to a cited answer to its document."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tui.conftest import COMMAND

PATIENCE = 150.0
"""Seconds: models are loaded, on a computer that may be busy."""

pytestmark = pytest.mark.skipif(
    shutil.which("tmux") is None, reason="tmux, the terminal of this test, is not installed"
)


class Terminal:
    """A terminal of 120 by 36 cells that nobody looks at, with the app in it."""

    def __init__(self, library: Path) -> None:
        self._name = f"pocketrag-test-{os.getpid()}"
        self._library = library
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "36", self._shell())

    def _shell(self) -> str:
        return f"env -u NO_COLOR TERM=xterm-256color POCKETRAG_LIBRARY='{self._library}' '{COMMAND}'"

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-L", self._name, *arguments], capture_output=True, text=True, check=False, timeout=30
        )
        return done.stdout

    def shows(self, wanted: str) -> str:
        """Return the screen once it shows a text; fail if it does not within reason."""
        deadline = time.monotonic() + PATIENCE
        while True:
            shown = self._tmux("capture-pane", "-p")
            if wanted in shown:
                return shown
            assert time.monotonic() < deadline, f"{wanted!r} never came:\n{shown}"
            time.sleep(0.2)

    def type(self, text: str) -> None:
        """Type a text as it is."""
        self._tmux("send-keys", "-l", text)

    def press(self, *keys: str) -> None:
        """Press keys."""
        self._tmux("send-keys", *keys)

    def alive(self) -> bool:
        """Whether the app still runs."""
        return bool(self._tmux("list-sessions"))

    def close(self) -> None:
        """Close the terminal."""
        self._tmux("kill-server")


@pytest.fixture
def terminal(lease_library: Path) -> Iterator[Terminal]:
    """A terminal with the app on a library of one lease, which is not indexed yet."""
    opened = Terminal(lease_library)
    yield opened
    opened.close()


def test_from_the_command_to_a_cited_answer_to_its_document(terminal: Terminal) -> None:
    terminal.shows("Ask your files anything")
    terminal.type("How much is the rent?")
    terminal.shows("How much is the rent?")
    terminal.shows("1 file · 1 passage")
    terminal.press("Enter")
    answer = terminal.shows("✓ verbatim")
    assert "850 euros" in answer
    assert "lease.md" in answer
    terminal.press("Tab")
    terminal.press("Enter")
    document = terminal.shows("passage 1 of")
    assert "The rent is 850 euros, due on the first day of every month." in document
    terminal.press("Escape")
    terminal.shows("Ask your files anything")
    terminal.press("C-q")
    deadline = time.monotonic() + PATIENCE
    while terminal.alive():
        assert time.monotonic() < deadline, "the app did not end"
        time.sleep(0.2)
