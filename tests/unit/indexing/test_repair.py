"""After an unclean stop the vectors are those that the catalog refers to, made from its text alone."""

from __future__ import annotations

from house import House

from pocketrag.domain import FileIndexed, IndexProgress, IndexRepaired
from pocketrag.storage.vectors import SPACES


def test_missing_vectors_are_made_anew_without_a_document(house: House) -> None:
    house.write("Home/lease.md", "# Lease\n\nThe rent is 850 euros.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
    house.index()
    before = {space: house.vectors.keys(space) for space in SPACES}
    embedded = sorted(house.embedder.embedded)
    for space in SPACES:
        house.vectors.remove(space, before[space])
    for path in (house.docs / "Home").iterdir():
        path.unlink()  # not even the document is needed
    house.embedder.embedded.clear()
    events = list(house.indexer().repair())
    assert {space: house.vectors.keys(space) for space in SPACES} == before
    assert sorted(house.embedder.embedded) == embedded
    assert [event for event in events if not isinstance(event, IndexProgress)] == [
        IndexRepaired(len(embedded))
    ]


def test_what_nothing_refers_to_is_dropped(house: House) -> None:
    house.write("a.txt", "One.")
    house.index()
    house.vectors.add("chunks", ["stray"], house.embedder.embed_documents(["stray"]))
    list(house.indexer().repair())
    assert "stray" not in house.vectors.keys("chunks")
    assert house.keys_agree()


def test_a_sound_library_loads_no_model(house: House) -> None:
    house.write("a.txt", "One.")
    house.index()
    house.embedder.embedded.clear()
    assert list(house.indexer().repair()) == []
    assert house.embedder.embedded == []


def test_the_first_run_after_an_unclean_stop_repairs_and_goes_on(house: House) -> None:
    house.write("a.txt", "One.")
    house.index()
    house.vectors.remove("chunks", house.vectors.keys("chunks"))
    house.write("b.txt", "Two.")
    indexer = house.indexer()
    indexer.in_doubt = True
    names = [e.path.name for e in indexer.run() if isinstance(e, FileIndexed)]
    assert names == ["b.txt"]
    assert not indexer.in_doubt
    assert len(house.vectors.keys("chunks")) == 2


def test_a_document_that_a_stop_left_behind_is_dropped(house: House) -> None:
    house.write("a.txt", "One.")
    house.index()
    with house.database.transaction() as connection:
        connection.execute("DELETE FROM files")
    list(house.indexer().repair())
    assert house.lookup.chunk_count() == 0
    assert house.vectors.keys("chunks") == set()
