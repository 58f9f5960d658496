"""Conversations in the catalog: kept whole, found by words, deleted for good, salvaged and migrated."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from tui.papers import file, notice_answer, plain_answer, refusal_answer

from pocketrag.domain import Answer, Mark
from pocketrag.errors import UnknownConversation
from pocketrag.storage import salvage
from pocketrag.storage.checking import faults
from pocketrag.storage.conversations import Conversations, stored_turn
from pocketrag.storage.database import Database
from pocketrag.storage.schema import MIGRATIONS


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(tmp_path / "catalog.sqlite3")) as database:
        yield database


@pytest.fixture
def kept(database: Database) -> Conversations:
    return Conversations(database)


def found(kept: Conversations, words: str) -> list[int]:
    return [entry.id for entry in kept.entries(words)]


def without_passages(answer: Answer) -> Answer:
    return replace(answer, passages=())


def test_an_answer_comes_back_as_it_was_shown(kept: Conversations) -> None:
    first = kept.keep(notice_answer(), at=1000.5)
    assert kept.keep(refusal_answer(), first, at=2000.5) == first
    answers = [(turn.answer, turn.at) for turn in kept.turns(first)]
    assert answers == [
        (without_passages(notice_answer()), 1000.5),
        (without_passages(refusal_answer()), 2000.5),
    ]
    (entry,) = kept.entries()
    assert (entry.title, entry.turns) == (notice_answer().question, 2)
    assert (entry.created, entry.updated) == (1000.5, 2000.5)


def test_an_answer_outlives_the_conversation_that_it_belongs_to(kept: Conversations) -> None:
    first = kept.keep(plain_answer("a", "b"))
    kept.delete([first])
    second = kept.keep(plain_answer("c", "d"), first)
    assert second != first
    assert [turn.answer.text for turn in kept.turns(second)] == ["d"]


def test_the_latest_conversation_comes_first(kept: Conversations) -> None:
    first, second = kept.keep(plain_answer("a", "b"), at=1.0), kept.keep(plain_answer("c", "d"), at=2.0)
    assert found(kept, "") == [second, first]
    kept.keep(plain_answer("e", "f"), first, at=3.0)
    assert found(kept, "") == [first, second]


def test_words_are_looked_for_in_titles_questions_and_answers(kept: Conversations) -> None:
    rent = kept.keep(plain_answer("How much is the rent?", "Es sind 850 Euro."), at=1.0)
    kept.keep(plain_answer("And the Übergabe?", "In March."), rent, at=2.0)
    trip = kept.keep(plain_answer("鍵は何本ありますか", "二本です"), at=3.0)
    kept.rename(trip, "Schlüssel")
    assert found(kept, "rent march") == [rent], "words may stand in different turns"
    assert found(kept, "übergabe") == found(kept, "uberg") == [rent]
    assert found(kept, "schluss") == found(kept, "何本") == [trip]
    assert found(kept, "二本 schlüssel") == [trip]
    assert found(kept, "rent schlüssel") == []
    assert found(kept, "?") == [trip, rent], "nothing to look for"
    assert [entry.excerpt for entry in kept.entries("850")] == ["Es sind 850 Euro."]


@pytest.mark.parametrize(
    "typed", ['"', "'", "rent*", "NEAR(", "a AND", "-", "rent:", "\0", "\udc80x", "^x", '""']
)
def test_whatever_is_typed_is_words_and_no_query_language(kept: Conversations, typed: str) -> None:
    kept.keep(plain_answer("How much is the rent?", "850 euros."))
    assert len(kept.entries(typed)) <= 1


def test_a_title_is_one_line_cut_at_a_word(kept: Conversations) -> None:
    long = kept.keep(plain_answer("How much\nis " + "the very high " * 20 + "rent?", "850 euros."))
    title = kept.entry(long).title
    assert title.startswith("How much is the very")
    assert title.endswith((" very…", " the…", " high…"))
    assert len(title) <= 80
    kept.rename(long, "The\x1b[31m rent")
    assert kept.entry(long).title == "The␛[31m rent"


def test_what_is_no_text_can_be_kept(kept: Conversations) -> None:
    name = file("Home/\udcff.md")
    answer = notice_answer("caf\udce9?")
    citations = (replace(answer.citations[0], file=name),)
    number = kept.keep(replace(answer, citations=citations))
    (turn,) = kept.turns(number)
    assert turn.answer.question == "caf??"
    assert turn.answer.citations[0].file == name


def test_nothing_of_what_is_deleted_is_left_in_the_file(database: Database, kept: Conversations) -> None:
    secret = kept.keep(plain_answer("Where is the Zweitschluessel hidden?", "Behind the Regenfass."))
    other = kept.keep(plain_answer("How much is the rent?", "850 euros."))
    kept.delete([secret])
    assert found(kept, "") == [other]
    assert kept.turns(secret) == ()
    on_disk = b"".join(path.read_bytes() for path in database_files(database)).lower()
    assert b"regenfass" not in on_disk
    assert b"zweitschluessel" not in on_disk
    assert b"850 euros" in on_disk
    assert faults(database.connection) == ""


def database_files(database: Database) -> list[Path]:
    main = database.connection.execute("PRAGMA database_list").fetchone()
    return sorted(Path(main[2]).parent.glob("catalog.sqlite3*"))


def test_if_one_is_not_there_none_is_deleted(kept: Conversations) -> None:
    first = kept.keep(plain_answer("a", "b"))
    with pytest.raises(UnknownConversation):
        kept.delete([first, first + 1])
    assert found(kept, "") == [first]


def test_the_index_of_words_follows_every_change(database: Database, kept: Conversations) -> None:
    first = kept.keep(plain_answer("rent", "850"))
    kept.keep(plain_answer("deposit", "1480"), first)
    kept.rename(first, "flat")
    kept.delete([kept.keep(plain_answer("boiler", "F04"))])
    assert faults(database.connection) == ""
    assert [found(kept, word) for word in ("flat", "boiler", "F04")] == [[first], [], []]


# ── older catalogs, damaged ones, and answers kept long ago ─────────────────────────────────

OLD_TURNS = (
    ("How much is the rent?", "850 euros [1].", "How much is the rent?"),
    ("And when?", "On the first.", "when rent"),
)


def version_3(path: Path) -> None:
    with closing(sqlite3.connect(path)) as old:
        for number, migration in enumerate(MIGRATIONS[:3], 1):
            old.executescript(f"BEGIN; {migration}; PRAGMA user_version = {number}; COMMIT;")
        old.executemany("INSERT INTO turns (question, answer, query) VALUES (?, ?, ?)", OLD_TURNS)
        old.commit()


def test_the_turns_of_an_older_catalog_become_a_conversation(tmp_path: Path) -> None:
    version_3(tmp_path / "old.sqlite3")
    with closing(Database(tmp_path / "old.sqlite3")) as database:
        kept = Conversations(database)
        (entry,) = kept.entries("first")
        assert (entry.title, entry.turns) == ("How much is the rent?", 2)
        answers = [turn.answer for turn in kept.turns(entry.id)]
        assert tuple((a.question, a.text, a.query) for a in answers) == OLD_TURNS
        assert faults(database.connection) == ""
        assert kept.keep(plain_answer("a", "b")) != entry.id


def test_the_turns_of_an_older_damaged_catalog_are_salvaged(tmp_path: Path, database: Database) -> None:
    version_3(tmp_path / "old.sqlite3")
    salvage.read(tmp_path / "old.sqlite3").keep_conversations(database)
    kept = Conversations(database)
    (entry,) = kept.entries("first")
    assert (
        tuple((t.answer.question, t.answer.text, t.answer.query) for t in kept.turns(entry.id)) == OLD_TURNS
    )


def test_of_a_damaged_catalog_the_turns_before_and_after_the_damage_are_salvaged(tmp_path: Path) -> None:
    path = tmp_path / "damaged.sqlite3"
    with closing(Database(path)) as database:
        kept = Conversations(database)
        kept.rename(kept.keep(plain_answer("Question 0", "x" * 900)), "Mine")
        for number in range(1, 100):
            kept.keep(plain_answer(f"Question {number}", "x" * 900), 1 + number // 10)
        kept.mark(kept.turns(1)[0].id, Mark.RIGHT)
        database.settle()
    data = bytearray(path.read_bytes())
    page = data.index(b"Question 50" + b"x" * 900) // 4096 * 4096
    data[page : page + 4096] = b"junk" * 1024
    path.write_bytes(data)

    with closing(Database(tmp_path / "fresh.sqlite3")) as database:
        salvage.read(path).keep_conversations(database)
        kept = Conversations(database)
        assert {entry.title for entry in kept.entries()} >= {"Mine", "Question 10", "Question 90"}
        questions = [turn.answer.question for entry in kept.entries() for turn in kept.turns(entry.id)]
        assert {f"Question {number}" for number in (*range(40), *range(60, 100))} <= set(questions)
        assert "Question 50" not in questions
        assert kept.entry(1).title == "Mine"
        assert kept.turns(1)[0].mark is Mark.RIGHT
        assert faults(database.connection) == ""


KEPT_LONG_AGO = {
    "is": "Answer", "question": "", "query": "rent", "text": "", "sentences": [
        {"is": "Sentence", "text": "850 euros", "citations": [1], "verified": True}],
    "citations": [{
        "is": "Citation", "marker": 1, "file": {
            "is": "FileVersion", "path": "/docs/Trip.eml", "folder": "/docs", "sha256": "ab",
            "title": "Trip", "modified": 1.5, "attachment": "plan.pdf", "author": "Ada",
            "date": "2025-01-31", "language": "de"},
        "place": {"is": "Place", "page": 3, "page_end": None, "slide": None, "sheet": None, "row": None,
                  "line": None, "section": ["Rent"], "message": None},
        "start": 4, "end": 13, "quote": "850 euros", "verified": True}],
    "passages": [], "refusal": {
        "is": "Refusal", "reason": "not in the evidence", "looked_for": "rent",
                                "suggestions": ["ask on"], "score": 0.25},
    "model": "SmolLM2", "counts": {"is": "Counts", "indexed": 3, "waiting": 0, "failed": 0, "skipped": 0},
    "timings": {"is": "Timings", "evidence_ms": 1.0, "first_token_ms": 2.0, "total_ms": 3.0,
                "prompt_tokens": 4, "completion_tokens": 5},
}  # fmt: skip


def test_an_answer_that_was_kept_long_ago_can_be_read() -> None:
    """Who renames a field of an answer, or takes one away, needs a migration of what is kept."""
    turn = stored_turn("Rent?", "850 euros [1]", json.dumps(KEPT_LONG_AGO), 7.0)
    (citation,) = turn.answer.citations
    assert (citation.quote, citation.place.page, citation.place.section) == ("850 euros", 3, ("Rent",))
    assert citation.file.shown == "Trip.eml › plan.pdf"
    assert turn.answer.refusal is not None
    assert turn.answer.refusal.suggestions == ("ask on",)
    assert (turn.answer.question, turn.answer.text, turn.at) == ("Rent?", "850 euros [1]", 7.0)
