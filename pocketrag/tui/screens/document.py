"""A document with its evidence: where the quote stands, in its own surroundings."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Static

from pocketrag.domain import Answer, Citation, Document, FileVersion, Passage, Span
from pocketrag.plain import one_line
from pocketrag.tui.bridge import Bridge
from pocketrag.tui.messages import DocumentTold, Failed
from pocketrag.tui.widgets.document_layout import block_at, in_order
from pocketrag.tui.widgets.document_view import DocumentView
from pocketrag.tui.widgets.outcome import error_panel
from pocketrag.wording import place_in_words


class DocumentScreen(Screen[None]):
    """The stored text of one file, scrolled to a passage."""

    CSS_PATH = "document.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "go(1)", "Next passage"),
        Binding("N,p", "go(-1)", "Previous", key_display="p"),
        Binding("escape,q", "app.pop_screen", "Back", key_display="esc"),
    ]

    def __init__(
        self, bridge: Bridge, file: FileVersion, spans: tuple[Span, ...], target: Span, quote: str = ""
    ) -> None:
        super().__init__()
        self._bridge = bridge
        self._file = file
        self._span, self._quote = target, quote
        self._marks = in_order((*spans, target))
        self._target = next(i for i, mark in enumerate(self._marks) if mark.end >= target.end)
        self._document: Document | None = None

    def compose(self) -> ComposeResult:
        """Lay out the title, the text and the keys."""
        yield Static(id="document-title")
        yield Static(id="document-notice")
        yield DocumentView()
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Ask for the text."""
        self._draw_title()
        self.query_one(DocumentView).focus()
        self._bridge.document(self, self._file.address)

    def on_document_told(self, event: DocumentTold) -> None:
        """Show the text at the passage; say so if it is not the version that was quoted."""
        event.stop()
        self._document = event.document
        if event.file.sha256 != self._file.sha256:
            self._notice(self._stale(event.document), "-stale")
        view = self.query_one(DocumentView)
        view.show(event.document, self._marks)
        self.call_after_refresh(self._go_to, self._target)

    def on_failed(self, event: Failed) -> None:
        """Say why there is nothing to show."""
        event.stop()
        self._notice(self._with_quote(error_panel(event.text, event.remedy)), "-error")

    def on_resize(self, event: events.Resize) -> None:
        """Fit the title to the new width."""
        self._draw_title()

    def action_go(self, step: int) -> None:
        """Go to the next (1) or previous (-1) highlighted passage, round and round."""
        view = self.query_one(DocumentView)
        if self._document is not None:
            self._go_to((view.current + step) % len(self._marks))

    def _go_to(self, index: int) -> None:
        self.query_one(DocumentView).go_to(index)
        self._draw_title()

    def _draw_title(self) -> None:
        current = self.query_one(DocumentView).current
        title = Content.assemble((" ▤ ", "bold $accent"), (one_line(self._file.shown), "bold"))
        said = " · ".join(part for part in (self._file.author, self._file.day) if part)
        title += Content.styled(f"  {one_line(said)}", "$foreground 60%")
        if self._document is not None and current >= 0:
            block = block_at(self._document, self._marks[current].start)
            place = place_in_words(block.place) if block else ""
            title += Content.styled(f"  {place}", "$foreground 60%")
            count = f"passage {current + 1} of {len(self._marks)} "
            room = self.size.width - len(count) - 1
            title = title.truncate(room, ellipsis=True, pad=True) + Content.styled(f" {count}", "$accent")
        self.query_one("#document-title", Static).update(title)

    def _stale(self, document: Document) -> Content:
        """Return what to say of another version than the cited one; the quote, if it is not in its place."""
        said = Content("This file has changed since the answer; the highlights may have moved.")
        stands = document.text[self._span.start : self._span.end] == self._quote
        return said if stands else self._with_quote(said)

    def _with_quote(self, said: Content) -> Content:
        if not self._quote:
            return said
        return Content.assemble(said, "\n", (f"It said: “{one_line(self._quote)}”", "$foreground italic"))

    def _notice(self, content: Content, kind: str) -> None:
        notice = self.query_one("#document-notice", Static)
        notice.update(content)
        notice.add_class(kind)


def for_citation(bridge: Bridge, citation: Citation, answer: Answer) -> DocumentScreen:
    """Return a screen that shows a citation where it stands, with all evidence of the same file."""
    quotes = [Span(c.start, c.end) for c in answer.citations if c.file.address == citation.file.address]
    spans = (*quotes, *_evidence(answer.passages, citation.file))
    target = Span(citation.start, citation.end)
    return DocumentScreen(bridge, citation.file, spans, target, citation.quote)


def for_passage(bridge: Bridge, passage: Passage, passages: tuple[Passage, ...]) -> DocumentScreen:
    """Return a screen that shows a passage where it stands, with all evidence of the same file."""
    chunk = passage.chunk
    target = passage.highlights[0] if passage.highlights else Span(chunk.start, chunk.end)
    return DocumentScreen(bridge, passage.file, _evidence(passages, passage.file), target)


def _evidence(passages: tuple[Passage, ...], file: FileVersion) -> tuple[Span, ...]:
    return tuple(span for p in passages if p.file.address == file.address for span in p.highlights)
