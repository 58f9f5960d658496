"""The prepared embedder against `SentenceTransformer.encode(batch_size=32)`: its speed, and its price.

    python benchmarks/embedding.py QA_SET… [--texts N] [--rounds N]

Speed: the same chunks embedded by both, in turns; texts a second, medians of several rounds, and their
ratio. Faithfulness: every question of the sets against all chunks of its set, nDCG@10 of the chunks that
hold an answer, for both, with the mean and worst cosine between their vectors.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from pocketrag.indexing.chunking import chunk_document
from pocketrag.models.embedder import Embedder, Vectors
from pocketrag.models.hub import embedding_model
from pocketrag.models.prepare import PreparedModels
from pocketrag.models.sentence_transformer import SentenceTransformerEmbedder
from pocketrag.paths import models_folder
from pocketrag.reading.reader import SUFFIXES, read
from pocketrag.settings import BUNDLED


def chunks(folder: Path, embedder: Embedder) -> list[str]:
    """Return the text of every chunk of the set's files, each once."""
    found: dict[str, None] = {}
    for path in sorted((folder / "files").rglob("*")):
        if path.suffix.lower() in SUFFIXES and path.is_file():
            document = read(path)
            cut = chunk_document(document, embedder.count_tokens, embedder.window)
            found.update(dict.fromkeys(chunk.embedded_text for chunk in cut))
    return list(found)


def seconds(work: Callable[[], object]) -> float:
    """Return how long the work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def speed(ours: Embedder, original: SentenceTransformerEmbedder, texts: list[str], rounds: int) -> None:
    """Print both speeds and their ratio."""
    quick, bare = [], []
    for _ in range(rounds):
        bare.append(len(texts) / seconds(lambda: original.model.encode(texts, batch_size=32)))
        quick.append(len(texts) / seconds(lambda: ours.embed_documents(texts)))
    ratio = statistics.median(a / b for a, b in zip(quick, bare, strict=True))
    print(
        f"{len(texts)} chunks, {np.mean(ours.count_tokens(texts)):.0f} tokens each:"
        f" prepared {statistics.median(quick):.1f} chunks/s,"
        f" encode {statistics.median(bare):.1f} chunks/s, ratio {ratio:.2f}"
    )


def ndcg(questions: Vectors, passages: Vectors, relevant: Sequence[Sequence[int]]) -> float:
    """Return nDCG@10, every relevant passage counting alike."""
    gains = [1 / math.log2(2 + rank) for rank in range(10)]
    scores = []
    for question, right in zip(questions, relevant, strict=True):
        best = np.argsort(-(passages @ question))[:10]
        got = sum(gain for gain, n in zip(gains, best, strict=False) if n in set(right))
        scores.append(got / sum(gains[: len(right)]))
    return float(np.mean(scores))


def faithfulness(ours: Embedder, original: Embedder, folder: Path, texts: list[str], most: int) -> None:
    """Print nDCG@10 of both over a set's answerable questions."""
    rows = [json.loads(line) for line in (folder / "questions.jsonl").read_text("utf-8").splitlines()]
    asked = [row for row in rows if row["answerable"] and row["answers"]]
    random.Random(1).shuffle(asked)
    held = [(row, [n for n, t in enumerate(texts) if any(a in t for a in row["answers"])]) for row in asked]
    held = [(row, right) for row, right in held if 0 < len(right) <= 5][:most]
    scores, vectors = [], []
    for embedder in (original, ours):
        passages = embedder.embed_documents(texts)
        questions = np.stack([embedder.embed_query(row["question"]) for row, _ in held])
        scores.append(ndcg(questions, passages, [right for _, right in held]))
        vectors.append(np.concatenate([passages, questions]))
    cosines = (vectors[0] * vectors[1]).sum(axis=1)
    print(
        f"{folder.name}: {len(held)} questions, {len(texts)} chunks:"
        f" nDCG@10 {scores[0]:.4f} → {scores[1]:.4f}"
        f" ({scores[1] / scores[0] - 1:+.2%}), cosine {cosines.mean():.4f}, worst {cosines.min():.4f}"
    )


def main() -> None:
    """Measure, and print a line for each set and one for the speed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--texts", type=int, default=400, help="chunks embedded for the speed")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--questions", type=int, default=500, help="of each set, at most")
    options = parser.parse_args()
    file = embedding_model(BUNDLED)
    ours, original = PreparedModels(models_folder()).load(file), SentenceTransformerEmbedder(file)
    texts: list[str] = []
    for folder in options.sets:
        here = chunks(folder, ours)
        texts += here
        if options.questions:
            faithfulness(ours, original, folder, here, options.questions)
    random.Random(2).shuffle(texts)
    if options.rounds:
        speed(ours, original, texts[: options.texts], options.rounds)


if __name__ == "__main__":
    main()
