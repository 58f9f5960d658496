"""Finding compared: dense search alone, BM25 alone, and both as PocketRAG puts them together.

    python benchmarks/retrieval.py SET… --libraries DIR [--split dev] [--limit N] [--out FILE]

A set is a folder with `questions.jsonl` beside the documents (in `files/`, where there is one). It is
indexed into a library of its own in DIR, once. No language model is asked: this is the ranking of
passages and nothing else.

dense    cosine of the question with the chunk's text, and no more
BM25     any word of the question, in the chunk or its headings
quick    what `Retriever.search` returns without the deeper look
settled  what it returns with it, and what a search shows

Printed for each: share of the answerable questions with a gold document first, and with a gold place
first, in the first three and the first five; MRR@10 by place; mean length of a passage. Then the
difference at places first and in five to the better of the first two lines, with its 95 % interval from a
paired bootstrap over the questions (Efron & Tibshirani, 1993). Choose constants on dev, report test.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from pocketrag.answering.deeper_look import DeeperLook
from pocketrag.answering.retriever import Retriever
from pocketrag.answering.words import query_words
from pocketrag.domain import Filters, Freshness, Passage
from pocketrag.engine.client import open_library
from pocketrag.evaluation.comparing import interval
from pocketrag.evaluation.metrics import LOOKED_AT, TOP, Score, document_rank, is_hit, place_rank
from pocketrag.evaluation.questions import Gold, Question, chosen_questions
from pocketrag.evaluation.runner import summary
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
from pocketrag.storage.stored import StoredChunk
from pocketrag.storage.terms import words

SHOWN = ("document_hit@1", "place_hit@1", "place_hit@3", "place_hit@5", "place_mrr@10", "passage_length")
Find = Callable[[str], Sequence[Passage]]
"""From a question to passages, best first."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The ways of finding that are compared, on one library."""

    lookup: Lookup
    vectors: ChromaVectors
    retriever: Retriever
    embedder: Embedder

    def all(self) -> dict[str, Find]:
        """Return them by name."""
        return {"dense": self.dense, "BM25": self.lexical, "quick": self.quick, "settled": self.settled}

    def dense(self, question: str) -> list[Passage]:
        """Return the nearest chunks by their own vectors."""
        nearest = self.vectors.nearest("chunks", self.embedder.embed_query(question), 2 * TOP)
        return self._passages([key for key, _ in nearest])

    def lexical(self, question: str) -> list[Passage]:
        """Return the best chunks by BM25, every word of the question counting."""
        every = list(dict.fromkeys(words(question)))
        return self._passages(list(self.lookup.words.chunks(every, 2 * TOP, Filters())))

    def quick(self, question: str) -> list[Passage]:
        """Return what a search finds before the deeper look."""
        return self._found(question, None)

    def settled(self, question: str) -> list[Passage]:
        """Return what a search shows."""
        frequencies = self.lookup.words.frequencies(query_words(question))
        query = EmbeddedQuery(question, self.embedder)
        return self._found(question, DeeperLook(query, frequencies, self.lookup.chunk_count()))

    def _found(self, question: str, look: DeeperLook | None) -> list[Passage]:
        found = self.retriever.search(EmbeddedQuery(question, self.embedder), Filters(), TOP, look)
        return _ranked([(f.stored, f.also_in) for f in found])

    def _passages(self, keys: list[str]) -> list[Passage]:
        chunks: dict[str, list[StoredChunk]] = {}
        for chunk in self.lookup.chunks_by_key(keys, Filters()):
            chunks.setdefault(chunk.key, []).append(chunk)
        there = [chunks[key] for key in keys if key in chunks]
        others = ([f.version.shown for chunk in equal for f in chunk.files] for equal in there)
        return _ranked([(equal[0], tuple(names)) for equal, names in zip(there, others, strict=True)][:TOP])


def _ranked(found: Iterable[tuple[StoredChunk, tuple[str, ...]]]) -> list[Passage]:
    return [
        Passage(n, 0.0, stored.files[0].version, stored.chunk, (), Freshness.FRESH, also_in)
        for n, (stored, also_in) in enumerate(found, start=1)
    ]


def files_of(folder: Path) -> Path:
    """Return where a set's documents lie."""
    inside = folder / "files"
    return inside if inside.is_dir() else folder


