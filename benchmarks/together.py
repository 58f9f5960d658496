"""What finding loses where many sets of documents lie in one library.

    python -m benchmarks.together SET… --libraries DIR [--with FOLDER…] [--split test] [--limit N]

Each set is asked in a library of its own, and in one that holds all sets and the folders named with
--with. Printed for each: share of the answerable questions with a gold place first and among the first
five, alone and together, and the difference with its 95 % interval (paired bootstrap). Sets share articles,
so any copy of the gold text counts: a passage most of whose words stand in one that is at the gold place.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from benchmarks.retrieval import Lines, files_of, library_of, located
from pocketrag.answering.retriever import Retriever
from pocketrag.domain import Passage
from pocketrag.engine.client import open_library
from pocketrag.evaluation.comparing import interval
from pocketrag.evaluation.metrics import folded, place_rank
from pocketrag.evaluation.questions import Question, chosen_questions
from pocketrag.models.embedder import Embedder
from pocketrag.models.hub import embedding_model
from pocketrag.models.prepare import PreparedModels
from pocketrag.paths import LibraryPaths, models_folder
from pocketrag.settings import BUNDLED, Settings
from pocketrag.storage.chroma.folder import ChromaFolder
from pocketrag.storage.chroma.vectors import ChromaVectors
from pocketrag.storage.database import Database
from pocketrag.storage.lookup import Lookup
from pocketrag.storage.mounts import Mounts

COPY = 0.8
"""Share of a passage's words that must stand in one at the gold place for it to be a copy."""

DEPTHS = (1, 5)


def library_of_all(folders: Sequence[Path], libraries: Path) -> LibraryPaths:
    """Return the library that holds all these folders, made and indexed if there is none yet."""
    paths = LibraryPaths(libraries / "together")
    if not paths.catalog.exists():
        with closing(open_library(paths)) as library:
            for folder in folders:
                library.add(folder)
            for _ in library.index():
                pass
    return paths


@contextmanager
def finding(paths: LibraryPaths, embedder: Embedder) -> Iterator[Lines]:
    """Give the ways of finding in one library."""
    with (
        closing(Database(paths.catalog)) as database,
        closing(ChromaVectors(ChromaFolder(paths.vectors))) as vectors,
    ):
        lookup = Lookup(database)
        retriever = Retriever(lookup, vectors, Mounts(database), Settings().search.candidates)
        yield Lines(lookup, vectors, retriever, embedder)


def ranks(question: Question, alone: Sequence[Passage], together: Sequence[Passage]) -> tuple[int, int]:
    """Return the rank of the first passage at a gold place, alone and together; a large one for none."""
    gold = [set(folded(p.chunk.text).split()) for p in alone if place_rank([p], question)]
    copies = [p.rank for p in together if place_rank([p], question) or is_copy(p, gold)]
    return place_rank(alone, question) or 999, min(copies, default=999)


def is_copy(passage: Passage, gold: Sequence[set[str]]) -> bool:
    """Return whether most of a passage's words stand in one of these."""
    words = set(folded(passage.chunk.text).split())
    return any(len(words & known) >= COPY * len(words) for known in gold)


def main() -> None:
    """Measure, and print a line for each set and depth."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--libraries", type=Path, required=True, help="where the libraries are kept")
    parser.add_argument("--with", type=Path, nargs="*", default=[], dest="others")
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("--limit", type=int, help="questions of each set, at most, evenly spread")
    options = parser.parse_args()
    embedder = PreparedModels(models_folder()).load(embedding_model(BUNDLED))
    every = library_of_all(
        [*(files_of(folder) for folder in options.sets), *options.others], options.libraries
    )
    for folder in options.sets:
        asked = [q for q in chosen_questions(folder / "questions.jsonl", options.split, None) if q.answerable]
        step = max(1.0, len(asked) / (options.limit or len(asked)))
        chosen = [located(asked[int(n * step)], files_of(folder)) for n in range(int(len(asked) / step))]
        with finding(library_of(folder, options.libraries), embedder) as own:
            alone = [own.settled(q.question) for q in chosen]
        with finding(every, embedder) as all_of_them:
            found = [all_of_them.settled(q.question) for q in chosen]
        pairs = np.array([ranks(q, a, b) for q, a, b in zip(chosen, alone, found, strict=True)])
        for depth in DEPTHS:
            hits = (pairs <= depth).astype(float)
            low, high = interval(hits[:, 1] - hits[:, 0])
            alone_share, share = hits.mean(axis=0)
            print(
                f"{folder.name:16} {len(chosen):4} at {depth}: alone {alone_share:.3f}  together {share:.3f}"
                f"  {share - alone_share:+.3f} ({low:+.3f} to {high:+.3f})",
                flush=True,
            )


if __name__ == "__main__":
    main()
