"""Two runs of the same questions compared, question by question.

A difference of means says little without how far it would move with other questions: beside each stands its
95 % interval from a paired bootstrap over the questions (Efron & Tibshirani, "An Introduction to the
Bootstrap", 1993). What lies on both sides of 0 may be chance.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pocketrag.errors import QuestionsFileError
from pocketrag.evaluation.metrics import TOP, Answered, Score, is_hit, reciprocal_rank

SAMPLES = 10_000
"""Of the bootstrap."""

BATCH = 250
"""Of them at a time: memory stays small with thousands of questions."""

Measure = Callable[[Score], float | None]
"""What a metric says of one question; None where it says nothing of it."""


@dataclass(frozen=True, slots=True)
class Run:
    """Outcomes of one run, by question."""

    scores: dict[str, Score]
    questions: dict[str, str]
    """What was asked."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One metric, before and after."""

    questions: int
    before: float
    after: float
    difference: float
    low: float
    """The interval in which the difference lies with 95 %."""
    high: float
    won: int
    """Questions for which it is better after than before."""
    lost: int


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose outcome differs; what there is to tell of it, each before and after."""

    id: str
    question: str
    won: tuple[str, ...]
    """Metrics that are better for it now."""
    lost: tuple[str, ...]
    place_rank: tuple[int | None, int | None]
    document_rank: tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of the questions that both runs asked."""

    questions: int
    only_before: int
    """Questions that only the first run asked."""
    only_after: int
    metrics: dict[str, Difference]
    changed: tuple[Change, ...]


def read_run(file: Path) -> Run:
    """Return the outcomes that `pocketrag eval --out` wrote. Raises QuestionsFileError."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise QuestionsFileError(f"{file} cannot be read: {reason}.", "Check it.") from error
    rows = [_row(line, f"{file}, line {number}") for number, line in enumerate(lines, start=1)]
    return Run({name: score for name, _, score in rows}, {name: question for name, question, _ in rows})


def compared(before: Run, after: Run) -> Comparison:
    """Return how the questions that both runs asked came out."""
    both = [one for one in before.scores if one in after.scores]
    pairs = [(before.scores[one], after.scores[one]) for one in both]
    figures = {name: _figures(measure, pairs) for name, measure in MEASURES.items()}
    told = {name: there for name, there in figures.items() if len(there)}
    changes = (_change(one, after.questions[one], *pair) for one, pair in zip(both, pairs, strict=True))
    return Comparison(
        questions=len(both),
        only_before=len(before.scores) - len(both),
        only_after=len(after.scores) - len(both),
        metrics={name: _difference(there) for name, there in told.items()},
        changed=tuple(change for change in changes if change.won or change.lost),
    )


def comparison_json(comparison: Comparison) -> dict[str, object]:
    """Return a comparison as a plain object."""
    return asdict(comparison)


def interval(differences: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Return the 95 % interval of the mean of paired differences, float64 (n,)."""
    count = len(differences)
    dice = np.random.default_rng(7)  # the same files give the same figures
    shares = np.full(count, 1 / count)
    drawn = [dice.multinomial(count, shares, BATCH) @ differences / count for _ in range(SAMPLES // BATCH)]
    low, high = np.quantile(np.concatenate(drawn), (0.025, 0.975))
    return float(low), float(high)


def _hit(rank: Callable[[Score], int | None], depth: int) -> Measure:
    def measure(score: Score) -> float | None:
        """Return the metric of one question; None where it says nothing of it."""
        return float(is_hit(rank(score), depth)) if score.answerable else None

    return measure


def _reciprocal(score: Score) -> float | None:
    return reciprocal_rank(score.place_rank) if score.answerable else None


def _answer(of: Callable[[Answered], float], *, answerable: bool | None = True) -> Measure:
    def measure(score: Score) -> float | None:
        """Return the metric of one question; None where it says nothing of it."""
        if score.answered is None or answerable not in (None, score.answerable):
            return None
        return float(of(score.answered))

    return measure


def _rightly(score: Score) -> float | None:
    """Return 1 for what is answered and could be, or is refused and could not."""
    return None if score.answered is None else float(score.answered.refused != score.answerable)


MEASURES: Mapping[str, Measure] = {
    **{f"document_hit@{depth}": _hit(lambda s: s.document_rank, depth) for depth in (1, 3, 5)},
    **{f"place_hit@{depth}": _hit(lambda s: s.place_rank, depth) for depth in (1, 3, 5)},
    f"place_mrr@{TOP}": _reciprocal,
    "contains_gold": _answer(lambda a: a.contains_gold),
    "cites_gold": _answer(lambda a: a.cites_gold),
    "f1": _answer(lambda a: a.f1),
    "rightly_refused_or_not": _rightly,
}
"""The metrics that are compared, by name: of each, more is better."""


def _figures(measure: Measure, pairs: Sequence[tuple[Score, Score]]) -> npt.NDArray[np.float64]:
    """Return float64 (n, 2): before and after, of the questions of which the metric says something."""
    told = [(measure(before), measure(after)) for before, after in pairs]
    return np.array([(a, b) for a, b in told if a is not None and b is not None]).reshape(-1, 2)


def _difference(figures: npt.NDArray[np.float64]) -> Difference:
    before, after = figures.mean(axis=0)
    apart = figures[:, 1] - figures[:, 0]
    low, high = interval(apart)
    won, lost = int((apart > 0).sum()), int((apart < 0).sum())
    return Difference(len(figures), float(before), float(after), float(after - before), low, high, won, lost)


def _change(name: str, question: str, before: Score, after: Score) -> Change:
    won: list[str] = []
    lost: list[str] = []
    for metric, measure in MEASURES.items():
        was, now = measure(before), measure(after)
        if was is not None and now is not None and was != now:
            (won if now > was else lost).append(metric)
    return Change(
        id=name,
        question=question,
        won=tuple(won),
        lost=tuple(lost),
        place_rank=(before.place_rank, after.place_rank),
        document_rank=(before.document_rank, after.document_rank),
    )


def _row(line: str, where: str) -> tuple[str, str, Score]:
    """Return a question's id, the question and its score."""
    try:
        found = json.loads(line)
        return str(found["id"]), str(found["question"]), _score(found)
    except (ValueError, KeyError, TypeError) as error:
        raise QuestionsFileError(
            f"{where}, is no outcome of a question.", "Name files that `eval --out` wrote."
        ) from error


def _score(found: dict[str, Any]) -> Score:
    given = found["answered"]
    return Score(
        kind=found["kind"],
        answerable=found["answerable"],
        document_rank=found["document_rank"],
        place_rank=found["place_rank"],
        passage_length=found["passage_length"],
        answered=Answered(**given) if given is not None else None,
    )
