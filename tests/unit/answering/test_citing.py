"""What the model wrote, checked against evidence: faithful words pass, changed facts do not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from fakes import WordEmbedder

from pocketrag.answering.citing import check
from pocketrag.answering.evidence import Evidence
from pocketrag.domain import Span
from pocketrag.models.embedder import Vectors

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


DIRECTIVE = "The rules require that every worker has at least 4 weeks paid holidays each year."
COMMISSION = "The board held that the office had not proven that this had any effect on the market."


@pytest.mark.parametrize(
    ("written", "question", "source"),
    [
        ("The answer to this question is: the rent.", "How much is the rent?", RENT),
        ("The quote is about the rent of every month.", "How much is the rent?", RENT),
        ("Notice is written to Mr Hollis.", "How much notice must the tenant give?", LEASE),
        ("The rent is payable on the first day.", "How much is the rent?", RENT),
        ("Workers have at least 4 paid holiday days each year.", "How many paid days are there?", DIRECTIVE),
        (
            "The office had proven that this had not any effect on the market.",
            "What was proven?",
            COMMISSION,
        ),
        ("We took at fairs in May.", "what did we take at fairs in May", "The fair is on 24 May."),
    ],
)
def test_what_does_not_answer_is_not_shown(written: str, question: str, source: str) -> None:
    sentences = check(written, question, evidence(source), WordEmbedder())
    assert not any(s.verified for s in sentences)


def test_the_numbers_of_a_list_are_no_answers() -> None:
    source = "The cycle has four events: 1 admission, 2 expansion, 3 exhaust, 4 compression."
    said = check(
        "1. Admission 2. Expansion", "How many events has a cycle?", evidence(source), WordEmbedder()
    )
    assert not any(s.verified for s in said if not s.text.strip("12. "))


@pytest.mark.parametrize(
    ("written", "plainly"),
    [
        ("The tenant may end this lease by giving two months' notice.", True),
        ("This lease may be ended by the tenant by giving two months' notice in Harrowmere.", True),
        ("The tenant may end the contract by giving two months' notice.", False),
    ],
)
def test_a_small_models_words_must_all_stand_in_the_quote_or_around_it(written: str, plainly: bool) -> None:
    class Kind(WordEmbedder):
        """Takes lease and contract for the same."""

        def embed_documents(self, texts: Sequence[str]) -> Vectors:
            return super().embed_documents([text.replace("contract", "lease") for text in texts])

    around = f"{LEASE} All of it is for Harrowmere."
    for small, expected in ((False, True), (True, plainly)):
        (sentence,) = check(
            written,
            "How is the lease ended?",
            evidence(LEASE),
            Kind(),
            ["Harrowmere"],
            [around],
            plainly=small,
        )
        assert sentence.verified is expected
