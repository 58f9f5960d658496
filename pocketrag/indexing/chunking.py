"""Chunking: a document becomes stretches that fit the embedder's window, along its structure.

Boundaries are anchored locally. A heading always begins a new chunk. Within a section, blocks are
merged until the chunk holds about `TARGET_SHARE` of the window; a block too long for the window is
cut at sentences, a sentence too long at words. Title, headings and a table's header go before the
text when it is embedded, but are never part of what is quoted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from pocketrag.domain import Block, BlockKind, Chunk, Document, Place, Span
from pocketrag.reading.sentences import sentence_spans

CHUNKING_VERSION = "1"
"""Part of a document's recipe: documents cut by another version are cut again."""

TARGET_SHARE = 0.6
"""How full of the window a chunk is made: short enough to be precise, and room for the context."""

CONTEXT_SHARE = 0.25
"""How much of the window title, headings and table header may take."""

CountTokens = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A block, or a part of one, that fits a chunk."""

    start: int
    end: int
    place: Place
    header: str
    opens: bool
    """Whether a chunk must begin here."""
    tokens: int


def chunk_document(document: Document, count_tokens: CountTokens, window: int) -> tuple[Chunk, ...]:
    """Return the document's chunks, in order; each embeds within `window` tokens.

    Every character of every block belongs to exactly one chunk.
    """
    return tuple(_Chunker(document, count_tokens, window).chunks())


class _Chunker:
    def __init__(self, document: Document, count_tokens: CountTokens, window: int) -> None:
        self._document = document
        self._count = count_tokens
        self._window = window
        self._target = int(window * TARGET_SHARE)
        self._contexts: dict[tuple[tuple[str, ...], str], str] = {}

    def chunks(self) -> Iterator[Chunk]:
        """Yield the chunks: pieces gathered until one more would be too many."""
        gathered: list[_Piece] = []
        for piece in self._pieces():
            if gathered and self._must_close(gathered, piece):
                yield self._chunk(gathered)
                gathered = []
            gathered.append(piece)
        if gathered:
            yield self._chunk(gathered)

    def _must_close(self, gathered: list[_Piece], piece: _Piece) -> bool:
        together = sum(p.tokens for p in gathered) + piece.tokens
        if all(p.opens for p in gathered):  # a heading stays with what it heads
            return together > self._window * (1 - CONTEXT_SHARE)
        return piece.opens or piece.header != gathered[-1].header or together > self._target

    def _chunk(self, pieces: list[_Piece]) -> Chunk:
        first, last = pieces[0], pieces[-1]
        text = self._document.text[first.start : last.end]
        place = _merged(first.place, last.place)
        return Chunk(first.start, last.end, text, self._context(last.place.section, last.header), place)

    # ── pieces ──────────────────────────────────────────────────────────────────────────────

    def _pieces(self) -> Iterator[_Piece]:
        """Yield every block, cut where it is longer than a chunk may be."""
        texts = [self._document.text[b.start : b.end] for b in self._document.blocks]
        for block, tokens in zip(self._document.blocks, self._count(texts), strict=True):
            if tokens <= self._target:
                yield _piece(block, Span(block.start, block.end), tokens)
            else:
                yield from self._cut(block)

    def _cut(self, block: Block) -> Iterator[_Piece]:
        """Yield a long block as runs of whole sentences; the blanks between go to the run before."""
        text = self._document.text[block.start : block.end]
        sentences = [part for s in sentence_spans(text, block.start) for part in self._fitting(s)]
        ends = [s.start for s in sentences[1:]] + [block.end]
        starts = [block.start, *ends[:-1]]
        parts = [Span(start, end) for start, end in zip(starts, ends, strict=True)]
        counts = self._count([self._document.text[p.start : p.end] for p in parts])
        for index, (part, tokens) in enumerate(zip(parts, counts, strict=True)):
            yield _piece(block, part, tokens, opens=index == 0 and block.kind is BlockKind.HEADING)

    def _fitting(self, sentence: Span) -> Iterator[Span]:
        """Yield the sentence, halved at a blank near its middle until each part fits."""
        text = self._document.text[sentence.start : sentence.end]
        if self._count([text])[0] <= self._target or len(text) < 2:
            yield sentence
            return
        middle = _near_blank(text, len(text) // 2)
        yield from self._fitting(Span(sentence.start, sentence.start + middle))
        yield from self._fitting(Span(sentence.start + middle, sentence.end))

    # ── context ─────────────────────────────────────────────────────────────────────────────

    def _context(self, section: tuple[str, ...], header: str) -> str:
        """Return title, headings and table header as the line or two embedded before the text."""
        key = (section, header)
        if key not in self._contexts:
            title = self._document.title
            parts = [title, *section] if title and title not in section else list(section)
            lines = [line for line in (" › ".join(parts), header) if line]
            self._contexts[key] = self._shortened("\n".join(lines))
        return self._contexts[key]

    def _shortened(self, context: str) -> str:
        """Return the context, halved until it takes its share of the window at most."""
        while context and self._count([context])[0] > self._window * CONTEXT_SHARE:
            context = context[: len(context) // 2].rstrip()
        return context


def _piece(block: Block, span: Span, tokens: int, *, opens: bool | None = None) -> _Piece:
    begins = block.kind is BlockKind.HEADING if opens is None else opens
    return _Piece(span.start, span.end, block.place, block.header, begins, tokens)


def _merged(first: Place, last: Place) -> Place:
    """Return where a chunk stands: where it begins, under the headings of what it holds."""
    page_end = last.page_end or last.page
    return replace(
        first,
        page_end=page_end if page_end != first.page else None,
        section=last.section,
    )


def _near_blank(text: str, middle: int) -> int:
    """Return the position after the blank nearest to the middle; the middle if there is none."""
    before, after = text.rfind(" ", 1, middle), text.find(" ", middle, len(text) - 1)
    near = [p for p in (before, after) if p > 0]
    return min(near, key=lambda p: abs(p - middle)) + 1 if near else middle
