"""Choose how sentences of evidence are ranked, on the dev split; report the test split.

    python -m benchmarks.evidence QA_DIR/squad2-rendered [QA_DIR/xquad-en …] [--questions N] [--likelihood N]

Prints in what share of the answerable questions the best sentence, and the best two, contain a gold
answer: for every signal alone, for the weights in `evidence.py`, and for weights fitted on dev (softmax
over a question's sentences). With --likelihood, the best N sentences are scored again by how likely the
bundled language model finds the question after them, which takes a second or more a question.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

import llama_cpp
import numpy as np
import numpy.typing as npt

from benchmarks.likelihood import Likelihoods
from pocketrag.answering import evidence as ours
from pocketrag.answering.deeper_look import DeeperLook
from pocketrag.answering.evidence import Evidence
from pocketrag.answering.retriever import Retriever
from pocketrag.answering.words import query_words
from pocketrag.domain import Filters
from pocketrag.engine.client import open_library
from pocketrag.evaluation.metrics import contains
from pocketrag.evaluation.questions import Question, chosen_questions
from pocketrag.models.embedder import EmbeddedQuery, Embedder
from pocketrag.models.hub import embedding_model, language_model
from pocketrag.models.prepare import PreparedModels
from pocketrag.paths import LibraryPaths, models_folder
from pocketrag.settings import BUNDLED, Settings
from pocketrag.storage.chroma.folder import ChromaFolder
from pocketrag.storage.chroma.vectors import ChromaVectors
from pocketrag.storage.database import Database
from pocketrag.storage.lookup import Lookup
from pocketrag.storage.mounts import Mounts

Floats = npt.NDArray[np.float64]

SIGNALS = {
    "cosine": ours.COSINE_WEIGHT,
    "words": ours.WORDS_WEIGHT,
    "cover": ours.COVER_WEIGHT,
    "type": ours.TYPE_WEIGHT,
    "codes": ours.CODE_WEIGHT,
    "passage": ours.PASSAGE_WEIGHT,
    "likelihood": 0.0,
}
"""What is seen of a sentence, and what it weighs now."""

NOW: Floats = np.array(list(SIGNALS.values()))

STEPS, STEP, RIDGE = 400, 0.05, 1e-3
"""Of the fit: plain gradient steps on scaled signals, and what keeps weights from growing without need."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """A question's sentences, the most relevant first."""

    signals: Floats
    """(n, 7), in the order of `SIGNALS`."""
    gold: npt.NDArray[np.bool_]
    """(n,): whether a gold answer stands there."""


def candidates(
    folder: Path, asked: list[Question], embedder: Embedder, likelihoods: Likelihoods | None, again: int
) -> list[Candidates]:
    """Return each question's sentences with their signals; the best `again` if likelihoods are asked for."""
    paths = LibraryPaths(folder)
    database, vectors = Database(paths.catalog), ChromaVectors(ChromaFolder(paths.vectors))
    lookup, settings = Lookup(database), Settings()
    retriever = Retriever(lookup, vectors, Mounts(database), settings.search.candidates)
    rows = []
    for question in asked:
        text, query = question.question, EmbeddedQuery(question.question, embedder)
        look = DeeperLook(query, lookup.words.frequencies(query_words(text)), lookup.chunk_count())
        passages = retriever.search(query, Filters(), settings.search.passages, look)
        found = look.evidence(passages)
        scores = [0.0] * len(found)
        if likelihoods is not None:
            found = found[:again]
            scores = likelihoods.of(text, [e.text for e in found])
        if found:
            gold = [any(contains(e.text, answer) for answer in question.answers) for e in found]
            signals = [seen(text, e, score) for e, score in zip(found, scores, strict=True)]
            rows.append(Candidates(np.array(signals), np.array(gold)))
    vectors.close()
    database.close()
    return rows


