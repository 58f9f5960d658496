"""Whether a prepared model still says what the original says: probe sentences, and a small retrieval set."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from pocketrag.models.embedder import Embedder, Vectors

MEAN_COSINE = 0.97
WORST_COSINE = 0.95
"""Of the probes' vectors with the original's. Faithful int8 forms reach 0.99 on average and 0.98 at worst;
a form computed wrongly on some processor is far below."""

RANKING = 0.98
"""nDCG@10 of the probe questions, as a share of the original's. Each of the 40 weighs 2.5 %: one that
falls by a rank is chance, two that are lost are not."""

DEPTH = 10


class Probes(NamedTuple):
    """Questions, each with the passage of the same number that answers it."""

    questions: list[str]
    passages: list[str]


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """How near a prepared form is to its original."""

    mean_cosine: float
    worst_cosine: float
    ranking: float
    """nDCG@10 as a share of the original's."""

    @property
    def enough(self) -> bool:
        """Whether the form may stand for the original."""
        return (
            self.mean_cosine >= MEAN_COSINE and self.worst_cosine >= WORST_COSINE and self.ranking >= RANKING
        )


def read_probes() -> Probes:
    """Return the built-in probes."""
    lines = files(__package__).joinpath("probes.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return Probes([row["question"] for row in rows], [row["passage"] for row in rows])


def faithfulness(form: Embedder, original: Embedder, probes: Probes) -> Faithfulness:
    """Return how near the form's vectors and rankings are to the original's."""
    ours, theirs = _vectors(form, probes), _vectors(original, probes)
    cosines = np.concatenate([(a * b).sum(axis=1) for a, b in zip(ours, theirs, strict=True)])
    return Faithfulness(float(cosines.mean()), float(cosines.min()), ndcg(*ours) / ndcg(*theirs))


def _vectors(embedder: Embedder, probes: Probes) -> tuple[Vectors, Vectors]:
    questions = np.stack([embedder.embed_query(question) for question in probes.questions])
    return questions, embedder.embed_documents(probes.passages)


def ndcg(questions: Vectors, passages: Vectors) -> float:
    """Return nDCG@10 where question n is answered by passage n alone: the mean of 1 / log2(1 + rank)."""
    similarity = questions @ passages.T
    ranks = 1 + (similarity > np.diag(similarity)[:, None]).sum(axis=1)
    return float(np.mean([1 / math.log2(1 + rank) if rank <= DEPTH else 0.0 for rank in ranks]))
