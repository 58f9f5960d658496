"""The real app in a real browser, through textual-serve: from its page to a cited answer to its document."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from tui.browser import CHROMIUM, PATIENCE, a_page
from tui.conftest import COMMAND

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium, the browser of this test, is not installed"
)

SERVE = "from textual_serve.server import Server; Server({command!r}, port={port}).serve()"
"""What docs/app.md says to run, but for the port."""


def free_port() -> int:
    """Return a port of this computer that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def await_listener(port: int) -> None:
    """Return once somebody listens on a port of this computer."""
    deadline = time.monotonic() + PATIENCE
    while True:
        with suppress(OSError), socket.create_connection(("localhost", port), timeout=5):
            return
        assert time.monotonic() < deadline, "nobody listens"
        time.sleep(0.1)


@pytest.fixture
def address(lease_library: Path) -> Iterator[str]:
    """Where a browser finds the app, on a library of one lease."""
    port = free_port()
    environment = {**os.environ, "POCKETRAG_LIBRARY": str(lease_library), "TERM": "dumb"}
    serve = [sys.executable, "-c", SERVE.format(command=COMMAND, port=port)]
    server = subprocess.Popen(serve, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    await_listener(port)
    yield f"http://localhost:{port}"
    server.terminate()
    server.wait(120)


async def test_from_the_page_to_a_cited_answer_to_its_document(address: str, tmp_path: Path) -> None:
    async with a_page(tmp_path / "browser") as page:
        await page.open(address)
        await page.click_text("Ask your files anything")
        await page.type("How much is the rent?")
        await page.shows("How much is the rent?")
        assert "f1 Help" in await page.shows("1 file · 1 passage")
        await page.press("Enter")
        assert "850 euros" in await page.shows("✓ verbatim")
        await page.click_text("1  lease.md")
        document = await page.shows("passage 1 of")
        assert "The rent is 850 euros, due on the first day of every month." in document
        await page.press("Escape")
        await page.shows("Ask your files anything")
