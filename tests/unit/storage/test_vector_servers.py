"""What goes wrong with servers of vectors ends in a word, and costs nobody a wait; nothing goes elsewhere."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import numpy as np
import pytest
from chroma_server import Memory
from listening import listening

from pocketrag.errors import SettingsError, VectorServerAway, VectorServerError
from pocketrag.paths import LibraryPaths
from pocketrag.settings import StorageSettings, load_settings
from pocketrag.storage.chroma.address import leaves_computer
from pocketrag.storage.chroma.holding import forget, last_server, look
from pocketrag.storage.chroma.server import ChromaServer
from pocketrag.storage.chroma.vectors import ChromaVectors
from pocketrag.storage.library_id import library_id

HEARTBEAT = json.dumps({"nanosecond heartbeat": 1})


@dataclass
class Pretender:
    """A server that says always the same, and what it heard."""

    status: int = 200
    text: str = HEARTBEAT
    silent: threading.Event | None = None
    heard: list[dict[str, str]] = field(default_factory=list)
    port: int = 0

    @property
    def settings(self) -> StorageSettings:
        return StorageSettings(url=f"http://127.0.0.1:{self.port}/behind/a/proxy")


@pytest.fixture
def pretender() -> Iterator[Pretender]:
    told = Pretender()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert self.path.startswith("/behind/a/proxy/api/v2/")
            told.heard.append(dict(self.headers))
            if told.silent:
                told.silent.wait(20)
            self.send_response(told.status)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.end_headers()
            self.wfile.write(told.text.encode())

        def log_message(self, *_: object) -> None:
            pass

    with listening(told, Handler):
        yield told


WRONG = {
    "wants a key": (401, "", VectorServerAway, "wants a key"),
    "forbids it": (403, '{"error": "AuthError", "message": "no"}', VectorServerAway, "wants a key"),
    "is overloaded": (429, "slow down", VectorServerAway, "failed with status 429"),
    "is broken": (502, "<html>Bad gateway</html>", VectorServerAway, "failed with status 502"),
    "fails in its own words": (
        500,
        '{"error": "InternalError", "message": "disk"}',
        VectorServerAway,
        "failed",
    ),
    "is something else": (404, "<html>Nothing here</html>", VectorServerError, "refused with status 404"),
    "leads elsewhere": (302, "", VectorServerError, "refused with status 302"),
    "speaks otherwise": (200, "<html>Welcome</html>", VectorServerError, "not Chroma's"),
    "says little": (200, "[]", VectorServerError, "not Chroma's"),
}


@pytest.mark.parametrize(("status", "text", "kind", "said"), WRONG.values(), ids=WRONG)
def test_what_a_server_says_wrong_is_told(
    pretender: Pretender, status: int, text: str, kind: type[VectorServerError], said: str
) -> None:
    pretender.status, pretender.text = status, text
    with pytest.raises(kind, match=said) as raised:
        look(pretender.settings)
    assert type(raised.value) is kind
    assert len(pretender.heard) == 1


@pytest.mark.parametrize(
    ("status", "said"), [(502, "server is away"), (404, "server cannot be used")], ids=["broken", "refuses"]
)
def test_the_log_tells_a_server_that_is_away_from_one_that_refuses(
    pretender: Pretender, tmp_path: Path, caplog: pytest.LogCaptureFixture, status: int, said: str
) -> None:
    pretender.status, pretender.text = status, ""
    server = ChromaServer(pretender.settings, tmp_path / "library-id.json", Memory())
    with closing(server), pytest.raises(VectorServerError):
        server.reach()
    assert said in caplog.text


@pytest.mark.parametrize("kept", ["[1]", "7", '"http://x"', "null", "no JSON", None])
def test_a_note_that_is_none_is_as_if_nothing_had_been_left(
    pretender: Pretender, tmp_path: Path, kept: str | None
) -> None:
    library_id(tmp_path / "library-id.json")
    forget(pretender.settings, tmp_path / "library-id.json", kept)
    assert last_server(kept) == ""
    assert pretender.heard == []


def test_nobody_waits_for_a_server_that_is_known_to_be_silent(
    pretender: Pretender, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pocketrag.storage.chroma.session.CONNECT_SECONDS", 0.1)
    pretender.silent = threading.Event()
    server = ChromaServer(pretender.settings, tmp_path / "library-id.json", Memory())
    with closing(ChromaVectors(server)) as vectors:
        for _ in range(3):
            with pytest.raises(VectorServerAway, match="does not answer"):
                vectors.nearest("chunks", np.ones(4, np.float32), 1)
        assert "does not answer" in server.problem
        assert len(pretender.heard) == 1  # the second and third were refused without asking


def test_a_key_of_the_environment_is_sent_and_no_proxy_is_used(
    pretender: Pretender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHROMA_API_KEY", "secret")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    look(pretender.settings)
    (heard,) = pretender.heard
    assert (heard["X-Chroma-Token"], heard["Authorization"]) == ("secret", "Bearer secret")


def test_an_address_with_a_password_is_refused() -> None:
    with pytest.raises(VectorServerError, match="name or a password"):
        look(StorageSettings(url="http://ada:secret@127.0.0.1:9"))


def test_an_address_that_is_none_is_a_problem_of_the_servers_and_not_of_whoever_searches(
    tmp_path: Path,
) -> None:
    settings = StorageSettings(url="http://localhost:80a")
    server = ChromaServer(settings, tmp_path / "library-id.json", Memory())
    with closing(ChromaVectors(server)) as vectors:
        with pytest.raises(VectorServerError, match="address that is none"):
            vectors.nearest("chunks", np.ones(4, np.float32), 1)
        assert "address that is none" in server.problem


@pytest.mark.parametrize(
    ("url", "leaves"),
    [
        ("", False),
        ("http://127.0.0.1:8000", False),
        ("http://[::1]:8000", False),
        ("http://localhost:8000", False),
        ("http://localhost.example:8000", True),
        ("https://api.trychroma.com", True),
        ("http://192.168.1.5:8000", True),
        ("http://[::1:8000", True),
    ],
)
def test_what_is_not_loopback_leaves_the_computer_and_is_not_spoken_to_unconfirmed(
    url: str, leaves: bool
) -> None:
    settings = StorageSettings(url=url)
    assert leaves_computer(settings) == (url if leaves else "")
    if leaves:
        other = settings.model_copy(update={"confirmed_address": "https://elsewhere.example"})
        for unconfirmed in (settings, other):
            with pytest.raises(VectorServerError, match="not confirmed"):
                look(unconfirmed)


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://127.0.0.1", "http://two words"])
def test_an_address_that_is_none_is_refused_by_the_settings(tmp_path: Path, url: str) -> None:
    (tmp_path / "settings.toml").write_text(f'[storage]\nurl = "{url}"\n')
    with pytest.raises(SettingsError, match=r"storage\.url"):
        load_settings(LibraryPaths(tmp_path))
