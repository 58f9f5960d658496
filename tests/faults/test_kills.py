"""Killed at any moment, or out of disk, the index ends as a fresh one of the same tree."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import IO

import psutil
import pytest
from indexing_child import Shelf

from pocketrag.storage.vectors import SPACES

KILLS = int(os.environ.get("POCKETRAG_KILLS", "20"))
SEED = int(os.environ.get("POCKETRAG_SEED", "7"))
CHILD = Path(__file__).parents[1] / "indexing_child.py"


class Child:
    """The process that indexes."""

    def __init__(self, root: Path, docs: Path, most: int | None = None) -> None:
        limit = [] if most is None else [str(most)]
        path = os.pathsep.join([str(CHILD.parent), str(CHILD.parents[1])])
        self.process = subprocess.Popen(
            [sys.executable, str(CHILD), str(root), str(docs), *limit],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
        )

    def index(self) -> None:
        """Ask for a run; do not wait for it."""
        pipe: IO[str] | None = self.process.stdin
        assert pipe is not None
        try:
            pipe.write("\n")
            pipe.flush()
        except BrokenPipeError:
            pass  # it is gone already, which is what is being tried

    def wait_for(self, word: str) -> bool:
        """Whether it said the word before it ended."""
        assert self.process.stdout is not None
        return any(line.strip() == word for line in iter(self.process.stdout.readline, ""))

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def end(self) -> int:
        """Let it end by itself; return its exit status."""
        self.process.communicate()
        return self.process.returncode


class Tree:
    """A folder of files that change at random, by a seed."""

    def __init__(self, docs: Path, seed: int) -> None:
        self.docs = docs
        self.docs.mkdir()
        self.random = random.Random(seed)
        for _ in range(40):
            self.write()

    def write(self) -> None:
        folder, kind = self.random.choice("abc"), self.random.choice(["txt", "md", "eml"])
        path = self.docs / folder / f"{self.random.randrange(60)}.{kind}"
        path.parent.mkdir(exist_ok=True)
        words = " ".join(f"word{self.random.randrange(300)}" for _ in range(self.random.randrange(3, 600)))
        path.write_text(
            f"Subject: {words[:20]}\nFrom: a@b.example\nMessage-ID: <1>\n\n# {words[:12]}\n\n{words}.\n"
        )

    def change(self) -> None:
        """Do one thing that people do."""
        files = sorted(p for p in self.docs.rglob("*") if p.is_file())
        act = self.random.choice(["write", "write", "delete", "move", "copy", "folder"])
        if act == "write" or not files:
            self.write()
        elif act == "delete":
            self.random.choice(files).unlink()
        elif act == "folder":
            source, there = (self.docs / self.random.choice("abcd") for _ in range(2))
            if source.is_dir() and not there.exists():
                source.rename(there)
        else:
            source = self.random.choice(files)
            there = source.with_name(f"{self.random.randrange(60)}{source.suffix}")
            source.rename(there) if act == "move" else there.write_bytes(source.read_bytes())


def contents(shelf: Shelf, docs: Path) -> dict[str, object]:
    """All that a library holds, as far as it does not depend on how it came about."""
    connection = shelf.database.connection
    files = connection.execute(
        "SELECT f.path, f.state, f.reason, f.kind, f.path_key, t.sha256, t.text FROM files f"
        " LEFT JOIN documents t ON t.id = f.document_id ORDER BY f.path"
    ).fetchall()
    chunks = connection.execute(
        'SELECT t.sha256, t.kind, c.start, c."end", c.key, c.context_key, c.place FROM chunks c'
        " JOIN documents t ON t.id = c.document_id ORDER BY 1, 2, 3"
    ).fetchall()
    words = connection.execute("SELECT count(*) FROM chunk_words").fetchone()
    keys = {space: shelf.vectors.keys(space) for space in SPACES}
    return {"files": files, "chunks": chunks, "words": words, "keys": keys}


def compare_with_fresh(root: Path, docs: Path) -> None:
    """The library, brought up to date once more, holds what a fresh one of the same tree holds."""
    with closing(Shelf(root, docs)) as shelf:
        shelf.index()
        found = contents(shelf, docs)
    with closing(Shelf(root.with_name("fresh"), docs)) as shelf:
        shelf.index()
        wanted = contents(shelf, docs)
    assert found == wanted


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Tree]:
    yield Tree(tmp_path / "docs", SEED)


@pytest.mark.timeout(3600)
def test_killed_at_any_moment(tmp_path: Path, tree: Tree) -> None:
    root = tmp_path / "library"
    for _ in range(KILLS):
        child = Child(root, tree.docs)
        assert child.wait_for("open")
        child.index()
        until = time.monotonic() + tree.random.uniform(0.0, 1.2)
        while time.monotonic() < until:
            tree.change()
            time.sleep(tree.random.uniform(0.0, 0.2))
        child.kill()
    compare_with_fresh(root, tree.docs)


def test_workers_killed_at_any_moment(tmp_path: Path, tree: Tree) -> None:
    root, killed = tmp_path / "library", list[psutil.Process]()

    def kill() -> None:
        for child in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):  # it has just ended by itself
                if "pocketrag.reading.worker" in child.cmdline():
                    child.kill()
                    killed.append(child)

    with closing(Shelf(root, tree.docs)) as shelf:
        for _ in range(KILLS // 4):
            for _ in range(8):
                tree.change()
            killer = threading.Timer(tree.random.uniform(0.0, 0.5), kill)
            killer.start()
            shelf.index()
            killer.join()
        list(shelf.indexer.run(retry=True))  # what a worker was lost to has failed, and says how to go on
    assert killed
    compare_with_fresh(root, tree.docs)


@pytest.mark.parametrize("most", [60_000, 200_000, 500_000])
def test_a_full_disk_loses_nothing(tmp_path: Path, tree: Tree, most: int) -> None:
    root = tmp_path / "library"
    child = Child(root, tree.docs)
    assert child.wait_for("open")
    child.index()
    assert child.wait_for("done")
    assert child.end() == 0
    for _ in range(30):
        tree.change()
    full = Child(root, tree.docs, most)
    full.index()
    full.end()
    compare_with_fresh(root, tree.docs)
