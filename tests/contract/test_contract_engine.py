"""What every engine does: the library in this process, and the shared engine that one is a client of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from shutil import copyfile

import pytest
from tui.papers import notice_answer, plain_answer, refusal_answer

from pocketrag.domain import (
    AllMatched,
    AnswerReady,
    DocumentMatched,
    FileIndexed,
    FileRemoved,
    FileUnchanged,
    Filters,
    Freshness,
    IndexDone,
    Mark,
    ModelLoading,
    ModelReady,
    PassagesFound,
    Refused,
    Span,
    Token,
    Watching,
)
from pocketrag.engine.client import EngineClient, open_library
from pocketrag.engine.protocol import Engine
from pocketrag.engine.starting import end, running
from pocketrag.errors import (
    FolderError,
    LibraryLocked,
    ModelDamaged,
    SettingsError,
    UnknownConversation,
    UnknownFile,
    Unreadable,
    Unsupported,
)
from pocketrag.models.hub import SMOLLM2, bundled
from pocketrag.paths import LibraryPaths
from pocketrag.settings import load_settings

Opener = Callable[[LibraryPaths], Engine]
SAMPLE_DOCS = Path(__file__).parents[2] / "sample_docs"


@pytest.fixture(params=["library", "client"])
def opener(request: pytest.FixtureRequest) -> Opener:
    return open_library if request.param == "library" else lambda paths: EngineClient(paths, "test")


@pytest.fixture
def paths(tmp_path: Path) -> Iterator[LibraryPaths]:
    used = LibraryPaths(tmp_path / "library")
    yield used
    found = running(used, "test")
    if found is not None:
        assert end(found, "asked")


@pytest.fixture
def engine(opener: Opener, paths: LibraryPaths) -> Iterator[Engine]:
    opened = opener(paths)
    yield opened
    opened.close()


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "lease.md").write_text("# Lease\n\nThe rent is 850 euros, due on the first day of every month.")
    (folder / "cake.txt").write_text("Plum cake needs a kilo of plums and a little cinnamon.")
    return folder


def test_from_a_folder_to_a_cited_answer(engine: Engine, docs: Path) -> None:
    assert engine.add(docs) == docs
    assert engine.folders() == (docs,)
    events = list(engine.index())
    assert isinstance(events[0], ModelLoading)
    assert sum(isinstance(e, FileIndexed) for e in events) == 2
    assert isinstance(events[-1], IndexDone)

    found = engine.search("how much is the rent", Filters(), 5)
    assert found.passages[0].file.relative == "lease.md"

    *documents, done = engine.search_all("the rents in euros", Filters())
    assert [d.passage.file.relative for d in documents if isinstance(d, DocumentMatched)] == ["lease.md"]
    assert isinstance(done, AllMatched)
    assert (done.documents, done.passages) == (1, 1)

    asked = list(engine.ask("How much is the rent?", (), Filters()))
    kinds = [type(e) for e in asked if not isinstance(e, ModelLoading | ModelReady)]
    assert kinds[0] is PassagesFound
    assert kinds[-1] is AnswerReady
    assert Token in kinds
    last = asked[-1]
    assert isinstance(last, AnswerReady)
    assert "850" in last.answer.text
    version, document = engine.document(docs / "lease.md")
    for citation in last.answer.citations:
        assert document.text[citation.start : citation.end] == citation.quote
        assert citation.file == version

    assert engine.status().counts.indexed == 2
    assert {item.path.name for item in engine.status(files=True).items} == {"lease.md", "cake.txt"}
    assert list(engine.load()) == []
    assert engine.remove(docs) == 2
    assert engine.folders() == ()


def test_another_language_model_takes_over_at_once_and_stays(
    engine: Engine, docs: Path, paths: LibraryPaths, tmp_path: Path
) -> None:
    other, broken = tmp_path / "Other.gguf", tmp_path / "Broken.gguf"
    copyfile(bundled(SMOLLM2).path, other)
    broken.write_bytes(b"GGUF and no more")
    before = engine.status().language_model
    with pytest.raises(ModelDamaged):
        list(engine.use_language_model(str(broken)))
    assert engine.status().language_model == before
    events = list(engine.use_language_model(str(other)))
    assert isinstance(events[-1], ModelReady)
    assert engine.status().language_model == "Other"
    assert load_settings(paths).models.language == str(other)
    engine.add(docs)
    list(engine.index())
    other.unlink()  # what is loaded answers, and its file is not looked at for each question
    last = list(engine.ask("How much is the rent?", (), Filters()))[-1]
    assert isinstance(last, AnswerReady)
    assert last.answer.model == "Other"


def test_an_index_can_be_stopped_and_goes_on(engine: Engine, docs: Path) -> None:
    engine.add(docs)
    events = engine.index()
    next(events)
    events.close()  # type: ignore[attr-defined]
    rest = list(engine.index())
    assert isinstance(rest[-1], IndexDone)
    assert rest[-1].indexed + rest[-1].unchanged == 2
    assert [type(e) for e in engine.index()] == [FileUnchanged, FileUnchanged, IndexDone]


def test_a_watched_folder_is_followed_until_the_iterator_is_closed(engine: Engine, docs: Path) -> None:
    engine.add(docs)
    events = engine.watch()

    def until_quiet() -> list[str]:
        """Names of the files that changed, until there is nothing to do."""
        names = []
        for event in events:
            if isinstance(event, FileIndexed | FileRemoved):
                names.append(f"{type(event).__name__} {event.path.name}")
            if isinstance(event, Watching):
                return names
        raise AssertionError("the watch ended")

    assert sorted(until_quiet()) == ["FileIndexed cake.txt", "FileIndexed lease.md"]
    (docs / "new.txt").write_text("The boiler was serviced in March.")
    assert until_quiet() == ["FileIndexed new.txt"]
    (docs / "cake.txt").unlink()
    assert until_quiet() == ["FileRemoved cake.txt"]
    assert engine.search("boiler", Filters(), 1).passages[0].file.relative == "new.txt"
    events.close()  # type: ignore[attr-defined]
    assert isinstance(list(engine.index())[-1], IndexDone), "the index is free again"


def test_nothing_indexed_is_a_refusal_at_once(engine: Engine) -> None:
    events = list(engine.ask("Anything?", (), Filters()))
    assert not any(isinstance(e, ModelLoading) for e in events)
    assert isinstance(events[-1], Refused)
    assert engine.search("anything", Filters(), 5).passages == ()


def test_conversations_are_kept_found_renamed_and_deleted(engine: Engine) -> None:
    first = engine.keep_answer(notice_answer(), None)
    assert engine.keep_answer(plain_answer("And by fax?", "No."), first) == first
    second = engine.keep_answer(refusal_answer(), None)
    assert [entry.id for entry in engine.conversations()] == [second, first]
    assert [entry.id for entry in engine.conversations("fax")] == [first]

    kept = engine.conversation(first)
    assert kept.entry.turns == 2
    assert kept.turns[0].answer == replace(notice_answer(), passages=())
    assert kept.turns[0].freshness == (Freshness.AWAY,) * 3, "their folder is not there"
    assert kept.said[1].question == "And by fax?"

    engine.mark_answer(kept.turns[1].id, Mark.WRONG)
    assert [turn.mark for turn in engine.conversation(first).turns] == [None, Mark.WRONG]
    engine.mark_answer(kept.turns[1].id, None)
    assert engine.conversation(first).turns[1].mark is None

    engine.rename_conversation(second, "The dentist")
    assert [entry.title for entry in engine.conversations("dent")] == ["The dentist"]
    engine.delete_conversations((first,))
    assert [entry.id for entry in engine.conversations()] == [second]
    with pytest.raises(UnknownConversation, match=str(first)) as raised:
        engine.conversation(first)
    assert raised.value.remedy
    with pytest.raises(UnknownConversation, match="not kept any more"):
        engine.mark_answer(kept.turns[1].id, Mark.RIGHT)
    with pytest.raises(UnknownConversation):
        engine.rename_conversation(first, "Gone")
    with pytest.raises(UnknownConversation):
        engine.delete_conversations((second, first))
    assert engine.conversation(second).turns[0].answer.refused
    assert engine.keep_answer(plain_answer("Still there?", "Yes."), first) not in (first, second)


def test_a_folder_that_cannot_be_added_is_said(engine: Engine, docs: Path) -> None:
    with pytest.raises(FolderError, match="not there"):
        engine.add(docs / "nowhere")
    with pytest.raises(FolderError, match="not a folder"):
        engine.add(docs / "lease.md")
    with pytest.raises(FolderError, match="not a folder of this library"):
        engine.remove(docs)


def test_a_folder_inside_one_of_ours_is_already_there(engine: Engine, docs: Path) -> None:
    (docs / "inside").mkdir()
    engine.add(docs)
    assert engine.add(docs / "inside") == docs
    assert engine.folders() == (docs,)


def test_what_adding_a_folder_would_mean_is_told_before(engine: Engine, docs: Path) -> None:
    assert engine.outlook(docs).doubts == ()
    engine.add(docs)
    above = engine.outlook(docs.parent)
    assert above.holds == (docs,)
    (doubt,) = above.doubts
    assert "library's own folder" in doubt
    assert above.files > 2
    assert engine.outlook(docs).holder == docs
    with pytest.raises(FolderError, match="not there"):
        engine.outlook(docs / "nowhere")
    assert engine.add(docs.parent) == docs.parent
    assert engine.folders() == (docs.parent,)


def test_what_a_folder_would_have_read_is_told_before(engine: Engine, docs: Path) -> None:
    before = engine.forecast(docs)
    assert {kind.kind: kind.files for kind in before.kinds} == {"md": 1, "txt": 1}
    assert (before.files, before.known, before.more) == (2, 0, False)
    engine.add(docs)
    list(engine.index())
    (docs / "new.md").write_text("The key is under the mat.")
    after = engine.forecast(docs)
    assert (after.files, after.known) == (1, 2)
    with pytest.raises(FolderError):
        engine.forecast(docs / "none")


def test_the_librarys_own_folder_is_refused(engine: Engine, paths: LibraryPaths) -> None:
    for folder in (paths.root, paths.logs):
        with pytest.raises(FolderError, match="own folder"):
            engine.add(folder)


def test_an_unknown_document_is_said(engine: Engine, docs: Path) -> None:
    with pytest.raises(UnknownFile):
        engine.document(docs / "lease.md")


def test_a_page_of_an_indexed_pdf_is_drawn_with_its_quote_marked(engine: Engine, docs: Path) -> None:
    lease, letter, mail = docs / "lease.pdf", docs / "letter.md", docs / "lease.eml"
    copyfile(SAMPLE_DOCS / "Home/Lease 2024 signed.pdf", lease)
    letter.write_text("Dear Ann, the key is under the mat.")
    message = EmailMessage()
    message.set_content("The lease, as promised.")
    message.add_attachment(lease.read_bytes(), maintype="application", subtype="pdf", filename="plan.pdf")
    mail.write_bytes(message.as_bytes())
    engine.add(docs)
    list(engine.index())
    document = engine.document(lease)[1]
    block = next(block for block in document.blocks if block.place.page == 2)
    span = Span(block.start, block.end)
    drawn = engine.page_picture(lease, 2, 300, span)
    assert (drawn.width, drawn.png[:4]) == (300, b"\x89PNG")
    assert drawn.marks
    assert engine.page_picture(lease, 1, 300, span).marks == (), "it stands on another page"
    assert engine.page_picture(mail / "plan.pdf", 2, 300, span) == drawn
    with pytest.raises(Unreadable, match="no page 99"):
        engine.page_picture(lease, 99, 300)
    with pytest.raises(Unsupported):
        engine.page_picture(letter, 1, 300)
    with pytest.raises(UnknownFile):
        engine.page_picture(docs / "none.pdf", 1, 300)
    lease.write_bytes(lease.read_bytes() + b"\n")
    mail.write_text("From: ann@x.example\n\nSorry, not yet.\n")
    for changed in (lease, mail / "plan.pdf"):
        with pytest.raises(Unreadable, match="changed"):
            engine.page_picture(changed, 1, 300)


def test_a_library_that_another_process_holds_is_said(paths: LibraryPaths) -> None:
    owner = open_library(paths)
    with pytest.raises(LibraryLocked) as raised:
        open_library(paths)
    assert raised.value.remedy
    owner.close()


def test_a_closed_library_can_be_opened_again(opener: Opener, paths: LibraryPaths) -> None:
    opener(paths).close()
    opener(paths).close()


def test_a_mistake_in_the_settings_is_said(opener: Opener, paths: LibraryPaths) -> None:
    paths.make()
    paths.settings.write_text("[models]\nembeding = 'x'\n")
    with pytest.raises(SettingsError):
        opener(paths)
