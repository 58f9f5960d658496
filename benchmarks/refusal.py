"""Fit and report the refusal model on public question sets.

    python -m benchmarks.refusal QA_DIR [--questions N] [--papers DIR] [--picture FILE.svg]

QA_DIR holds sets of `files/` and `questions.jsonl`, the latter with "split": "dev" or "test". Each
set is a library of its own. The logistic model over the signals of `answerability.py` is fitted on the
dev split (answerable questions against those of other sets), its offset then moved so that 98.5 % of the
latter are refused. It is reported on the test split: area under the ROC curve, and shares refused at
strictness 0.5. The questions of --papers (a folder with a `questions.jsonl`) are never fitted on.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pocketrag.answering.answerability import EvidenceSignals, evidence_signals
from pocketrag.answering.asked_names import unknown_names
from pocketrag.answering.passages import PassageFinder
from pocketrag.answering.refusing import UNKNOWN_NAME
from pocketrag.answering.retriever import Retriever
from pocketrag.domain import Filters
from pocketrag.engine.client import open_library
from pocketrag.evaluation.questions import Question, chosen_questions
from pocketrag.models.embedder import EmbeddedQuery, Embedder
from pocketrag.models.hub import embedding_model
from pocketrag.models.prepare import PreparedModels
from pocketrag.paths import LibraryPaths, models_folder
from pocketrag.settings import BUNDLED, Settings
from pocketrag.storage.chroma.folder import ChromaFolder
from pocketrag.storage.chroma.vectors import ChromaVectors
from pocketrag.storage.database import Database
from pocketrag.storage.lookup import Lookup
from pocketrag.storage.mounts import Mounts

Floats = npt.NDArray[np.float64]
HOME = {
    "squad2-rendered": ("contoso",),
    "xquad-en": ("contoso",),
    "contoso": ("squad2-rendered",),
    "clapnq": ("contoso",),
}
"""Each set, and the sets whose questions have nothing to do with it."""

FITTED = ("squad2-rendered", "xquad-en", "contoso")
"""The sets that the model is fitted on; the others are only reported."""

RIDGE = 0.02
"""What keeps the weights of signals that say nearly the same from growing apart: the answerable questions
of these sets are so easy that without it the fit follows chance."""

FAR_REFUSED = 0.985
"""Share of the questions about nothing in the library that must be refused at strictness 0.5; no more,
because every further one costs many answerable questions their answer."""

COLOURS = {"far": "#1f6f8b", "near": "#c0562f"}


@dataclass(frozen=True, slots=True)
class Sample:
    """A question asked of a library: what is seen, and whether the answer is there."""

    signals: EvidenceSignals
    label: str
    """answerable, near or far."""
    kind: str
    unknown: bool
    """Whether it names something that stands in no file."""


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
    database, vectors = Database(paths.catalog), ChromaVectors(ChromaFolder(paths.vectors))
    lookup, settings = Lookup(database), Settings()
    finder = PassageFinder(lookup, Retriever(lookup, vectors, Mounts(database), settings.search.candidates))
    found = []
    for question, label in asked:
        query = EmbeddedQuery(question.question, embedder)
        evidenced = finder.find_among(query, Filters(), settings.search.passages)
        contexts = [passage.chunk.context for passage in evidenced.results.passages]
        seen = evidence_signals(query, evidenced.evidence, contexts)
        unknown = bool(unknown_names(question.question, lookup))
        found.append(Sample(seen or EvidenceSignals(0.0, 0.0, 0.0, 0.0), label, question.kind, unknown))
    vectors.close()
    database.close()
    return found


def questions_for(qa: Path, name: str, split: str, limit: int) -> list[tuple[Question, str]]:
    """Return a set's own questions and far ones of other sets, each with its label."""
    own = chosen_questions(qa / name / "questions.jsonl", split, limit)
    labelled = [(q, "answerable" if q.answerable else "near") for q in own]
    return labelled + [pair for other in HOME[name] for pair in far_questions(qa, other, split, limit // 2)]


def far_questions(qa: Path, name: str, split: str, limit: int) -> list[tuple[Question, str]]:
    """Return answerable questions of a set, to be asked of another library."""
    own = chosen_questions(qa / name / "questions.jsonl", split, None)
    answerable = [q for q in own if q.answerable]
    step = max(1, len(answerable) // limit)
    return [(q, "far") for q in answerable[::step][:limit]]


def fit(sets: dict[str, list[Sample]]) -> Floats:
    """Return the weights of the signals and of 1, by Newton's method, every kind of every set weighted alike.

    The signals are scaled to unit variance before the ridge is laid on them.
    """
    rows = [(s, name) for name in FITTED for s in sets[name] if s.label != "near"]
    counts: dict[tuple[str, str], int] = {}
    for s, name in rows:
        counts[name, s.label] = counts.get((name, s.label), 0) + 1
    x = np.array([astuple(s.signals) for s, _ in rows])
    y = np.array([float(s.label == "answerable") for s, _ in rows])
    balance = np.array([1 / counts[name, s.label] for s, name in rows])
    balance /= balance.sum()
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    scaled = np.column_stack([(x - mean) / spread, np.ones(len(x))])
    ridge = np.array([RIDGE] * x.shape[1] + [0.0])
    weights: Floats = np.zeros(scaled.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-(scaled @ weights)))
        gradient = scaled.T @ (balance * (y - p)) - ridge * weights
        hessian = (scaled.T * (balance * p * (1 - p))) @ scaled + np.diag(ridge + 1e-9)
        weights = weights + np.linalg.solve(hessian, gradient)
    plain = weights[:-1] / spread
    return np.append(plain, weights[-1] - plain @ mean)


def shifted(sets: dict[str, list[Sample]], weights: Floats) -> Floats:
    """Return the weights with the offset moved so that `FAR_REFUSED` of the far questions are refused.

    Each set counts alike.
    """
    scored = []
    for name in FITTED:
        far = by_signals([s for s in sets[name] if s.label == "far"], weights)
        scored += [(float(value), 1 / len(far)) for value in far]
    scored.sort()
    share = np.cumsum([weight for _, weight in scored]) / len(FITTED)
    threshold = scored[int(np.searchsorted(share, FAR_REFUSED))][0]
    moved = weights.copy()
    moved[-1] -= threshold
    return moved


def by_signals(rows: list[Sample], weights: Floats) -> Floats:
    """Return the weighted sum of each sample's signals."""
    table = np.array([[*astuple(s.signals), 1.0] for s in rows]).reshape(len(rows), len(weights))
    found: Floats = table @ weights
    return found


def sums(rows: list[Sample], weights: Floats) -> Floats:
    """Return the logit of each sample's likelihood: above 0 it is answered at strictness 0.5.

    That of one with an unknown name is what is left of it (`refusing.UNKNOWN_NAME`).
    """
    likely = 1 / (1 + np.exp(-by_signals(rows, weights)))
    left = likely * np.array([UNKNOWN_NAME if s.unknown else 1.0 for s in rows])
    found: Floats = np.log(left / (1 - left))
    return found


def area(positive: Floats, negative: Floats) -> float:
    """Return the area under the ROC curve: how often a positive scores above a negative."""
    above = (positive[:, None] > negative[None, :]).mean() + 0.5 * (
        positive[:, None] == negative[None, :]
    ).mean()
    return float(above)


def report(rows: list[Sample], weights: Floats) -> None:
    """Print areas and shares refused at strictness 0.5, and those of each kind of question."""
    answerable = sums([s for s in rows if s.label == "answerable"], weights)
    for label in ("answerable", "near", "far"):
        values = sums([s for s in rows if s.label == label], weights)
        if len(values):
            auc = "" if label == "answerable" else f"  area {area(answerable, values):.3f}"
            print(f"    {label:22} {len(values):4}  refused {np.mean(values < 0):.3f}{auc}")
    for kind in sorted({s.kind for s in rows if s.kind}):
        values = sums([s for s in rows if s.kind == kind], weights)
        print(f"      {kind:20} {len(values):4}  refused {np.mean(values < 0):.3f}")


def picture(sets: dict[str, list[Sample]], weights: Floats) -> str:
    """Return the ROC curves of all sets together, as SVG: what is refused, and at what cost."""
    rows = [s for samples_of_set in sets.values() for s in samples_of_set]
    answerable = np.sort(sums([s for s in rows if s.label == "answerable"], weights))
    lines = []
    for label, colour in COLOURS.items():
        values = sums([s for s in rows if s.label == label], weights)
        cuts = np.quantile(answerable, np.linspace(0, 1, 101))
        points = " ".join(
            f"{40 + 3 * step:.0f},{340 - 300 * np.mean(values < cut):.1f}" for step, cut in enumerate(cuts)
        )
        lines.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{points}"/>')
        at = 60 if label == "far" else 200
        lines.append(f'<text x="150" y="{at}" fill="{colour}">{label}: {area(answerable, values):.3f}</text>')
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 380"'
        ' font-family="sans-serif" font-size="12">'
        '<rect width="360" height="380" fill="white"/>'
        '<path d="M40 40V340H340" fill="none" stroke="#888"/><path d="M40 340L340 40" stroke="#ddd"/>'
        '<text x="60" y="365">share of answerable questions refused, 0 to 1</text>'
        '<text x="14" y="320" transform="rotate(-90 18 320)">share of the others refused, 0 to 1</text>'
        + "".join(lines)
        + "</svg>\n"
    )


def gathered(qa: Path, limit: int, papers: Path | None) -> dict[str, dict[str, list[Sample]]]:
    """Return the dev and test samples of all sets, asked of the real product."""
    embedder = PreparedModels(models_folder()).load(embedding_model(BUNDLED))
    found: dict[str, dict[str, list[Sample]]] = {"dev": {}, "test": {}}
    for name in HOME:
        with tempfile.TemporaryDirectory() as folder:
            index(qa / name / "files", Path(folder))
            for split, sets in found.items():
                sets[name] = samples(Path(folder), questions_for(qa, name, split, limit), embedder)
            print(f"{name}: indexed and asked", flush=True)
    if papers:
        own = chosen_questions(papers / "questions.jsonl", None, None)
        asked = [(q, "answerable" if q.answerable else q.kind.rpartition("-")[2] or "near") for q in own]
        for other in ("squad2-rendered", "contoso"):
            asked += far_questions(qa, other, "test", limit // 2)
        with tempfile.TemporaryDirectory() as folder:
            index(papers, Path(folder))
            found["test"][papers.name] = samples(Path(folder), asked, embedder)
    return found


def kept(file: Path) -> dict[str, dict[str, list[Sample]]]:
    """Return the samples that an earlier run kept."""
    return {
        split: {
            name: [Sample(EvidenceSignals(**s["signals"]), s["label"], s["kind"], s["unknown"]) for s in rows]
            for name, rows in sets.items()
        }
        for split, sets in json.loads(file.read_text()).items()
    }


def main() -> None:
    """Index, fit on dev, report on test."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("qa", type=Path)
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--papers", type=Path, help="documents with a questions.jsonl, reported only")
    parser.add_argument("--again", type=Path, help="fit on signals kept by --out, without asking anything")
    parser.add_argument("--out", type=Path, help="keep the signals of every question here")
    parser.add_argument("--picture", type=Path, help="draw the curves of the test split here, as SVG")
    options = parser.parse_args()
    found = kept(options.again) if options.again else gathered(options.qa, options.questions, options.papers)
    if options.out:
        kept_rows = {
            split: {n: [asdict(s) for s in r] for n, r in sets.items()} for split, sets in found.items()
        }
        options.out.write_text(json.dumps(kept_rows))
    weights = shifted(found["dev"], fit(found["dev"]))
    names = [*(f"{f.name.upper()}_WEIGHT" for f in fields(EvidenceSignals)), "OFFSET"]
    print("  ".join(f"{name} = {weight:.1f}" for name, weight in zip(names, weights, strict=True)))
    for split, sets in found.items():
        for name, rows in sets.items():
            print(f"{split} {name}")
            report(rows, weights)
    if options.picture:
        public = {name: rows for name, rows in found["test"].items() if name in HOME}
        options.picture.write_text(picture(public, weights), encoding="utf-8")


if __name__ == "__main__":
    main()
