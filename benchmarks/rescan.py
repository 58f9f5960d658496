"""A look at everything with nothing changed, as a ratio to `os.walk` and `stat` of the same tree.

    python benchmarks/rescan.py [--files 10000]

Makes its own files; words stand for an embedder, vectors are in memory.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from house import House

ROUNDS = 7


def seconds(act: Callable[[], object]) -> float:
    """Return how long something takes, the median of several times."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def walk(folder: Path) -> int:
    """Return the size of all files: the least that any look at everything costs."""
    return sum(
        os.stat(os.path.join(above, name)).st_size  # noqa: PTH116, PTH118 - the raw reference
        for above, _, names in os.walk(folder)
        for name in names
    )


def main() -> None:
    """Make the files, index them, and look again and again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        for n in range(wanted.files):
            house.write(f"{n % 10}/{n % 97}/note {n}.txt", f"This is note {n}.")
        house.index()
        raw, ours = seconds(lambda: walk(house.docs)), seconds(lambda: list(house.indexer().run()))
        one = seconds(lambda: list(house.indexer().run([house.docs / "1" / "1" / "note 1.txt"])))
        house.database.close()
    print(f"os.walk and stat of {wanted.files} files: {raw * 1e3:.0f} ms")
    print(f"a look at everything, nothing changed: {ours * 1e3:.0f} ms, ratio {ours / raw:.2f}")
    print(f"a look at one file: {one * 1e3:.1f} ms")


if __name__ == "__main__":
    main()
