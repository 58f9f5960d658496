"""Which sentences a summary is made of: ways to choose them, compared on the sample papers.

    python -m benchmarks.summaries

Indexes the sample papers in a throw-away library. Of each paper with enough sentences, each way chooses as
many as a summary shows. Reported: the share of them that hold what a question of `questions.jsonl` asks for,
and the mean cosine of a paper's sentences with the nearest one chosen.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pocketrag.answering.central import most_central
from pocketrag.answering.quoting import OpenDocument
from pocketrag.answering.summarising import SHOWN, quotable
from pocketrag.answering.words import words
from pocketrag.domain import Filters
from pocketrag.engine.library import Library
from pocketrag.models.embedder import Vectors
from pocketrag.models.hub import embedding_model
from pocketrag.models.prepare import PreparedModels
from pocketrag.paths import LibraryPaths, models_folder
from pocketrag.settings import Settings
from pocketrag.storage.database import Database
from pocketrag.storage.lookup import Lookup

SAMPLES = Path(__file__).parents[1] / "sample_docs"
FEWEST = 15
"""Sentences of a paper, at least: of fewer, all would be chosen."""
HELD = 0.7
"""Share of the shorter one's words that a sentence and a gold quote share where one holds the other."""


def main() -> None:
    """Print a row for each way."""
    embedder = PreparedModels(models_folder()).load(embedding_model("bundled"))
    asked = _asked()
    scores: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        lookup = _indexed(Path(folder))
        for file in lookup.files(Filters()):
            sentences = quotable(OpenDocument.stored(file, lookup, frozenset()))
            if len(sentences) < FEWEST:
                continue
            texts = [one.quote.text for one in sentences]
            vectors = embedder.embed_documents(texts)
            golds = asked[file.version.relative]
            wanted = np.array([any(_holds(text, gold) for gold in golds) for text in texts])
            for way, chosen in _ways(vectors, [one.section for one in sentences]).items():
                near = float((vectors @ vectors[chosen].T).max(axis=1).mean())
                scores[way].append((float(wanted[chosen].mean()) if golds else np.nan, near))
    for way, rows in scores.items():
        share, near = np.nanmean(np.array(rows), axis=0)
        print(f"{way:30} papers {len(rows)}  asked about {share:.3f}  near {near:.3f}")


def _ways(vectors: Vectors, sections: list[tuple[str, ...]]) -> dict[str, list[int]]:
    whole = [()] * len(vectors)
    return {
        "the first ones": list(range(SHOWN)),
        "LexRank": _lexrank(vectors)[:SHOWN],
        "centroid": most_central(vectors, SHOWN, whole),
        "centroid, one of each section": most_central(vectors, SHOWN, sections),
        "every n-th": [n * len(vectors) // SHOWN for n in range(SHOWN)],
    }


def _lexrank(vectors: Vectors) -> list[int]:
    """Return all sentences by continuous LexRank (Erkan & Radev, JAIR 22, 2004), the most central first."""
    links: npt.NDArray[np.float64] = np.clip(vectors @ vectors.T, 0.0, None).astype(np.float64)
    links[links < 0.1] = 0.0
    np.fill_diagonal(links, 1.0)
    links /= links.sum(axis=1, keepdims=True)
    rank = np.full(len(links), 1 / len(links))
    for _ in range(100):
        rank = 0.15 / len(links) + 0.85 * rank @ links
    return [int(n) for n in np.argsort(-rank, kind="stable")]


def _asked() -> defaultdict[str, list[str]]:
    """Return the gold quotes of each paper."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in (SAMPLES / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        for gold in json.loads(line)["evidence"]:
            found[gold["file"]].append(gold["quote"])
    return found


def _holds(text: str, gold: str) -> bool:
    one, other = set(words(text)), set(words(gold))
    return len(one & other) >= HELD * min(len(one), len(other))


def _indexed(folder: Path) -> Lookup:
    paths = LibraryPaths(folder)
    library = Library(paths, Settings())
    library.add(SAMPLES)
    for _ in library.index():
        pass
    library.close()
    return Lookup(Database(paths.catalog))


if __name__ == "__main__":
    main()
