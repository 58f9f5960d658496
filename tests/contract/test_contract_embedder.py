"""What every embedder does, the fake one and the real one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from fakes import WordEmbedder

from pocketrag.models.embedder import Embedder


@pytest.fixture(params=["fake", "prepared", "original"])
def any_embedder(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "fake":
        return WordEmbedder()
    fixture = "embedder" if request.param == "prepared" else "original_embedder"
    real: Embedder = request.getfixturevalue(fixture)
    return real


def test_vectors_are_float32_rows_of_unit_length(any_embedder: Embedder) -> None:
    vectors = any_embedder.embed_documents(["the lease ends in May", "plum cake", ""])
    assert vectors.dtype == np.float32
    assert vectors.shape[0] == 3
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert any_embedder.embed_query("when does the lease end").shape == (vectors.shape[1],)


def test_rows_keep_the_order_of_the_texts(any_embedder: Embedder) -> None:
    texts = [
        "a long sentence about the boiler and its pressure gauge",
        "tyres",
        "the school trip to the lake",
    ]
    together = any_embedder.embed_documents(texts)
    alone = [any_embedder.embed_documents([text])[0] for text in texts]
    for row, single in zip(together, alone, strict=True):
        assert float(row @ single) > 0.97  # int8: the scale of a batch is its own


def test_a_text_is_nearer_to_what_it_shares_words_with(any_embedder: Embedder) -> None:
    query = any_embedder.embed_query("pressure of the boiler")
    near, far = any_embedder.embed_documents(["the boiler's pressure is low", "plum cake with cream"])
    assert float(query @ near) > float(query @ far) + 0.1


def test_tokens_grow_with_the_text_and_include_the_special_ones(any_embedder: Embedder) -> None:
    empty, word, many = any_embedder.count_tokens(["", "boiler", "boiler " * 500])
    assert 0 < empty < word < 10
    assert many > any_embedder.window


def test_what_was_counted_is_embedded_alike(any_embedder: Embedder) -> None:
    for texts in (["the lease ends in May", "plum cake"], ["plum cake", "boiler " * 500]):
        fresh = any_embedder.embed_documents(texts)
        any_embedder.count_tokens(texts)
        assert np.array_equal(any_embedder.embed_documents(texts), fresh)


def test_no_texts_no_tokens(any_embedder: Embedder) -> None:
    assert any_embedder.count_tokens([]) == []


def test_the_fingerprint_names_the_model(any_embedder: Embedder) -> None:
    assert any_embedder.fingerprint.startswith(f"{any_embedder.name}@")


def test_work_in_the_background_says_the_same(any_embedder: Embedder) -> None:
    asked: list[str] = []
    patient = any_embedder.giving_way(lambda: asked.append("may I?"))
    texts = ["the lease ends in May", "plum cake"]
    assert np.allclose(patient.embed_documents(texts), any_embedder.embed_documents(texts), atol=0.05)
    assert patient.fingerprint == any_embedder.fingerprint


def test_several_threads_are_told_the_same(any_embedder: Embedder) -> None:
    behind = any_embedder.giving_way(bool)
    slices = [[f"text {n} of slice {number}" for n in range(4)] for number in range(4)]
    with ThreadPoolExecutor(2) as threads:
        at_once = list(threads.map(behind.embed_documents, slices))
    for texts, rows in zip(slices, at_once, strict=True):
        assert np.sum(rows * any_embedder.embed_documents(texts), axis=1) == pytest.approx(1.0, abs=0.02)


def test_tokens_stand_where_they_say(any_embedder: Embedder) -> None:
    texts = ["The boiler’s pressure: 1.5 bar", "", "tyres"]
    found = any_embedder.embed_document_tokens(texts)
    assert len(found) == 3
    for text, tokens in zip(texts, found, strict=True):
        assert len(tokens.vectors) == len(tokens.spans)
        assert all(text[a:b].strip() for a, b in tokens.spans)
    assert {texts[0][a:b].casefold() for a, b in found[0].spans} >= {"the", "pressure", "bar"}
    assert not len(found[1].vectors)


def test_tokens_beyond_the_window_are_left_out(any_embedder: Embedder) -> None:
    if any_embedder.name == "words":
        pytest.skip("its words are embedded one by one")
    (tokens,) = any_embedder.embed_document_tokens(["boiler " * 500])
    assert 0 < len(tokens.vectors) < any_embedder.window


def test_a_token_is_nearest_to_its_like(any_embedder: Embedder) -> None:
    query = any_embedder.embed_query_tokens("pressure")
    (text,) = any_embedder.embed_document_tokens(["plum cake, and the pressure of the tyres"])
    unit = text.vectors / np.linalg.norm(text.vectors, axis=1, keepdims=True)
    start, end = text.spans[int((unit @ query.vectors[0]).argmax())]
    assert "plum cake, and the pressure of the tyres"[start:end] == "pressure"