def library_of(folder: Path, libraries: Path) -> LibraryPaths:
    """Return the set's library, made and indexed if there is none yet."""
    paths = LibraryPaths(libraries / folder.name)
    if not paths.catalog.exists():
        with closing(open_library(paths)) as library:
            library.add(files_of(folder))
            for _ in library.index():
                pass
    return paths


def located(question: Question, files: Path) -> Question:
    """Return the question, its gold spans turned into the text that stands there.

    A span with an answer in it says no more than where the answer stands: the answer is the gold text.
    """
    if question.answers:
        return question
    return replace(question, evidence=tuple(_quoted(gold, files) for gold in question.evidence))


def _quoted(gold: Gold, files: Path) -> Gold:
    if gold.quote or gold.start is None or gold.end is None:
        return gold
    return replace(gold, quote=(files / gold.file).read_text("utf-8")[gold.start : gold.end])


def scored(question: Question, passages: Sequence[Passage]) -> Score:
    """Return how well the passages agree with a question's gold labels."""
    lengths = [min(len(p.chunk.text), LOOKED_AT) for p in passages]
    return Score(
        kind=question.kind,
        answerable=question.answerable,
        document_rank=document_rank(passages, question),
        place_rank=place_rank(passages, question),
        passage_length=float(np.mean(lengths)) if lengths else 0.0,
        answered=None,
    )


def hits(scores: Sequence[Score], depth: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return float64 (n,): 1 where a question's gold place is among the first `depth` passages."""
    return np.array([float(is_hit(s.place_rank, depth)) for s in scores])


def difference(ours: Sequence[Score], other: Sequence[Score], depth: int) -> tuple[float, float, float]:
    """Return by how much our hits exceed the other's, and the 95 % interval of that."""
    apart = hits(ours, depth) - hits(other, depth)
    return float(apart.mean()), *interval(apart)


def measured(
    folder: Path, libraries: Path, embedder: Embedder, asked: list[Question]
) -> dict[str, list[Score]]:
    """Return each line's scores on one set."""
    paths = library_of(folder, libraries)
    with (
        closing(Database(paths.catalog)) as database,
        closing(ChromaVectors(ChromaFolder(paths.vectors))) as vectors,
    ):
        lookup = Lookup(database)
        retriever = Retriever(lookup, vectors, Mounts(database), Settings().search.candidates)
        lines = Lines(lookup, vectors, retriever, embedder).all()
        return {name: [scored(q, find(q.question)) for q in asked] for name, find in lines.items()}


def show(name: str, scores: dict[str, list[Score]]) -> None:
    """Print a set's lines, and ours against the better of the others."""
    print(f"\n{name}: {len(scores['settled'])} questions")
    for line, outcomes in scores.items():
        row = summary(outcomes)
        figures = "  ".join(f"{key.replace('document', 'doc')} {row[key]:.3f}" for key in SHOWN[:-1])
        print(f"  {line:7} {figures}  length {row[SHOWN[-1]]:.0f}")
    for ours, depth in itertools.product(("quick", "settled"), (1, 5)):
        better = max(("dense", "BM25"), key=lambda line: hits(scores[line], depth).mean())
        gain, low, high = difference(scores[ours], scores[better], depth)
        print(f"  {ours} against {better} at {depth}: {gain:+.3f} ({low:+.3f} to {high:+.3f})")


def main() -> None:
    """Measure, and print a block for each set."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--libraries", type=Path, required=True, help="where the sets' libraries are kept")
    parser.add_argument("--split", choices=("dev", "test"), help="of the sets that have splits")
    parser.add_argument("--limit", type=int, help="questions of each set, at most, evenly spread")
    parser.add_argument("--out", type=Path, help="keep every question's ranks here, one a line")
    options = parser.parse_args()
    embedder = PreparedModels(models_folder()).load(embedding_model(BUNDLED))
    for folder in options.sets:
        file = folder / "questions.jsonl"
        every = [q for q in chosen_questions(file, None, None) if q.answerable and not q.after]
        if any(q.split for q in every):
            every = [q for q in every if options.split in (None, q.split)]
        step = max(1.0, len(every) / (options.limit or len(every)))
        asked = [located(every[int(n * step)], files_of(folder)) for n in range(int(len(every) / step))]
        scores = measured(folder, options.libraries, embedder, asked)
        show(folder.name, scores)
        if options.out:
            with options.out.open("a", encoding="utf-8") as out:
                for line, outcomes in scores.items():
                    for question, outcome in zip(asked, outcomes, strict=True):
                        row = {"set": folder.name, "line": line, "id": question.id, **asdict(outcome)}
                        out.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
