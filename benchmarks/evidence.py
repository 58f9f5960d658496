"""Choose how sentences of evidence are ranked, on the dev split; report the test split.

    python -m benchmarks.evidence QA_DIR/squad2-rendered [QA_DIR/xquad-en …] [--questions N] [--likelihood N]

Prints in what share of the answerable questions the best sentence, and the best two, contain a gold
answer: for every signal alone, for the weights in `evidence.py`, and for the best of a small grid. With
--likelihood, the best N sentences are scored again by how likely the bundled language model finds the
question after them, which takes a second or more a question.
"""

from __future__ import annotations

import argparse
import itertools
import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import llama_cpp

from benchmarks.likelihood import Likelihoods
from pocketrag.answering import evidence as ours
from pocketrag.answering.evidence import find_evidence
from pocketrag.answering.retriever import Retriever
from pocketrag.answering.words import content_words
from pocketrag.domain import Filters
from pocketrag.engine.client import open_library
from pocketrag.evaluation.metrics import contains
from pocketrag.evaluation.questions import Question, chosen_questions
from pocketrag.models.embedder import EmbeddedQuery, Embedder
from pocketrag.models.hub import embedding_model, language_model
from pocketrag.models.prepare import PreparedModels
from pocketrag.paths import LibraryPaths, models_folder
from pocketrag.settings import BUNDLED, Settings
from pocketrag.storage.database import Database
from pocketrag.storage.lookup import Lookup
from pocketrag.storage.mounts import Mounts
from pocketrag.storage.vectors import ChromaVectors

Weights = tuple[float, float, float]
"""Of the cover, the passage's score, and the answer type; the cosine weighs 1."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that might be the evidence."""

    cosine: float
    cover: float
    passage_score: float
    fits_type: float
    gold: bool
    likelihood: float = 0.0
    """Mean log-probability of the question after the sentence; 0 where it was not asked for."""


def candidates(
    folder: Path, asked: list[Question], embedder: Embedder, likelihoods: Likelihoods | None, again: int
) -> list[list[Candidate]]:
    """Return each question's sentences with their signals; the best `again` if likelihoods are asked for."""
    paths = LibraryPaths(folder)
    database, vectors = Database(paths.catalog), ChromaVectors(paths.vectors)
    lookup, settings = Lookup(database), Settings()
    retriever = Retriever(lookup, vectors, Mounts(database), settings.search.candidates)
    rows = []
    for question in asked:
        text, query = question.question, EmbeddedQuery(question.question, embedder)
        passages = retriever.search(query, Filters(), settings.search.passages)
        frequencies = lookup.words.frequencies(content_words(text))
        found = find_evidence(query, passages, frequencies, lookup.chunk_count())
        scores = [0.0] * len(found)
        if likelihoods is not None:
            found = found[:again]
            scores = likelihoods.of(text, [e.text for e in found])
        rows.append(
            [
                Candidate(
                    e.cosine,
                    e.cover,
                    passages[e.passage].score,
                    ours.fits_type(text, e.text),
                    any(contains(e.text, answer) for answer in question.answers),
                    score,
                )
                for e, score in zip(found, scores, strict=True)
            ]
        )
    vectors.close()
    database.close()
    return rows


def shares(
    rows: list[list[Candidate]], weights: Weights, cosine: float = 1.0, likelihood: float = 0.0
) -> tuple[float, float]:
    """Return in what share of the questions the best sentence, and the best two, hold the answer."""
    cover, passage, kind = weights

    def relevance(c: Candidate) -> float:
        found = cosine * c.cosine + cover * c.cover + passage * c.passage_score + kind * c.fits_type
        return found + likelihood * c.likelihood

    ranked = [sorted(row, key=relevance, reverse=True) for row in rows]
    first = sum(any(c.gold for c in row[:1]) for row in ranked)
    second = sum(any(c.gold for c in row[:2]) for row in ranked)
    return first / len(rows), second / len(rows)


def show(
    name: str,
    rows: list[list[Candidate]],
    weights: Weights,
    cosine: float = 1.0,
    likelihood: float = 0.0,
) -> None:
    """Print one line of the table."""
    first, second = shares(rows, weights, cosine, likelihood)
    print(f"  {name:34} best {first:.3f}   best two {second:.3f}")


def main() -> None:
    """Index, look, choose on dev, report on test."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--likelihood", type=int, default=0, help="sentences scored again, 0 for none")
    parser.add_argument("--threads", type=int, default=2, help="of the language model")
    parser.add_argument("--out", type=Path, help="keep the signals of every sentence here")
    options = parser.parse_args()
    embedder = PreparedModels(models_folder()).load(embedding_model(BUNDLED))
    likelihoods = None
    if options.likelihood:
        llama = llama_cpp.Llama(str(language_model(BUNDLED).path), n_ctx=512, verbose=False)
        likelihoods = Likelihoods(llama, options.threads)
    rows: dict[str, list[list[Candidate]]] = {"dev": [], "test": []}
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
    if options.out:
        options.out.write_text(json.dumps({k: [[asdict(c) for c in r] for r in v] for k, v in rows.items()}))
    now: Weights = (ours.COVER_WEIGHT, ours.RANK_WEIGHT, ours.TYPE_WEIGHT)
    grid = itertools.product((0.2, 0.35, 0.7, 1.0), (0.0, 0.15, 0.5, 0.8), (0.0, 0.1, 0.2))
    best = max(grid, key=lambda w: sum(shares(rows["dev"], w)))
    for split, found in rows.items():
        print(f"{split}: {len(found)} questions")
        show("cosine alone", found, (0, 0, 0))
        show("cover alone", found, (1, 0, 0), cosine=0)
        show(f"now {now}", found, now)
        show(f"best on dev {best}", found, best)
        for weight in (0.1, 0.2, 0.3, 0.5) if likelihoods else ():
            show(f"now, and {weight} of the likelihood", found, now, likelihood=weight)
        if likelihoods:
            show("likelihood alone", found, (0, 0, 0), cosine=0, likelihood=1)


if __name__ == "__main__":
    main()
