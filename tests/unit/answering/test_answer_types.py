"""What kind of answer a question expects, and which texts hold one."""

from __future__ import annotations

import pytest

from pocketrag.answering.answer_types import expected_type


@pytest.mark.parametrize(
    ("question", "better", "worse"),
    [
        ("How much is the rent now?", "Rent | £1,285 per calendar month", "3.1 The rent is paid in advance."),
        ("what does a pitch cost", "A pitch is £95.", "A pitch is 3 m wide."),
        ("When is the rent due?", "On 1 May, at noon.", "On thirty days' notice."),
        ("When do I prune the pear?", "It is pruned in late winter.", "It is pruned with a saw."),
        ("How long is the guarantee?", "Parts are covered for two years.", "Parts cost £20."),
        ("How hot must the oven be?", "Bake at 190 °C.", "Bake for 40 minutes."),
        ("what should the boiler pressure be when it's cold", "1.2 to 1.5 bar", "Two floors."),
        ("What percentage is taken off?", "35 % off the list price", "£35 off the list price"),
        ("how many litres does it hold?", "It holds 8.3 l.", "It has 3 taps."),
        ("How many keys did we get?", "Three keys were handed over.", "Keys cost £30 each."),
        ("What is the plumber's phone number?", "Ring 01632 960114.", "12 Corn Street, HQ7 1AD"),
        (
            "What is the agent's e-mail address?",
            "Write to poole@quillan.example.",
            "Write to 12 Corn Street.",
        ),
        ("policy number of the house?", "Policy FM-2291-0846", "The policy of the house"),
        ("Who holds the deposit?", "It is held by Castell Deposits.", "It is £400."),
        ("Who mends the roof?", "It is mended by Castell Roofing.", "It is mended every spring."),
        ("Who was the plumber of Ivy?", "The plumber was Gareth.", "The plumber came to Ivy."),
        ("Wie viel kostet das Zimmer?", "Es kostet 96 €.", "Es hat 2 Betten."),
        ("Wann beginnt die Schule?", "Am 3. September.", "Um die Ecke."),
    ],
)
def test_a_text_with_what_is_asked_for_is_told_from_one_without(
    question: str, better: str, worse: str
) -> None:
    expected = expected_type(question)
    assert expected is not None
    assert expected.held(better) > expected.held(worse)


def test_what_the_question_says_itself_is_no_answer() -> None:
    expected = expected_type("How much did we spend in May 2025?")
    assert expected is not None
    assert expected.held("In May 2025 we were away.") == 0.0


@pytest.mark.parametrize(
    "question",
    ["Why is the price so high?", "Where does the phone stand?", "Can we use a pressure washer?", "the flat"],
)
def test_where_no_rule_tells_nothing_is_expected(question: str) -> None:
    assert expected_type(question) is None
