"""The deeper look: a passage is as good as its best sentence, and what is looked at is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes import WordEmbedder
from house import House

from pocketrag.answering import deeper_look
from pocketrag.answering.deeper_look import DeeperLook
from pocketrag.answering.late_interaction import NONE, Likeness, QueryTokens
from pocketrag.answering.passages import PassageFinder
from pocketrag.answering.retrieved import Found
from pocketrag.answering.retriever import Retriever
from pocketrag.domain import Filters, Span
from pocketrag.models.embedder import EmbeddedQuery, Tokens

QUERY = "deposit of the flat"
ABOUT = "The deposit was talked of. Nobody knew the flat. The deposit again. The flat again."
ANSWER = "Bread costs little. The deposit of the flat is £1,480. Birds sing. Anna is away."


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    found = House(tmp_path)
    found.write("about.txt", ABOUT)
    found.write("answer.txt", ANSWER)
    for number in range(20):
        found.write(f"{number}.txt", f"Something else was said on day {number}.")
    found.index()
    yield found
    found.database.close()


def the_look(house: House) -> DeeperLook:
    frequencies = house.lookup.words.frequencies(["deposit", "flat"])
    return DeeperLook(EmbeddedQuery(QUERY, house.embedder), frequencies, house.lookup.chunk_count())


def quick(house: House) -> list[Found]:
    retriever = Retriever(house.lookup, house.vectors, house.mounts, 20)
    return retriever.search(EmbeddedQuery(QUERY, house.embedder), Filters(), 20)


def names(found: list[Found]) -> list[str]:
    return [one.file.version.relative for one in found]


def test_the_passage_with_the_best_sentence_comes_first(house: House) -> None:
    found = sorted(quick(house), key=lambda one: one.file.version.relative != "about.txt")
    assert names(found)[0] == "about.txt"
    settled = list(the_look(house).settled(found))
    assert names(settled)[:2] == ["answer.txt", "about.txt"]
    assert sorted(names(settled)) == sorted(names(found))
    scores = [one.score for one in settled]
    assert scores[0] == pytest.approx(1.0)
    assert scores == sorted(scores, reverse=True)


def test_those_that_are_not_looked_at_follow_as_they_were(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deeper_look, "LOOKED_AT", 3)
    found = quick(house)
    look = the_look(house)
    settled = list(look.settled(found))
    assert look.looked_at == 3
    assert names(settled)[3:] == names(found)[3:]
    assert {*names(settled)[:3]} == {*names(found)[:3]}
    scores = [one.score for one in settled]
    assert scores == sorted(scores, reverse=True)


def test_no_more_are_looked_at_once_the_time_is_over(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deeper_look, "SECONDS", 0.0)
    found = quick(house)
    look = the_look(house)
    assert names(list(look.settled(found))) == names(found)
    assert (look.looked_at, look.evidence(found)) == (0, [])


def test_one_that_is_found_before_those_looked_at_when_the_time_is_over_is_kept(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, look = quick(house)[:4], the_look(house)
    assert len(list(look.settled(found[1:]))) == 3
    monkeypatch.setattr(deeper_look, "SECONDS", 0.0)
    assert sorted(names(list(look.settled(found)))) == sorted(names(found))


def test_a_search_says_how_many_passages_it_looked_at(house: House) -> None:
    finder = PassageFinder(house.lookup, Retriever(house.lookup, house.vectors, house.mounts, 20))
    assert finder.find(QUERY, Filters(), 3, house.embedder).results.looked_at == deeper_look.LOOKED_AT


def test_each_passage_is_embedded_once(house: House) -> None:
    look, found = the_look(house), quick(house)[:4]
    settled = list(look.settled(found))
    evidence = look.evidence(settled)
    assert sorted(house.embedder.looked_at) == sorted(one.stored.chunk.text for one in found)
    assert evidence[0].text == "The deposit of the flat is £1,480."
    assert settled[evidence[0].passage].file.version.relative == "answer.txt"


def likeness(query: str, text: str, span: Span, weights: dict[str, float]) -> Likeness:
    embedder = WordEmbedder()
    (tokens,) = embedder.embed_document_tokens([text])
    (found,) = QueryTokens(EmbeddedQuery(query, embedder), weights).likenesses(tokens, [span], [()])
    return found


def test_each_word_of_the_query_looks_for_its_nearest_and_telling_ones_count_more() -> None:
    text = "The rent is high. A deposit is paid."
    second = Span(18, len(text))
    weights = {"deposit": 2.7}
    assert likeness("the deposit", text, second, weights).words == pytest.approx(0.9, abs=0.02)
    assert likeness("the deposit", text, Span(0, 17), weights).words == pytest.approx(0.1, abs=0.02)
    assert likeness("a deposit is paid", text, second, weights).cosine == pytest.approx(1.0, abs=0.01)


def test_what_has_no_tokens_is_like_nothing() -> None:
    assert likeness("deposit", "The rent.  ", Span(10, 11), {}) == NONE
    assert likeness("?", "The rent.", Span(0, 9), {}) == NONE
    assert likeness("deposit", "", Span(0, 0), {}) == NONE


def test_tokens_are_counted_from_where_the_own_text_begins() -> None:
    tokens = Tokens(np.eye(3, dtype=np.float32), np.array([[0, 4], [5, 9], [10, 12]]))
    after = tokens.after(5)
    assert after.spans.tolist() == [[0, 4], [5, 7]]
    assert after.vectors.tolist() == [[0, 1, 0], [0, 0, 1]]


@pytest.mark.parametrize(
    ("query", "says"),
    [("what is the rent per month?", "745"), ("what was the rent per month in lease v1?", "690")],
)
def test_of_two_versions_the_newer_one_answers_unless_the_other_is_meant(
    house: House, query: str, says: str
) -> None:
    rest = "It is due on the first day of each month, and the flat is let with a cellar, a garden and a shed."
    house.write("lease v1.txt", f"The rent is 690 pounds per month. {rest}")
    house.write("lease v2.txt", f"The rent is 745 pounds per month. {rest}")
    house.index()
    finder = PassageFinder(house.lookup, Retriever(house.lookup, house.vectors, house.mounts, 20))
    best, second = finder.find_among(EmbeddedQuery(query, house.embedder), Filters(), 4).evidence[:2]
    assert says in best.text
    assert best.relevance > second.relevance + 0.2
