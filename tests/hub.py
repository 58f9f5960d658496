"""A hub on loopback that speaks the real one's protocol, and whatever goes wrong with it."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlparse

REVISION = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Hub:
    """What the hub holds, and what it does wrong."""

    repos: dict[str, dict[str, bytes]] = field(default_factory=dict)
    """Files by name, by repository."""
    drops: list[int] = field(default_factory=list)
    """After how many bytes each of the next answers with a file breaks off."""
    lies: bool = False
    """Whether the sums it tells are those of something else."""
    status: int = 200
    """What it answers to everything."""
    stalls: threading.Event | None = None
    """What a file's second half waits for."""
    ranges: list[str] = field(default_factory=list)
    """What was asked for of each file."""
    url: str = ""

    def info(self, repo: str) -> dict[str, object]:
        siblings = []
        for name, content in self.repos[repo].items():
            sha256 = hashlib.sha256(content + b"!" * self.lies).hexdigest()
            blob = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
            sibling: dict[str, object] = {"rfilename": name, "size": len(content), "blobId": blob}
            if name.endswith((".gguf", ".safetensors")):
                sibling["lfs"] = {"sha256": sha256, "size": len(content), "pointerSize": 135}
            siblings.append(sibling)
        return {"id": repo, "modelId": repo, "sha": REVISION, "siblings": siblings, "private": False}


class HubServer(ThreadingHTTPServer):
    """Answers as its hub has it."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.hub = hub

    def handle_error(self, *_: object) -> None:
        """Say nothing: clients that leave are meant to."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: HubServer

    def do_GET(self) -> None:
        path, hub = unquote(urlparse(self.path).path), self.server.hub
        if hub.status != 200:
            self._answer(hub.status, b"{}")
        elif path.startswith("/api/models/"):
            self._info(path.removeprefix("/api/models/"), hub)
        else:
            self._file(path, hub)

    def _info(self, repo: str, hub: Hub) -> None:
        if repo not in hub.repos:
            self._answer(404, b"{}", **{"X-Error-Code": "RepoNotFound"})
            return
        self._answer(200, json.dumps(hub.info(repo)).encode(), **{"Content-Type": "application/json"})

    def _file(self, path: str, hub: Hub) -> None:
        found = re.fullmatch(rf"/(.+?/.+?)/resolve/{REVISION}/(.+)", path)
        assert found is not None, path
        content = hub.repos[found[1]][found[2]]
        wanted = self.headers.get("Range", "")
        hub.ranges.append(wanted)
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(content) - start))
        if wanted:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        self._send(content[start:], hub)

    def _send(self, rest: bytes, hub: Hub) -> None:
        """Send a file's rest, as far as it is to come."""
        if hub.drops:
            self.wfile.write(rest[: hub.drops.pop(0)])
            self.close_connection = True
            return
        half = len(rest) // 2 if hub.stalls else len(rest)
        self.wfile.write(rest[:half])
        if hub.stalls:
            self.wfile.flush()
            hub.stalls.wait(30)
            self.wfile.write(rest[half:])

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    """Have the hub answer on loopback."""
    server = HubServer(hub)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        if hub.stalls:
            hub.stalls.set()
        server.shutdown()
        server.server_close()
