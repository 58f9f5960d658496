"""Indexing end to end, as a ratio to the bare embedder on the same chunks in the same run.

    python benchmarks/indexing.py FOLDER [--rounds N]

Indexes the folder into a new library with the model already loaded (read, cut, embed, store), then
embeds the very same texts with `SentenceTransformer.encode(batch_size=32)`. Prints chunks a second of
both, medians of several rounds, and their ratio.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sentence_transformers import SentenceTransformer

from pocketrag.engine.library import Library
from pocketrag.models.hub import embedding_model
from pocketrag.paths import LibraryPaths
from pocketrag.settings import BUNDLED, Settings
from pocketrag.storage.database import Database


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
    rows = database.connection.execute(
        'SELECT c.context, substr(d.text, c.start + 1, c."end" - c.start)'
        " FROM chunks c JOIN documents d ON d.id = c.document_id"
    ).fetchall()
    database.close()
    return took, list(dict.fromkeys(f"{context}\n{text}" if context else text for context, text in rows))


def main() -> None:
    """Measure, and print a line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    bare = SentenceTransformer(str(embedding_model(BUNDLED).path), device="cpu")
    ours, raw, chunks = [], [], 0
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as library_folder:
            took, texts = index(options.folder.resolve(), Path(library_folder))
        chunks = len(texts)
        ours.append(chunks / took)
        raw.append(chunks / seconds(lambda texts=texts: bare.encode(texts, batch_size=32)))  # type: ignore[misc]
    ratio = statistics.median(o / r for o, r in zip(ours, raw, strict=True))
    print(
        f"{chunks} chunks · indexing {statistics.median(ours):.1f} chunks/s"
        f" · bare encode {statistics.median(raw):.1f} chunks/s · ratio {ratio:.2f}"
    )


if __name__ == "__main__":
    main()
