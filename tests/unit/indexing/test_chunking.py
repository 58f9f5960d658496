"""Chunks: complete, within the window, along the structure, stable under edits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from fakes import WordEmbedder
from hypothesis import given, settings
from hypothesis import strategies as st

from pocketrag.domain import Block, BlockKind, Chunk, Document, Place
from pocketrag.indexing.chunking import chunk_document

EMBEDDER = WordEmbedder(window=64)


def document(*blocks: tuple[BlockKind, str], title: str = "", header: str = "") -> Document:
    """A document of these blocks; headings give the section of what follows."""
    text, made = "", []
    section: tuple[str, ...] = ()
    for kind, content in blocks:
        start = len(text) + (2 if text else 0)
        text = f"{text}\n\n{content}" if text else content
        if kind is BlockKind.HEADING:
            section = (content,)
        own = header if kind is BlockKind.TABLE else ""
        made.append(Block(kind, start, start + len(content), Place(section=section), header=own))
    return Document(text, tuple(made), title=title)


def chunks_of(found: Document) -> Sequence[Chunk]:
    return chunk_document(found, EMBEDDER.count_tokens, EMBEDDER.window)


def sentence(seed: int, length: int = 9) -> str:
    return " ".join(f"w{seed}x{n}" for n in range(length)) + "."


def test_every_character_is_in_exactly_one_chunk_and_text_is_verbatim() -> None:
    found = document(
        (BlockKind.HEADING, "Rent"),
        (BlockKind.PARAGRAPH, " ".join(sentence(n) for n in range(30))),
        (BlockKind.PARAGRAPH, "Short."),
    )
    chunks = chunks_of(found)
    assert "".join(chunk.text for chunk in chunks) == found.text
    assert all(chunk.text == found.text[chunk.start : chunk.end] for chunk in chunks)


def test_no_chunk_is_longer_than_the_window_with_its_context() -> None:
    found = document(
        (BlockKind.HEADING, "A heading " * 60),
        (BlockKind.PARAGRAPH, "one endless sentence without a stop " * 80),
        title="A title that goes on " * 30,
    )
    counts = EMBEDDER.count_tokens([c.embedded_text for c in chunks_of(found)])
    assert max(counts) <= EMBEDDER.window


def test_a_heading_stays_with_its_text_and_large_sections_apart() -> None:
    found = document(
        (BlockKind.HEADING, "Rent"),
        (BlockKind.PARAGRAPH, sentence(1, 15)),
        (BlockKind.HEADING, "Termination"),
        (BlockKind.PARAGRAPH, sentence(2, 15)),
    )
    first, second = chunks_of(found)
    assert first.text.startswith("Rent\n\nw1x0")
    assert second.text.startswith("Termination\n\nw2x0")
    assert (first.place.section, second.place.section) == (("Rent",), ("Termination",))


def test_small_sections_share_a_chunk() -> None:
    blocks = [(BlockKind.HEADING, "A"), (BlockKind.PARAGRAPH, "One."), (BlockKind.HEADING, "B")]
    (chunk,) = chunks_of(document(*blocks, (BlockKind.PARAGRAPH, "Two.")))
    assert chunk.text == "A\n\nOne.\n\nB\n\nTwo."
    assert chunk.place.section == ("A",)


def test_title_and_headings_are_the_context_and_not_quoted() -> None:
    (chunk,) = chunks_of(document((BlockKind.HEADING, "Rent"), (BlockKind.PARAGRAPH, "850."), title="Lease"))
    assert chunk.context == "Lease › Rent"
    assert chunk.embedded_text == chunk.text
    assert "Lease" not in chunk.text


def test_rows_of_a_table_carry_its_header() -> None:
    rows = [(BlockKind.TABLE, f"E{n} | {sentence(n, 12)}") for n in range(8)]
    chunks = chunks_of(document(*rows, header="Code | Meaning"))
    assert len(chunks) > 1
    assert all(chunk.embedded_text.startswith("Code | Meaning\nE") for chunk in chunks)
    assert not any("Code" in chunk.text for chunk in chunks)


def test_a_chunk_over_a_page_break_says_both_pages() -> None:
    text = "One.\n\nTwo."
    blocks = (
        Block(BlockKind.PARAGRAPH, 0, 4, Place(page=3)),
        Block(BlockKind.PARAGRAPH, 6, 10, Place(page=4)),
    )
    (chunk,) = chunks_of(Document(text, blocks))
    assert (chunk.place.page, chunk.place.page_end) == (3, 4)


def plain_text(paragraphs: list[str]) -> set[str]:
    return {c.embedded_text for c in chunks_of(document(*((BlockKind.PARAGRAPH, p) for p in paragraphs)))}


def edits(paragraphs: list[str], at: int) -> list[list[str]]:
    """The paragraphs after one of them was edited, deleted, doubled in length, or joined by a new one."""
    before, here, after = paragraphs[:at], paragraphs[at], paragraphs[at + 1 :]
    return [
        [*before, f"Yes. {here}", *after],
        [*before, *after],
        [*before, f"{here} {sentence(999_999)} {sentence(999_998)}", *after],
        [*before, sentence(888_888, 20), here, *after],
    ]


def test_an_edit_changes_only_the_chunks_around_it_also_without_headings() -> None:
    paragraphs = [" ".join(sentence(10 * n + k) for k in range(1 + n % 7)) for n in range(600)]
    before = plain_text(paragraphs)
    assert len(before) > 500
    changed = [len(plain_text(after) - before) for at in range(3, 600, 40) for after in edits(paragraphs, at)]
    assert max(changed) <= 4
    assert sum(changed) / len(changed) < 2.5


def test_an_edit_inside_one_endless_paragraph_changes_only_the_chunks_around_it() -> None:
    sentences = [sentence(n) for n in range(900)]
    before = plain_text([" ".join(sentences)])
    for at in range(5, 900, 100):
        after = plain_text([" ".join([*sentences[:at], "A new one.", *sentences[at:]])])
        assert 1 <= len(after - before) <= 4


def test_an_edited_section_changes_only_its_own_chunks() -> None:
    sections = [
        block
        for n in range(20)
        for block in ((BlockKind.HEADING, f"Clause {n}"), (BlockKind.PARAGRAPH, sentence(n, 25)))
    ]
    edited = list(sections)
    edited[21] = (BlockKind.PARAGRAPH, sentence(99, 25))
    before = {c.embedded_text for c in chunks_of(document(*sections))}
    after = {c.embedded_text for c in chunks_of(document(*edited))}
    assert len(after - before) == 1
    assert len(before - after) == 1


def chapters(title: str = "Handbook") -> list[tuple[BlockKind, str]]:
    """Twelve chapters of a title and up to 40 paragraphs, some under no other heading, some under many."""
    blocks = [(BlockKind.HEADING, title)]
    for chapter in range(12):
        blocks.append((BlockKind.HEADING, f"Chapter {chapter}"))
        for n in range(40):
            if chapter % 2 and n % 5 == 0:
                blocks.append((BlockKind.HEADING, f"Clause {chapter}.{n}"))
            blocks.append(
                (BlockKind.PARAGRAPH, " ".join(sentence(1000 * chapter + 10 * n + k) for k in range(3)))
            )
    return blocks


def embedded(blocks: list[tuple[BlockKind, str]], title: str) -> set[str]:
    return {chunk.embedded_text for chunk in chunks_of(document(*blocks, title=title))}


def test_an_edited_new_or_deleted_heading_changes_only_the_chunks_around_it() -> None:
    blocks = chapters()
    before = embedded(blocks, "Handbook")
    assert len(before) > 400
    headings = [n for n, (kind, _) in enumerate(blocks) if kind is BlockKind.HEADING]
    for at in headings:
        edited = [*blocks[:at], (BlockKind.HEADING, "Another name"), *blocks[at + 1 :]]
        deleted = [*blocks[:at], *blocks[at + 1 :]]
        inserted = [*blocks[: at + 3], (BlockKind.HEADING, "A new one"), *blocks[at + 3 :]]
        for after in (edited, deleted, inserted):
            assert len(embedded(after, "Handbook") - before) <= 4
    assert embedded(blocks, "Another title") == before


def test_an_empty_document_has_no_chunks() -> None:
    assert chunks_of(Document("", ())) == ()


KINDS = st.sampled_from([BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST, BlockKind.TABLE])
TEXTS = st.text(st.sampled_from("ab .!?é字\n|"), min_size=1, max_size=300).map(str.strip).filter(bool)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(KINDS, TEXTS), max_size=12))
def test_spans_round_trip_and_windows_hold(blocks: list[tuple[BlockKind, str]]) -> None:
    found = document(*blocks, title="T")
    chunks = chunks_of(found)
    assert all(c.text == found.text[c.start : c.end] and c.text for c in chunks)
    assert "".join(c.text for c in chunks) == found.text
    assert all(a.end == b.start for a, b in pairwise(chunks))
    assert all(count <= EMBEDDER.window for count in EMBEDDER.count_tokens([c.embedded_text for c in chunks]))


def test_a_german_date_does_not_end_a_sentence() -> None:
    text = " ".join(f"Die Heizung {n} wurde am {n}. März 2026 gewartet." for n in range(1, 31))
    found = replace(document((BlockKind.PARAGRAPH, text)), language="de")
    assert not any(chunk.text.rstrip().endswith(f" {n}.") for chunk in chunks_of(found) for n in range(1, 31))
