"""Counting tokens word by word, where that is exact: a text's words are mostly known already.

Cutting documents into chunks counts every stretch of them once, and embedding them counts the chunks again.
BERT's tokenizers part a text at blanks and around each punctuation mark before anything else: no token
crosses those, and what becomes of a word does not depend on what stands beside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

CountTokens = Callable[[Sequence[str]], list[int]]

_PART = r"[^ \t\n\r!-/:-@\[-`{-~]+|[!-/:-@\[-`{-~]"
"""A word, or a mark. Rarer blanks and marks are left inside of words, where the tokenizer finds them."""

_PARTED = ("WordPiece", "BertNormalizer", "BertPreTokenizer")
"""Model, normalizer and pre-tokenizer of which all that is true."""

MOST = 100_000
"""Words that are remembered, at most; then it begins anew."""


def counter(tokenizer: Tokenizer) -> CountTokens:
    """Return what gives the number of tokens of each of some texts, special ones included.

    The tokenizer must neither cut nor pad.
    """
    parts = json.loads(tokenizer.to_str())
    found = tuple((parts.get(part) or {}).get("type") for part in ("model", "normalizer", "pre_tokenizer"))
    return _Words(tokenizer).count if found == _PARTED else _whole(tokenizer)


def _whole(tokenizer: Tokenizer) -> CountTokens:
    return lambda texts: [len(one) for one in tokenizer.encode_batch_fast(list(texts))] if texts else []


class _Words:
    """The tokens of each word met so far. Any thread may ask."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._special = len(tokenizer.encode(""))
        marked = [token.content for token in tokenizer.get_added_tokens_decoder().values()]
        self._part = re.compile("|".join([*map(re.escape, marked), _PART]))
        self._tokens: dict[str, int] = {}

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text."""
        parted = [self._part.findall(text) for text in texts]
        tokens = self._known({word for words in parted for word in words})
        return [self._special + sum(map(tokens.__getitem__, words)) for words in parted]

    def _known(self, words: set[str]) -> dict[str, int]:
        """Return the tokens of these words, and of others."""
        tokens = self._tokens if len(self._tokens) < MOST else {}
        new = [word for word in words if word not in tokens]
        if new:
            encoded = self._tokenizer.encode_batch_fast(new, add_special_tokens=False)
            tokens.update((word, len(one)) for word, one in zip(new, encoded, strict=True))
        self._tokens = tokens
        return tokens
