"""Sentences with planted errors are not verified, faithful paraphrases are: what checking an answer must do.

`planted.jsonl` holds short evidence and sentences about it, half of them wrong in one thing. The rules
were written looking at the `dev` half alone; the `test` half says how well they carry over.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from pocketrag.answering.checking.names import is_german
from pocketrag.answering.citing import check
from pocketrag.answering.evidence import Evidence
from pocketrag.domain import Span
from pocketrag.models.embedder import Embedder
from pocketrag.reading.sentences import sentence_spans

SPLITS = ("dev", "test")


@dataclass(frozen=True)
class Row:
    id: str
    split: str
    kind: str
    evidence: list[str]
    question: str
    sentence: str
    faithful: bool


ROWS = [
    Row(**json.loads(line))
    for line in (Path(__file__).parent / "planted.jsonl").read_text(encoding="utf-8").splitlines()
]


def is_verified(row: Row, embedder: Embedder) -> bool:
    """Whether all of the sentence is, against the sentences of its evidence."""
    language = "de" if is_german(" ".join(row.evidence)) else ""
    texts = [t[s.start : s.end] for t in row.evidence for s in sentence_spans(t, language=language)]
    evidence = [Evidence(n, Span(0, len(t)), t, 0.5, 0.5, 1.0) for n, t in enumerate(texts)]
    return all(sentence.verified for sentence in check(row.sentence, row.question, evidence, embedder))


@pytest.mark.parametrize("split", SPLITS)
def test_half_of_the_sentences_are_wrong(split: str) -> None:
    rows = [row for row in ROWS if row.split == split]
    assert sum(row.faithful for row in rows) == sum(not row.faithful for row in rows) == 75
    assert len({row.id for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("split", SPLITS)
def test_planted_errors_are_not_verified(split: str, embedder: Embedder) -> None:
    wrong = [row for row in ROWS if row.split == split and not row.faithful]
    assert sum(is_verified(row, embedder) for row in wrong) <= 0.5 * len(wrong)


@pytest.mark.parametrize("split", SPLITS)
def test_faithful_paraphrases_are_verified(split: str, embedder: Embedder) -> None:
    faithful = [row for row in ROWS if row.split == split and row.faithful]
    assert sum(is_verified(row, embedder) for row in faithful) >= 0.4 * len(faithful)
