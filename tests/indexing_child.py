"""An index at work in a process that may be killed at any moment: real SQLite, Chroma and sandbox.

    python indexing_child.py LIBRARY DOCS [BYTES]

Brings the index up to date and says `done` after each time, until its input ends. `BYTES` is the largest
file that it may write, as on a full disk.
"""

from __future__ import annotations

import resource
import sys
from contextlib import closing
from pathlib import Path

from fakes import WordEmbedder

from pocketrag.domain import FileIndexed
from pocketrag.indexing.indexer import RECIPE, Indexer
from pocketrag.indexing.scan import ScanRules
from pocketrag.indexing.survey import Surveyor
from pocketrag.reading.sandbox import Sandbox
from pocketrag.storage.catalog import Catalog
from pocketrag.storage.chroma.folder import ChromaFolder
from pocketrag.storage.chroma.vectors import ChromaVectors
from pocketrag.storage.database import Database
from pocketrag.storage.mounts import Mounts
from pocketrag.storage.references import References


class Shelf:
    """A library's stores and indexer, without its models."""

    def __init__(self, root: Path, docs: Path) -> None:
        root.mkdir(exist_ok=True)
        self.database = Database(root / "catalog.sqlite3")
        self.catalog, self.references = Catalog(self.database), References(self.database)
        self.vectors = ChromaVectors(ChromaFolder(root / "chroma"))
        self.sandbox = Sandbox(workers=1)
        self.catalog.add_folder(docs)
        in_doubt = self.catalog.begin_session()
        rules = ScanRules(10**7, root)
        self.indexer = Indexer(
            self.catalog,
            self.vectors,
            self.sandbox,
            WordEmbedder(window=256).load,
            Surveyor(self.catalog, Mounts(self.database), rules, RECIPE),
            self.references,
            in_doubt=in_doubt,
        )

    def index(self) -> int:
        """Bring the index up to date; return how many files were indexed."""
        return sum(isinstance(event, FileIndexed) for event in self.indexer.run())

    def close(self) -> None:
        if not self.indexer.in_doubt:
            self.catalog.end_session()
        self.sandbox.close()
        self.vectors.close()
        self.database.close()


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main() -> None:
    root, docs = Path(sys.argv[1]), Path(sys.argv[2])
    if len(sys.argv) > 3:
        most = int(sys.argv[3])
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    with closing(Shelf(root, docs)) as shelf:
        say("open")
        for _ in sys.stdin:
            shelf.index()
            say("done")


if __name__ == "__main__":
    main()
