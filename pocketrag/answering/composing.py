"""Composing: checked sentences and verbatim quotes become the answer that is shown.

Citations are numbered in the order in which the answer uses them. A quote is cut from the stored
text again and compared; only one that is equal counts as verified.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from pocketrag.answering.cleaning import shown_quote
from pocketrag.answering.evidence import CLOSE, COLUMN, Evidence
from pocketrag.domain import Block, Citation, Document, Passage, Place, Sentence, Span

QUOTES = 2
"""Quotes shown: on public questions the best one holds the answer in 89 % of the cases, two in 95 %."""

WORDS = 68
"""Words of an answer: what would make it longer is left out, but for the first sentence or quote.
A note below it, of up to ten words, comes on top."""

READS = re.compile(r"[A-ZÄÖÜ0-9£€$“\"][^|]{0,240}[.!]")
"""What a quote looks like that reads well as an answer: a whole sentence, no table row, no half page."""

StoredDocument = Callable[[Passage], Document]
"""The document, as stored, that a passage stands in."""


def compose(
    checked: Sequence[Sentence],
    evidence: Sequence[Evidence],
    passages: Sequence[Passage],
    stored_document: StoredDocument,
) -> tuple[str, tuple[Sentence, ...], tuple[Citation, ...]]:
    """Return the answer's text (Markdown), its sentences, and its citations.

    Only verified sentences are kept of what the model wrote; the best quotes stand below them, or
    are the answer where the model said nothing that holds. A quote that it only repeated is said once.
    """
    own = _own_sentences(checked, evidence)
    repeated = [s for s in checked if s.verified and _repeats(s, evidence)]
    said = {n for s in own for n in s.citations if s.text == shown_quote(evidence[n - 1].text)}
    quoted = [n for n in _quotes(evidence, repeated) if n not in said]
    own, quoted = _within(own, quoted, evidence)
    order = list(dict.fromkeys([n for s in own for n in s.citations] + quoted))
    marker = {number: index for index, number in enumerate(order, start=1)}
    stands = {n: passages[evidence[n - 1].passage] for n in order}
    documents = {n: stored_document(stands[n]) for n in order}
    citations = tuple(
        citation(marker[n], evidence[n - 1].span, evidence[n - 1].text, stands[n], documents[n])
        for n in order
    )
    own = [_numbered(s, marker, citations) for s in own]
    columns = {marker[n]: _columns(evidence[n - 1], documents[n]) for n in quoted}
    quotes = [
        Sentence(shown_quote(evidence[n - 1].text), (marker[n],), citations[marker[n] - 1].verified)
        for n in quoted
    ]
    return _text(own, quotes, columns), (*own, *quotes), citations


def _numbered(sentence: Sentence, marker: dict[int, int], citations: Sequence[Citation]) -> Sentence:
    """Return the sentence with the numbers that are shown; verified only if its quotes stand in the text."""
    numbers = tuple(marker[n] for n in sentence.citations)
    return replace(sentence, citations=numbers, verified=all(citations[n - 1].verified for n in numbers))


def _own_sentences(checked: Sequence[Sentence], evidence: Sequence[Evidence]) -> list[Sentence]:
    """Return the sentences to show before the quotes, each once.

    One that only repeats its quote gives way to it: as a sentence if the quote reads like one, else below.
    """
    found = []
    for sentence in (s for s in checked if s.verified):
        if not _repeats(sentence, evidence):
            found.append(sentence)
        elif READS.fullmatch(quote := shown_quote(evidence[sentence.citations[0] - 1].text)):
            found.append(replace(sentence, text=quote))
    return list(dict.fromkeys(found))


def _repeats(sentence: Sentence, evidence: Sequence[Evidence]) -> bool:
    """Return whether a sentence says no more than its quote, word for word."""
    said = _bare(sentence.text)
    return any(
        said in _bare(evidence[n - 1].text) and len(said) > 0.8 * len(_bare(evidence[n - 1].text))
        for n in sentence.citations
    )


def _quotes(evidence: Sequence[Evidence], repeated: Sequence[Sentence]) -> list[int]:
    """Return the numbers of the quotes to show: the one the model chose to repeat first, then the best."""
    chosen = [n for s in repeated for n in s.citations]
    floor = evidence[0].relevance - CLOSE if evidence else 0.0
    best = [n for n, e in enumerate(evidence[:QUOTES], start=1) if e.relevance >= floor]
    return list(dict.fromkeys(chosen + best))[:QUOTES]


def _within(
    own: Sequence[Sentence], quoted: Sequence[int], evidence: Sequence[Evidence]
) -> tuple[list[Sentence], list[int]]:
    """Return the sentences and quotes that make an answer of at most `WORDS` words; the first in any case."""
    lengths = [len(s.text.split()) for s in own] + [len(evidence[n - 1].text.split()) for n in quoted]
    kept = max(1, sum(total <= WORDS for total in itertools.accumulate(lengths)))
    return list(own[:kept]), list(quoted[: max(0, kept - len(own))])


def citation(marker: int, span: Span, quote: str, passage: Passage, document: Document) -> Citation:
    """Return the citation of a quote from a passage; verified if the stored text at its span equals it."""
    return Citation(
        marker=marker,
        file=passage.file,
        place=_place(document, span.start, passage.chunk.place),
        start=span.start,
        end=span.end,
        quote=quote,
        verified=document.text[span.start : span.end] == quote,
    )


def _place(document: Document, position: int, chunk_place: Place) -> Place:
    """Return where the block with this position stands: nearer than its chunk, which may span pages."""
    block = _block(document, position)
    return block.place if block else chunk_place


def _block(document: Document, position: int) -> Block | None:
    return next((b for b in document.blocks if b.start <= position < b.end), None)


def _columns(evidence: Evidence, document: Document) -> str:
    """Return the heads of the columns of a table's row; empty if the quote is no whole row."""
    block = _block(document, evidence.span.start)
    if block is None or not block.header or block.header == evidence.text:
        return ""
    whole = evidence.text.count(COLUMN) == block.header.count(COLUMN) > 0
    return shown_quote(block.header) if whole else ""


def _text(own: Sequence[Sentence], quotes: Sequence[Sentence], columns: Mapping[int, str]) -> str:
    said = " ".join(_marked(s) for s in own)
    quoted = "\n>\n".join(f"> “{s.text}” {_markers(s)}{_under(columns[s.citations[0]])}" for s in quotes)
    return "\n\n".join(part for part in (said, quoted) if part)


def _under(heads: str) -> str:
    """Return what follows a row: what its columns are."""
    return f" (columns: “{heads}”)" if heads else ""


def _marked(sentence: Sentence) -> str:
    """Return the sentence with its markers before the full stop, as in `Two months [1].`."""
    text = sentence.text.rstrip()
    if text and text[-1] in ".!?":
        return f"{text[:-1]} {_markers(sentence)}{text[-1]}"
    return f"{text} {_markers(sentence)}"


def _markers(sentence: Sentence) -> str:
    return "".join(f"[{n}]" for n in sentence.citations)


def _bare(text: str) -> str:
    return " ".join(text.split()).strip(" .!?\"'“”").casefold()
