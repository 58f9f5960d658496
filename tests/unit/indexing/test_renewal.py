"""The next index: made from the stored text beside the old one, kept when broken off, taken over whole."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from fakes import WordEmbedder
from house import House

from pocketrag.domain import Filters, IndexEvent, LoadEvent
from pocketrag.errors import ModelDamaged
from pocketrag.indexing.renewal import Renewal
from pocketrag.models.embedder import Embedder, Vectors
from pocketrag.storage.next_index import NextIndex

TOKENS = 20
"""Of a chunk in the next index: fewer than before, so that every document is cut otherwise."""


class OtherEmbedder(WordEmbedder):
    """Another model: its vectors may not mix with those of the first."""

    def __init__(self) -> None:
        super().__init__(fingerprint="other@1/fp32")

    def load(self) -> Generator[LoadEvent, None, Embedder]:
        yield from ()
        return self


class TiredEmbedder(OtherEmbedder):
    """One that gives up in the middle."""

    calls = 0

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        self.calls += 1
        if self.calls > 4:
            raise ModelDamaged("Tired.", "Rest.")
        return super().embed_documents(texts)


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    for n in range(40):
        house.write(
            f"{n}.md", f"# Room {n}\n\nThe window of room {n} is new.\n\nIts door is {n} years old.\n"
        )
    house.index()
    return house


def renewal(house: House) -> Renewal:
    return Renewal(NextIndex(house.database), house.vectors.beside(), OtherEmbedder().load, TOKENS)


def finished(run: Generator[IndexEvent, None, Embedder]) -> Embedder:
    while True:
        try:
            next(run)
        except StopIteration as done:
            embedder: Embedder = done.value
            return embedder


def taken_over(house: House, made: Renewal, embedder: Embedder) -> bool:
    following = NextIndex(house.database)
    over = following.take_over(lambda named: made.path_key(named, embedder), {"fingerprint": "other"})
    if over:
        house.vectors.take_over()
        following.renewed()
    return over


def found(house: House, words: str) -> list[str]:
    return list(house.lookup.words.chunks([words], 100, Filters()))


def test_vectors_of_another_next_index_go_even_if_that_is_broken_off(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = house.vectors.beside()
    beside.add("chunks", ["of another size"], np.ones((1, 3), np.float32))
    monkeypatch.setattr(house.vectors, "beside", lambda: beside)
    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(beside, "reset", Mock(side_effect=KeyboardInterrupt))
        finished(renewal(house).run())
    finished(renewal(house).run())
    assert "of another size" not in beside.keys("chunks")


def test_the_old_index_answers_until_the_next_takes_over(house: House) -> None:
    old, chunks = set(found(house, "window")), house.lookup.chunk_count()
    made = renewal(house)
    embedder = finished(made.run())
    assert set(found(house, "window")) == old
    assert house.lookup.chunk_count() == chunks
    assert house.keys_agree()
    assert taken_over(house, made, embedder)
    assert house.lookup.chunk_count() > chunks
    assert len(found(house, "window")) == 40
    assert not set(found(house, "window")) & old
    assert house.keys_agree()


def test_what_was_made_is_kept_when_it_is_broken_off(house: House) -> None:
    following = NextIndex(house.database)
    failing = Renewal(following, house.vectors.beside(), TiredEmbedder().load, TOKENS)
    with pytest.raises(ModelDamaged):
        finished(failing.run())
    assert 0 < following.waiting_count() < 40
    finished(renewal(house).run())
    assert following.waiting_count() == 0


def test_a_file_that_comes_meanwhile_is_waited_for(house: House) -> None:
    made = renewal(house)
    embedder = finished(made.run())
    house.write("late.md", "# Late\n\nThe cellar is dry.\n")
    house.index()
    assert not taken_over(house, made, embedder)
    assert len(found(house, "cellar")) == 1
    finished(made.run())
    assert taken_over(house, made, embedder)
    assert len(found(house, "cellar")) == 1
    assert house.keys_agree()


def test_a_file_that_goes_meanwhile_leaves_nothing(house: House) -> None:
    made = renewal(house)
    embedder = finished(made.run())
    (house.docs / "7.md").unlink()
    house.index()
    assert taken_over(house, made, embedder)
    assert len(found(house, "window")) == 39
    missing = house.references.keys("chunks") - house.vectors.keys("chunks")
    assert not missing  # vectors of the file that went are swept by the next repair


def test_another_form_begins_anew_and_an_abandoned_one_leaves_nothing(house: House) -> None:
    finished(renewal(house).run())
    following = NextIndex(house.database)
    following.begin("a third model", Mock())
    assert following.waiting_count() == 40
    assert following.abandon()
    assert not following.abandon()
