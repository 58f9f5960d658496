"""Every document that holds the words, and no other; counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from house import House

from pocketrag.answering.all_documents import AllDocuments
from pocketrag.domain import AllMatched, DocumentMatched, Filters
from pocketrag.engine.shapes import match_json
from pocketrag.storage.every_match import EveryMatch


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    found = House(tmp_path)
    found.write(
        "Home/lease.md", "# Lease of the flat\n\nThe rent is 850 euros.\n\n# Deposits\n\nTwo rents are held."
    )
    found.write("Home/copy of lease.md", (found.docs / "Home/lease.md").read_text())
    found.write("Work/office.txt", "Renting an office costs 900 euros; the deposit is one rent.")
    found.write("Work/Deposit slips/2024.txt", "Paid at the counter of the bank.")
    found.write("cake.txt", "A cake needs plums, and no rental agreement.")
    found.index()
    yield found
    found.database.close()


def matched(house: House, query: str) -> tuple[list[DocumentMatched], AllMatched]:
    every = AllDocuments(house.lookup, EveryMatch(house.database), house.mounts)
    *documents, done = every.find(query, Filters())
    assert isinstance(done, AllMatched)
    assert done.documents == len(documents)
    found = [one for one in documents if isinstance(one, DocumentMatched)]
    assert done.passages == sum(one.passages for one in found)
    return found, done


def names(house: House, query: str) -> set[str]:
    return {one.passage.file.relative for one in matched(house, query)[0]}


def test_a_word_counts_in_all_its_forms_and_in_quotation_marks_as_it_is(house: House) -> None:
    assert names(house, "rent") == {"Home/lease.md", "Work/office.txt"}
    assert names(house, '"rents"') == {"Home/lease.md"}
    assert names(house, "rental") == {"cake.txt"}


def test_every_word_must_stand_in_a_passage_above_it_or_in_its_path(house: House) -> None:
    assert names(house, "deposit") == {"Home/lease.md", "Work/office.txt", "Work/Deposit slips/2024.txt"}
    assert names(house, "deposit bank") == {"Work/Deposit slips/2024.txt"}
    assert names(house, "rent plums") == set()
    assert names(house, "lease 850") == {"Home/lease.md"}
    assert names(house, "work deposits") == {"Work/office.txt", "Work/Deposit slips/2024.txt"}


def test_filters_phrases_and_words_left_out_are_exact(house: House) -> None:
    assert names(house, "deposit in:Work") == {"Work/office.txt", "Work/Deposit slips/2024.txt"}
    assert names(house, "rent -office") == {"Home/lease.md"}
    assert names(house, 'rent "900 euros"') == {"Work/office.txt"}
    assert names(house, "rent type:md") == {"Home/lease.md"}


@pytest.mark.parametrize(
    "question",
    [
        "Which papers mention the rent?",
        "how many of my letters talk about rents",
        "list all documents that contain rent",
        "In welchen Dokumenten rent",
    ],
)
def test_how_a_question_begins_is_nothing_that_documents_must_hold(house: House, question: str) -> None:
    assert matched(house, question)[1].words in {("rent",), ("rents",)}
    assert names(house, question) == {"Home/lease.md", "Work/office.txt"}


def test_passages_are_counted_and_the_one_that_holds_most_is_shown(house: House) -> None:
    (lease,) = matched(house, "rent held")[0]
    assert (
        lease.passage.chunk.text.startswith("Deposits") or "Two rents are held." in lease.passage.chunk.text
    )
    assert lease.passage.also_in == ("Home/copy of lease.md",)
    (span, *_) = lease.passage.highlights
    start = lease.passage.chunk.start
    assert lease.passage.chunk.text[span.start - start : span.end - start] == "Two rents are held."
    (slip,) = matched(house, "deposit bank")[0]
    assert slip.passages == 1
    (by_name,) = matched(house, "slips")[0]
    assert (by_name.passages, by_name.passage.score, by_name.passage.highlights) == (0, 0.0, ())


def test_deleted_files_do_not_count(house: House) -> None:
    (house.docs / "Work/office.txt").unlink()
    assert names(house, "rent") == {"Home/lease.md"}


def test_nothing_found_says_why(house: House) -> None:
    assert matched(house, "garage")[1].suggestions == ("“garage” stands in no document.",)
    assert "“office”" in matched(house, "offiec")[1].suggestions[0]
    assert "no passage holds all" in matched(house, "plums rent 850")[1].suggestions[0]
    assert "type odt" in matched(house, "rent type:odt")[1].suggestions[0]
    assert matched(house, "…")[1].documents == 0


def test_more_documents_than_a_batch_are_told_of_newest_first(house: House) -> None:
    for number in range(120):
        house.write(
            f"notes/{number}.md", f"---\ndate: 20{number % 25:02}-01-01\n---\n\nA violin was tuned, {number}."
        )
    house.index()
    found, done = matched(house, "violins")
    assert (done.documents, done.passages) == (120, 120)
    days = [one.passage.file.day for one in found]
    assert days == sorted(days, reverse=True)
    assert [one.passage.rank for one in found] == list(range(1, 121))


def test_a_program_gets_a_line_for_each_document_and_last_their_number(house: House) -> None:
    every = AllDocuments(house.lookup, EveryMatch(house.database), house.mounts)
    *documents, done = (json.loads(json.dumps(match_json(e))) for e in every.find("rent", Filters()))
    assert {d["event"] for d in documents} == {"document"}
    assert {"relative", "place", "start", "end", "text", "highlights", "state", "passages"} <= set(
        documents[0]
    )
    assert (done["event"], done["documents"], done["words"]) == ("done", 2, ["rent"])
