"""History: how cited files stand at showing time, and exports in which nothing foreign is markup."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from house import House
from markdown_it import MarkdownIt
from tui.papers import notice_answer, plain_answer, refusal_answer

from pocketrag.domain import (
    Answer,
    Citation,
    ConversationEntry,
    FileVersion,
    Freshness,
    KeptConversation,
    KeptTurn,
    Place,
)
from pocketrag.engine.history import History
from pocketrag.engine.markdown_export import conversation_markdown
from pocketrag.storage.mounts import Drive


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    with closing(house.database):
        yield house


def cited(house: House, path: Path) -> tuple[History, int]:
    """Keep an answer that cites a file, as the index holds it now."""
    house.index()
    version, document = house.lookup.document(path)
    citation = Citation(1, version, Place(), 0, 8, document.text[:8], verified=True)
    history = History(house.database, house.mounts)
    return history, history.keep(plain_answer("Rent?", "850 [1].", citations=(citation,)), None)


def standing(history: History, conversation: int) -> Freshness:
    ((freshness,),) = (turn.freshness for turn in history.conversation(conversation).turns)
    return freshness


def test_a_citation_says_how_its_file_stands_now(house: House) -> None:
    path = house.write("lease.md", "The rent is 850 euros.")
    history, kept = cited(house, path)
    assert standing(history, kept) is Freshness.FRESH

    house.write("lease.md", "The rent is 900 euros, and more.")
    assert standing(history, kept) is Freshness.CHANGED, "seen on disk, before it is indexed"
    house.index()
    assert standing(history, kept) is Freshness.CHANGED, "the index holds another version"
    house.write("lease.md", "The rent is 850 euros.")
    house.index()
    assert standing(history, kept) is Freshness.FRESH, "it is the cited version again"

    path.unlink()
    assert standing(history, kept) is Freshness.DELETED
    house.index()
    assert standing(history, kept) is Freshness.DELETED
    (turn,) = history.conversation(kept).turns
    assert turn.answer.citations[0].quote == "The rent", "the quote outlives its file"


def test_a_file_whose_drive_or_folder_is_gone_is_away(house: House, tmp_path: Path) -> None:
    stick = house.docs / "stick"
    path = house.write("stick/lease.md", "The rent is 850 euros.")
    house.drives[stick] = Drive(7, 7)
    house.mounts.note({stick: Drive(7, 7)})
    history, kept = cited(house, path)
    assert standing(history, kept) is Freshness.FRESH
    del house.drives[stick]
    path.unlink()
    assert standing(history, kept) is Freshness.AWAY
    house.docs.rename(tmp_path / "elsewhere")
    assert standing(history, kept) is Freshness.AWAY


def test_of_a_file_that_left_the_index_the_time_tells(house: House) -> None:
    path = house.write("lease.md", "The rent is 850 euros.")
    history, kept = cited(house, path)
    house.catalog.remove_folder(house.docs)
    assert standing(history, kept) is Freshness.FRESH
    os.utime(path, ns=(0, 0))
    assert standing(history, kept) is Freshness.CHANGED


# ── Markdown ────────────────────────────────────────────────────────────────────────────────

HOSTILE = (
    "[click](http://evil.example/?q=1)", "![x](http://evil.example/p.png)", "<!-- hidden",
    "<img src=x onerror=alert(1)>", "http://evil.example", "www.evil.example", "<http://evil.example>",
    "[a]: http://evil.example", "[1](http://evil.example)", "[1]: http://evil.example",
    "**bold** _it_ ~~gone~~ `code`", "```sh\nrm -rf\n```", "~~~\nfence", "# heading", "a\n===", "a\n---",
    "---", "- list",
    "+ list", "* list", "1. list", "2) list", "> quote", "    code", "\tcode", "a|b\n-|-\n1|2",
    "|a|b|\n|-|-|\n|1|2|", "&lt;b&gt; &#60;", "\\[x](y)", "back\\", "<details>", "a  \nb", "#12 @ada",
    "me@evil.example", "mailto:me@evil.example", "x\x1b[31mred\u202e",
)  # fmt: skip
PLAIN_TOKENS = {
    "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "text", "softbreak",
    "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "blockquote_open",
    "blockquote_close", "em_open", "em_close", "strong_open", "strong_close",
}  # fmt: skip


def conversation(answer: Answer, freshness: tuple[Freshness, ...] = ()) -> KeptConversation:
    entry = ConversationEntry(1, answer.question, 1.7e9, 1.7e9, 1)
    standings = freshness or (Freshness.FRESH,) * len(answer.citations)
    return KeptConversation(entry, (KeptTurn(answer, 1.7e9, standings),))


def tokens(markdown: str) -> list[tuple[str, str]]:
    found = MarkdownIt("gfm-like").parse(markdown)
    return [(t.type, t.content) for block in found for t in (block, *(block.children or ()))]


def hostile_answer(text: str) -> Answer:
    file = FileVersion(Path("/docs") / text.replace("/", "∕"), Path("/docs"), "ab" * 32, text, 1.0)
    citation = Citation(1, file, Place(section=(text,), sheet=text), 0, len(text), text, verified=True)
    return plain_answer(text, text, citations=(citation,), model=text)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_foreign_becomes_markup(text: str) -> None:
    harmless = tokens(conversation_markdown(conversation(hostile_answer("harmless"))))
    got = tokens(conversation_markdown(conversation(hostile_answer(text))))
    assert {kind for kind, _ in got} <= PLAIN_TOKENS | {"text_special"}
    for kind in PLAIN_TOKENS - {"inline", "text", "softbreak", "paragraph_open", "paragraph_close"}:
        quotes = kind.startswith("blockquote") and text.startswith(">")  # an answer may quote
        assert quotes or sum(k == kind for k, _ in got) == sum(k == kind for k, _ in harmless), kind


def test_an_export_reads_well() -> None:
    answer = notice_answer()
    standings = (Freshness.FRESH, Freshness.CHANGED, Freshness.DELETED)
    told = conversation_markdown(conversation(answer, standings))
    assert told.startswith(f"# {answer.question}\n\n1 question, 2023-11-")
    assert f"\n## {answer.question}\n" in told
    lease = "- [1] **Home/Lease 2024.pdf** · page 3 · Termination · sha256 aaaaaaaaaaaa…\n\n  > The notice"
    assert lease in told
    assert "*changed since* · sha256 bbbbbbbbbbbb…" in told
    assert told.count("*file was deleted*") == 1
    assert "three months" in told
    assert "[1]" in told.split("Sources:")[0]


def test_an_answer_of_quotes_stays_one() -> None:
    answer = replace(plain_answer("Rent?", "> “The rent is 850 euros.” [1]\n>\n> “Due *then*.” [2]"))
    told = conversation_markdown(conversation(answer))
    assert "> “The rent is 850 euros.” [1]\n>\n> “Due \\*then\\*.” [2]\n" in told


def test_a_refusal_says_what_was_looked_for() -> None:
    assert "Looked for: dentist name" in conversation_markdown(conversation(refusal_answer()))
