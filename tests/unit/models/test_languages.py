"""Texts in languages that an embedder does not know: measured like English, embedded whole."""

from __future__ import annotations

import numpy as np
from fakes import WordEmbedder

from pocketrag.models.languages import embed_whole, languages_of, measure_of

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
