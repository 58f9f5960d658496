"""Neighbouring chunks are joined where the evidence runs over the boundary, and only there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from house import House

from pocketrag.answering.passages import PassageFinder
from pocketrag.answering.retriever import Retriever
from pocketrag.domain import Filters

FILLING = (
    "Nothing else of interest was said about {} on that day, as far as anybody in the house remembers it."
)
THINGS = ("cups", "hats", "oars", "figs", "nets", "jars", "pens", "rugs", "saws")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    found = House(tmp_path)
    yield found
    found.database.close()


def sentences(house: House) -> list[str]:
    """Write a paragraph of several chunks, and return its sentences."""
    said = [FILLING.format(thing) for thing in THINGS]
    house.write("diary.txt", " ".join(said))
    house.write("boiler.txt", "The boiler was serviced in March.")
    house.index()
    return said


def finder(house: House) -> PassageFinder:
    return PassageFinder(house.lookup, Retriever(house.lookup, house.vectors, house.mounts, 10))


def test_evidence_on_both_sides_of_a_boundary_makes_one_passage(house: House) -> None:
    said = sentences(house)
    text = " ".join(said)
    cuts = sorted(
        chunk.chunk.end for chunk in house.lookup.chunks_by_key(house.references.keys("chunks"), Filters())
    )
    cut = next(end for end in cuts if 0 < end < len(text) and text[:end].rstrip().endswith("."))
    after = next(thing for thing in THINGS if text.find(thing) >= cut)
    before = THINGS[THINGS.index(after) - 1]

    evidenced = finder(house).find(f"{before} and {after}", Filters(), 4, house.embedder)
    best = evidenced.results.passages[0]
    assert best.chunk.start < cut < best.chunk.end
    assert best.chunk.text == text[best.chunk.start : best.chunk.end]
    assert [p.rank for p in evidenced.results.passages] == list(range(1, len(evidenced.results.passages) + 1))
    for one in evidenced.evidence:
        chunk = evidenced.results.passages[one.passage].chunk
        assert chunk.start <= one.span.start < one.span.end <= chunk.end
        assert one.text == text[one.span.start : one.span.end] or one.text not in text

    (alone, *_) = finder(house).find(THINGS[0], Filters(), 4, house.embedder).results.passages
    assert alone.chunk.end in cuts
    assert alone.chunk.start == 0 or alone.chunk.start in cuts
