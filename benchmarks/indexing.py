"""Indexing end to end, as ratios to the embedder alone on the same chunks in the same run.

    python benchmarks/indexing.py FOLDER [--rounds N]

Indexes the folder into a new library with the model already loaded (read, cut, embed, store: also the
vectors of headings and paths), then embeds the texts of its chunks alone, with the prepared embedder and
with `SentenceTransformer.encode(batch_size=32)`. Prints chunks a second of each, medians of several
rounds, and the ratios: of wall-clock, and of processor time, the readers' included. On a computer that does
something else meanwhile, only the latter tells anything.

Of a folder that holds PDFs, they are also read with pypdf alone. What it and the prepared embedder take of
processor time, over the number of cores, is what indexing would take at best with pypdf as its reader.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pypdf import PdfReader
from sentence_transformers import SentenceTransformer

from pocketrag.engine.library import Library
from pocketrag.models.hub import embedding_model
from pocketrag.models.prepare import PreparedModels
from pocketrag.paths import LibraryPaths, models_folder
from pocketrag.settings import BUNDLED, Settings
from pocketrag.storage.database import Database
from pocketrag.storage.references import References


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds that something took."""

    wall: float
    processor: float
    """Of all cores, of this process and of those that it has ended."""


def took(work: Callable[[], object]) -> Took:
    """Return how long the work takes."""
    wall, processor = time.perf_counter(), _processor()
    work()
    return Took(time.perf_counter() - wall, _processor() - processor)


def _processor() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def index(folder: Path, library_folder: Path) -> tuple[Took, list[str]]:
    """Return what indexing the folder takes, and the texts that were embedded."""
    paths = LibraryPaths(library_folder)
    library = Library(paths, Settings())
    list(library.load())
    library.add(folder)
    taken = took(lambda: list(library.index()))
    library.close()
    database = Database(paths.catalog)
    references = References(database)
    texts = list(references.chunk_texts(sorted(references.keys("chunks"))).values())
    database.close()
    return taken, texts


def read(pdfs: list[Path]) -> None:
    """Read the text of every page with pypdf alone."""
    for pdf in pdfs:
        for page in PdfReader(pdf).pages:
            page.extract_text()


def show(chunks: int, runs: dict[str, list[Took]]) -> None:
    """Print chunks a second of each, and how indexing compares with it."""
    for name, taken in runs.items():
        pairs = list(zip(runs["indexing"], taken, strict=True))
        wall = statistics.median(other.wall / own.wall for own, other in pairs)
        processor = statistics.median(other.processor / own.processor for own, other in pairs)
        rate = chunks / statistics.median(one.wall for one in taken)
        print(
            f"{name:18} {rate:6.1f} chunks/s   indexing is {wall:.2f} × as fast,"
            f" {processor:.2f} × by processor time"
        )


def main() -> None:
    """Measure, and print a line for each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    model = embedding_model(BUNDLED)
    prepared = PreparedModels(models_folder()).load(model)
    bare = SentenceTransformer(str(model.path), device="cpu")
    pdfs, cores = sorted(options.folder.rglob("*.pdf")), os.cpu_count() or 1
    runs: dict[str, list[Took]] = {"indexing": [], "prepared embedder": [], "encode": []}
    shares: list[tuple[float, float]] = []
    chunks = 0
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as library_folder:
            taken, texts = index(options.folder.resolve(), Path(library_folder))
        chunks = len(texts)
        runs["indexing"].append(taken)
        runs["prepared embedder"].append(took(partial(prepared.embed_documents, texts)))
        runs["encode"].append(took(partial(bare.encode, texts, batch_size=32)))
        if pdfs:
            least = took(partial(read, pdfs)).processor + runs["prepared embedder"][-1].processor
            shares.append((least / cores / taken.wall, least / taken.processor))
    print(f"{chunks} chunks")
    show(chunks, runs)
    if shares:
        wall, processor = (statistics.median(share) for share in zip(*shares, strict=True))
        print(
            f"pypdf and prepared embedder, on {cores} cores: indexing is {wall:.2f} × as fast,"
            f" {processor:.2f} × by processor time"
        )


if __name__ == "__main__":
    main()
