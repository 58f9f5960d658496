"""However a search goes about it, it finds the same: the ways of large libraries, tried on a small one."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from house import House

from pocketrag.answering import asked, retriever
from pocketrag.answering.retriever import Retriever
from pocketrag.domain import Filters
from pocketrag.models.embedder import EmbeddedQuery, Vectors
from pocketrag.storage.vectors import Searchable, Space

THINGS = ("boiler", "roof", "cellar", "garden", "kitchen", "attic", "window", "door", "lamp", "stove")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    found = House(tmp_path)
    for number in range(60):
        things = f"{THINGS[number % 10]} and {THINGS[number % 7]}"
        kind = "odd.md" if number % 20 == 0 else "txt"
        found.write(
            f"{number}.{kind}", f"The {things} of house {number} were repaired by Anna in week {number}."
        )
    found.index()
    yield found
    found.database.close()


def found(house: House, query: str, filters: Filters, limit: int) -> list[str]:
    searching = Retriever(house.lookup, house.vectors, house.mounts, 2)
    embedded = EmbeddedQuery(query, house.embedder)
    return [one.file.version.relative for one in searching.search(embedded, filters, limit)]


@pytest.mark.parametrize(("few", "nearest"), [(1, 2_000), (1, 4), (1, 0.5)])
def test_a_filter_is_exact_whichever_way_the_vectors_are_looked_through(
    house: House, monkeypatch: pytest.MonkeyPatch, few: int, nearest: float
) -> None:
    odd, even = Filters(types=("md",)), Filters(types=("txt",))
    compared = [found(house, "boiler repaired", filters, 10) for filters in (odd, even)]
    assert compared[0] == [name for name in compared[0] if name.endswith(".md")]
    assert [len(names) for names in compared] == [3, 10]
    monkeypatch.setattr(retriever, "FEW", few)
    monkeypatch.setattr(retriever, "NEAREST", nearest)
    assert {*found(house, "boiler repaired", odd, 10)} == {*compared[0]}
    assert len({*found(house, "boiler repaired", even, 10)}) == 10
    assert len(found(house, "boiler repaired", even, 57)) == 57, "as many as there are"


@pytest.mark.parametrize("filters", [Filters(), Filters(types=("md",))])
def test_meaning_and_words_looked_up_side_by_side_find_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch, filters: Filters
) -> None:
    after_each_other = found(house, "boiler repaired in week 43", filters, 10)
    threads: list[str] = []
    nearest = house.vectors.nearest

    def told(
        space: Space, vector: Vectors, limit: int, among: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        threads.append(threading.current_thread().name[:7])
        return nearest(space, vector, limit, among)

    monkeypatch.setattr(house.vectors, "nearest", told)
    monkeypatch.setattr(retriever, "MANY", 0)
    assert found(house, "boiler repaired in week 43", filters, 10) == after_each_other
    assert ("meaning" in threads) is not filters.active


class Sparing:
    """Vectors of which no more than so many are handed out at once, as a server may have it."""

    def __init__(self, vectors: Searchable, most: int) -> None:
        self._vectors = vectors
        self._most = most

    def nearest(
        self, space: Space, vector: Vectors, limit: int, among: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        return self._vectors.nearest(space, vector, limit if among else min(limit, self._most), among)


def test_a_filter_lets_through_as_many_as_there_are_though_few_vectors_are_handed_out_at_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retriever, "FEW", 1)
    searching = Retriever(house.lookup, Sparing(house.vectors, 12), house.mounts, 2)
    asked = EmbeddedQuery("nothing of the kind", house.embedder)
    assert len(searching.search(asked, Filters(types=("txt",)), 40)) == 40


def test_words_alone_find_as_many_as_there_are_below_those_that_say_the_same(house: House) -> None:
    for number in range(12):
        house.write(f"same{number}.txt", "The violin, tuned" + "," * number + " the violin.")
    for number in range(3):
        house.write(f"more{number}.txt", f"{THINGS[number]}, and a violin among other things of Anna's.")
    house.index()
    searching = Retriever(house.lookup, house.vectors, house.mounts, 2).by_words()
    assert len(searching.search(EmbeddedQuery("violin", house.embedder), Filters(), 4)) == 4


def test_common_words_are_left_out_before_rare_ones(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    query, known = "lamp stove week 17", house.lookup.words
    assert asked.telling(query, known, 60) == ["lamp", "stove", "17"]
    monkeypatch.setattr(asked, "MOST_HELD", 10)
    assert asked.telling(query, known, 60) == ["lamp", "17"]
    monkeypatch.setattr(asked, "MOST_HELD", 0)
    assert asked.telling(query, known, 60) == ["17"], "the rarest one stays"


def test_a_number_that_few_hold_is_found_and_one_that_many_hold_counts_all_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(house, "what was repaired in house 43", Filters(), 1) == ["43.txt"]
    monkeypatch.setattr(asked, "MOST_HELD", 0)
    assert found(house, "what was repaired in house 43", Filters(), 1) == ["43.txt"]


def test_what_was_remembered_is_read_again_once_the_index_has_changed(house: House) -> None:
    assert found(house, "violin", Filters(types=("md",)), 3) != ["violin.md"]
    house.write("violin.md", "A violin was tuned.")
    house.index()
    assert found(house, "violin", Filters(types=("md",)), 1) == ["violin.md"]
    assert house.lookup.words.frequencies(["violin"]) == {"violin": 1}
    (house.docs / "violin.md").unlink()
    house.index()
    assert house.lookup.words.frequencies(["violin"]) == {"violin": 0}
    assert house.lookup.chunk_count() == 60
