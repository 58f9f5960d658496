"""A look into vectors that were not closed well, by a process that may die of it.

A power cut can leave files of Chroma's index full of zeros, and its native code does not survive all of
them. An engine that looked for itself would die at each start, until no more were started.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

from pocketrag.errors import LibraryDamaged
from pocketrag.storage.chroma.folder import ChromaFolder
from pocketrag.storage.chroma.vectors import ChromaVectors
from pocketrag.storage.vectors import SPACES

SECONDS = 120.0
"""How long the look may take: the whole index is read into memory."""


def survives(folder: Path) -> bool:
    """Return whether a process comes through opening the vectors and looking for some of them.

    A second; none where there is no index on disk yet, which Chroma writes after a thousand vectors.
    """
    if not any(folder.glob("*/index_metadata.pickle")):
        return True
    command = [sys.executable, "-P", "-m", __name__, str(folder)]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def main() -> None:
    """Look for some vectors of each space of the folder named on the command line."""
    try:
        with closing(ChromaVectors(ChromaFolder(Path(sys.argv[1])))) as vectors:
            for space in SPACES:
                vectors.is_sound(space)
    except LibraryDamaged as error:  # whoever opens them next finds that out, and mends it
        sys.stderr.write(f"{error}\n")


if __name__ == "__main__":
    main()
