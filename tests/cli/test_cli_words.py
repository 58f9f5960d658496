"""What people read on the command line, drawn from events and values: words, marks and whole lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tui.papers import NOTICE, PASSAGES, notice_answer

from pocketrag.console import (
    say_outlook,
    show_all,
    show_answer,
    show_index,
    show_results,
    show_status,
    show_watch,
)
from pocketrag.domain import (
    AllMatched,
    AnswerReady,
    Counts,
    DocumentMatched,
    FileRenamed,
    FileState,
    FileStatus,
    FolderOutlook,
    Freshness,
    IndexDone,
    IndexEvent,
    IndexRepaired,
    IndexWaiting,
    LibraryStatus,
    SearchEvent,
    SearchResults,
    Watching,
)

DOCS = Path("/home/ada/Documents")
DONE = IndexDone(0, 12, 0, 0, 0, 0, 0, 0, 0.3)


def status(**changed: object) -> LibraryStatus:
    found = LibraryStatus((DOCS,), Counts(indexed=1), 1, 1_000, "words", "plain", ())
    return replace(found, **changed)  # type: ignore[arg-type]


def events(*those: IndexEvent) -> Iterator[IndexEvent]:
    return iter(those)


def test_citations_and_passages_of_files_that_changed_or_are_away_say_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    first, second, *_ = PASSAGES
    passages = (replace(first, freshness=Freshness.CHANGED), replace(second, freshness=Freshness.AWAY))
    show_answer(iter([AnswerReady(replace(notice_answer(), passages=passages))]))
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition("(")[2] for line in lines if line.startswith("[")] == [
        "changed since)",
        "file is away)",
        "changed since)",
    ]
    show_results(SearchResults("notice", passages, Counts(indexed=2), 1.0), "")
    found = capsys.readouterr().out
    show_results(
        SearchResults("notice", (replace(first, versions=("a.txt", "b.txt")),), Counts(indexed=2), 1.0), ""
    )
    assert "other versions: a.txt, b.txt\n" in capsys.readouterr().out
    assert "· changed since" in found
    assert "· file is away" in found


def test_what_a_search_could_not_take_into_account_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    results = SearchResults("notice", PASSAGES, Counts(indexed=2, waiting=3), 1.0)
    show_results(results, "indexing, 3 of 40 files done")
    told = capsys.readouterr()
    assert NOTICE in told.out
    assert "3 new or changed files not indexed yet" in told.err
    assert "indexing, 3 of 40 files done" in told.err


def test_a_folder_that_is_hardly_meant_is_warned_of_with_the_way_back(
    capsys: pytest.CaptureFixture[str],
) -> None:
    above = Path("/home/ada/a b")
    say_outlook(FolderOutlook(above, None, (above / "Docs",), ("It is much.",), 20_000, more=True))
    told = capsys.readouterr()
    assert told.out == ""
    assert "It is much." in told.err
    assert "At least 20,000 files" in told.err
    assert f"{above / 'Docs'} lies in it" in told.err
    assert "`pocketrag remove '/home/ada/a b'`, then `pocketrag add '/home/ada/a b/Docs'`" in told.err
    say_outlook(FolderOutlook(above, None, (), (), 0, more=False))
    assert capsys.readouterr().err == ""


def test_filters_that_leave_nothing_are_not_nothing_found(capsys: pytest.CaptureFixture[str]) -> None:
    show_results(SearchResults("x", (), Counts(indexed=2), 1.0, ("No file is [bold]so[/].",)), "")
    told = capsys.readouterr().out
    assert told == "The filters leave no file to look in.\n· No file is [bold]so[/].\n"
    show_results(SearchResults("x", (), Counts(indexed=2), 1.0), "")
    assert capsys.readouterr().out == "Nothing found.\n"


def test_all_documents_are_shown_as_they_come_and_counted_last(capsys: pytest.CaptureFixture[str]) -> None:
    first, second, *_ = PASSAGES

    def events() -> Iterator[SearchEvent]:
        yield DocumentMatched(first, 3)
        assert capsys.readouterr().out.startswith(f"  1  {first.file.shown}"), "before the next one is found"
        yield DocumentMatched(replace(second, highlights=()), 0)
        yield AllMatched("?", ("notice",), 2, 3, Counts(indexed=2, waiting=1), 1.0)

    show_all(events(), "")
    told = capsys.readouterr()
    assert "by its title or path" in told.out
    assert told.out.splitlines()[-1].startswith("2 documents, 3 passages.")
    assert told.out.endswith(": notice.\n")
    assert "1 new or changed file not indexed yet" in told.err
    show_all(iter([AllMatched("?", ("x",), 0, 0, Counts(indexed=2), 1.0, ("“[b]x” stands nowhere.",))]), "")
    assert capsys.readouterr().out == "No document matches.\n· “[b]x” stands nowhere.\n"


def test_a_pipe_gets_whole_lines(capsys: pytest.CaptureFixture[str]) -> None:
    long = DOCS / ("a long name " * 20) / "paper.pdf"
    failed = FileStatus(
        long, DOCS, FileState.FAILED, "damaged", "Save it anew. " * 20, None, (), 0, "It broke."
    )
    show_status(status(folders=(long.parent,), items=(failed,)))
    told = capsys.readouterr().out
    assert any(str(long.parent).strip() in line for line in told.splitlines())
    (line,) = [line for line in told.splitlines() if line.startswith("failed")]
    assert ("Save it anew. " * 20).strip() in line
    assert not any(line.endswith(" ") for line in told.splitlines())


def test_a_status_tells_how_indexing_stands_and_which_folders_are_out_of_reach(
    capsys: pytest.CaptureFixture[str],
) -> None:
    share = Path("/mnt/share")
    show_status(
        status(
            folders=(DOCS, share),
            indexing="waiting: on battery",
            polled=((share, "it lies on a network drive (nfs4)"),),
            away=(DOCS,),
            chunks=12_345,
        )
    )
    told = capsys.readouterr().out
    assert f"{DOCS} (away" in told
    assert "not watched: it lies on a network drive (nfs4)" in told
    assert "waiting: on battery" in told
    assert "12,345" in told


def test_the_sum_of_a_run_leaves_out_what_did_not_happen(capsys: pytest.CaptureFixture[str]) -> None:
    show_index(events(IndexRepaired(3), DONE), (DOCS,))
    assert capsys.readouterr().out.splitlines() == [
        "3 vectors missing, and made anew.",
        "12 unchanged · 0.3 s",
    ]
    show_index(events(replace(DONE, indexed=1_200, chunks_embedded=3_283, chunks_reused=40_810)), (DOCS,))
    assert "1,200 indexed" in (told := capsys.readouterr().out)
    assert "3,283 passages embedded, 40,810 passages reused" in told


def test_a_watch_tells_both_paths_of_a_renamed_file_and_why_it_waits(
    capsys: pytest.CaptureFixture[str],
) -> None:
    old, new = DOCS / "Old" / "lease.pdf", DOCS / "New" / "lease 2024.pdf"
    waiting = IndexWaiting("on battery")
    show_watch(events(waiting, waiting, FileRenamed(new, old), Watching(1)), (DOCS,))
    told = capsys.readouterr()
    assert told.out == f"renamed  {old} → {new}\n"
    assert told.err.count("Indexing waits: on battery.") == 1
