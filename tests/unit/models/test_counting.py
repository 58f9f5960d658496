"""Tokens counted word by word are those that the tokenizer itself finds."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from pocketrag.models import counting
from pocketrag.models.counting import counter
from pocketrag.models.hub import embedding_model
from pocketrag.settings import BUNDLED


def bundled() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(embedding_model(BUNDLED).path / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


TOKENIZER = bundled()
COUNT = counter(TOKENIZER)

WORDS = st.sampled_from(
    ["lease", "Straße", "a\u0301b", "[SEP]", "[MASK] x", "0x3f2b9c", "家賃", "\x1c", "\u2028", "’"]
)
TEXTS = st.lists(st.one_of(WORDS, st.text(max_size=8), st.sampled_from(list(" \t\n.,!?[]()#")))).map("".join)


@given(texts=st.lists(TEXTS, max_size=4))
@example(texts=["", " ", "boiler " * 500, "supercalifragilistic" * 9])
def test_each_text_has_the_tokens_that_the_tokenizer_finds(texts: list[str]) -> None:
    assert COUNT(texts) == [len(TOKENIZER.encode(text)) for text in texts]


def test_words_are_forgotten_before_they_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST", 3)
    count = counter(TOKENIZER)
    for text in ("the lease ends in May", "plum cake", "the lease ends in May"):
        assert count([text]) == [len(TOKENIZER.encode(text))]


def test_a_tokenizer_of_another_kind_counts_whole_texts() -> None:
    tokenizer = Tokenizer(WordLevel({"plum": 0, "?": 1}, unk_token="?"))
    tokenizer.pre_tokenizer = Whitespace()
    assert counter(tokenizer)(["plum cake", ""]) == [2, 0]
    assert counter(tokenizer)([]) == []
