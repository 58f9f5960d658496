"""Search latency in a library of any size, in units of a bare Chroma query.

    python benchmarks/latency.py 10000 100000 --libraries DIR [--profile]

Makes a library of so many chunks, once: synthetic text (words of the sample papers as often as there, among
made-up ones by Zipf's law), synthetic vectors (around a thousand centres), ten chunks a file, real empty
files. Then `Retriever.search` (the quick ranking: no sentence is looked at) is asked 200 questions, those of
the sample papers and others put together from their words, without a filter and with filters that let
through 0.1 %, 10 % and 50 % of the files; and, without a filter, `PassageFinder` (deeper look and evidence
included: "whole search"). By turns with each question, a Chroma collection of 20,000 vectors
with Chroma's own settings is asked for ten: its median is the unit. A few questions are asked first, and then
what an engine fetches ahead while it rests is at hand.

Printed for each: p50 and p95 in milliseconds of wall-clock and of processor time, and p95 in units, of both
kinds. On a computer that does something else meanwhile, only processor time tells anything. Last, how long
every document that holds two words takes to be listed (`search --all`).
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate, islice
from pathlib import Path

import chromadb
import numpy as np
from chromadb.config import Settings as ChromaSettings

from pocketrag.answering.all_documents import AllDocuments
from pocketrag.answering.passages import PassageFinder
from pocketrag.answering.retriever import Retriever
from pocketrag.answering.words import FUNCTION_WORDS, content_words
from pocketrag.domain import Filters
from pocketrag.evaluation.questions import read_questions
from pocketrag.models.embedder import EmbeddedQuery, Embedder, Vectors
from pocketrag.models.hub import embedding_model
from pocketrag.models.prepare import PreparedModels
from pocketrag.paths import LibraryPaths, models_folder
from pocketrag.settings import BUNDLED, Settings
from pocketrag.storage import full_text
from pocketrag.storage.chroma.folder import ChromaFolder
from pocketrag.storage.chroma.vectors import ChromaVectors
from pocketrag.storage.database import Database
from pocketrag.storage.every_match import EveryMatch
from pocketrag.storage.lookup import Lookup
from pocketrag.storage.mounts import Mounts

SAMPLES = Path(__file__).parents[1] / "sample_docs"
DIMENSIONS, CENTRES = 384, 1_000
CHUNKS_A_FILE = 10
WORDS_A_CHUNK = 90
BARE = 20_000
QUESTIONS = 200
BATCH = 2_000

KINDS = (("odt", 0.001), ("pdf", 0.1), ("md", 0.5), ("txt", 1.0))
"""File name endings, each with the share of files that have it; the last one has the rest."""

FILTERS = {
    "no filter": Filters(),
    "0.1 %": Filters(types=("odt",)),
    "10 %": Filters(types=("pdf",)),
    "50 %": Filters(types=("md",)),
}


class Speaker:
    """Makes up texts, the same ones every time."""

    def __init__(self) -> None:
        self._dice = random.Random(11)
        texts = (
            file.read_text("utf-8")
            for ending in ("md", "txt", "csv")
            for file in SAMPLES.rglob(f"*.{ending}")
        )
        asked = (question.question for question in read_questions(SAMPLES / "questions.jsonl"))
        told = Counter(word for text in (*texts, *asked) for word in content_words(text))
        self._content, counts = zip(*sorted(told.items()), strict=True)
        self._content_weights = list(accumulate(counts))
        self._function = sorted(FUNCTION_WORDS)
        self._rank_weights = list(accumulate(1 / rank for rank in range(1, 100_001)))

    def text(self) -> str:
        """Return a chunk's text: function words, words of the sample papers, made-up words."""
        of_each = Counter(
            self._dice.choices(("function", "content", "made up"), (45, 15, 40), k=WORDS_A_CHUNK)
        )
        words = [
            *self._dice.choices(self._function, k=of_each["function"]),
            *self.content(of_each["content"]),
            *self._made_up(of_each["made up"]),
        ]
        self._dice.shuffle(words)
        return " ".join(words)

    def content(self, count: int) -> list[str]:
        """Return words of the sample papers, as often as they stand there."""
        return self._dice.choices(self._content, cum_weights=self._content_weights, k=count)

    def questions(self) -> list[str]:
        """Return the sample papers' questions, and others put together until there are enough."""
        asked = [question.question for question in read_questions(SAMPLES / "questions.jsonl")]
        plain = [word for word in self._content if word.isalpha()]

        def some() -> str:
            return str(self._dice.choice(plain))

        more = (
            f"what was said of the {some()} {some()} and the {some()} in {some()}" for _ in range(QUESTIONS)
        )
        return list(islice((*asked, *more), QUESTIONS))

    def _made_up(self, count: int) -> list[str]:
        ranks = self._dice.choices(range(100_000), cum_weights=self._rank_weights, k=count)
        return [f"{'aeiou'[rank % 5]}{'bdfgklmnprstv'[rank // 5 % 13]}w{rank:x}" for rank in ranks]


