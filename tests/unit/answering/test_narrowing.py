"""Filters that leave nothing: which of them it was is said, and what there is instead."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from house import House

from pocketrag.answering.narrowing import narrowed_to_nothing
from pocketrag.domain import Filters


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    found = House(tmp_path)
    for name in ("Home/lease.md", "Home/cake.txt", "Work/plan.md"):
        path = found.write(name, f"The rent of {name} is 850 euros, due on the first day of every month.")
        os.utime(path, (1_700_000_000, 1_700_000_000))  # 2023-11-14
    found.index()
    yield found
    found.database.close()


def test_filters_that_leave_a_file_are_no_matter(house: House) -> None:
    assert narrowed_to_nothing(Filters(), house.lookup) == ()
    assert narrowed_to_nothing(Filters(types=("md",), folder=house.docs / "Home"), house.lookup) == ()


def test_each_filter_that_lets_nothing_through_is_named_with_what_there_is(house: House) -> None:
    wanted = Filters(
        folder=house.docs / "Gone",
        types=("pdf", "docx"),
        languages=("fr",),
        since="2030-01-01",
        until="2001-01-01",
    )
    folder, types, languages, since, until = narrowed_to_nothing(wanted, house.lookup)
    assert f"{house.docs / 'Gone'};" in folder
    assert "pdf, docx; there are .md, .txt." in types
    assert "fr; there are en." in languages
    assert "2030-01-01 or later; the newest is of 2023-11-14" in since
    assert "2001-01-01 or earlier; the oldest is of 2023-11-14" in until


def test_only_the_filter_that_blocks_is_named(house: House) -> None:
    (said,) = narrowed_to_nothing(Filters(types=("md",), since="2030-01-01"), house.lookup)
    assert "2030-01-01" in said


def test_filters_that_block_only_together_are_told_so(house: House) -> None:
    (said,) = narrowed_to_nothing(Filters(folder=house.docs / "Work", types=("txt",)), house.lookup)
    assert "no file passes all of them" in said
