"""The path of a file, over real SQLite, with vectors in memory and words for an embedder."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from email.message import EmailMessage
from pathlib import Path

import pytest
from house import House

from pocketrag.domain import (
    Counts,
    FileFailed,
    FileIndexed,
    FileRemoved,
    FileRenamed,
    FileSkipped,
    FileState,
    FileUnchanged,
    Filters,
    IndexDone,
    IndexProgress,
)
from pocketrag.errors import LibraryDamaged
from pocketrag.models.embedder import Vectors
from pocketrag.storage.vectors import Space

LEASE = Path(__file__).parents[3] / "sample_docs" / "Home" / "Lease 2024 signed.pdf"


def test_a_new_file_becomes_searchable(house: House) -> None:
    path = house.write("lease.md", "# Lease\n\nThe rent is 850 euros.")
    events = house.index()
    assert events[0] == FileIndexed(path, chunks=1, chunks_embedded=1, chunks_reused=0)
    version, document = house.lookup.document(path)
    assert "The rent is 850 euros." in document.text
    assert version.relative == "lease.md"


def test_nothing_changed_embeds_nothing_and_loads_no_model(house: House) -> None:
    path = house.write("a.txt", "Plum cake needs plums.")
    house.index()

    def no_model() -> Iterator[object]:
        raise AssertionError("the embedder was loaded for nothing")

    house.embedder.load = no_model  # type: ignore[method-assign,assignment]
    assert house.index()[0] == FileUnchanged(path)


def test_a_renamed_file_embeds_no_chunk(house: House) -> None:
    old = house.write("a.txt", "Plum cake needs plums.")
    house.index()
    house.embedder.embedded.clear()
    new = house.docs / "Recipes" / "plum cake.txt"
    new.parent.mkdir()
    old.rename(new)
    events = house.index()
    assert events[0] == FileRenamed(new, old)
    assert house.embedder.embedded == ["Recipes › plum cake"]
    assert set(house.catalog.known_files(house.docs)) == {new}
    assert house.keys_agree()


def test_a_copy_reuses_every_chunk(house: House) -> None:
    first = house.write("a.txt", "Plum cake needs plums.")
    house.index()
    second = house.write("b.txt", first.read_text())
    events = house.index()
    assert FileIndexed(second, chunks=1, chunks_embedded=0, chunks_reused=1) in events


def test_equal_files_that_come_together_are_embedded_once(house: House) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        house.write(name, "The same text in three files.")
    done = house.done()
    assert (done.indexed, done.chunks_embedded, done.chunks_reused) == (3, 1, 2)


def test_files_that_trade_their_contents_are_both_there(house: House) -> None:
    texts = {"a.txt": "Plum cake needs plums.", "b.txt": "The rent is 850 euros."}
    for name, text in texts.items():
        house.write(name, text)
    house.index()
    house.embedder.embedded.clear()
    for name, text in zip(texts, reversed(texts.values()), strict=True):
        house.write(name, text)
    assert house.done().indexed == 2
    assert house.embedder.embedded == []
    assert house.lookup.document(house.docs / "a.txt")[1].text == texts["b.txt"]
    assert house.lookup.document(house.docs / "b.txt")[1].text == texts["a.txt"]
    assert house.keys_agree()


def test_a_touched_file_embeds_nothing(house: House) -> None:
    path = house.write("a.txt", "Plum cake needs plums.")
    house.index()
    os.utime(path, (1, 1))
    done = house.done()
    assert (done.chunks_embedded, done.chunks_reused) == (0, 1)
    assert house.done().unchanged == 1


def test_an_edit_replaces_the_old_text(house: House) -> None:
    path = house.write("a.txt", "The rent is 850 euros.")
    house.index()
    path.write_text("The rent is 900 euros a month.")
    house.index()
    assert "850" not in house.lookup.document(path)[1].text
    assert house.lookup.chunk_count() == 1
    assert house.keys_agree()


def test_a_deleted_file_is_gone_with_its_vectors(house: House) -> None:
    path = house.write("a.txt", "The rent is 850 euros.")
    house.index()
    path.unlink()
    assert house.index()[0] == FileRemoved(path)
    assert house.lookup.chunk_count() == 0
    assert house.vectors.keys("chunks") == set()


def test_one_bad_file_costs_only_itself(house: House) -> None:
    bad = house.docs / "broken.pdf"
    bad.write_bytes(b"%PDF-1.7 but then nothing")
    house.write("good.txt", "The rent is 850 euros.")
    first = house.index()
    failed = next(e for e in first if isinstance(e, FileFailed))
    assert failed.path == bad
    assert failed.message
    assert failed.remedy
    assert isinstance(first[-1], IndexDone)
    assert (first[-1].indexed, first[-1].failed) == (1, 1)
    assert failed in house.index(), "an unchanged failure is told again, without reading the file again"


def test_a_file_that_recovers_is_indexed(house: House) -> None:
    path = house.docs / "note.pdf"
    path.write_bytes(b"%PDF-1.7 and then nothing of use")
    assert house.done().failed == 1
    path.write_bytes(LEASE.read_bytes())
    assert house.done().indexed == 1
    assert house.lookup.counts().failed == 0


def test_an_empty_file_is_left_out_as_empty_until_it_holds_something(house: House) -> None:
    nothing, blank = house.write("nothing.txt", ""), house.write("blank.md", " \n\t\n")
    for _ in "12":
        assert {e.path: e.rule for e in house.index() if isinstance(e, FileSkipped)} == {
            nothing: "empty",
            blank: "empty",
        }
    assert house.lookup.counts() == Counts(skipped=2)
    for path in (nothing, blank):
        path.write_text("It says something.")
    assert house.done().indexed == 2
    nothing.write_text("")
    assert house.done().skipped == 1
    assert house.lookup.counts() == Counts(indexed=1, skipped=1)


def test_an_attachment_without_an_ending_is_named_in_words(house: House) -> None:
    mail = EmailMessage()
    mail["Subject"] = "Two files"
    mail.set_content("Have a look.")
    mail.add_attachment(b"\x00\x01\x02", maintype="application", subtype="octet-stream", filename="blob")
    mail.add_attachment(b"", maintype="text", subtype="plain", filename="nothing.txt")
    (house.docs / "mail.eml").write_bytes(mail.as_bytes())
    house.index()
    reasons = {
        item.attachment: (item.state, item.reason) for item in house.lookup.file_statuses(tuple(FileState))
    }
    assert reasons["blob"] == (FileState.SKIPPED, "no reader for files without an ending")
    assert reasons["nothing.txt"] == (FileState.SKIPPED, "empty")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_says_so(house: House) -> None:
    house.write("secret.txt", "hidden").chmod(0)
    failed = next(e for e in house.index() if isinstance(e, FileFailed))
    assert failed.reason == "unreadable"


def test_skipped_files_tell_their_rule(house: House) -> None:
    house.write("photo.jpg", "not text")
    house.write(".hidden.txt", "hidden")
    house.write("node_modules/x.txt", "a program's file")
    rules = {e.path.name: e.rule for e in house.index() if isinstance(e, FileSkipped)}
    assert rules == {"photo.jpg": "no reader for .jpg files", ".hidden.txt": "hidden or lock file"}


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("~$Lease.txt", "hidden or lock file"),
        ("Lease.txt.part", "hidden or lock file"),
        ("keys/id_ed25519", "may hold secrets"),
        ("server.pem", "may hold secrets"),
        ("Passwords.kdbx", "may hold secrets"),
        ("app.min.js", "generated, not written"),
        ("Thumbs.db", "a program's own files"),
    ],
)
def test_what_no_person_asks_about_is_left_out_with_its_rule(house: House, name: str, rule: str) -> None:
    house.write(name, "Something that is text all the same.")
    assert [e.rule for e in house.index() if isinstance(e, FileSkipped)] == [rule]
    house.write(".pocketragignore", f"!{Path(name).name}")
    assert house.done().indexed == 1


def test_rules_of_the_settings_count_in_every_folder(house: House) -> None:
    house.write("a/draft.md", "One.")
    house.write("b/kept.md", "Two.")
    events = list(house.indexer(ignore=("draft*",)).run())
    assert [e.rule for e in events if isinstance(e, FileSkipped)] == ["named in index.ignore"]
    assert house.lookup.counts().indexed == 1


def test_files_whose_name_says_nothing_are_known_by_their_content(house: House) -> None:
    house.write("README", "The heating was serviced in March.")
    (house.docs / "tool").write_bytes(b"\x7fELF" + bytes(2000))
    (house.docs / "data.foo").write_bytes(bytes(range(256)) * 20)
    first = house.index()
    assert [e.path.name for e in first if isinstance(e, FileIndexed)] == ["README"]
    rules = {e.path.name: e.rule for e in first if isinstance(e, FileSkipped)}
    assert rules["tool"] == "This is a program, which is not read."
    assert house.lookup.counts() == Counts(indexed=1, skipped=2)
    again = house.index()
    assert {e.path.name: e.rule for e in again if isinstance(e, FileSkipped)} == rules


def test_an_ignore_file_leaves_out_what_it_names(house: House) -> None:
    house.write(".pocketragignore", "# mine\ndrafts/\n*.csv\n!keep.csv\n[broken\n")
    for name in ("drafts/a.txt", "b.csv", "keep.csv", "c.txt"):
        house.write(name, "name, amount\nrent, 850")
    events = house.index()
    assert {e.path.name for e in events if isinstance(e, FileIndexed)} == {"keep.csv", "c.txt"}
    skipped = {e.path.name: e.rule for e in events if isinstance(e, FileSkipped)}
    assert skipped["b.csv"] == "named in .pocketragignore"
    house.write(".pocketragignore", "c.txt")
    house.index()
    assert house.lookup.counts().indexed == 3


def test_a_file_over_the_limit_is_skipped(house: House) -> None:
    house.write("long.txt", "x" * 3_000_000)
    (skipped,) = [e for e in house.indexer(max_bytes=2_000_000).run() if isinstance(e, FileSkipped)]
    assert skipped.rule == "larger than 2 MB (index.max_file_mb)"


def test_a_folder_that_is_away_keeps_its_files(house: House) -> None:
    path = house.write("a.txt", "The rent is 850 euros.")
    house.index()
    away = house.docs.rename(house.docs.with_name("unplugged"))
    events = house.index()
    assert isinstance(events[0], FileFailed)
    assert events[0].path == house.docs
    assert not any(isinstance(e, FileRemoved) for e in events)
    away.rename(house.docs)
    assert house.index()[0] == FileUnchanged(path)


def test_a_file_name_that_is_no_utf8_is_indexed(house: House) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    try:
        (house.docs / name).write_text("Coffee at nine.")
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    house.index()
    assert house.lookup.counts().indexed == 1


def test_links_are_not_followed(house: House, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("not in the library")
    (house.docs / "link.txt").symlink_to(outside)
    (house.docs / "loop").symlink_to(house.docs)
    assert house.done().indexed == 0


def test_stopping_keeps_what_was_done_and_the_next_run_goes_on(house: House) -> None:
    for n in range(150):
        house.write(f"{n:03}.txt", f"Paper number {n} speaks of thing {n}.")
    run = house.indexer().run()
    done = next(e for e in run if isinstance(e, FileIndexed))
    run.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("writing")]
    assert done.path.name == "000.txt"
    counts = house.lookup.counts()
    assert 0 < counts.indexed < 150
    assert counts.waiting == 150 - counts.indexed
    assert house.done().indexed == 150 - counts.indexed
    assert house.lookup.counts().indexed == 150
    assert house.keys_agree()


def test_the_first_files_are_there_long_before_the_last_are_embedded(house: House) -> None:
    for n in range(300):
        house.write(f"{n:03}.txt", f"Paper number {n} speaks of thing {n}.")
    run = house.indexer().run()
    next(e for e in run if isinstance(e, FileIndexed))
    assert len([text for text in house.embedder.embedded if text.startswith("Paper")]) < 200
    run.close()


def test_what_two_groups_share_is_embedded_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(100):
        house.write(f"{n:03}.md", f"# Minutes\n\nPaper number {n} speaks of thing {n}.")
    missing, add, asked, second = house.vectors.missing, house.vectors.add, list[Space](), threading.Event()

    def ask(space: Space, keys: Iterable[str]) -> list[str]:
        asked.append(space)
        if asked.count("chunks") == 2:
            second.set()
        return missing(space, keys)

    def add_late(space: Space, keys: Sequence[str], vectors: Vectors) -> None:
        assert second.wait(30), "the second group is begun before the first one is stored"
        add(space, keys, vectors)

    monkeypatch.setattr(house.vectors, "missing", ask)
    monkeypatch.setattr(house.vectors, "add", add_late)
    house.index()
    embedded = house.embedder.embedded
    assert "Minutes" in embedded
    assert len(embedded) == len(set(embedded))
    assert house.keys_agree()


def test_vectors_that_cannot_be_stored_make_no_file_visible(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.write("a.txt", "The rent is 850 euros.")

    def fail(*_: object) -> None:
        raise LibraryDamaged("The library's vector store failed.", "Do the same again.")

    with monkeypatch.context() as broken:
        broken.setattr(house.vectors, "add", fail)
        with pytest.raises(LibraryDamaged):
            house.index()
    assert house.lookup.counts().waiting == 1
    assert house.done().indexed == 1


def test_a_crash_before_the_transaction_leaves_only_vectors(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.write("a.txt", "The rent is 850 euros.")

    def crash(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(house.catalog, "put_document", crash)
        with pytest.raises(KeyboardInterrupt):
            house.index()
    assert house.lookup.counts().indexed == 0
    assert house.vectors.keys("chunks")
    house.embedder.embedded.clear()
    house.index()
    assert house.lookup.counts().indexed == 1
    assert house.embedder.embedded == [], "the vectors of the crashed run are used"


def test_a_folder_that_swallows_another_has_each_file_once_as_a_fresh_index_would(
    house: House, tmp_path: Path
) -> None:
    house.write("Home/lease.md", "# Lease\n\nThe rent is 850 euros.")
    house.write("note.txt", "The boiler was serviced in March.")
    house.index()
    house.catalog.add_folder(tmp_path)
    (tmp_path / "above.txt").write_text("Plum cake needs plums.")
    before = len(house.embedder.embedded)
    done = house.done()
    assert (done.indexed, done.removed, done.chunks_embedded, done.chunks_reused) == (3, 0, 1, 2)
    assert house.catalog.folders() == (tmp_path,)
    items = house.lookup.file_statuses((FileState.INDEXED,))
    assert [item.shown for item in items] == ["above.txt", "docs/Home/lease.md", "docs/note.txt"]
    assert set(house.embedder.embedded[before:]) == {
        "above", "Plum cake needs plums.", "docs › Home › lease", "docs › note"
    }  # fmt: skip
    assert house.keys_agree()
    again = house.done()
    assert (again.indexed, again.unchanged) == (0, 3)


def test_states_are_in_the_catalog(house: House) -> None:
    house.write("a.txt", "Something.")
    house.write("b.pdf", "%PDF-1.7 and then nothing of use")
    house.write("c.jpg", "?")
    house.index()
    states = {s.path.name: s.state for s in house.lookup.file_statuses(tuple(FileState))}
    assert states == {"a.txt": FileState.INDEXED, "b.pdf": FileState.FAILED, "c.jpg": FileState.SKIPPED}


def test_a_changed_file_waits_while_its_old_text_goes_on_answering(house: House) -> None:
    house.write("a.txt", "The rent is 850 euros.")
    house.index()
    house.write("a.txt", "The rent is 900 euros now.")
    run = house.indexer().run()
    assert isinstance(next(run), IndexProgress)
    assert house.lookup.counts() == Counts(waiting=1)
    assert house.lookup.words.chunks(["rent"], 5, Filters())
    run.close()
    assert house.done().indexed == 1
    assert house.lookup.counts() == Counts(indexed=1)


def test_a_file_that_is_named_but_unchanged_does_not_wait(house: House) -> None:
    path = house.write("a.txt", "The rent is 850 euros.")
    house.index()
    for _ in house.indexer().run([path]):
        assert house.lookup.counts() == Counts(indexed=1)
