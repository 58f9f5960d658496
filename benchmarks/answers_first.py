"""How much later an answer comes while files are being indexed than when nothing else is done.

    python benchmarks/answers_first.py [--files N] [--questions N]

Indexes sample_docs/, asks, and searches; then adds a folder of that many notes and asks and searches the
same while they are indexed. Prints the median time to the first token and its ratio, and the 95th
percentile of a search, both ways, as a client sees them. Fails if indexing was over before the questions.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

from benchmarks.growth import note
from pocketrag.domain import Filters, Token
from pocketrag.engine.client import EngineClient
from pocketrag.engine.starting import end, running
from pocketrag.errors import EngineClosed
from pocketrag.paths import LibraryPaths

SAMPLES = Path(__file__).parents[1] / "sample_docs"
QUESTIONS = (
    "When is the rent due each month?",
    "The boiler shows F31. What does that mean?",
    "How much was the deposit on the house?",
    "When does the passport run out?",
    "Who is the dentist?",
    "What does the plum cake need?",
)


def first_token(engine: EngineClient, question: str) -> float:
    """Return the seconds until the model's first word, or until the end of an answer without one."""
    began = time.perf_counter()
    for event in engine.ask(question, (), Filters()):
        if isinstance(event, Token):
            break
    return time.perf_counter() - began


def searched(engine: EngineClient, query: str) -> float:
    """Return the seconds that a search takes."""
    began = time.perf_counter()
    engine.search(query, Filters(), 10)
    return time.perf_counter() - began


def measured(engine: EngineClient, count: int) -> tuple[list[float], list[float]]:
    """Return the seconds of first tokens, and of searches."""
    asked = [QUESTIONS[n % len(QUESTIONS)] for n in range(count)]
    return [first_token(engine, q) for q in asked], [searched(engine, q) for q in asked * 3]


def main() -> int:
    """Measure, and print the two lines."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=1_000)
    parser.add_argument("--questions", type=int, default=12)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths, notes = LibraryPaths(Path(folder) / "library"), Path(folder) / "notes"
        notes.mkdir()
        for number in range(options.files):
            (notes / f"{number}.md").write_text(note(number), encoding="utf-8")
        with closing(EngineClient(paths, "asking")) as engine, closing(EngineClient(paths, "index")) as other:
            engine.add(SAMPLES)
            list(engine.index())
            measured(engine, 2)  # both models are loaded, and warm
            idle = measured(engine, options.questions)
            engine.add(notes)
            indexing = threading.Thread(target=exhausted, args=(other,))
            indexing.start()
            time.sleep(3)
            busy = measured(engine, options.questions)
            still = engine.status().counts.waiting
            show("first token, median", [statistics.median(part[0]) for part in (idle, busy)])
            show("search, p95", [statistics.quantiles(part[1], n=20)[-1] for part in (idle, busy)])
            print(f"{still} files were still waiting after the last question")
            found = running(paths, "asking")
            assert found is not None
            end(found, "asked")
            indexing.join()
    return 0 if still else 1


def exhausted(engine: EngineClient) -> None:
    """Index until all is done, or the engine is asked to end."""
    with suppress(EngineClosed):
        for _ in engine.index():
            pass


def show(name: str, seconds: list[float]) -> None:
    """Print a figure when idle and while indexing."""
    idle, busy = (value * 1000 for value in seconds)
    more = f"{busy / idle:.2f} ×, {busy - idle:+.0f} ms"
    print(f"{name:20} idle {idle:6.0f} ms   indexing {busy:6.0f} ms   {more}")


if __name__ == "__main__":
    sys.exit(main())
