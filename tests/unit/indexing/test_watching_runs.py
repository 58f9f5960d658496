"""Runs that look only where something happened end as a look at everything would."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from house import House

from pocketrag.answering.sources import sources
from pocketrag.domain import (
    FileFailed,
    FileIndexed,
    FileRemoved,
    FileRenamed,
    FileSkipped,
    FileUnchanged,
    Filters,
    Freshness,
    IndexDone,
    IndexEvent,
    IndexProgress,
)
from pocketrag.storage.mounts import Drive


def within(house: House, *names: str) -> list[IndexEvent]:
    """The events of a run within these paths, progress and end left out."""
    events = house.indexer().run([house.docs / name for name in names])
    return [event for event in events if not isinstance(event, IndexProgress | IndexDone)]


def indexed(house: House) -> set[str]:
    """The names of the files that are indexed, as a look at everything would have them."""
    known = house.catalog.known_files(house.docs)
    return {path.relative_to(house.docs).as_posix() for path, k in known.items() if k.document_id}


@pytest.fixture
def papers(house: House) -> House:
    for name in ("a.txt", "b.txt", "old/c.txt", "old/d.txt", "other/e.txt"):
        house.write(name, f"This is paper {name} about its own thing.")
    house.index()
    return house


def test_a_changed_file_is_read_and_no_other_is_looked_at(papers: House) -> None:
    papers.write("a.txt", "Something new.")
    papers.write("b.txt", "Something else.")
    (event,) = within(papers, "a.txt")
    assert isinstance(event, FileIndexed)
    assert event.path.name == "a.txt"


def test_a_file_named_but_not_changed_is_left_as_it_is(papers: House) -> None:
    embedded = len(papers.embedder.embedded)
    (event,) = within(papers, "a.txt")
    assert isinstance(event, FileUnchanged)
    assert len(papers.embedder.embedded) == embedded


def test_a_file_changed_within_its_size_and_time_is_seen_when_it_is_named(papers: House) -> None:
    path = papers.docs / "a.txt"
    before = path.stat()
    papers.write("a.txt", path.read_text().replace("paper", "PAPER"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    (event,) = within(papers, "a.txt")
    assert isinstance(event, FileIndexed)


def test_a_renamed_folder_embeds_no_chunk(papers: House) -> None:
    (papers.docs / "old").rename(papers.docs / "new")
    before = [text for text in papers.embedder.embedded if "paper" in text]
    events = within(papers, "old", "new")
    assert {type(event) for event in events} == {FileRenamed}
    assert indexed(papers) == {"a.txt", "b.txt", "new/c.txt", "new/d.txt", "other/e.txt"}
    assert [text for text in papers.embedder.embedded if "paper" in text] == before


def test_a_deleted_folder_takes_its_files_along(papers: House) -> None:
    for path in (papers.docs / "old").iterdir():
        path.unlink()
    (papers.docs / "old").rmdir()
    assert {type(event) for event in within(papers, "old")} == {FileRemoved}
    assert indexed(papers) == {"a.txt", "b.txt", "other/e.txt"}
    assert papers.keys_agree()


def test_an_atomic_save_is_a_change(papers: House) -> None:
    new = papers.write(".a.txt.swp", "Saved by writing a new file over the old one.")
    new.replace(papers.docs / "a.txt")
    events = within(papers, ".a.txt.swp", "a.txt")
    assert [type(event) for event in events] == [FileIndexed]


@pytest.mark.parametrize("name", [".git/x.txt", "node_modules/deep/x.txt", ".hidden"])
def test_what_lies_below_a_folder_that_is_left_out_stays_out(papers: House, name: str) -> None:
    papers.write(name, "Not for the index.")
    assert [e for e in within(papers, name) if not isinstance(e, FileSkipped)] == []
    assert len(indexed(papers)) == 5


def test_a_new_ignore_file_is_heeded_everywhere(papers: House) -> None:
    papers.write(".pocketragignore", "old/")
    removed = [e for e in within(papers, ".pocketragignore") if isinstance(e, FileRemoved)]
    assert len(removed) == 2


def test_paths_outside_the_library_are_nothing(papers: House, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.txt").write_text("Not ours.")
    assert list(papers.indexer().run([tmp_path / "elsewhere.txt"]))[:-1] == []


def test_a_link_is_not_followed_into_or_out_of_the_library(papers: House, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "x.txt").write_text("Not ours.")
    (papers.docs / "link").symlink_to(tmp_path / "outside")
    (papers.docs / "again.txt").symlink_to(papers.docs / "a.txt")
    assert within(papers, "link/x.txt", "link", "again.txt") == []
    assert len(indexed(papers)) == 5


def test_failed_files_are_read_again_when_asked(papers: House) -> None:
    papers.write("half.pdf", "%PDF-1.7 and then nothing of use")
    papers.index()
    reads = [type(e) for e in papers.indexer().run(retry=True) if "half" in str(getattr(e, "path", ""))]
    assert reads == [FileFailed]


class TestDrives:
    """An unplugged drive makes its files away, not deleted."""

    @pytest.fixture
    def drive(self, papers: House) -> Path:
        place = papers.docs / "usb"
        papers.drives[place] = Drive(device=7, identity=77)
        papers.write("usb/f.txt", "This is paper f on the drive.")
        papers.mounts.note({place: papers.drives[place]})
        papers.index()
        return place

    def unplug(self, house: House, place: Path) -> dict[str, str]:
        kept = {path.name: path.read_text() for path in place.iterdir()}
        for path in place.iterdir():
            path.unlink()
        del house.drives[place]
        return kept

    def test_its_files_are_kept_and_marked(self, papers: House, drive: Path) -> None:
        self.unplug(papers, drive)
        events = papers.index()
        assert not [e for e in events if isinstance(e, FileRemoved)]
        assert [e.path for e in events if isinstance(e, FileFailed)] == [drive]
        assert "usb/f.txt" in indexed(papers)
        keys = papers.lookup.words.chunks(["drive"], 5, Filters())
        (chunk,) = papers.lookup.chunks_by_key(keys, Filters())
        (source,) = sources([chunk], frozenset(), papers.mounts.away())
        assert source.freshness is Freshness.AWAY

    def test_also_where_its_folder_is_gone_with_it(self, papers: House, drive: Path) -> None:
        self.unplug(papers, drive)
        drive.rmdir()
        papers.index()
        within(papers, "usb")
        assert "usb/f.txt" in indexed(papers)

    def test_also_where_another_drive_took_its_place(self, papers: House, drive: Path) -> None:
        self.unplug(papers, drive)
        papers.drives[drive] = Drive(device=8, identity=88)
        papers.index()
        assert "usb/f.txt" in indexed(papers)

    def test_back_again_nothing_is_read_anew(self, papers: House, drive: Path) -> None:
        stat = (drive / "f.txt").stat()
        kept = self.unplug(papers, drive)
        papers.index()
        papers.drives[drive] = Drive(device=9, identity=77)
        for name, text in kept.items():
            (drive / name).write_text(text)
            os.utime(drive / name, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        assert papers.done().unchanged == 6

    def test_a_file_deleted_on_it_while_it_is_there_is_deleted(self, papers: House, drive: Path) -> None:
        (drive / "f.txt").unlink()
        assert papers.done().removed == 1
