"""Passages that say nothing new are folded; versions of one document stand newest first."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from house import House

from pocketrag.answering.folding import Wording, is_slip
from pocketrag.answering.retrieved import Found
from pocketrag.answering.retriever import Retriever
from pocketrag.answering.variety import asks_for_several
from pocketrag.domain import Filters
from pocketrag.models.embedder import EmbeddedQuery

LETTER = (
    "The boiler was serviced in June by Mr Tamm, who cleaned the burner, replaced the seal"
    " and found the pressure to be {bar} bar; next service in {month}."
)
OLD = 1_600_000_000


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    found = House(tmp_path)
    yield found
    found.database.close()


def written(house: House, **texts: str) -> None:
    """Write files under these names, `_` a blank, each a day newer than the one before."""
    for number, (name, text) in enumerate(texts.items()):
        path = house.write(f"{name.replace('_', ' ')}.txt", text)
        os.utime(path, (OLD + 86_400 * number, OLD + 86_400 * number))
    house.index()


def searched(house: House, query: str, limit: int = 5) -> list[Found]:
    return Retriever(house.lookup, house.vectors, house.mounts, 10).search(
        EmbeddedQuery(query, house.embedder), Filters(), limit
    )


def names(found: list[Found]) -> list[str]:
    return [one.file.version.relative for one in found]


@pytest.mark.parametrize(
    ("other", "told_apart"),
    [
        (LETTER.format(bar="1.5", month="March").upper(), False),
        (LETTER.format(bar="1.5", month="March").replace(", ", " – "), False),
        (LETTER.format(bar="1.5", month="March").replace("cleaned", "claened"), False),
        (LETTER.format(bar="1.5", month="March").replace("the seal", "a seal"), False),
        (LETTER.format(bar="1.6", month="March"), True),
        (LETTER.format(bar="1.5", month="May"), True),
        (LETTER.format(bar="1.5", month="March").replace("was serviced", "was not serviced"), True),
        (LETTER.format(bar="1.5", month="March").replace("Mr Tamm", "Ms Ilves"), True),
    ],
)
def test_what_is_nearly_the_same_is_folded_unless_a_word_tells_it_apart(
    house: House, other: str, told_apart: bool
) -> None:
    written(house, service=LETTER.format(bar="1.5", month="March"), letter=other)
    found = searched(house, "boiler burner serviced Mr Tamm 1.5 bar")
    assert len(found) == 1 + told_apart
    shown = {*names(found), *(name for one in found for name in one.also_in)}
    assert shown == {"service.txt", "letter.txt"}


def test_a_passage_that_says_more_is_not_folded_into_one_that_says_less(house: House) -> None:
    text = LETTER.format(bar="1.5", month="March")
    written(house, short=text, long=f"{text} Paid.")
    assert names(searched(house, text)) == ["short.txt", "long.txt"]
    (only,) = searched(house, f"{text} Paid paid paid paid.")
    assert (only.file.version.relative, only.also_in) == ("long.txt", ("short.txt",))


def test_as_many_passages_as_asked_for_are_found_beside_those_folded(house: House) -> None:
    copies = {f"copy_{n}": LETTER.format(bar="1.5", month="March") + "." * n for n in range(8)}
    written(house, **copies, other="The boiler of the flat is new.", third="No boiler stands in the shed.")
    found = searched(house, "boiler", 3)
    assert len(found) == 3
    assert sorted(len(one.also_in) for one in found) == [0, 0, 7]


def test_the_newest_version_goes_first_and_the_others_are_named(house: House) -> None:
    written(
        house,
        Lease_2024=LETTER.format(bar="1.5", month="May"),
        Lease_2023=LETTER.format(bar="1.4", month="March"),
        Other_paper=LETTER.format(bar="1.3", month="April"),
    )
    found = searched(house, "boiler burner serviced Mr Tamm, next service March")
    order = [name for name in names(found) if name.startswith("Lease")]
    assert order == ["Lease 2024.txt", "Lease 2023.txt"], "the name's date counts, not the file's"
    assert [one.versions for one in found if one.file.version.relative in order] == [
        ("Lease 2023.txt",),
        ("Lease 2024.txt",),
    ]
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert not next(one for one in found if "Other" in one.file.version.relative).versions


@pytest.mark.parametrize("said", ["in the 2023 lease", "originally", "in the old one"])
def test_who_says_which_version_gets_that_one(house: House, said: str) -> None:
    written(
        house,
        Lease_2023=f"{LETTER.format(bar='1.4', month='March')} In the old one originally.",
        Lease_2024=LETTER.format(bar="1.5", month="May"),
    )
    assert names(searched(house, f"boiler pressure 1.4 bar {said}"))[0] == "Lease 2023.txt"


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ("contract_v2", "contract_v1_FINAL"),
        ("contract_v10", "contract_v9"),
        ("contract_signed", "contract_draft"),
        ("contract_2025-03-21", "contract_2025-02-10"),
        ("contract_01.02.2025", "contract_12.2024"),
    ],
)
def test_what_names_say_of_versions_counts_before_the_files_times(
    house: House, newer: str, older: str
) -> None:
    text = LETTER.format(bar="1.5", month="May")
    written(house, **{newer: f"{text} Paid.", older: f"{text} Unpaid."})
    assert names(searched(house, "boiler burner serviced Mr Tamm"))[0] == f"{newer.replace('_', ' ')}.txt"


def test_of_versions_with_equal_text_the_newest_is_shown(house: House) -> None:
    written(house, contract_v2_FINAL=LETTER, contract_v1=LETTER)
    (found,) = searched(house, "boiler")
    assert (found.file.version.relative, found.also_in) == ("contract v2 FINAL.txt", ("contract v1.txt",))
    assert searched(house, "boiler contract v1")[0].file.version.relative == "contract v1.txt"


def test_a_question_about_several_papers_gets_passages_of_several(house: House) -> None:
    said = "# {0}\n\nThe boiler was repaired in {0}, as was the roof, and the {0} was paid for by the owner."
    house.write("a.md", "\n\n".join(said.format(room) for room in ("kitchen", "cellar", "attic")))
    house.write(
        "b.txt", "The boiler was repaired in Leeds, as was the roof, and all of it was paid for by the firm."
    )
    house.index()
    assert "b.txt" in names(
        searched(house, "which papers say that the boiler was repaired, as was the roof", 2)
    )
    assert names(searched(house, "the boiler repaired in the kitchen, cellar and attic", 2)) == [
        "a.md",
        "a.md",
    ]


@pytest.mark.parametrize(
    ("query", "several"),
    [
        ("Which letters mention the deposit?", True),
        ("compare the two leases", True),
        ("Welche Rechnungen sind offen?", True),
        ("what are all my contracts about", True),
        ("how many miles did we drive compared to last year", False),
        ("which day are the bins collected", False),
    ],
)
def test_what_asks_for_several_papers(query: str, several: bool) -> None:
    assert asks_for_several(query) is several


def test_slips_are_of_long_words_without_digits() -> None:
    assert is_slip("cleaned", "claened")
    assert is_slip("boiler", "boilers")
    assert is_slip("boiler", "boller")
    assert not is_slip("boiler", "barrel")
    assert not is_slip("form", "from")
    assert not is_slip("a10000", "a10001")


def test_an_empty_text_is_said_by_any() -> None:
    assert Wording.of("the boiler").says_all(Wording.of("…"))
