"""What the model wrote, checked against evidence: faithful words pass, changed facts do not."""

from __future__ import annotations

import pytest
from fakes import WordEmbedder

from pocketrag.answering.citing import check
from pocketrag.answering.evidence import Evidence
from pocketrag.domain import Span

LEASE = "The tenant may end this lease by giving two months' written notice to Mr Hollis."
RENT = "The rent of £1,240.00 is payable on the first day of every month."
KILN = "No kiln may be installed in the shed."


def evidence(*texts: str) -> list[Evidence]:
    return [Evidence(n, Span(0, len(t)), t, 0.5, 0.5, 1.0 - n / 10) for n, t in enumerate(texts)]


@pytest.mark.parametrize(
    ("written", "question", "cited"),
    [
        ("The tenant may end the lease by giving two months' written notice.", "How do I end the lease?", 1),
        ("The rent is £1,240 and payable on the first day of the month.", "When is the rent due?", 2),
        ("The rent is payable on the first of every month [3].", "When is the rent due?", 2),
        ("No, a kiln may not be installed in the shed.", "Can we put a kiln in the shed?", 3),
    ],
)
def test_faithful_sentences_get_their_source(written: str, question: str, cited: int) -> None:
    (sentence,) = check(written, question, evidence(LEASE, RENT, KILN), WordEmbedder())
    assert sentence.verified
    assert sentence.citations == (cited,)
    assert "[" not in sentence.text


@pytest.mark.parametrize(
    ("written", "question"),
    [
        ("The rent is £1,420 on the first day of every month.", "How much is the rent?"),
        ("The tenant may end this lease by giving two months' notice to Mr Harris.", "Who gets the notice?"),
        ("A kiln may be installed in the shed.", "Can we put a kiln in the shed?"),
        ("The rent is payable by giving two months' written notice.", "When is the rent due?"),
        ("When is the rent due?", "When is the rent due?"),
        ("The moon is made of green cheese.", "What is the moon made of?"),
        ("Yes.", "Can we put a kiln in the shed?"),
    ],
)
def test_what_no_span_carries_is_not_verified(written: str, question: str) -> None:
    sentences = check(written, question, evidence(LEASE, RENT, KILN), WordEmbedder())
    assert not any(s.verified or s.citations for s in sentences)


def test_each_sentence_is_checked_alone() -> None:
    good, bad = check(
        "The rent is payable on the first day of every month. It rises by 9% each year.",
        "Tell me about the rent",
        evidence(RENT),
        WordEmbedder(),
    )
    assert (good.verified, bad.verified) == (True, False)


def test_nothing_written_is_nothing_checked() -> None:
    assert check("", "Anything?", evidence(RENT), WordEmbedder()) == []
