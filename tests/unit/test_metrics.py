"""Metrics on small cases whose figures are known."""

from __future__ import annotations

from pathlib import Path

import pytest

from pocketrag.domain import Chunk, FileVersion, Freshness, Passage, Place
from pocketrag.evaluation.metrics import (
    Answered,
    Score,
    contains,
    document_rank,
    place_rank,
    token_f1,
)
from pocketrag.evaluation.questions import Gold, Question
from pocketrag.evaluation.runner import by_kind, summary


def passage(
    rank: int, file: str, text: str, page: int | None = None, also_in: tuple[str, ...] = ()
) -> Passage:
    version = FileVersion(Path("/docs") / file, Path("/docs"), "0" * 64, "", 0.0)
    chunk = Chunk(0, len(text), text, "", Place(page=page))
    return Passage(rank, 1.0, version, chunk, (), Freshness.FRESH, also_in)


def asked(*gold: Gold, answers: tuple[str, ...] = ()) -> Question:
    return Question("q", "?", answers=answers, evidence=gold)


def scored(
    rank: int | None, answered: Answered | None = None, answerable: bool = True, kind: str = ""
) -> Score:
    return Score(kind, answerable, rank, rank, 100.0, answered)


def outcome(*, refused: bool = False, gold: bool = False, citations: int = 0, at_gold: int = 0) -> Answered:
    return Answered(refused, gold, 0.5, 10, citations, citations, at_gold, at_gold > 0, 10.0, 20.0, 30.0)


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("Two months' notice, in writing.", "two MONTHS", True),
        ("The rent is £1,285 a month", "1,285", True),
        ("It notes nothing", "no", False),
        ("Anything", "", False),
        ("Hot water | 8.3 l/min", "Hot water 8.3 l/min", True),
        ("黑豹队让出308分。", "让出", True),
        ("黑豹队让出308分。", "让分", False),
    ],
)
def test_gold_is_contained_in_whole_words(text: str, wanted: str, found: bool) -> None:
    assert contains(text, wanted) is found


def test_f1_takes_the_best_gold_answer() -> None:
    assert token_f1("two months", ["two months", "60 days"]) == 1.0
    assert token_f1("about two months notice", ["two months"]) == pytest.approx(2 / 3)
    assert token_f1("never", ["two months"]) == 0.0
    assert token_f1("anything", []) == 0.0


def test_a_gold_page_is_a_hit_in_its_file_only() -> None:
    passages = [passage(1, "a.pdf", "x", page=3), passage(2, "b.pdf", "x", page=3)]
    assert place_rank(passages, asked(Gold("b.pdf", page=3))) == 2
    assert place_rank(passages, asked(Gold("b.pdf", page=4))) is None
    assert document_rank(passages, asked(Gold("b.pdf", page=4))) == 2


def test_any_copy_of_the_gold_text_counts() -> None:
    passages = [passage(1, "copy.md", "The rent is 850 euros.", also_in=("lease.md",))]
    gold = Gold("lease.md", quote="rent is 850 euros")
    assert place_rank(passages, asked(gold)) == 1
    assert document_rank(passages, asked(gold)) == 1


def test_only_the_beginning_of_a_long_passage_is_looked_at() -> None:
    passages = [passage(1, "a.md", "padding " * 200 + "the rent is 850 euros")]
    assert place_rank(passages, asked(Gold("a.md", quote="the rent is 850 euros"))) is None


def test_figures_of_a_set() -> None:
    row = summary([scored(1), scored(4), scored(None), scored(None, answerable=False)])
    assert row["answerable"] == 3
    assert row["document_hit@1"] == pytest.approx(1 / 3)
    assert row["place_hit@5"] == pytest.approx(2 / 3)
    assert row["document_mrr@10"] == pytest.approx((1 + 1 / 4) / 3)


def test_refusals_and_citations_are_counted_apart() -> None:
    row = summary(
        [
            scored(1, outcome(gold=True, citations=2, at_gold=1)),
            scored(1, outcome(refused=True)),
            scored(None, outcome(refused=True), answerable=False),
            scored(None, outcome(citations=1), answerable=False),
        ]
    )
    assert row["contains_gold"] == 0.5
    assert row["citations_at_gold"] == 0.5
    assert row["refusal_precision"] == 0.5
    assert row["refusal_recall"] == 0.5
    assert row["wrongly_refused"] == 0.5
    assert row["total_ms_p95"] == 30.0


def test_kinds_have_rows_of_their_own() -> None:
    table = by_kind([scored(1, kind="date"), scored(None, kind="table")])
    assert list(table) == ["date", "table", "all"]
    assert table["date"]["document_hit@1"] == 1.0
    assert table["table"]["document_hit@1"] == 0.0
    assert table["all"]["questions"] == 2
