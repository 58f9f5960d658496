"""Queries as they are typed: filters, phrases and words to leave out are told from what is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from house import House
from hypothesis import given
from hypothesis import strategies as st

from pocketrag.answering.asked import telling
from pocketrag.answering.query import narrowed, read_query
from pocketrag.answering.retriever import Retriever
from pocketrag.domain import Filters
from pocketrag.errors import QueryError
from pocketrag.models.embedder import EmbeddedQuery


@pytest.mark.parametrize(
    "typed",
    [
        "How much is the rent?",
        'what does a 24" screen cost, and a 27" one',
        "Re: the meeting at 10:30 - see https://example.org/in:out",
        "well-known terms, -5 degrees, e-mail",
        "rock'n'roll in: the 60s",
        "  spaces   stay  ",
    ],
)
def test_an_ordinary_question_is_left_as_it_is(typed: str) -> None:
    query = read_query(typed)
    assert (query.text, query.filters, query.folders) == (typed, Filters(), ())


def test_every_filter_is_read_wherever_it_stands() -> None:
    query = read_query(
        'in:Taxes what did I pay type:.PDF,md after:2025-01 lang:de before:2025-06 in:"My Papers"'
    )
    assert query.text == "what did I pay"
    assert query.folders == ("Taxes", "My Papers")
    assert query.filters == Filters(
        types=("pdf", "md"), languages=("de",), since="2025-01-01", until="2025-05-31"
    )


@pytest.mark.parametrize(
    ("typed", "since", "until"),
    [
        ("x after:2025", "2025-01-01", ""),
        ("x since:2025-02-03", "2025-02-03", ""),
        ("x before:2025", "", "2024-12-31"),
        ("x until:2024-02", "", "2024-02-29"),
        ("x until:2024", "", "2024-12-31"),
        ("x UNTIL:2025-03-09 after:2025-03-09", "2025-03-09", "2025-03-09"),
    ],
)
def test_days_months_and_years(typed: str, since: str, until: str) -> None:
    filters = read_query(typed).filters
    assert (filters.since, filters.until) == (since, until)


def test_phrases_stay_in_the_question_and_words_left_out_do_not() -> None:
    query = read_query('what does "force majeure" mean -Brexit -"act of God" („höhere Gewalt“)?')
    assert query.text == "what does force majeure mean (höhere Gewalt)?"
    assert query.filters.phrases == ("force majeure", "höhere Gewalt")
    assert query.filters.without == ("Brexit", "act of God")


@pytest.mark.parametrize("typed", ["x after:soon", "x before:2025-13", "x until:2025-02-30", "x since:0000"])
def test_a_day_that_is_none_is_said(typed: str) -> None:
    with pytest.raises(QueryError, match=r"is no day.*2025-01-31"):
        read_query(typed)


@pytest.mark.parametrize("typed", ["type:pdf", "-rent", 'in:"My Papers" ?'])
def test_filters_alone_are_no_question(typed: str) -> None:
    with pytest.raises(QueryError, match="nothing but filters"):
        read_query(typed)


@given(st.text(alphabet=st.sampled_from('abin:type-"“”„«» .,12after')))
def test_whatever_is_typed_is_read_or_refused_in_words(typed: str) -> None:
    try:
        query = read_query(typed)
    except QueryError as error:
        assert error.remedy
    else:
        assert query.text or not typed.strip()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    found = House(tmp_path)
    found.write("Home/Taxes/2024.txt", "The rent of the flat was 850 euros, heating included.")
    found.write("Work/taxes/2025.md", "The rent of the office was 900 euros, without heating.")
    found.write(
        "Home/Taxes/deep/old.txt", "The rent was 700 euros once. Included was nothing of the heating."
    )
    found.write("Home/misc.txt", "The rent of the garage was 60 euros.")
    found.index()
    yield found
    found.database.close()


def names(house: House, typed: str, beside: Filters | None = None, limit: int = 9) -> set[str]:
    """The files that are found for a query."""
    query = read_query(typed)
    retriever = Retriever(house.lookup, house.vectors, house.mounts, 10)
    filters = narrowed(query, beside or Filters(), house.lookup)
    found = retriever.search(EmbeddedQuery(query.text, house.embedder), filters, limit)
    return {f.file.version.relative for f in found}


def test_a_folder_is_known_by_its_name_wherever_it_lies(house: House) -> None:
    both = {"Home/Taxes/2024.txt", "Home/Taxes/deep/old.txt", "Work/taxes/2025.md"}
    assert names(house, "rent in:taxes") == both
    assert names(house, "rent in:home/taxes") == both - {"Work/taxes/2025.md"}
    assert names(house, f"rent in:{house.docs / 'Work'}") == {"Work/taxes/2025.md"}
    assert names(house, "rent in:docs") == {*both, "Home/misc.txt"}
    assert names(house, "rent in:home/misc.txt") == {"Home/misc.txt"}, "a file, as the app completes it"
    assert names(house, "rent in:Nowhere") == set()
    assert names(house, "rent in:taxes type:md") == {"Work/taxes/2025.md"}


def test_what_the_question_says_counts_instead_of_what_was_set_beside_it(house: House) -> None:
    beside = Filters(folder=house.docs / "Work", types=("md",))
    assert names(house, "rent", beside) == {"Work/taxes/2025.md"}
    assert names(house, "rent in:deep type:txt", beside) == {"Home/Taxes/deep/old.txt"}


def test_a_phrase_must_stand_there_word_for_word(house: House) -> None:
    assert names(house, '"heating included" rent') == {"Home/Taxes/2024.txt"}
    assert names(house, '"included heating" rent') == set()
    assert names(house, 'rent "HEATING" -"heating included"') == {
        "Work/taxes/2025.md",
        "Home/Taxes/deep/old.txt",
    }


def test_words_are_left_out(house: House) -> None:
    assert names(house, "rent -heating") == {"Home/misc.txt"}
    assert names(house, "rent -heating -garage") == set()


def test_a_misspelt_word_is_found_as_it_was_meant(house: House) -> None:
    for typed in ("garaeg", "gararge", "garge", "garaje"):
        assert telling(read_query(typed).text, house.lookup.words, 4) == ["garage"], typed


def test_a_file_that_is_named_is_found_though_its_text_says_nothing_of_it(house: House) -> None:
    retriever = Retriever(house.lookup, house.vectors, house.mounts, 10)
    (first, *_) = retriever.search(EmbeddedQuery("what is in old.txt", house.embedder), Filters(), 4)
    assert first.file.version.relative == "Home/Taxes/deep/old.txt"