def vectors(count: int, seed: int) -> Vectors:
    """Return float32 (count, 384), unit length, around centres that are the same every time."""
    centres = np.random.default_rng(5).standard_normal((CENTRES, DIMENSIONS))
    dice = np.random.default_rng(seed)
    found = centres[dice.integers(0, CENTRES, count)] + 0.8 * dice.standard_normal((count, DIMENSIONS))
    unit: Vectors = (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)
    return unit


def made(folder: Path, size: int) -> LibraryPaths:
    """Return the library of so many chunks, made if there is none yet."""
    paths = LibraryPaths(folder / f"{size}")
    if (paths.root / "whole").exists():
        return paths
    paths.make()
    with (
        closing(Database(paths.catalog)) as database,
        closing(ChromaVectors(ChromaFolder(paths.vectors))) as store,
    ):
        _fill(database, folder / f"{size}-files", size)
        connection = database.connection
        for space, sql in (
            ("chunks", "SELECT key FROM chunks ORDER BY id"),
            ("contexts", "SELECT DISTINCT context_key FROM chunks"),
            ("paths", "SELECT path_key FROM files"),
        ):
            keys = [row[0] for row in connection.execute(sql)]
            for start in range(0, len(keys), BATCH):
                batch = keys[start : start + BATCH]
                store.add(space, batch, vectors(len(batch), start + len(space)))  # type: ignore[arg-type]
                print(
                    f"\r{size:,} chunks: {space} {start + len(batch):,} of {len(keys):,} ", end="", flush=True
                )
    print()
    (paths.root / "whole").touch()
    return paths


def _fill(database: Database, docs: Path, size: int) -> None:
    """Write files, documents, chunks and their words."""
    speaker, files = Speaker(), size // CHUNKS_A_FILE
    with database.transaction() as connection:
        connection.execute("INSERT INTO folders (id, path) VALUES (1, ?)", (os.fsencode(docs),))
        for number in range(1, files + 1):
            kind = next(kind for kind, share in KINDS if (number * 7919 % files) < share * files)
            name = " ".join(speaker.content(2)).replace("/", "-")
            path = docs / f"{number % 40:02}" / f"{name} {number}.{kind}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            _write(connection, number, path, docs, kind, [speaker.text() for _ in range(CHUNKS_A_FILE)])


