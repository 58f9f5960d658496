"""What a command costs with an engine running, and from a cold start, against imports in the same run.

    python benchmarks/engine.py FOLDER [--rounds N]

Indexes the folder into a new library and leaves its engine running. Then whole processes, by turns:
`pocketrag search` (another query each time) and `pocketrag folders` (which asks the engine for next to
nothing), and `python -c "import httpx"`. Then the engine is ended each time before the search, and
`python -c "import chromadb"` is the measure. Prints medians and ratios, and how much of a search the
engine itself takes.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pocketrag.engine.starting import end, running
from pocketrag.paths import LibraryPaths

POCKETRAG = str(Path(sys.executable).with_name("pocketrag"))
HTTPX = (sys.executable, "-c", "import httpx")
CHROMA = (sys.executable, "-c", "import chromadb")
QUERIES = (
    "how much is the rent",
    "when does the passport run out",
    "who repairs the boiler",
    "what did the dentist cost",
    "notice period of the insurance",
    "where is the spare key",
    "which vaccinations are due",
    "recipe for plum cake",
    "deposit of the house",
)


def whole(*command: str) -> tuple[float, str]:
    """Return the seconds that a process takes from start to end, and what it printed."""
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return time.perf_counter() - began, done.stdout


def show(taken: dict[str, list[float]], measure: str) -> None:
    """Print the median of each, and its ratio to the measure's."""
    bare = statistics.median(taken[measure])
    for name, figures in taken.items():
        median = statistics.median(figures)
        print(f"{name:16} {median * 1000:6.0f} ms   {median / bare:.2f} ×")


def main() -> None:
    """Measure, and print a line for each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as library:
        pocketrag = (POCKETRAG, "--library", library)
        whole(*pocketrag, "add", str(options.folder))
        whole(*pocketrag, "index")
        search = (*pocketrag, "search", "--json")
        whole(*search, QUERIES[-1])
        taken: dict[str, list[float]] = {"import httpx": [], "search": [], "in the engine": [], "folders": []}
        for n in range(options.rounds):
            taken["import httpx"].append(whole(*HTTPX)[0])
            seconds, said = whole(*search, QUERIES[n % len(QUERIES)])
            taken["search"].append(seconds)
            taken["in the engine"].append(json.loads(said)["timings"]["search_ms"] / 1000)
            taken["folders"].append(whole(*pocketrag, "folders")[0])
        cold: dict[str, list[float]] = {"import chromadb": [], "cold search": []}
        for n in range(options.rounds):
            cold["import chromadb"].append(whole(*CHROMA)[0])
            whole(*pocketrag, "engine", "stop")
            cold["cold search"].append(whole(*search, QUERIES[n % len(QUERIES)])[0])
        engine = running(LibraryPaths(Path(library)), "benchmark")
        if engine is not None:
            end(engine, "asked")
    show(taken, "import httpx")
    show(cold, "import chromadb")


if __name__ == "__main__":
    main()
