"""The pure parts: plain text, wording, annotation, excerpts, rows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tui.papers import LEASE, NOTICE, PASSAGES, notice_answer, plain_answer

from pocketrag.domain import Block, BlockKind, Freshness, Place, Sentence, Span
from pocketrag.plain import one_line, plain
from pocketrag.tui.marks import CHIP_CLOSE, CHIP_OPEN, DOUBT_CLOSE, DOUBT_OPEN, DOUBT_TAG
from pocketrag.tui.widgets.annotate import annotated
from pocketrag.tui.widgets.document_layout import in_order, laid_out, margin_notes, row_at, width_of
from pocketrag.tui.widgets.passage_card import card, compact_line, elided, excerpt
from pocketrag.wording import duration, freshness_in_words, place_in_words, plural


def chip(number: int) -> str:
    return f"{CHIP_OPEN}{number}{CHIP_CLOSE}"


def shown(text: str) -> str:
    """Return annotated text with readable marks: {1} for a chip, ~…~ for doubt, ? for its tag."""
    table = {CHIP_OPEN: "{", CHIP_CLOSE: "}", DOUBT_OPEN: "~", DOUBT_CLOSE: "~", DOUBT_TAG: "?"}
    return "".join(table.get(letter, letter) for letter in text)


@pytest.mark.parametrize(
    ("raw", "drawn"),
    [
        ("a\x1b[31mb", "a␛[31mb"),
        ("a\x00\x08b", "a␀␈b"),
        ("a\x9bb\x7f", "a\ufffdb␡"),
        ("exe\u202etxt\u2066", "exe\ufffdtxt\ufffd"),
        ("bad\udcffname", "bad\ufffdname"),
        ("keep\ttabs\nand lines", "keep\ttabs\nand lines"),
        (chip(1), "\ufffd1\ufffd"),
        ("le\u200bt\u2060t\ufeffer\u00ad", "le\ufffdt\ufffdt\ufffder\ufffd"),
        ("a\u200eb\u200fc\u061cd", "a\ufffdb\ufffdc\ufffdd"),
        ("tag\U000e0041 fill\u3164 no\ufe00ne", "tag\ufffd fill\ufffd no\ufffdne"),
        ("a\u200db \u200c \u0646\u200c\u200c", "a\ufffdb \ufffd \u0646\u200c\ufffd"),
        ("می\u200cخواهم क्\u200dष 👩\u200d🏫 ❤\ufe0f", "می\u200cخواهم क्\u200dष 👩\u200d🏫 ❤\ufe0f"),
    ],
)
def test_plain_replaces_one_character_by_one(raw: str, drawn: str) -> None:
    assert plain(raw) == drawn
    assert len(plain(raw)) == len(raw)


def test_one_line_squeezes() -> None:
    assert one_line(" a\n\tb \x1b ") == "a b ␛"


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place(page=3, section=("A", "Termination")), "page 3 · Termination"),
        (Place(page=3, page_end=4), "pages 3–4"),
        (Place(slide=2), "slide 2"),
        (Place(sheet="Costs", row=7), "sheet Costs · row 7"),
        (Place(line=12), "line 12"),
        (Place(message="Your flat, 3 March"), "Your flat, 3 March"),
        (Place(), ""),
    ],
)
def test_places_are_said_in_words(place: Place, words: str) -> None:
    assert place_in_words(place) == words


def test_small_words() -> None:
    assert [duration(s) for s in (0.06, 1.94, 42, 200, 7200)] == ["0.1 s", "1.9 s", "42 s", "3 min", "2 h"]
    assert (plural(1, "file"), plural(1204, "file")) == ("1 file", "1,204 files")
    assert freshness_in_words(Freshness.FRESH) == ""


def test_citations_come_from_the_sentences() -> None:
    text = annotated(notice_answer())
    assert chip(1) in text
    assert "[1]" not in text
    assert shown(text).endswith("~Most landlords are flexible about this.~?")


def test_markers_may_stand_before_the_full_stop() -> None:
    answer = plain_answer("q", "Rent is 940 [1]. Heat is 85 [2, 3].", sentences=(
        Sentence("Rent is 940.", (1,), True), Sentence("Heat is 85.", (2, 3), True),
    ))  # fmt: skip
    assert shown(annotated(answer)) == "Rent is 940 {1}. Heat is 85 {2}{3}."


def test_a_marker_without_a_citation_stays_text() -> None:
    answer = plain_answer("q", "Rent is 940 [7].", sentences=(Sentence("Rent is 940.", (), True),))
    assert annotated(answer) == "Rent is 940 [7]."


def test_a_citation_without_a_marker_is_shown_all_the_same() -> None:
    answer = plain_answer("q", "Rent is 940.", sentences=(Sentence("Rent is 940.", (2,), True),))
    assert shown(annotated(answer)) == "Rent is 940. {2}"


def test_sentences_that_are_not_in_the_text_replace_it() -> None:
    answer = plain_answer("q", "Something else.", sentences=(Sentence("Rent is 940.", (1,), False),))
    assert shown(annotated(answer)) == "~Rent is 940.~? {1}"


def test_quotes_keep_their_closing_marks_before_the_marker() -> None:
    answer = plain_answer("q", "> “Rent is 940.” [1]\n>\n> “Heat is 85.”", sentences=(
        Sentence("Rent is 940.", (1,), True), Sentence("Heat is 85.", (2,), True),
    ))  # fmt: skip
    assert shown(annotated(answer)) == "> “Rent is 940.” {1}\n>\n> “Heat is 85.” {2}"


def test_doubtful_lists_stay_lists() -> None:
    answer = plain_answer("q", "- one\n- two", sentences=(Sentence("- one\n- two", (), False),))
    assert shown(annotated(answer)) == "- ~one~\n- ~two~?"


def test_an_excerpt_shows_the_evidence() -> None:
    lines = [line.plain for line in excerpt(PASSAGES[0], 36, 4)]
    assert any("notice period" in line for line in lines)
    assert all(len(line) <= 36 for line in lines)
    assert lines[-1].endswith("…")


def test_an_excerpt_starts_shortly_before_evidence_that_stands_late() -> None:
    chunk = PASSAGES[0].chunk
    text = "filler " * 200 + NOTICE
    late = replace(
        PASSAGES[0], chunk=replace(chunk, start=0, end=len(text), text=text),
        highlights=(Span(1400, len(text)),),
    )  # fmt: skip
    assert "The notice period" in " ".join(line.plain for line in excerpt(late, 36, 4))


@pytest.mark.parametrize("width", [20, 34, 60, 120])
def test_cards_keep_to_their_width(width: int) -> None:
    for passage in PASSAGES:
        assert all(line.cell_length <= width for line in card(passage, 0.83, width).split("\n"))
        assert compact_line(passage, 0.83, max(width, 34)).cell_length <= max(width, 34)


def test_a_long_path_loses_its_folders_first() -> None:
    assert elided("Home/2024/Lease.pdf", 40) == "Home/2024/Lease.pdf"
    assert elided("Home/2024/Lease.pdf", 16) == "…/2024/Lease.pdf"
    assert elided("Home/2024/Lease.pdf", 12) == "…/Lease.pdf"
    assert elided("Letter from the landlord.docx", 16) == "Letter f…rd.docx"


@pytest.mark.parametrize(
    "text", ["", "one", "two words", "x" * 300, "wörd " * 50, "文書検索 " * 40, "a\tb\t" * 30]
)
@pytest.mark.parametrize("width", [10, 33])
def test_rows_hold_the_whole_text_and_fit(text: str, width: int) -> None:
    rows = laid_out(text, (), width)
    assert "".join(text[row.start : row.end] for row in rows).replace(" ", "") == text.replace(" ", "")
    assert all(width_of(text[row.start : row.end]) <= width for row in rows)
    for position in range(len(text)):
        row = rows[row_at(rows, position)]
        assert row.start <= position <= row.end


@pytest.mark.parametrize(
    ("text", "kind", "rows"),
    [
        ("aaaa bbbb cccc", BlockKind.PARAGRAPH, ["aaaa bbbb", "cccc"]),
        ("aaaa | bb | cccc", BlockKind.TABLE, ["aaaa | bb |", "cccc"]),
        ("aaaa |  | cccc dd", BlockKind.TABLE, ["aaaa |  |", "cccc dd"]),
        ("aaaa  bbbb  cccc", BlockKind.TABLE, ["aaaa  bbbb ", " cccc"]),
        ("aaaa bbbb cccc", BlockKind.CODE, ["aaaa bbbb c", "ccc"]),
    ],
)
def test_what_is_aligned_is_cut_at_the_edge_and_all_else_at_spaces(
    text: str, kind: BlockKind, rows: list[str]
) -> None:
    cut = laid_out(text, (Block(kind, 0, len(text), Place()),), 11)
    assert [text[r.start : r.end] for r in cut] == rows


def test_the_margin_names_a_page_where_it_begins() -> None:
    notes = margin_notes(LEASE)
    assert list(notes.values()) == ["page 1", "page 2", "page 3", "page 4"]
    assert LEASE.blocks[min(notes)].kind is BlockKind.HEADING


def test_marks_are_in_order_and_not_nested() -> None:
    assert in_order((Span(9, 12), Span(0, 5), Span(1, 3), Span(0, 5))) == (Span(0, 5), Span(9, 12))