def seen(query: str, e: Evidence, likelihood: float) -> list[float]:
    """Return the signals of a sentence; its passage's score is what is left of its relevance."""
    own = [e.cosine, e.words, e.cover, ours.fits_type(query, e.text), ours.codes_held(query, e.text)]
    passage = (e.relevance - float(np.dot(NOW[: len(own)], own))) / ours.PASSAGE_WEIGHT
    return [*own, passage, likelihood]


def shares(rows: list[Candidates], weights: Floats) -> tuple[float, float]:
    """Return in what share of the questions the best sentence, and the best two, hold the answer."""
    ranked = [row.gold[np.argsort(-(row.signals @ weights), kind="stable")] for row in rows]
    return float(np.mean([r[:1].any() for r in ranked])), float(np.mean([r[:2].any() for r in ranked]))


def fitted(rows: list[Candidates]) -> Floats:
    """Return the weights that make the gold sentences likeliest, the cosine's as it is now."""
    told = [row for row in rows if row.gold.any() and not row.gold.all()]
    spread = np.concatenate([row.signals for row in told]).std(axis=0) + 1e-9
    weights: Floats = np.zeros(len(SIGNALS))
    for _ in range(STEPS):
        slope = np.mean([_slope(row.signals / spread, row.gold, weights) for row in told], axis=0)
        weights = weights + STEP * len(SIGNALS) * (slope - RIDGE * weights)
    plain = weights / spread
    scaled: Floats = plain * (ours.COSINE_WEIGHT / plain[0])
    return scaled


def _slope(signals: Floats, gold: npt.NDArray[np.bool_], weights: Floats) -> Floats:
    """Return the slope of the logarithm of the gold sentences' share of the softmax."""
    odds = np.exp(signals @ weights - (signals @ weights).max())
    slope: Floats = (odds * gold) @ signals / max((odds * gold).sum(), 1e-12) - odds @ signals / odds.sum()
    return slope


def show(name: str, rows: list[Candidates], weights: Floats) -> None:
    """Print one line of the table."""
    first, second = shares(rows, weights)
    print(f"  {name:34} best {first:.3f}   best two {second:.3f}")


def alone(signal: str, weight: float = 1.0) -> Floats:
    """Return weights that are 0 but for one signal."""
    return np.array([weight if name == signal else 0.0 for name in SIGNALS])


def main() -> None:
    """Index, look, choose on dev, report on test."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--likelihood", type=int, default=0, help="sentences scored again, 0 for none")
    parser.add_argument("--threads", type=int, default=2, help="of the language model")
    options = parser.parse_args()
    embedder = PreparedModels(models_folder()).load(embedding_model(BUNDLED))
    likelihoods = None
    if options.likelihood:
        llama = llama_cpp.Llama(str(language_model(BUNDLED).path), n_ctx=512, verbose=False)
        likelihoods = Likelihoods(llama, options.threads)
    rows: dict[str, list[Candidates]] = {"dev": [], "test": []}
    for folder in options.sets:
        with tempfile.TemporaryDirectory() as library_folder:
            library = open_library(LibraryPaths(Path(library_folder)))
            library.add(folder / "files")
            for _ in library.index():
                pass
            library.close()
            for split in rows:
                asked = chosen_questions(folder / "questions.jsonl", split, None)
                asked = [q for q in asked if q.answerable]
                step = max(1, len(asked) // options.questions)
                rows[split] += candidates(
                    Path(library_folder), asked[::step], embedder, likelihoods, options.likelihood
                )
    best = fitted(rows["dev"])
    print("fitted on dev:", dict(zip(SIGNALS, best.round(2).tolist(), strict=True)))
    for split, found in rows.items():
        print(f"{split}: {len(found)} questions")
        for signal in SIGNALS if likelihoods else list(SIGNALS)[:-1]:
            show(f"{signal} alone", found, alone(signal))
        show("now", found, NOW)
        show("fitted on dev", found, best)
        for weight in (0.1, 0.2, 0.3, 0.5) if likelihoods else ():
            show(f"now, and {weight} of the likelihood", found, NOW + alone("likelihood", weight))


if __name__ == "__main__":
    main()
