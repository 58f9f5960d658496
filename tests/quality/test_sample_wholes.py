"""Questions about whole documents, asked of the sample papers with the real models."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pocketrag.domain import Answer, AnswerReady, Filters, Refused

if TYPE_CHECKING:
    from pocketrag.engine.library import Library

LONGEST = 250
"""Words of an answer: six differences with both sides of each, or six sentences of a summary."""


def asked(library: Library, question: str) -> Answer:
    """Return an answer, made of quotes alone."""
    *_, last = library.ask(question, (), Filters())
    assert isinstance(last, AnswerReady | Refused)
    assert last.answer.model == ""
    assert all(citation.verified for citation in last.answer.citations)
    assert len(last.answer.text.split()) <= LONGEST
    return last.answer


def files(answer: Answer) -> set[str]:
    return {citation.file.relative for citation in answer.citations}


def test_the_papers_that_mention_something_are_counted(sample_library: Library) -> None:
    answer = asked(sample_library, "which papers mention the chimney sweep?")
    assert "Home/Lease 2024 signed.pdf" in files(answer)
    assert answer.text.startswith(f"{len(answer.citations)} documents hold “chimney” and “sweep”")
    assert all("chimney" in citation.quote.lower() for citation in answer.citations)


def test_what_changed_between_draft_and_final_contract_is_quoted_from_both(sample_library: Library) -> None:
    answer = asked(sample_library, "what changed between the two versions of the Pellow agreement?")
    assert {name.split(" v")[1][:1] for name in files(answer)} == {"1", "2"}
    changed = [("£400", "£600"), ("40%", "35%"), ("30 days", "45 days")]
    for before, after in changed:
        assert before in answer.text
        assert after in answer.text
    assert "more: ask about one point" in answer.text


def test_one_point_of_the_contract_is_compared(sample_library: Library) -> None:
    answer = asked(
        sample_library, "how did the payment term change between the draft and the final contract?"
    )
    assert "30 days" in answer.citations[0].quote
    assert "45 days" in answer.citations[1].quote


@pytest.mark.parametrize(
    ("question", "file"),
    [
        ("summarise the lease", "Home/Lease 2024 signed.pdf"),
        ("What is the boiler manual about?", "Home/boiler_manual_VX20.pdf"),
        (
            'fasse in:"Lindhuber Schreiben 08.04.2025.pdf" zusammen',
            "Business/Lindhuber Schreiben 08.04.2025.pdf",
        ),
    ],
)
def test_a_paper_is_summarised_in_its_own_sentences(
    sample_library: Library, question: str, file: str
) -> None:
    answer = asked(sample_library, question)
    assert files(answer) == {file}
    assert 3 <= len(answer.citations) <= 8
    assert len({citation.place.section for citation in answer.citations}) > 1
