"""Memory while very many files are read: of this process and of the worker, every 500 files.

    python benchmarks/reading_memory.py DIR [--files 4000]

Linux only. Flat means: the last figures are those of the first thousand.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
from pathlib import Path

from pocketrag.errors import ReadingError
from pocketrag.reading.reader import load
from pocketrag.reading.sandbox import Sandbox

PAGE = os.sysconf("SC_PAGE_SIZE")


def megabytes(pid: int) -> float:
    """Return the memory that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 1e6


def children() -> list[int]:
    """Return the processes that this one started."""
    lists = Path("/proc/self/task").glob("*/children")  # each thread has its own
    return [int(pid) for listed in lists for pid in listed.read_text().split()]


def main() -> None:
    """Read the files, round and round until there are enough, and say how much memory it takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=4000)
    wanted = parser.parse_args()
    files = sorted(path for path in wanted.folder.rglob("*") if path.is_file())
    sandbox = Sandbox(workers=1)
    workers: set[int] = set()
    for number, path in enumerate(itertools.islice(itertools.cycle(files), wanted.files), start=1):
        with contextlib.suppress(ReadingError):
            sandbox.submit(load(path), path.suffix).result()
        if number % 500 == 0 or number == wanted.files:
            workers.update(children())
            held = " ".join(f"{megabytes(pid):.0f}" for pid in children())
            print(f"{number:6} files: this process {megabytes(os.getpid()):.0f} MB, worker {held} MB")
    sandbox.close()
    print(f"workers used: {len(workers)} seen")


if __name__ == "__main__":
    main()
