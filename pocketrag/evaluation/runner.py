"""The runner: asks a library questions with known answers, and sums up how it did."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from pocketrag.domain import Filters, Passage, Turn
from pocketrag.engine.protocol import Engine
from pocketrag.evaluation.asking import answer_of
from pocketrag.evaluation.metrics import (
    TOP,
    Answered,
    Score,
    answered,
    document_rank,
    is_hit,
    place_rank,
    reciprocal_rank,
)
from pocketrag.evaluation.questions import Question

Row = dict[str, float | int | None]
"""Figures by name; shares are 0 to 1, times milliseconds; None where nothing was measured."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question with its score, and what was answered."""

    question: Question
    score: Score
    answer: str


def score_questions(
    engine: Engine, questions: Iterable[Question], *, retrieval_only: bool
) -> Iterator[Outcome]:
    """Yield each question's outcome as it is known; follow-ups go on from their conversation."""
    conversations: dict[str, tuple[Turn, ...]] = {}
    for question in questions:
        if retrieval_only:
            results = engine.search(question.question, Filters(), TOP)
            yield Outcome(question, _score(question, results.passages, None), "")
            continue
        turns = conversations.get(question.after, ())
        answer = answer_of(engine.ask(question.question, turns, Filters()))
        conversations[question.id] = (*turns, Turn(question.question, answer.text, answer.query))
        yield Outcome(question, _score(question, answer.passages, answered(answer, question)), answer.text)


def outcome_json(outcome: Outcome) -> dict[str, object]:
    """Return one question's outcome as a plain object, to compare two runs question by question."""
    return {
        "id": outcome.question.id,
        "question": outcome.question.question,
        "answers": list(outcome.question.answers),
        "answer": outcome.answer,
        **asdict(outcome.score),
    }


def summary(scores: Sequence[Score]) -> Row:
    """Return the figures of a set of questions."""
    answerable = [s for s in scores if s.answerable]
    row: Row = {"questions": len(scores), "answerable": len(answerable)}
    for name, ranks in (
        ("document", [s.document_rank for s in answerable]),
        ("place", [s.place_rank for s in answerable]),
    ):
        for depth in (1, 3, 5):
            row[f"{name}_hit@{depth}"] = _share([is_hit(r, depth) for r in ranks])
        row[f"{name}_mrr@{TOP}"] = _mean([reciprocal_rank(r) for r in ranks])
    row["passage_length"] = _mean([s.passage_length for s in scores])
    given = [(s, s.answered) for s in scores if s.answered is not None]
    return {**row, **_answer_figures(given)} if given else row


def by_kind(scores: Sequence[Score]) -> dict[str, Row]:
    """Return the figures of each kind of question, and of all."""
    kinds = list(dict.fromkeys(s.kind for s in scores if s.kind))
    table = {kind: summary([s for s in scores if s.kind == kind]) for kind in kinds}
    return {**table, "all": summary(scores)}


def _score(question: Question, found: Sequence[Passage], outcome: Answered | None) -> Score:
    return Score(
        kind=question.kind,
        answerable=question.answerable,
        document_rank=document_rank(found, question),
        place_rank=place_rank(found, question),
        passage_length=_mean([len(p.chunk.text) for p in found]) or 0.0,
        answered=outcome,
    )


def _answer_figures(given: Sequence[tuple[Score, Answered]]) -> Row:
    answerable = [a for s, a in given if s.answerable]
    refused = [s for s, a in given if a.refused]
    unanswerable = [a for s, a in given if not s.answerable]
    replied = [a for a in answerable if not a.refused]
    citations = sum(a.citations for a in replied)
    return {
        "refused": _share([a.refused for _, a in given]),
        "contains_gold": _share([a.contains_gold for a in answerable]),
        "f1": _mean([a.f1 for a in answerable]),
        "words": statistics.median([a.words for a in replied]) if replied else None,
        "citations_resolve": _ratio(sum(a.citations_resolved for a in replied), citations),
        "citations_at_gold": _ratio(sum(a.citations_at_gold for a in replied), citations),
        "cites_gold": _share([a.cites_gold for a in answerable]),
        "refusal_precision": _ratio(sum(not s.answerable for s in refused), len(refused)),
        "refusal_recall": _share([a.refused for a in unanswerable]),
        "wrongly_refused": _share([a.refused for a in answerable]),
        **_times("evidence_ms", [a.evidence_ms for _, a in given]),
        **_times("first_token_ms", [a.first_token_ms for _, a in given if a.first_token_ms]),
        **_times("total_ms", [a.total_ms for _, a in given]),
    }


def _times(name: str, values: Sequence[float]) -> Row:
    if len(values) < 2:
        return {f"{name}_p50": _mean(values), f"{name}_p95": _mean(values)}
    cuts = statistics.quantiles(values, n=20, method="inclusive")
    return {f"{name}_p50": statistics.median(values), f"{name}_p95": cuts[-1]}


def _share(found: Sequence[bool]) -> float | None:
    return _mean([float(f) for f in found])


def _mean(values: Sequence[float]) -> float | None:
    return statistics.fmean(values) if values else None


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
