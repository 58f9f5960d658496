"""What a folder would bring is told from sizes and kinds alone, within a given time."""

from __future__ import annotations

from pathlib import Path

import pytest

from pocketrag.domain import FolderForecast, KindCount
from pocketrag.indexing.forecast import Held, forecast
from pocketrag.indexing.scan import Before, Scan, ScanRules, scan_folder
from pocketrag.wording import forecast_in_words, size_in_words


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of two kinds of papers, and of things that are not read."""
    papers = tmp_path / "papers"
    (papers / "drafts").mkdir(parents=True)
    for number in range(3):
        (papers / f"{number}.md").write_bytes(b"x" * 3_200)
    (papers / "lease.pdf").write_bytes(b"x" * 320_000)
    for left_out in ("cat.jpg", ".hidden.md", "drafts/draft.md", "empty.md"):
        (papers / left_out).write_bytes(b"x" if left_out != "empty.md" else b"")
    return papers


def scan(folder: Path, seconds: float = 60.0) -> Scan:
    rules = ScanRules(1_000_000, folder.parent / "library", ("drafts/",))
    return scan_folder(folder, rules, Before(lambda _: None), seconds=seconds)


def test_what_the_rules_leave_is_counted_by_kind(folder: Path) -> None:
    found = forecast(scan(folder), {}, None)
    assert found.kinds == (KindCount("md", 3, 9_600), KindCount("pdf", 1, 320_000))
    assert (found.files, found.bytes, found.known, found.more) == (4, 329_600, 0, False)
    assert found.skipped >= 2
    assert found.seconds is None


def test_how_long_it_takes_follows_the_rate_and_what_the_library_knows(folder: Path) -> None:
    def seconds(held: dict[str, Held], rate: float = 10.0) -> float:
        found = forecast(scan(folder), held, rate).seconds
        assert found is not None
        return found

    fresh = seconds({})
    assert seconds({}, rate=20.0) == fresh / 2
    dense = {"pdf": Held(10, 1_000_000, 10_000)}
    assert seconds(dense) == pytest.approx(fresh - 10.0 + 320.0), "a PDF of 100 passages holds 3,200"
    assert seconds({"pdf": Held(9, 1_000_000, 10_000)}) == fresh, "too few to tell"


def test_what_there_was_no_time_for_is_said(folder: Path) -> None:
    found = forecast(scan(folder, seconds=-1.0), {}, 10.0)
    assert (found.files, found.more) == (0, True)


def test_a_forecast_is_told_in_words() -> None:
    kinds = tuple(KindCount(kind, 5 - at, 1) for at, kind in enumerate(("pdf", "", "a\x1bb", "md", "x")))
    told = FolderForecast(1_204, 380_000_000, kinds, 3, 1, more=True, seconds=740.0)
    assert forecast_in_words(told) == [
        "At least 1,204 files to read, 380 MB: 5 pdf, 4 without ending, 3 a␛b, 2 md, 1 other kind.",
        "That takes more than 12 min here; you can ask meanwhile.",
        "1 file of it is in the library already.",
    ]
    assert forecast_in_words(FolderForecast(0, 0, (), 3, 0, more=False, seconds=0.0)) == [
        "There is nothing in it that is read."
    ]
    assert [size_in_words(size) for size in (10, 340_000, 1_240_000, 31_000_000, 2_400_000_000)] == [
        "1 KB", "340 KB", "1.2 MB", "31 MB", "2.4 GB"
    ]  # fmt: skip
