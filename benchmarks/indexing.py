"""Indexing end to end, as ratios to the embedder alone on the same chunks in the same run.

    python benchmarks/indexing.py FOLDER [--rounds N]

Indexes the folder into a new library with the model already loaded (read, cut, embed, store: also the
vectors of headings and paths), then embeds the texts of its chunks alone, with the prepared embedder and
with `SentenceTransformer.encode(batch_size=32)`. Prints chunks a second of each, medians of several
rounds, and the ratios.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sentence_transformers import SentenceTransformer

from pocketrag.engine.library import Library
from pocketrag.models.hub import embedding_model
from pocketrag.models.prepare import PreparedModels
from pocketrag.paths import LibraryPaths, models_folder
from pocketrag.settings import BUNDLED, Settings
from pocketrag.storage.database import Database
from pocketrag.storage.references import References


def seconds(work: Callable[[], object]) -> float:
    """Return how long the work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def index(folder: Path, library_folder: Path) -> tuple[float, list[str]]:
    """Return the seconds that indexing the folder takes, and the texts that were embedded."""
    paths = LibraryPaths(library_folder)
    library = Library(paths, Settings())
    list(library.load())
    library.add(folder)
    took = seconds(lambda: list(library.index()))
    library.close()
    database = Database(paths.catalog)
    references = References(database)
    texts = list(references.chunk_texts(sorted(references.keys("chunks"))).values())
    database.close()
    return took, texts


def main() -> None:
    """Measure, and print a line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    model = embedding_model(BUNDLED)
    prepared = PreparedModels(models_folder()).load(model)
    bare = SentenceTransformer(str(model.path), device="cpu")
    rates: dict[str, list[float]] = {"indexing": [], "prepared embedder": [], "encode": []}
    chunks = 0
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as library_folder:
            took, texts = index(options.folder.resolve(), Path(library_folder))
        chunks = len(texts)
        rates["indexing"].append(chunks / took)
        for name, embed in (
            ("prepared embedder", prepared.embed_documents),
            ("encode", partial(bare.encode, batch_size=32)),
        ):
            rates[name].append(chunks / seconds(partial(embed, texts)))
    print(f"{chunks} chunks")
    for name, found in rates.items():
        ratio = statistics.median(i / other for i, other in zip(rates["indexing"], found, strict=True))
        print(f"{name:18} {statistics.median(found):6.1f} chunks/s   indexing is {ratio:.2f} × as fast")


if __name__ == "__main__":
    main()
