"""Centrality: which sentences of a text say what the rest of it is about.

Those nearest to the centroid of all, less what repeats one of them: Rossiello, Basile & Semeraro,
"Centroid-based Text Summarization through Compositionality of Word Embeddings", MultiLing 2017, with the
embedder's sentence vectors for sums of word vectors. LexRank (Erkan & Radev, JAIR 22, 2004) chooses no better
on the sample papers, and compares every sentence with every other: docs/decisions/0015-whole-documents.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pocketrag.models.embedder import Vectors

REPEATS = 0.7
"""Cosine from which on a sentence says again what one before it says, and is left out."""


def most_central(vectors: Vectors, limit: int, sections: Sequence[object]) -> list[int]:
    """Return the numbers of at most `limit` sentences, none of which repeats one chosen before it.

    The most central of each section goes before a second one of any. `vectors`: float32 (n, d), unit length;
    `sections`: what each of the n stands in.
    """
    order = [int(n) for n in np.argsort(-(vectors @ vectors.mean(axis=0)), kind="stable")]
    first: dict[object, int] = {}
    for n in order:
        first.setdefault(sections[n], n)
    chosen: list[int] = []
    for n in dict.fromkeys([*first.values(), *order]):
        if len(chosen) == limit:
            break
        if not _repeats(vectors, n, chosen):
            chosen.append(n)
    return chosen


def _repeats(vectors: Vectors, number: int, chosen: Sequence[int]) -> bool:
    return any(float(vectors[number] @ vectors[other]) >= REPEATS for other in chosen)
