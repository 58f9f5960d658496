"""Tokens from llama.cpp: the same with drafts as without, and as its own greedy sampler chooses them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from unittest.mock import Mock

import llama_cpp
import pytest

from pocketrag.errors import ModelDamaged
from pocketrag.models import decoding
from pocketrag.models.decoding import drafted
from pocketrag.models.slm import LlamaModel, Message

QUOTE = "The plumber Ada Lindqvist repaired the kitchen tap on 14 March 2024 and charged 180 euros for it."
ASK = [Message("user", f'Say this once more, word for word: "{QUOTE}"')]
MOST = 16


@pytest.fixture
def model(llama: LlamaModel) -> Iterator[LlamaModel]:
    yield llama
    llama.draft_tokens = 0


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many tokens llama.cpp was given to read, each time."""
    sizes: list[int] = []
    real = llama_cpp.llama_decode

    def counted(context: object, batch: llama_cpp.llama_batch) -> int:
        sizes.append(batch.n_tokens)
        return int(real(context, batch))

    monkeypatch.setattr(llama_cpp, "llama_decode", counted)
    return sizes


def answer(model: LlamaModel, messages: Sequence[Message] = ASK) -> list[str]:
    return list(model.stream(messages, MOST))


@pytest.fixture(scope="module")
def plain(llama: LlamaModel) -> list[str]:
    """The answer without drafts."""
    return answer(llama)


@pytest.fixture(scope="module")
def whole(llama: LlamaModel) -> list[int]:
    """The prompt's tokens, and the answer's."""
    prompt = llama._tokens(ASK)
    return [*prompt, *islice(llama._decoding.written(prompt, 0), MOST)]


def test_tokens_are_those_of_llama_cpps_own_greedy_sampler(model: LlamaModel, whole: list[int]) -> None:
    other = llama_cpp.Llama(model._llama.model_path, n_ctx=1024, verbose=False)
    prompt = model._tokens(ASK)
    theirs = islice(other.generate(prompt, top_k=1, temp=0.0, repeat_penalty=1.1), MOST)
    assert whole[len(prompt) :] == list(theirs)
    other.close()


@pytest.mark.parametrize("kind", ["from the prompt", "right", "half right", "wrong"])
def test_drafts_change_no_word(
    model: LlamaModel,
    plain: list[str],
    whole: list[int],
    read: list[int],
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    def known(before: Sequence[int], most: int) -> list[int]:
        coming = whole[len(before) : len(before) + most]
        wrong = [token + 1 for token in coming]
        return {"right": coming, "wrong": wrong, "half right": coming[:2] + wrong[2:]}[kind]

    if kind != "from the prompt":
        monkeypatch.setattr(decoding, "drafted", known)
    model.draft_tokens = 6
    assert answer(model) == plain
    assert max(read[1:]) > 1
    assert kind == "wrong" or len(read) < len(plain)


def test_an_answer_that_was_broken_off_leaves_nothing_behind(model: LlamaModel, plain: list[str]) -> None:
    model.draft_tokens = 6
    for stop in (1, 7):
        broken = model.stream(ASK, MOST)
        list(islice(broken, stop))
        broken.close()  # type: ignore[attr-defined]
        assert answer(model) == plain


def test_what_a_prompt_shares_with_the_last_one_is_not_read_again(model: LlamaModel, read: list[int]) -> None:
    answer(model, [Message("user", "Hello")])
    answer(model)
    longer = [*ASK, Message("assistant", QUOTE), Message("user", "And once more?")]
    read.clear()
    answer(model, longer)
    assert read[0] <= model.count_tokens(longer) - model.count_tokens(ASK) + 5


def test_a_model_that_can_only_forget_everything_answers_the_same(
    model: LlamaModel, plain: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(llama_cpp, "llama_memory_seq_rm", Mock(return_value=False))
    monkeypatch.setattr(model._decoding, "_forgets_parts", True)
    monkeypatch.setattr(decoding, "drafted", lambda tokens, most: [0] * most)
    model.draft_tokens = 3
    assert answer(model) == plain
    assert not model._decoding._forgets_parts


def test_a_context_that_is_full_is_told(model: LlamaModel) -> None:
    long = [Message("user", "word " * 1100)]
    with pytest.raises(ModelDamaged, match="failed while it read"):
        answer(model, long)
    assert answer(model)


def test_what_followed_the_last_tokens_before_is_drafted() -> None:
    said = [1, 2, 3, 4, 5, 6, 9, 3, 4, 7, 9, 3, 4]
    assert drafted(said, 3) == [7, 9, 3]  # three tokens are alike there, and two at the first 3, 4
    assert drafted(said[:9], 3) == [5, 6, 9]
    assert drafted([1, 2, 3], 4) == drafted(said, 0) == drafted([], 4) == []
