"""Two runs compared: figures that are known, and the questions that changed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pocketrag.console import show_comparison
from pocketrag.errors import QuestionsFileError
from pocketrag.evaluation.comparing import Run, compared, comparison_json, interval, read_run
from pocketrag.evaluation.metrics import Answered, Score
from pocketrag.evaluation.questions import Question
from pocketrag.evaluation.runner import Outcome, outcome_json


def score(place: int | None, answered: Answered | None = None, *, answerable: bool = True) -> Score:
    return Score("", answerable, 1, place, 100.0, answered)


def outcome(*, refused: bool = False, gold: bool = False) -> Answered:
    return Answered(refused, gold, 0.5, 10, 1, 1, 0, False, 10.0, 20.0, 30.0)


def run(**scores: Score) -> Run:
    return Run(scores, {name: f"What of {name}?" for name in scores})


def test_what_eval_wrote_is_read_as_it_was(tmp_path: Path) -> None:
    scores = {
        "a": score(2),
        "b": score(None, outcome(gold=True)),
        "c": score(1, answerable=False),
    }
    file = tmp_path / "run.jsonl"
    outcomes = (Outcome(Question(name, f"What of {name}?"), one, "said") for name, one in scores.items())
    file.write_text("".join(json.dumps(outcome_json(one)) + "\n" for one in outcomes))
    assert read_run(file) == run(**scores)


@pytest.mark.parametrize(
    "line", ["", "no json", "[]", '{"id": "a", "question": "?"}', '{"id": "a", "answered": 1}']
)
def test_a_file_that_is_no_run_is_said_with_its_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "run.jsonl"
    file.write_text(f"{line}\n")
    with pytest.raises(QuestionsFileError, match="line 1") as raised:
        read_run(file)
    assert "--out" in raised.value.remedy
    with pytest.raises(QuestionsFileError, match="cannot be read"):
        read_run(tmp_path / "nowhere")


def test_metrics_before_and_after_with_the_questions_won_and_lost() -> None:
    before = run(a=score(1), b=score(4), c=score(None), gone=score(1), no=score(1, answerable=False))
    after = run(a=score(2), b=score(1), c=score(None), new=score(1), no=score(None, answerable=False))
    found = compared(before, after)
    assert (found.questions, found.only_before, found.only_after) == (4, 1, 1)
    first = found.metrics["place_hit@1"]
    assert (first.questions, first.before, first.after, first.won, first.lost) == (3, 1 / 3, 1 / 3, 1, 1)
    assert found.metrics["place_hit@3"].difference == pytest.approx(1 / 3)
    assert found.metrics["place_mrr@10"].difference == pytest.approx((-1 / 2 + 3 / 4) / 3)
    assert "contains_gold" not in found.metrics, "nothing was answered"
    lost, won = found.changed
    assert (lost.id, lost.lost, lost.place_rank) == ("a", ("place_hit@1", "place_mrr@10"), (1, 2))
    assert (won.id, won.lost, won.question) == ("b", (), "What of b?")
    assert json.loads(json.dumps(comparison_json(found)))["metrics"]["place_hit@1"]["won"] == 1


def test_answers_are_compared_where_both_runs_gave_them() -> None:
    before = run(a=score(1, outcome(gold=True)), b=score(1, outcome(), answerable=False), c=score(1))
    after = run(
        a=score(1, outcome(refused=True)), b=score(1, outcome(refused=True), answerable=False), c=score(1)
    )
    found = compared(before, after)
    assert found.metrics["contains_gold"].difference == -1
    assert found.metrics["rightly_refused_or_not"].difference == 0
    assert {change.id: (change.won, change.lost) for change in found.changed} == {
        "a": ((), ("contains_gold", "rightly_refused_or_not")),
        "b": (("rightly_refused_or_not",), ()),
    }


def test_the_interval_is_that_of_the_normal_distribution_for_many_questions() -> None:
    apart = np.repeat([1.0, 0.0, -1.0], [200, 700, 100])
    low, high = interval(apart)
    half = 1.96 * float(apart.std()) / len(apart) ** 0.5
    assert low == pytest.approx(0.1 - half, abs=0.003)
    assert high == pytest.approx(0.1 + half, abs=0.003)
    assert interval(np.zeros(5)) == (0.0, 0.0)


def test_lost_questions_are_shown_first(capsys: pytest.CaptureFixture[str]) -> None:
    show_comparison(compared(run(a=score(4), b=score(1), c=score(1)), run(a=score(1), b=score(None))))
    told = capsys.readouterr().out
    assert told.index("b  What of b?") < told.index("a  What of a?")
    assert "place 1 → –, document 1\n" in told
    assert "1 question only in the first run." in told
    assert any(line.split()[:4] == ["place_hit@1", "2", "0.500", "0.500"] for line in told.splitlines())
    show_comparison(compared(run(), run(a=score(1))))
    assert capsys.readouterr().out == "The two runs have no question in common.\n"
