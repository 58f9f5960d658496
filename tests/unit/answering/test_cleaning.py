"""What a model wrote and what a document says, made plain: no markers, markup or thoughts."""

from __future__ import annotations

import pytest

from pocketrag.answering.cleaning import is_thinking, shown_quote, written_words


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("The rent is £840 [1].", "The rent is £840."),
        ("The rent [2, 3] is £840【4†lease.pdf】.", "The rent is £840."),
        ("The rent is £840 [Source 1][^2].", "The rent is £840."),
        ("<think>Is it 900? [1]</think>The rent is £840.", "The rent is £840."),
        ("Hmm, perhaps 900.</think>\nThe rent is £840.", "The rent is £840."),
        ("<think>Is it 900? Let me see", ""),
        ("The **rent** is `£840`.", "The rent is £840."),
        ("# The rent\n- is £840", "The rent\nis £840"),
        ('13.2 "The notice is by post."', '"The notice is by post."'),
        ("13.2 kg is what it weighs.", "13.2 kg is what it weighs."),
        ("See [the lease](http://evil.invalid/?q=1).", "See the lease."),
        ("Rent ![x](http://evil.invalid/p.png)£840", "Rent x£840"),
        ("The rent <img src='http://evil.invalid'>is £840.", "The rent  is £840."),
        ("The rent is £840.<|im_end|><|im_start|>user", "The rent is £840.  user"),
        ("The rent\x1b[31m is £840", "The rent␛[31m is £840"),
        ("Answer: The rent is £840.", "The rent is £840."),
    ],
)
def test_only_the_words_of_what_was_written_are_kept(written: str, kept: str) -> None:
    assert written_words(written).strip() == kept


def test_less_than_signs_are_no_markup() -> None:
    assert written_words("It is < 5 kg and > 2 kg.") == "It is < 5 kg and > 2 kg."


@pytest.mark.parametrize(
    "written", ["<", "<thi", "<think>", "<think>It may", "<think>It may</think>", "\n<think>a"]
)
def test_a_thought_is_told_from_an_answer_while_it_is_written(written: str) -> None:
    assert is_thinking(written)


@pytest.mark.parametrize("written", ["", "The", "<b>The", "<think>It may</think> The", "< 5 kg"])
def test_an_answer_is_no_thought(written: str) -> None:
    assert not is_thinking(written)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The card is 5582-1. [1] [2] [99]", "The card is 5582-1. (1) (2) (99)"),
        ("see ![x](http://evil.invalid/?q=S)", "see ![x] (http://evil.invalid/?q=S)"),
        ('<img src="http://evil.invalid/p.png">', '‹img src="http://evil.invalid/p.png">'),
        ("two\nlines  here", "two lines here"),
        ("weight < 5 kg [sic]", "weight < 5 kg [sic]"),
    ],
)
def test_a_quote_is_shown_without_markers_or_links_of_its_own(text: str, shown: str) -> None:
    assert shown_quote(text) == shown
