"""What every language model does, the scripted one and the real one."""

from __future__ import annotations

import pytest
from fakes import ScriptedModel

from pocketrag.models.slm import LanguageModel, LlamaModel, Message

ASK = [Message("system", "You are brief."), Message("user", "What is the capital of France?")]


@pytest.fixture(params=["fake", "real"])
def model(request: pytest.FixtureRequest) -> LanguageModel:
    if request.param == "fake":
        return ScriptedModel(["The capital of France is Paris."])
    real: LlamaModel = request.getfixturevalue("llama")
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
