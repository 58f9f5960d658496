"""Chunking: a document becomes stretches that fit the embedder's window, along its structure.

The document is taken as a row of pieces (blocks; long ones sentence by sentence) and halved again and
again until every part fits. Where to cut is decided by what stands there, never by counting from the
beginning: before a heading rather than before a paragraph, before a paragraph rather than inside one,
and among equals before the piece whose text has the lowest hash. So boundaries hold fast: an edit
moves only those around it, also in pages of text without a heading (the same idea as a treap's
priorities: Seidel & Aragon, Algorithmica 1996, and content-defined chunking).

The chunks tile the text: what joins two blocks belongs to the chunk before. A table's header goes before
its rows when they are embedded. Title and headings are embedded as a text of their own, the chunk's
context: so an edited title or heading changes no chunk but the one it stands in (why, and what it
gains: docs/decisions/0005-headings-as-vectors.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate

from pocketrag.domain import Block, BlockKind, Chunk, Document, Place, Span, naming_spans
from pocketrag.reading.sentences import sentence_spans

MOST = 0.7
"""How full of the window a chunk may be: room is left for the context, and shorter is more precise."""

LEAST = 0.15
"""How full of the window a chunk should be at least: smaller sections share a chunk."""

HEADER_SHARE = 0.25
"""How much of the window a table's header may take."""

LONG = 10
"""Characters a token: text with more of them than a chunk may hold tokens is cut without being counted."""

PARAGRAPH, SENTENCE = 10, 20
"""Ranks of boundaries, after the headings' levels: lower is the better place to cut."""

CountTokens = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A block, or a sentence of a long one."""

    start: int
    end: int
    place: Place
    header: str
    rank: int
    """How good a place to cut its beginning is: a heading's level, `PARAGRAPH` or `SENTENCE`."""
    tokens: int
    hash: bytes
    """Of the text, so that among equals the place to cut is decided by what stands there."""

    @property
    def is_heading(self) -> bool:
        """Whether it opens a section."""
        return self.rank < PARAGRAPH


def chunk_document(document: Document, count_tokens: CountTokens, window: int) -> tuple[Chunk, ...]:
    """Return the document's chunks, in order; each embeds within `window` tokens.

    Every character of the document's text belongs to exactly one chunk.
    """
    return tuple(_Chunker(document, count_tokens, window).chunks())


