"""What a command costs when an engine is running, as a ratio to `python -c "import httpx"` in the same run.

    python benchmarks/engine.py FOLDER [--rounds N]

Indexes the folder into a new library and leaves its engine running. Then whole processes, by turns:
`pocketrag search` and `pocketrag folders` (which asks the engine for next to nothing), and the import.
Prints medians and ratios, and how much of a search the engine itself takes.
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
IMPORT = (sys.executable, "-c", "import httpx")
QUERY = "how much is the rent"


def whole(*command: str) -> tuple[float, str]:
    """Return the seconds that a process takes from start to end, and what it printed."""
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return time.perf_counter() - began, done.stdout


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
        search = (*pocketrag, "search", QUERY, "--json")
        whole(*search)
        taken: dict[str, list[float]] = {"import httpx": [], "search": [], "in the engine": [], "folders": []}
        for _ in range(options.rounds):
            taken["import httpx"].append(whole(*IMPORT)[0])
            seconds, said = whole(*search)
            taken["search"].append(seconds)
            taken["in the engine"].append(json.loads(said)["timings"]["search_ms"] / 1000)
            taken["folders"].append(whole(*pocketrag, "folders")[0])
        engine = running(LibraryPaths(Path(library)), "benchmark")
        if engine is not None:
            end(engine, "asked")
    bare = statistics.median(taken["import httpx"])
    for name, figures in taken.items():
        median = statistics.median(figures)
        print(f"{name:14} {median * 1000:5.0f} ms   {median / bare:.2f} ×")


if __name__ == "__main__":
    main()
