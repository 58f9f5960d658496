"""Of files that hold the same text, the one that people mean stands for the others."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from house import House

from pocketrag.answering.retriever import Retriever
from pocketrag.domain import Filters
from pocketrag.models.embedder import EmbeddedQuery
from pocketrag.storage.lookup import COPIES

TEXT = "The boiler was serviced in March by Mr Tamm."
OLD = 1_600_000_000


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    found = House(tmp_path)
    yield found
    found.database.close()


def shown(house: House, *names: str) -> tuple[str, tuple[str, ...]]:
    """The file that a text is shown for, and the others; the first is the oldest."""
    for number, name in enumerate(names):
        os.utime(house.write(name, TEXT), (OLD + number, OLD + number))
    house.index()
    retriever = Retriever(house.lookup, house.vectors, house.mounts, 10)
    (found,) = retriever.search(EmbeddedQuery("boiler serviced", house.embedder), Filters(), 5)
    return found.file.version.relative, found.also_in


@pytest.mark.parametrize(
    "copy",
    [
        "boiler.txt.bak",
        "boiler.old.txt",
        "boiler_copy.txt",
        "boiler - Kopie.txt",
        "boiler (2).txt",
        "Backup/boiler.txt",
        "b.txt.bak",
    ],
)
def test_a_copy_that_says_so_does_not_stand_for_its_original(house: House, copy: str) -> None:
    assert shown(house, "Home/long ago/boiler.txt", copy) == ("Home/long ago/boiler.txt", (copy,))


@pytest.mark.parametrize("name", ["copyright.txt", "Oldham.txt", "backups_of_mine/x.txt"])
def test_words_that_only_look_alike_say_nothing(house: House, name: str) -> None:
    first, _ = shown(house, name, "Home/far away/longer/than/that.txt")
    assert (first == name) is ("backups" not in name)


def test_the_shorter_path_goes_first_then_the_newer(house: House) -> None:
    assert shown(house, "Home/boiler.txt", "Home/boiler of 2024.txt")[0] == "Home/boiler.txt"
    assert shown(house, "Home/boiler.txt", "Work/boiler.txt")[0] == "Work/boiler.txt"


def test_a_file_that_is_as_it_was_read_goes_before_one_that_changed(house: House) -> None:
    shown(house, "boiler.txt", "Home/boiler.txt")
    (house.docs / "boiler.txt").write_text("Something else entirely.")
    retriever = Retriever(house.lookup, house.vectors, house.mounts, 10)
    (found,) = retriever.search(EmbeddedQuery("boiler serviced", house.embedder), Filters(), 5)
    assert found.file.version.relative == "Home/boiler.txt"


def test_of_a_line_that_stands_thousands_of_times_some_are_looked_at(house: House) -> None:
    house.write(
        "log.txt", "\n\n".join(["The boiler was checked and nothing at all was wrong with it."] * 400)
    )
    house.write("other/log.md", "The boiler was checked and nothing at all was wrong with it.")
    house.index()
    keys = house.references.keys("chunks")
    assert len(house.lookup.standings(keys, Filters())) > 2 * COPIES
    by_key = Counter(chunk.key for chunk in house.lookup.chunks_by_key(keys, Filters()))
    assert max(by_key.values()) == COPIES
    (only,) = house.lookup.chunks_by_key(keys, Filters(types=("md",)))
    assert only.files[0].version.relative == "other/log.md"
