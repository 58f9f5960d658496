"""Fit and report the refusal model on public question sets.

    python benchmarks/refusal.py QA_DIR [--questions N]

QA_DIR holds sets of `files/` and `questions.jsonl`, the latter with "split": "dev" or "test". Each
set is a library of its own. The logistic model over the best sentence's cosine and cover is fitted
on the dev split (answerable questions against near misses, and against questions of other sets), its
offset then moved so that 97 % of the latter are refused. It is reported on the test split: area
under the ROC curve, and shares refused at strictness 0.5.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pocketrag.answering.evidence import find_evidence
from pocketrag.answering.retriever import Retriever
from pocketrag.answering.words import content_words
from pocketrag.domain import Filters
from pocketrag.engine.client import open_library
from pocketrag.evaluation.questions import Question, chosen_questions
from pocketrag.models.embedder import Embedder
from pocketrag.models.hub import embedding_model
from pocketrag.models.prepare import PreparedModels
from pocketrag.paths import LibraryPaths, models_folder
from pocketrag.settings import BUNDLED, Settings
from pocketrag.storage.database import Database
from pocketrag.storage.lookup import Lookup
from pocketrag.storage.mounts import Mounts
from pocketrag.storage.vectors import ChromaVectors

Floats = npt.NDArray[np.float64]
HOME = {"squad2-rendered": ("contoso",), "contoso": ("squad2-rendered",), "clapnq": ("contoso",)}
"""Each set, and the sets whose questions have nothing to do with it."""


WEIGHT = {"answerable": 0.5, "near": 0.1, "far": 0.4}
"""How much each kind of question weighs in the fit. Near misses look like answerable questions to
these two signals: weighing them alike would refuse a fifth of the answerable ones."""


FAR_REFUSED = 0.97
"""Share of the questions about nothing in the library that must be refused at strictness 0.5; no more,
because every further one costs many answerable questions their answer."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A question asked of a library: what is seen, and whether the answer is there."""

    features: tuple[float, float]
    label: str
    """answerable, near or far."""


def index(files: Path, folder: Path) -> None:
    """Make a library of the files in the folder."""
    library = open_library(LibraryPaths(folder))
    library.add(files)
    for _ in library.index():
        pass
    library.close()


def samples(folder: Path, asked: list[tuple[Question, str]], embedder: Embedder) -> list[Sample]:
    """Return what the evidence of each question looks like."""
    paths = LibraryPaths(folder)
    database, vectors = Database(paths.catalog), ChromaVectors(paths.vectors)
    lookup, settings = Lookup(database), Settings()
    retriever = Retriever(lookup, vectors, Mounts(database), settings.search.candidates)
    found = []
    for question, label in asked:
        text = question.question
        passages = retriever.search(text, Filters(), settings.search.passages, embedder)
        frequencies = lookup.words.frequencies(content_words(text))
        evidence = find_evidence(text, passages, embedder, frequencies, lookup.chunk_count())
        features = (max(e.cosine for e in evidence), max(e.cover for e in evidence))
        found.append(Sample(features, label))
    vectors.close()
    database.close()
    return found


def questions_for(qa: Path, name: str, split: str, limit: int) -> list[tuple[Question, str]]:
    """Return a set's own questions and far ones of other sets, each with its label."""
    own = chosen_questions(qa / name / "questions.jsonl", split, limit)
    labelled = [(q, "answerable" if q.answerable else "near") for q in own]
    for other in HOME[name]:
        far = [q for q in chosen_questions(qa / other / "questions.jsonl", split, limit // 2) if q.answerable]
        labelled += [(q, "far") for q in far]
    return labelled


def fit(rows: list[Sample]) -> Floats:
    """Return weights of (cosine, cover, 1) by Newton's method, classes weighted alike."""
    x = np.array([(*s.features, 1.0) for s in rows])
    y = np.array([float(s.label == "answerable") for s in rows])
    balance = np.array([WEIGHT[s.label] / sum(r.label == s.label for r in rows) for s in rows]) * len(rows)
    weights: Floats = np.zeros(3)
    for _ in range(50):
        p = 1 / (1 + np.exp(-(x @ weights)))
        gradient = x.T @ (balance * (y - p)) - 1e-3 * weights
        hessian = (x.T * (balance * p * (1 - p))) @ x + 1e-3 * np.eye(3)
        weights = weights + np.linalg.solve(hessian, gradient)
    return weights


def shifted(rows: list[Sample], weights: Floats) -> Floats:
    """Return the weights with the offset moved so that `FAR_REFUSED` of the far questions are refused."""
    far = np.array([(*s.features, 1.0) for s in rows if s.label == "far"]) @ weights
    moved: Floats = weights - np.array([0.0, 0.0, np.quantile(far, FAR_REFUSED)])
    return moved


def area(positive: Floats, negative: Floats) -> float:
    """Return the area under the ROC curve: how often a positive scores above a negative."""
    above = (positive[:, None] > negative[None, :]).mean() + 0.5 * (
        positive[:, None] == negative[None, :]
    ).mean()
    return float(above)


def report(rows: list[Sample], weights: Floats) -> None:
    """Print areas and shares refused at strictness 0.5."""
    scores = {
        label: np.array(
            [1 / (1 + np.exp(-(np.array((*s.features, 1.0)) @ weights))) for s in rows if s.label == label]
        )
        for label in ("answerable", "near", "far")
    }
    for label, values in scores.items():
        if len(values):
            auc = "" if label == "answerable" else f"  area {area(scores['answerable'], values):.3f}"
            print(f"    {label:10} {len(values):4}  refused {np.mean(values < 0.5):.3f}{auc}")


def gathered(qa: Path, limit: int) -> tuple[list[Sample], dict[str, list[Sample]]]:
    """Return the dev samples of all sets, and each set's test samples, asked of the real product."""
    embedder = PreparedModels(models_folder()).load(embedding_model(BUNDLED))
    dev: list[Sample] = []
    test: dict[str, list[Sample]] = {}
    for name in HOME:
        with tempfile.TemporaryDirectory() as folder:
            index(qa / name / "files", Path(folder))
            dev += samples(Path(folder), questions_for(qa, name, "dev", limit), embedder)
            test[name] = samples(Path(folder), questions_for(qa, name, "test", limit), embedder)
            print(f"{name}: indexed and asked", flush=True)
    return dev, test


def kept(file: Path) -> tuple[list[Sample], dict[str, list[Sample]]]:
    """Return the samples that an earlier run kept."""
    stored = json.loads(file.read_text())
    sets = {k: [Sample(tuple(s["features"]), s["label"]) for s in v] for k, v in stored.items()}
    return sets.pop("dev"), sets


def main() -> None:
    """Index, fit on dev, report on test."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("qa", type=Path)
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--again", type=Path, help="fit on signals kept by --out, without asking anything")
    parser.add_argument("--out", type=Path, help="keep the signals of every question here")
    options = parser.parse_args()
    dev, test = kept(options.again) if options.again else gathered(options.qa, options.questions)
    if options.out:
        everything = {"dev": dev, **test}
        options.out.write_text(json.dumps({k: [asdict(s) for s in v] for k, v in everything.items()}))
    weights = shifted(dev, fit(dev))
    print(f"COSINE_WEIGHT = {weights[0]:.1f}  COVER_WEIGHT = {weights[1]:.1f}  OFFSET = {weights[2]:.1f}")
    print("dev")
    report(dev, weights)
    for name, rows in test.items():
        print(f"test {name}")
        report(rows, weights)


if __name__ == "__main__":
    main()
