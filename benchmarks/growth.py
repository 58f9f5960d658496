"""What a growing library costs: the engine's memory, and the index's bytes a chunk.

    python benchmarks/growth.py [--files 1000 5000 10000]

Writes short notes, as many as said in all, lets an engine index them, and after each step prints the
engine's memory (resident, its model loaded), the catalog's and the vectors' bytes a chunk, the chunks a
second that indexing took, and how long a search takes (median of ten queries, inside the engine).
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path

from pocketrag.domain import Filters
from pocketrag.engine.client import EngineClient
from pocketrag.engine.starting import end, running
from pocketrag.paths import LibraryPaths, bytes_of

THINGS = "boiler lease passport bicycle garden invoice recipe violin dentist insurance holiday school".split()
DEEDS = "repaired paid for renewed lost found sold described measured painted cancelled ordered".split()
PEOPLE = "Anselm Henrike Okafor Mirela Tobias Yuki Farida Ingrid Pascual Odile".split()
PLACES = ("the cellar", "the attic", "Leeds", "Cologne", "the office", "Lisbon", "the shed", "the harbour")


def note(number: int) -> str:
    """Return a note of three to eight sentences, the same for a number every time."""
    dice = random.Random(number)
    sentences = (
        f"{dice.choice(PEOPLE)} {dice.choice(DEEDS)} the {dice.choice(THINGS)} of {dice.choice(PEOPLE)}"
        f" in {dice.choice(PLACES)} on day {dice.randrange(1, 29)} for {dice.randrange(5, 5000)} pounds."
        for _ in range(dice.randrange(3, 9))
    )
    return f"# Note {number}\n\n{' '.join(sentences)}\n"


def step(paths: LibraryPaths, docs: Path, first: int, last: int) -> None:
    """Write the notes from one number to another, index them, and print a line."""
    for number in range(first, last):
        folder = docs / f"{number // 500:03}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"note {number}.md").write_text(note(number), encoding="utf-8")
    with closing(EngineClient(paths, "benchmark")) as engine:
        engine.add(docs)
        before, began = engine.status().chunks, time.perf_counter()
        for _ in engine.index():
            pass
        took, chunks = time.perf_counter() - began, engine.status().chunks
        queries = [f"what did {person} do with the {THINGS[n]}" for n, person in enumerate(PEOPLE)]
        searched = [engine.search(query, Filters(), 10).search_ms for query in queries]
    found = running(paths, "benchmark")
    assert found is not None
    memory = found.call("about").memory_bytes
    found.hang_up()
    print(
        f"{last:6} files {chunks:6} chunks: engine {memory / 1e6:.0f} MB,"
        f" catalog {bytes_of(paths.catalog) / chunks:.0f} bytes a chunk,"
        f" vectors {bytes_of(paths.vectors) / chunks:.0f},"
        f" {(chunks - before) / took:.1f} chunks/s, search {statistics.median(searched):.0f} ms",
        flush=True,
    )


def main() -> None:
    """Grow a library step by step."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, nargs="+", default=[1_000, 5_000, 10_000])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = LibraryPaths(Path(folder) / "library")
        for first, last in zip([0, *options.files], options.files, strict=False):
            step(paths, Path(folder) / "docs", first, last)
        engine = running(paths, "benchmark")
        if engine is not None:
            end(engine, "asked")


if __name__ == "__main__":
    main()
