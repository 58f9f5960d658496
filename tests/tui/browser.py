"""A page that nobody looks at: headless Chromium, told what to do over its DevTools protocol.

https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import Any, Final

from aiohttp import ClientSession, ClientWebSocketResponse

CHROMIUM: Final = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None
)
"""The browser's program; None where none is installed."""
PATIENCE: Final = 100.0
"""Seconds: models are loaded, on a computer that may be busy."""

_FLAGS: Final = (
    "--headless=new",
    "--no-sandbox",  # it has none as root, which one is in a container
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--window-size=1400,900",
    "--remote-debugging-port=0",
)
_KEEP_TERMINAL: Final = """
Object.defineProperty(Object.prototype, "terminal", {configurable: true, set(made) {
    window.shown = made;
    Object.defineProperty(this, "terminal", {value: made, writable: true, configurable: true});
}});
"""
"""Keeps the page's xterm.js at hand, as it is made: what it shows stands on a canvas otherwise."""
_SCREEN: Final = """
(() => { const b = window.shown?.buffer?.active; if (!b) return "";
    return Array.from({length: window.shown.rows},
        (_, row) => b.getLine(b.baseY + row)?.translateToString(true) ?? "").join("\\n"); })()
"""
_CELLS: Final = """
(() => { const all = window.shown.element.querySelector(".xterm-screen").getBoundingClientRect();
    return [all.left, all.top, all.width / window.shown.cols, all.height / window.shown.rows]; })()
"""
"""Where its cells begin, and how large one is, in pixels."""
_KEYS: Final = {"Enter": (13, "\r"), "Tab": (9, "\t"), "Escape": (27, "")}


class Page:
    """A page with a terminal in it."""

    def __init__(self, pipe: ClientWebSocketResponse) -> None:
        self._pipe = pipe
        self._asked = 0

    async def tell(self, method: str, **what: object) -> dict[str, Any]:
        """Return what the browser answers to a command."""
        self._asked += 1
        await self._pipe.send_json({"id": self._asked, "method": method, "params": what})
        while True:
            said = await self._pipe.receive_json()
            if said.get("id") == self._asked:
                assert "error" not in said, said
                return dict(said["result"])

    async def open(self, address: str) -> None:
        """Go to an address."""
        await self.tell("Page.enable")
        await self.tell("Page.addScriptToEvaluateOnNewDocument", source=_KEEP_TERMINAL)
        await self.tell("Page.navigate", url=address)

    async def shows(self, wanted: str) -> str:
        """Return the terminal's screen once it shows a text; fail if it does not within reason."""
        deadline = monotonic() + PATIENCE
        while True:
            shown = (await self.tell("Runtime.evaluate", expression=_SCREEN))["result"].get("value", "")
            if wanted in shown:
                return str(shown)
            assert monotonic() < deadline, f"{wanted!r} never came:\n{shown}"
            await asyncio.sleep(0.2)

    async def type(self, text: str) -> None:
        """Type a text, letter by letter."""
        for letter in text:
            await self.tell("Input.dispatchKeyEvent", type="keyDown", key=letter, text=letter)
            await self.tell("Input.dispatchKeyEvent", type="keyUp", key=letter)

    async def press(self, *keys: str) -> None:
        """Press keys by their names in the DOM."""
        for key in keys:
            code, text = _KEYS[key]
            what = {"key": key, "code": key, "windowsVirtualKeyCode": code, "text": text}
            await self.tell("Input.dispatchKeyEvent", type="keyDown", **what)
            await self.tell("Input.dispatchKeyEvent", type="keyUp", key=key)

    async def click_text(self, text: str) -> None:
        """Click the first place where a text stands, once it does."""
        rows = (await self.shows(text)).splitlines()
        row, column = next((row, line.index(text)) for row, line in enumerate(rows) if text in line)
        found = await self.tell("Runtime.evaluate", expression=_CELLS, returnByValue=True)
        left, top, width, height = found["result"]["value"]
        at = {"x": left + (column + 0.5) * width, "y": top + (row + 0.5) * height}
        for kind in ("mousePressed", "mouseReleased"):
            await self.tell("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **at)


@asynccontextmanager
async def a_page(folder: Path) -> AsyncIterator[Page]:
    """Run a browser that keeps what it keeps in a folder, with one page open."""
    assert CHROMIUM is not None
    process = subprocess.Popen(
        [CHROMIUM, *_FLAGS, f"--user-data-dir={folder}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        async with ClientSession() as session:
            port = await _port(folder / "DevToolsActivePort")
            async with session.get(f"http://127.0.0.1:{port}/json") as answer:
                pages = await answer.json()
            address = next(page["webSocketDebuggerUrl"] for page in pages if page["type"] == "page")
            async with session.ws_connect(address, max_msg_size=0) as pipe:
                yield Page(pipe)
    finally:
        process.terminate()
        process.wait(120)


async def _port(file: Path) -> int:
    """Return the port that the browser listens on, once it has told."""
    deadline = monotonic() + PATIENCE
    while not file.exists() or not file.read_text().strip():
        assert monotonic() < deadline, "the browser did not start"
        await asyncio.sleep(0.1)
    return int(file.read_text().splitlines()[0])
