"""A real Chroma server on loopback, which can be killed and started again; and what a library keeps of it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from pocketrag.settings import StorageSettings
from pocketrag.storage.chroma.server import ChromaServer

PROGRAM = Path(sys.executable).with_name("chroma")
OFFLINE = {"ANONYMIZED_TELEMETRY": "False", "CHROMA_TELEMETRY_ENABLED": "false", "OTEL_SDK_DISABLED": "true"}


class RunningChroma:
    """`chroma run` on a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> StorageSettings:
        return StorageSettings(url=self.address)

    def start(self) -> None:
        """Start it, or start it again with what it kept; return once it answers."""
        where = ["--path", str(self.folder), "--host", "127.0.0.1", "--port", str(self.port)]
        self._process = subprocess.Popen(
            [str(PROGRAM), "run", *where],
            env={**os.environ, **OFFLINE},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while not self._answers():
            assert self._process.poll() is None
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.address}/api/v2/heartbeat", trust_env=False).is_success
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def restart_empty(self) -> None:
        """Lose everything."""
        self.kill()
        shutil.rmtree(self.folder)
        self.start()

    def restore(self) -> None:
        """Have it run, with nothing in it."""
        if self._process.poll() is not None:
            self.start()
        for name in self.collections():
            httpx.delete(f"{self._collections}/{name}", trust_env=False).raise_for_status()

    def collections(self) -> set[str]:
        """The names of all collections there, whoever they belong to."""
        return {found["name"] for found in httpx.get(self._collections, trust_env=False).json()}

    @property
    def _collections(self) -> str:
        return f"{self.address}/api/v2/tenants/default_tenant/databases/default_database/collections"


class Memory(dict[str, str]):
    """Where a library keeps its small facts."""

    def meta(self, key: str) -> str | None:
        return self.get(key)

    def set_meta(self, key: str, value: str) -> None:
        self[key] = value


def home(server: RunningChroma, folder: Path, facts: Memory | None = None) -> ChromaServer:
    """What a library in this folder has on the server."""
    kept = Memory() if facts is None else facts
    return ChromaServer(server.settings, folder / "library-id.json", kept)