class _Chunker:
    def __init__(self, document: Document, count_tokens: CountTokens, window: int) -> None:
        self._document = document
        self._count = count_tokens
        self._window = window
        self._most = int(window * MOST)
        self._least = int(window * LEAST)
        self._shortened = cache(self._shorten)

    def chunks(self) -> Iterator[Chunk]:
        """Yield the chunks, in order."""
        pieces = list(self._pieces())
        upto = [0, *accumulate(piece.tokens for piece in pieces)]
        waiting = [(0, len(pieces))] if pieces else []
        while waiting:  # depth first, left part first
            low, high = waiting.pop()
            cut = self._cut(pieces, upto, low, high)
            if cut is None:
                end = pieces[high].start if high < len(pieces) else len(self._document.text)
                yield self._chunk(pieces[low:high], end)
            else:
                waiting += [(cut, high), (low, cut)]

    def _cut(self, pieces: list[_Piece], upto: list[int], low: int, high: int) -> int | None:
        """Return the index of the piece before which to cut; None if the part is to be one chunk."""
        fits = upto[high] - upto[low] <= self._most
        inner = [n for n in range(low + 1, high) if not pieces[n - 1].is_heading]
        good = [
            n for n in inner if upto[n] - upto[low] >= self._least and upto[high] - upto[n] >= self._least
        ]
        if fits:
            good = [n for n in good if pieces[n].is_heading]
        anywhere = good if fits else good or inner or range(low + 1, high)
        middle = (low + high) // 2  # among equal texts it does not matter where: then soonest done

        def priority(n: int) -> tuple[int, bytes, int]:
            """Return what is least at the best place to cut."""
            return pieces[n].rank, pieces[n].hash, abs(n - middle)

        return min(anywhere, key=priority, default=None)

    def _chunk(self, pieces: list[_Piece], end: int) -> Chunk:
        first, last = pieces[0], pieces[-1]
        text = self._document.text[first.start : end]
        # Where it begins, under the innermost heading of what it begins with.
        told = next((p.place for p in pieces if not p.is_heading), last.place)
        header = next((p.header for p in pieces if p.header), "")
        if f"\n{header}\n" in f"\n{text}\n":  # it stands in the chunk already
            header = ""
        place = _merged(first.place, last.place, told.section)
        context = self._shortened(self._context(place.section), 1)
        header = self._shortened(header, HEADER_SHARE)
        parts = ((Span(piece.start, piece.end), piece.is_heading, piece.header) for piece in pieces)
        headings = naming_spans(parts, self._document.text)
        return Chunk(first.start, end, text, context, place, header, headings)

    # ── pieces ──────────────────────────────────────────────────────────────────────────────

    def _pieces(self) -> Iterator[_Piece]:
        """Yield every block, sentence by sentence where it is longer than a chunk may be."""
        blocks = self._document.blocks
        counts = self._tokens([Span(b.start, b.end) for b in blocks])
        for block, tokens in zip(blocks, counts, strict=True):
            if tokens <= self._most:
                yield self._piece(block, Span(block.start, block.end), tokens, _rank(block))
            else:
                yield from self._sentences(block)

    def _sentences(self, block: Block) -> Iterator[_Piece]:
        """Yield a long block's sentences; the blanks between go to the sentence before."""
        text = self._document.text[block.start : block.end]
        spans = sentence_spans(text, block.start, self._document.language)
        starts = [block.start, *(span.start for span in spans[1:])]
        parts = [Span(start, end) for start, end in zip(starts, [*starts[1:], block.end], strict=True)]
        for index, (part, tokens) in enumerate(self._fitting(parts)):
            yield self._piece(block, part, tokens, SENTENCE if index else _rank(block))

    def _fitting(self, parts: list[Span]) -> list[tuple[Span, int]]:
        """Return the parts with their tokens, those too long halved until each fits."""
        counted = list(zip(parts, self._tokens(parts), strict=True))
        while any(self._too_long(part, tokens) for part, tokens in counted):
            halves = [self._halved(p) if self._too_long(p, tokens) else [p] for p, tokens in counted]
            fresh = iter(self._tokens([p for pieces in halves if len(pieces) > 1 for p in pieces]))
            counted = [
                (piece, next(fresh) if len(pieces) > 1 else tokens)
                for pieces, (_, tokens) in zip(halves, counted, strict=True)
                for piece in pieces
            ]
        return counted

    def _too_long(self, part: Span, tokens: int) -> bool:
        return tokens > self._most and part.end - part.start > 1

    def _halved(self, part: Span) -> list[Span]:
        middle = part.start + _near_blank(self._document.text[part.start : part.end])
        return [Span(part.start, middle), Span(middle, part.end)]

    def _tokens(self, spans: Sequence[Span]) -> list[int]:
        """Return each span's number of tokens; a span too long for any chunk is not worth counting."""
        short = [s.end - s.start <= self._most * LONG for s in spans]
        texts = [
            self._document.text[s.start : s.end] for s, is_short in zip(spans, short, strict=True) if is_short
        ]
        counted = iter(self._count(texts))
        return [
            next(counted) if is_short else s.end - s.start for s, is_short in zip(spans, short, strict=True)
        ]

    def _piece(self, block: Block, span: Span, tokens: int, rank: int) -> _Piece:
        text = self._document.text[span.start : span.end].encode("utf-8", "replace")
        digest = hashlib.blake2b(text, digest_size=8).digest()
        return _Piece(span.start, span.end, block.place, block.header, rank, tokens, digest)

    # ── context ─────────────────────────────────────────────────────────────────────────────

    def _context(self, section: tuple[str, ...]) -> str:
        """Return title and headings as one line."""
        title = self._document.title
        return " › ".join([title, *section] if title and title not in section else section)

    def _shorten(self, text: str, share: float) -> str:
        """Return the text, halved until it takes its share of the window at most."""
        while text and self._count([text])[0] > self._window * share:
            text = text[: len(text) // 2].rstrip()
        return text


def _rank(block: Block) -> int:
    return max(1, min(block.level, PARAGRAPH - 1)) if block.kind is BlockKind.HEADING else PARAGRAPH


def _merged(first: Place, last: Place, section: tuple[str, ...]) -> Place:
    """Return where a chunk stands: from where it begins to the page on which it ends."""
    page_end = last.page_end or last.page
    return replace(first, page_end=page_end if page_end != first.page else None, section=section)


def _near_blank(text: str) -> int:
    """Return the position after the blank nearest to the middle; the middle if there is none."""
    middle = len(text) // 2
    before, after = text.rfind(" ", 1, middle), text.find(" ", middle, len(text) - 1)
    near = [p for p in (before, after) if p > 0]
    return min(near, key=lambda p: abs(p - middle)) + 1 if near else middle
