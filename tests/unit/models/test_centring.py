"""What all vectors of a model share is taken away, and nothing of those that share little."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from fakes import WordEmbedder

from pocketrag.models.centring import Centre, centre_of
from pocketrag.models.embedder import Tokens, Vectors
from pocketrag.models.faithfulness import ndcg, read_probes
from pocketrag.models.prepared import PreparedEmbedder

RAISED = 3.0
"""How much longer what all vectors share is than what is their own: unrelated texts have a cosine of .9."""


class Leaning(WordEmbedder):
    """Words whose vectors all lean one way."""

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return self._leaning(super().embed_documents(texts))

    def embed_query(self, text: str) -> Vectors:
        row: Vectors = self._leaning(super().embed_query(text)[None])[0]
        return row

    def embed_document_tokens(self, texts: Sequence[str]) -> list[Tokens]:
        found = super().embed_document_tokens(texts)
        return [Tokens(self._leaning(tokens.vectors), tokens.spans) for tokens in found]

    def _leaning(self, vectors: Vectors) -> Vectors:
        shifted = vectors.copy()
        shifted[:, 0] += RAISED
        unit: Vectors = shifted / np.linalg.norm(shifted, axis=1, keepdims=True)
        return unit


def similarities(embedder: WordEmbedder, centre: Centre) -> tuple[Vectors, Vectors]:
    probes = read_probes()
    questions = np.stack([embedder.embed_query(question) for question in probes.questions])
    return centre.of_texts(questions), centre.of_texts(embedder.embed_documents(probes.passages))


def test_unrelated_texts_are_unlike_again_and_rankings_stay() -> None:
    embedder = Leaning()
    before = similarities(embedder, Centre())
    centre = centre_of(embedder, read_probes())
    after = similarities(embedder, centre)
    straight = similarities(WordEmbedder(), Centre())
    assert (before[0] @ before[1].T).mean() > 0.8
    assert abs((after[0] @ after[1].T).mean()) < 0.1
    assert ndcg(*after) > 0.95 * ndcg(*straight)
    assert centre.form == "-centred"


def test_tokens_are_freed_of_what_they_share() -> None:
    embedder = Leaning()
    centre = centre_of(embedder, read_probes())
    (tokens,) = embedder.embed_document_tokens(["plum cake and boiler pressure"])
    own = centre.of_tokens(tokens)
    unit = own.vectors / np.linalg.norm(own.vectors, axis=1, keepdims=True)
    assert (tokens.vectors @ tokens.vectors.T).min() > 0.8
    assert abs(unit @ unit.T - np.eye(len(unit))).mean() < 0.2
    assert own.spans is tokens.spans


def test_the_bundled_model_is_left_as_it_is(embedder: PreparedEmbedder) -> None:
    assert centre_of(embedder, read_probes()) == Centre()
    assert Centre().form == ""


@pytest.mark.parametrize("count", [1, 3])
def test_vectors_that_share_nothing_known_come_back_unchanged(count: int) -> None:
    vectors = np.eye(3, dtype=np.float32)[:count]
    assert Centre().of_texts(vectors) is vectors


def test_no_texts_stay_none() -> None:
    centre = Centre(texts=(1.0, 0.0), tokens=(1.0, 0.0))
    none = np.empty((0, 0), np.float32)
    assert len(centre.of_texts(none)) == 0
    assert len(centre.of_tokens(Tokens(none, np.empty((0, 2), np.int64))).vectors) == 0
