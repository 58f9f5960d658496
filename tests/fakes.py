"""Stand-ins for models and Chroma: quick, exact, and held to the same contracts as the real ones."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pytest

from pocketrag.domain import Document
from pocketrag.errors import ReadingError
from pocketrag.models.embedder import Embedder, Tokens, words_as_tokens
from pocketrag.models.loading import Loading
from pocketrag.models.slm import Message
from pocketrag.reading.reader import parse
from pocketrag.storage.vectors import SPACES, Space

Vectors = npt.NDArray[np.float32]
DIMENSION = 64


@dataclass
class WordEmbedder:
    """Embeds a text as its bag of words: texts that share words are near each other."""

    name: str = "words"
    fingerprint: str = "words@1/fp32"
    window: int = 64
    embedded: list[str] = field(default_factory=list)
    """Every document text that was embedded, in order."""
    looked_at: list[str] = field(default_factory=list)
    """Every document text whose tokens were asked for, in order."""
    queries: list[str] = field(default_factory=list)
    """Every query."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(_words(text)) + 2 for text in texts]

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return _bags(texts)

    def embed_document_tokens(self, texts: Sequence[str]) -> list[Tokens]:
        self.looked_at += texts
        return words_as_tokens(texts, _bags)

    def embed_query_tokens(self, text: str) -> Tokens:
        return words_as_tokens([text], _bags)[0]

    def giving_way(self, wait: Callable[[], object]) -> WordEmbedder:
        return self

    def embed_query(self, text: str) -> Vectors:
        self.queries.append(text)
        return _bag(text)

    def load(self) -> Loading[Embedder]:
        """Load at once, with nothing to say."""
        yield from ()
        return self

    def stand_in(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Be the embedder of every library that is opened in this process."""
        monkeypatch.setattr("pocketrag.models.loading.Models.embedder", lambda _: self.load())
        monkeypatch.setattr(
            "pocketrag.models.loading.Models.is_of", lambda _, theirs: theirs == self.fingerprint
        )


@dataclass
class ScriptedModel:
    """Says what it was told to, word by word, and remembers what it was asked."""

    answers: list[str] = field(default_factory=lambda: ["Yes."])
    name: str = "scripted"
    context_tokens: int = 512
    parameters: int = 0
    asked: list[list[Message]] = field(default_factory=list)
    said: int = 0
    """Pieces said so far: fewer than the answer has if the listener left."""

    def count_tokens(self, messages: Sequence[Message]) -> int:
        return sum(len(message.content.split()) + 4 for message in messages)

    def stream(self, messages: Sequence[Message], max_tokens: int) -> Iterator[str]:
        self.asked.append(list(messages))
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        for piece in re.findall(r"\s*\S+", answer)[:max_tokens]:
            self.said += 1
            yield piece


class InlineReader:
    """Reads at once, in this process."""

    ahead = 0

    def submit(self, data: bytes, suffix: str) -> Future[Document]:
        future: Future[Document] = Future()
        try:
            future.set_result(parse(data, suffix))
        except ReadingError as error:
            future.set_exception(error)
        return future

    def rest(self) -> None:
        pass

    def close(self) -> None:
        pass


class MemoryVectors:
    """Vectors in two dictionaries, searched exactly."""

    def __init__(self) -> None:
        self._spaces: dict[Space, dict[str, Vectors]] = {space: {} for space in SPACES}
        self._beside: MemoryVectors | None = None

    def add(self, space: Space, keys: Sequence[str], vectors: Vectors) -> None:
        self._spaces[space].update(zip(keys, vectors, strict=True))

    def missing(self, space: Space, keys: Iterable[str]) -> list[str]:
        return [key for key in dict.fromkeys(keys) if key not in self._spaces[space]]

    def nearest(
        self, space: Space, vector: Vectors, limit: int, among: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        there = self._spaces[space]
        wanted = there if among is None else [key for key in among if key in there]
        scored = [(key, float(there[key] @ vector)) for key in wanted]
        return sorted(scored, key=lambda pair: -pair[1])[:limit]

    def keys(self, space: Space) -> set[str]:
        return set(self._spaces[space])

    def remove(self, space: Space, keys: Iterable[str]) -> None:
        for key in keys:
            self._spaces[space].pop(key, None)

    def is_sound(self, space: Space) -> bool:
        return True

    def reset(self, space: Space) -> None:
        self._spaces[space].clear()

    def beside(self) -> MemoryVectors:
        self._beside = self._beside or MemoryVectors()
        return self._beside

    def take_over(self) -> None:
        if self._beside is not None:
            self._spaces, self._beside = self._beside._spaces, None

    def abandon(self) -> None:
        self._beside = None

    def close(self) -> None:
        self._spaces.clear()


def _words(text: str) -> list[str]:
    return re.findall(r"\w+|[^\w\s]", text.casefold())


def _bags(texts: Sequence[str]) -> Vectors:
    return np.stack([_bag(text) for text in texts]) if texts else np.empty((0, DIMENSION), np.float32)


def _bag(text: str) -> Vectors:
    """Return a unit vector in which each word has a direction of its own, more or less."""
    vector = np.full(DIMENSION, 1e-3, np.float32)
    for word in re.findall(r"\w+", text.casefold()):
        digest = hashlib.blake2b(word.encode(), digest_size=4).digest()
        vector[int.from_bytes(digest, "big") % DIMENSION] += 1.0
    unit: Vectors = vector / np.linalg.norm(vector)
    return unit
