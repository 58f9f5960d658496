"""Terms: what the full-text index is given, and that a query is cut in the same way."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pocketrag.storage.terms import TOKENIZER, fold, indexed, is_plain, phrase, words


def found(text: str, query: str) -> bool:
    """Whether SQLite finds an expression in a text that was indexed."""
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE VIRTUAL TABLE held USING fts5 (text, content='', tokenize='{TOKENIZER}')")
    connection.execute("INSERT INTO held (rowid, text) VALUES (1, ?)", (indexed(text),))
    return bool(connection.execute("SELECT 1 FROM held WHERE held MATCH ?", (query,)).fetchone())


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Kündigung STRASSE Straße", "kundigung strasse strasse"),
        ("Skłodowska Ærø ŁÓDŹ Þór", "sklodowska aero lodz thor"),
        ("Ёлка и йод", "елка и йод"),
        ("مَدْرَسَة إلى أحمد", "مدرسه الي احمد"),
        ("שָׁלוֹם", "שלום"),
        ("Ａ４ ﬁn 𝐀", "a4 fin a"),
        ("がぎぐ 한국", "がぎぐ 한국"),
    ],
)
def test_folding_takes_away_what_readers_leave_out(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_words_are_whole_and_pairs_where_no_blanks_part_them() -> None:
    assert words("Error E-04 am 1.5.") == ["error", "e-04", "am", "1.5"]
    assert words("iPhone手机很贵，猫") == ["iphone", "手机", "机很", "很贵", "猫"]
    assert words("ภาษาไทย") == ["ภา", "าษ", "ษา", "าไ", "ไท", "ทย"]
    assert words("हिन्दी में") == ["हिन्दी", "में"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("黑豹队的防守丢了308分。", "防守"),
        ("黑豹队的防守丢了308分。", "分"),
        ("黑豹队的防守丢了308分。", "308分"),
        ("契約の更新は二年ごとです", "二年ごと"),
        ("계약은 2년마다 갱신됩니다", "계약은 2년"),
        ("สัญญาเช่ามีอายุสองปี", "สองปี"),
        ("किराया हर महीने दिया जाता है", "हर महीने"),
        ("The notice is two months (§ 4.2).", "two months (§ 4.2)"),
    ],
)
def test_a_stretch_of_text_is_found_as_a_phrase(text: str, wanted: str) -> None:
    assert found(text, phrase(wanted))


def test_a_phrase_is_its_words_in_that_order_side_by_side() -> None:
    assert not found("the months, two of them", phrase("two months"))
    assert not found("防丢守了", phrase("防守"))
    assert phrase(' "*" ') == phrase("") == ""


@given(st.text())
def test_whatever_is_asked_sqlite_can_be_asked_it(text: str) -> None:
    for query in filter(None, [phrase(text), *map(phrase, words(text))]):
        found("anything", query)


@given(st.text())
def test_a_texts_own_words_find_it(text: str) -> None:
    for word in words(text):
        if any(c.isalnum() for c in word):
            assert found(text, phrase(word)), word


@given(st.text())
@example("བོད་ཡིག྾")
def test_a_plain_word_is_one_term(text: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE VIRTUAL TABLE held USING fts5 (text, content='', tokenize='{TOKENIZER}')")
    connection.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab (held, row)")
    for word in filter(is_plain, words(text)):
        connection.execute("INSERT INTO held (held) VALUES ('delete-all')")
        connection.execute("INSERT INTO held (rowid, text) VALUES (1, ?)", (word,))
        assert connection.execute("SELECT term FROM vocabulary").fetchall() == [(word,)]
