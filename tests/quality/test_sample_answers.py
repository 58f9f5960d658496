"""The sample papers answered by the real product: a floor under its quality, and what must never happen.

The floors lie a little below what is reached (`make eval` prints it): falling through one means that
something broke, not that a constant moved.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pocketrag.evaluation.questions import Question, read_questions
from pocketrag.evaluation.runner import Outcome, score_questions, summary

if TYPE_CHECKING:
    from pocketrag.engine.library import Library

SAMPLE_DOCS = Path(__file__).parents[2] / "sample_docs"
QUESTIONS = list(read_questions(SAMPLE_DOCS / "questions.jsonl"))
KINDS = {
    "direct": 20,
    "paraphrase": 15,
    "table": 12,
    "date": 8,
    "two-documents": 6,
    "versions": 4,
    "cross-language": 4,
    "follow-up": 8,
    "unanswerable-near": 10,
    "unanswerable-far": 10,
}
"""How many questions of each kind there are at least."""


def test_there_are_enough_questions_of_every_kind() -> None:
    counts = {kind: sum(q.kind == kind for q in QUESTIONS) for kind in KINDS}
    assert all(counts[kind] >= number for kind, number in KINDS.items()), counts
    assert {q.kind for q in QUESTIONS} == set(KINDS)


def test_questions_are_whole() -> None:
    ids = [q.id for q in QUESTIONS]
    assert len(set(ids)) == len(ids)
    for question in QUESTIONS:
        assert bool(question.evidence) == bool(question.answers) == question.answerable, question.id
        assert question.after == "" or question.after in ids[: ids.index(question.id)], question.id


def test_every_paper_is_indexed(sample_library: Library) -> None:
    status = sample_library.status(files=True)
    papers = {p for p in SAMPLE_DOCS.rglob("*") if p.is_file() and not p.name.startswith(".")}
    assert status.counts.failed == 0
    assert status.counts.indexed == len(papers) - 1, "all but the questions themselves"
    assert sum(p.stat().st_size for p in papers) < 2_000_000


@pytest.fixture(scope="module")
def asked(sample_library: Library) -> list[Outcome]:
    """The answers to a spread of the questions, conversations kept whole."""
    chosen: list[Question] = [
        q for n, q in enumerate(QUESTIONS) if n % 3 == 0 or q.kind == "unanswerable-far"
    ]
    return list(score_questions(sample_library, chosen, retrieval_only=False))


def test_the_right_paper_is_found(asked: list[Outcome]) -> None:
    row = summary([o.score for o in asked])
    assert (row["document_hit@3"] or 0) >= 0.65
    assert (row["place_hit@5"] or 0) >= 0.60


def test_answers_hold_the_gold_ones(asked: list[Outcome]) -> None:
    direct = [o.score for o in asked if o.question.kind in {"direct", "table", "date"}]
    assert (summary(direct)["contains_gold"] or 0) >= 0.45


def test_every_quote_equals_its_span(asked: list[Outcome]) -> None:
    assert summary([o.score for o in asked])["citations_resolve"] == 1.0


def test_what_the_papers_do_not_know_is_refused(asked: list[Outcome]) -> None:
    far = [o.score.answered for o in asked if o.question.kind == "unanswerable-far"]
    assert sum(a is not None and a.refused for a in far) >= 0.8 * len(far)


def test_no_answer_is_longer_than_a_screen(asked: list[Outcome]) -> None:
    assert all(o.score.answered is not None and o.score.answered.words <= 150 for o in asked)
