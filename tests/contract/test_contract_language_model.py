"""What every language model does: the scripted one, the real one, and a real server's."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from fakes import ScriptedModel

from pocketrag.errors import ModelServerError
from pocketrag.models.hub import SMOLLM2, bundled
from pocketrag.models.remote import RemoteModel
from pocketrag.models.slm import LanguageModel, Message
from pocketrag.settings import ModelSettings

ASK = [Message("system", "You are brief."), Message("user", "What is the capital of France?")]


@pytest.fixture(scope="module")
def served() -> Iterator[LanguageModel]:
    """The bundled model behind the real server that comes with llama-cpp-python."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ["--model", str(bundled(SMOLLM2).path), "--port", str(port), "--n_ctx", "1024"]
    server = subprocess.Popen(
        [sys.executable, "-m", "llama_cpp.server", *options, "--verbose", "false"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield answering(ModelSettings(language=f"http://127.0.0.1:{port}", context_tokens=1024), server)
    finally:
        server.terminate()
        server.wait(120)


def answering(settings: ModelSettings, server: subprocess.Popen[bytes]) -> LanguageModel:
    """The server's model, once it answers."""
    patience = time.monotonic() + 120
    while True:
        try:
            return RemoteModel(settings)
        except ModelServerError:
            assert server.poll() is None
            assert time.monotonic() < patience
            time.sleep(0.1)


@pytest.fixture(params=["fake", "real", "served"])
def model(request: pytest.FixtureRequest) -> LanguageModel:
    if request.param == "fake":
        return ScriptedModel(["The capital of France is Paris."])
    real: LanguageModel = request.getfixturevalue("llama" if request.param == "real" else "served")
    return real


def test_it_answers_piece_by_piece(model: LanguageModel) -> None:
    pieces = list(model.stream(ASK, max_tokens=40))
    assert len(pieces) > 3
    assert all(pieces)
    assert "Paris" in "".join(pieces)


def test_the_same_prompt_gives_the_same_answer(model: LanguageModel) -> None:
    assert list(model.stream(ASK, max_tokens=20)) == list(model.stream(ASK, max_tokens=20))


def test_it_stops_at_the_limit(model: LanguageModel) -> None:
    assert len(list(model.stream(ASK, max_tokens=2))) <= 2


def test_closing_the_stream_leaves_the_model_usable(model: LanguageModel) -> None:
    stream = model.stream(ASK, max_tokens=40)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert list(model.stream(ASK, max_tokens=5))


def test_more_text_is_more_tokens(model: LanguageModel) -> None:
    longer = [*ASK, Message("assistant", "Paris."), Message("user", "And of Spain, and of Portugal?")]
    assert 0 < model.count_tokens(ASK) < model.count_tokens(longer)
