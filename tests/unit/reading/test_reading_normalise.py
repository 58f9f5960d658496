"""The normaliser: what it changes, and what must hold for any text whatever."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pocketrag.reading.normalise import normalise, normalise_code, one_line

ANY_TEXT = st.text(alphabet=st.characters(), max_size=60)
AWKWARD_TEXT = st.text(
    alphabet=st.sampled_from(
        "aZé\u0301 \u00ad-\n\r\t\u200d\u200cक\u0645\ufb01\u202e\x1b\ud800\u2028\uf0b7語👩\u00a0\ufdfa"
    ),
    max_size=20,
)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Cafe\u0301", "Café"),
        ("e\u200b\u0301", "é"),
        ("of\ufb01ce \ufb02oor", "office floor"),
        ("Kündi-\ngung", "Kündigung"),
        ("Kündi-  \n  gung", "Kündigung"),
        ("Kündi\u00ad\ngung und Ver\u00adtrag", "Kündigung und Vertrag"),
        ("Nord-\nSüd", "Nord-\nSüd"),
        ("3-\nmonth", "3-\nmonth"),
        ("a  b\u00a0\t c", "a b c"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("safe\u202etxt.exe\u202c", "safetxt.exe"),
        ("zero\u200bwidth", "zerowidth"),
        ("\x1b[31mred\x1b[0m \x07bell", "[31mred[0m bell"),
        ("\x9b2Jclear", "2Jclear"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("tag\U000e0041\U000e0042s", "tags"),
        ("\uf0b7 item", "• item"),
        ("\ufefftext", "text"),
        ("  a\n\n\n\nb  ", "a\n\nb"),
    ],
)
def test_normalise(raw: str, clean: str) -> None:
    assert normalise(raw) == clean


@pytest.mark.parametrize("text", ["क्\u200dष", "می\u200cخواهم", "👩\u200d💻"])
def test_joiners_stay_where_scripts_need_them(text: str) -> None:
    assert normalise(text) == text


def test_joiners_go_where_nothing_needs_them() -> None:
    assert normalise("pay\u200dpal\u200c") == "paypal"


def test_one_line_puts_no_blank_where_none_belongs() -> None:
    assert one_line("first\nsecond\n\nthird") == "first second third"
    assert one_line("日本語の\n文章") == "日本語の文章"
    assert one_line("Nord-\nSüd") == "Nord-Süd"


def test_code_keeps_its_layout() -> None:
    assert normalise_code("\n\tif x:  \n\t\ty\x1b[0m\r\n\n") == "    if x:\n        y[0m"


@given(ANY_TEXT | AWKWARD_TEXT)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert normalise_code(normalise_code(text)) == normalise_code(text)


@given(ANY_TEXT | AWKWARD_TEXT)
def test_nothing_is_left_that_could_steer_a_terminal(text: str) -> None:
    for clean in (normalise(text), normalise_code(text)):
        left = {unicodedata.category(character) for character in clean if character not in "\n\u200c\u200d"}
        assert left.isdisjoint({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


@given(ANY_TEXT | AWKWARD_TEXT)
def test_normal_text_is_composed_and_has_no_needless_blanks(text: str) -> None:
    clean = normalise(text)
    assert unicodedata.is_normalized("NFC", clean)
    assert clean == clean.strip()
    assert "  " not in clean
    assert "\n\n\n" not in clean
    assert "\n" not in one_line(text)