def _write(connection: object, number: int, path: Path, docs: Path, kind: str, texts: list[str]) -> None:
    execute, executemany = connection.execute, connection.executemany  # type: ignore[attr-defined]
    day = f"20{number % 25:02}-{number % 12 + 1:02}-{number % 28 + 1:02}"
    execute(
        "INSERT INTO documents"
        " (id, sha256, kind, recipe, text, blocks, title, author, date, textless_pages, language)"
        " VALUES (?, ?, ?, 'x', ?, '[]', '', '', ?, '[]', 'en')",
        (number, f"{number:064x}", kind, "\n".join(texts), day),
    )
    stat = path.stat()
    execute(
        "INSERT INTO files (id, path, folder_id, size, mtime_ns, kind, day, state, reason, message, remedy,"
        " document_id, path_key) VALUES (?, ?, 1, ?, ?, ?, ?, 'indexed', '', '', '', ?, ?)",
        (number, os.fsencode(path), stat.st_size, stat.st_mtime_ns, kind, day, number, f"p{number:031x}"),
    )
    starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
    rows = []
    for n, text in enumerate(texts):
        chunk, section = number * CHUNKS_A_FILE + n, number * 2 + n // 5
        heading = f"Section {section}"
        end = starts[n] + len(text)
        rows.append((chunk, number, starts[n], end, heading, "{}", f"c{chunk:031x}", "", f"h{section:031x}"))
    executemany(
        'INSERT INTO chunks (id, document_id, start, "end", context, place, key, header, context_key)'
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    chunks = (full_text.ChunkText(row[0], text, row[4], "") for row, text in zip(rows, texts, strict=True))
    full_text.put_chunks(connection, chunks)  # type: ignore[arg-type]
    full_text.put_path(connection, number, path, "", docs)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds that something took, again and again."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def time(self, work: Callable[[], object]) -> None:
        """Do something, and take note of how long it took."""
        wall, processor = time.perf_counter(), time.process_time()
        work()
        self.wall.append(time.perf_counter() - wall)
        self.processor.append(time.process_time() - processor)


def bare(folder: Path) -> Iterator[Callable[[], object]]:
    """Yield a query of a Chroma collection of 20,000 vectors, with Chroma's own settings, again and again."""
    client = chromadb.PersistentClient(str(folder), settings=ChromaSettings(anonymized_telemetry=False))
    collection = client.get_or_create_collection(
        "bare", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
    )
    if collection.count() < BARE:
        for start in range(0, BARE, BATCH):
            ids = [f"{n:032x}" for n in range(start, start + BATCH)]
            collection.upsert(ids=ids, embeddings=vectors(BATCH, start))
    for vector in vectors(100_000, 3):
        yield partial(
            collection.query, query_embeddings=vector[np.newaxis, :], n_results=10, include=["distances"]
        )


def measured(
    retriever: Retriever,
    finder: PassageFinder,
    embedder: Embedder,
    unit: Iterator[Callable[[], object]],
    questions: list[str],
) -> dict[str, Taken]:
    """Return how long the questions took with each filter, and the bare queries between them."""
    taken = {name: Taken() for name in ("bare Chroma", *FILTERS, "whole search")}
    for question in questions:
        taken["bare Chroma"].time(next(unit))
        for name, filters in FILTERS.items():
            query = EmbeddedQuery(question, embedder)
            taken[name].time(partial(retriever.search, query, filters, 10))
        query = EmbeddedQuery(question, embedder)
        taken["whole search"].time(partial(finder.find_among, query, Filters(), 10))
    return taken


def show(taken: dict[str, Taken]) -> None:
    """Print a line for each."""
    wall, processor = (
        np.median(times) for times in (taken["bare Chroma"].wall, taken["bare Chroma"].processor)
    )
    for name, of in taken.items():
        a, b = np.quantile(of.wall, (0.5, 0.95)) * 1000, np.quantile(of.processor, (0.5, 0.95)) * 1000
        print(
            f"  {name:12} wall {a[0]:6.1f} {a[1]:6.1f} ms  {a[1] / wall / 1000:5.1f} ×"
            f"   processor {b[0]:6.1f} {b[1]:6.1f} ms  {b[1] / processor / 1000:5.1f} ×"
        )


def main() -> None:
    """Measure, and print a block for each size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sizes", type=int, nargs="+")
    parser.add_argument("--libraries", type=Path, required=True, help="where the libraries are kept")
    parser.add_argument("--profile", action="store_true", help="say where the time goes")
    parser.add_argument("--only-make", action="store_true")
    options = parser.parse_args()
    options.libraries.mkdir(parents=True, exist_ok=True)
    embedder = PreparedModels(models_folder()).load(embedding_model(BUNDLED))
    for size in options.sizes:
        paths = made(options.libraries, size)
        if options.only_make:
            continue
        with (
            closing(Database(paths.catalog)) as database,
            closing(ChromaVectors(ChromaFolder(paths.vectors))) as store,
        ):
            lookup, mounts = Lookup(database), Mounts(database)
            retriever = Retriever(lookup, store, mounts, Settings().search.candidates)
            questions = Speaker().questions()
            unit = bare(options.libraries / "bare")
            for question in questions[:5]:  # caches as warm as they are in an engine that runs
                next(unit)()
                retriever.search(EmbeddedQuery(question, embedder), Filters(), 10)
            while store.fetch_ahead():
                pass
            profile = cProfile.Profile(builtins=True)
            if options.profile:
                profile.enable()
            finder = PassageFinder(lookup, retriever)
            taken = measured(retriever, finder, embedder, unit, questions)
            profile.disable()
            print(f"{size:,} chunks, p50 and p95 of {len(questions)} questions")
            show(taken)
            every = AllDocuments(lookup, EveryMatch(database), mounts)
            began, found = time.process_time(), list(every.find("boiler deposit", Filters()))
            took = (time.process_time() - began) * 1000
            print(f"  --all: {len(found) - 1} documents in {took:.0f} ms of processor time")
            if options.profile:
                pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
