"""Texts in languages that an embedder does not know: measured like English, embedded whole."""

from __future__ import annotations

import numpy as np
from fakes import WordEmbedder

from pocketrag.models.languages import embed_whole, languages_of, measure_of, tokens_of_whole

LATIN_ONLY = WordEmbedder(name="all-MiniLM-L6-v2", window=8)


def test_tokens_count_in_a_language_that_the_model_knows() -> None:
    text = ["Сколько стоит аренда?"]
    assert languages_of(LATIN_ONLY) == {"en"}
    for embedder, language in ((LATIN_ONLY, "en"), (LATIN_ONLY, ""), (WordEmbedder(), "ru")):
        assert measure_of(embedder, language)(text) == embedder.count_tokens(text)


def test_a_foreign_text_is_as_long_as_an_english_one_of_its_content() -> None:
    count = measure_of(LATIN_ONLY, "zh")
    russian, chinese, english = count(["Сколько стоит аренда?", "租金是多少？", "How much is the rent?"])
    assert russian == english
    assert chinese <= english
    assert count(["租" * 100]) > 2 * np.array(count(["a" * 100]))


def test_a_text_over_the_window_is_embedded_with_all_its_parts() -> None:
    head, tail = "one two three four five", "boiler pressure gauge valve pump"
    short, long = embed_whole(LATIN_ONLY, [tail, f"{head} {tail}"])
    assert np.allclose([np.linalg.norm(short), np.linalg.norm(long)], 1.0, atol=1e-5)
    assert float(short @ long) > 0.4
    assert np.array_equal(short, LATIN_ONLY.embed_documents([tail])[0])
    assert embed_whole(LATIN_ONLY, []).shape[0] == 0


def test_a_text_over_the_window_shows_the_tokens_of_all_its_parts() -> None:
    texts = ["a lease", "one two three four five boiler pressure gauge valve pump", ""]
    found = tokens_of_whole(LATIN_ONLY, texts)
    assert [len(found[n].vectors) for n in (0, 2)] == [2, 0]
    assert len(found[1].vectors) > LATIN_ONLY.window
    assert found[1].spans[0].tolist() == [0, 3]
    assert found[1].spans[-1][1] == len(texts[1])
