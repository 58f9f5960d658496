"""A document with its evidence: where the quote stands, in its own surroundings."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from pocketrag.domain import Answer, Citation, Document, FileStatus, FileVersion, Passage, Span
from pocketrag.plain import one_line
from pocketrag.tui.bridge import Bridge
from pocketrag.tui.graphics import Graphics
from pocketrag.tui.messages import DocumentTold, Failed, OutsideFailed, ShownOutside
from pocketrag.tui.screens.picturing import PicturingScreen
from pocketrag.tui.widgets.document_layout import block_at, in_order, reference
from pocketrag.tui.widgets.document_outline import found_in, outline
from pocketrag.tui.widgets.document_view import DocumentView
from pocketrag.tui.widgets.field import Field
from pocketrag.tui.widgets.key_bar import KeyBar
from pocketrag.tui.widgets.outcome import error_panel
from pocketrag.tui.widgets.outline_list import OutlineList
from pocketrag.wording import place_in_words

_ROOMY: Final = 160
"""From this width on, places stand beside the text without being asked for."""


class DocumentScreen(PicturingScreen):
    """The stored text of one file, scrolled to a passage."""

    CSS_PATH = "document.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (_ROOMY, "-roomy")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "back", "Back", key_display="esc"),
        Binding("n", "go(1)", "Next", id="document.next"),
        Binding("N,p", "go(-1)", "Previous", key_display="p", id="document.previous"),
        Binding("slash,ctrl+f", "find", "Find", key_display="/", id="document.find"),
        Binding("t", "outline", "Places", id="document.outline"),
        Binding("c", "copy", "Copy quote", id="document.copy"),
        Binding("o", "open_outside", "Open", id="document.open"),
        Binding("r", "reveal", "Reveal", id="document.reveal"),
    ]

    def __init__(
        self,
        bridge: Bridge,
        graphics: Graphics,
        file: FileVersion,
        spans: tuple[Span, ...],
        target: Span | None,
        quote: str = "",
    ) -> None:
        super().__init__(bridge, file, graphics)
        self._span, self._quote = target, quote
        self._evidence = self._marks = in_order((*spans, target) if target else spans)
        self._target = self._index_of(target)
        self._noun = "passage"

    def compose(self) -> ComposeResult:
        """Lay out the title, the places, the text, the line to find with, and the keys."""
        yield Static(id="document-title")
        yield Static(id="document-notice")
        with Horizontal(id="document-body"):
            yield OutlineList()
            yield DocumentView()
            yield from self.compose_picture()
        yield Field(placeholder="Find in this document…", id="document-find")
        yield KeyBar(show_command_palette=False)

    def on_mount(self) -> None:
        """Ask for the text."""
        self._draw_title()
        self.query_one(DocumentView).focus()
        self._bridge.documents.text(self, self._file.address)

    # ── what is told ────────────────────────────────────────────────────────────────────────

    def on_document_told(self, event: DocumentTold) -> None:
        """Show the text at the passage; say so if it is not the version that was quoted."""
        event.stop()
        self._document = event.document
        if self._file.sha256 not in ("", event.file.sha256):
            self._notice(self._stale(event.document), "-stale")
        self.query_one(DocumentView).show(event.document, self._marks)
        self.query_one(OutlineList).show(outline(event.document))
        self.call_after_refresh(self._go_to, self._target)
        self.refresh_bindings()

    def on_failed(self, event: Failed) -> None:
        """Say why there is nothing to show."""
        event.stop()
        self._notice(self._with_quote(error_panel(event.text, event.remedy)), "-error")

    def on_outside_failed(self, event: OutsideFailed) -> None:
        """Say why no other program shows it."""
        event.stop()
        self.notify(one_line(f"{event.text} {event.remedy}"), severity="warning", markup=False)

    def on_shown_outside(self, event: ShownOutside) -> None:
        """Say that another program was asked."""
        event.stop()
        self.notify(f"{one_line(event.file.name)} is opened outside.", markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """Fit the title to the new width."""
        self._draw_title()

    # ── moving about ────────────────────────────────────────────────────────────────────────

    def action_go(self, step: int) -> None:
        """Go to the next (1) or previous (-1) highlighted place, round and round."""
        if self._document is not None and self._marks:
            self._go_to((self.query_one(DocumentView).current + step) % len(self._marks))
            if self._page_drawn is not None:
                self.draw_page(self.page or self._page_drawn)

    def action_outline(self) -> None:
        """Go to the places; from there, hide them."""
        places, view = self.query_one(OutlineList), self.query_one(DocumentView)
        shown = not places.has_focus
        self.leave_picture()
        places.set_class(shown, "-shown")
        if shown:
            places.mark(view.top)
            self.call_after_refresh(places.focus)
        else:
            view.focus()

    def on_outline_list_chosen(self, event: OutlineList.Chosen) -> None:
        """Go to a place."""
        event.stop()
        view = self.query_one(DocumentView)
        view.show_position(event.entry.start)
        view.focus()

    def action_find(self) -> None:
        """Show the line to find with."""
        self.leave_picture()
        field = self.query_one("#document-find", Input)
        field.add_class("-shown")
        field.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Highlight what was typed, and go to the first place after what is seen."""
        event.stop()
        if self._document is None:
            return
        view = self.query_one(DocumentView)
        found = found_in(self._document, event.value)
        self._show_marks(found or self._evidence, "match" if found else "passage")
        event.input.set_class(bool(event.value.strip()) and not found, "-nothing")
        if found:
            self._go_to(next((i for i, mark in enumerate(found) if mark.start >= view.top), 0))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on reading, among what was found."""
        event.stop()
        self.query_one(DocumentView).focus()

    def action_back(self) -> None:
        """Leave the find, then the places, then the picture, then the document."""
        field, places = self.query_one("#document-find", Input), self.query_one(OutlineList)
        if field.has_class("-shown"):
            field.remove_class("-shown")
            field.value = ""
            self._show_marks(self._evidence, "passage")
        elif places.has_focus:
            places.remove_class("-shown")
        elif self._page_drawn is not None:
            self.show_text()
        else:
            self.app.pop_screen()
            return
        self.query_one(DocumentView).focus()

    # ── taking it elsewhere ─────────────────────────────────────────────────────────────────

    def action_copy(self) -> None:
        """Copy the highlighted quote with its reference."""
        view = self.query_one(DocumentView)
        if self._document is None or not 0 <= view.current < len(self._marks):
            self.notify("Nothing is highlighted: select text with the mouse, ctrl+c copies it.", markup=False)
            return
        self.app.copy_to_clipboard(reference(self._document, self._marks[view.current], self._file.shown))
        self.notify("The quote and where it stands are on the clipboard.", markup=False)

    def action_open_outside(self) -> None:
        """Open the file in the system's program for it, at the page where that can be done."""
        self._bridge.documents.open(self, self._file.path, self.page)

    def action_reveal(self) -> None:
        """Show the file in the system's file manager."""
        self._bridge.documents.reveal(self, self._file.path)

    @property
    def page(self) -> int | None:
        """The page one looks at in the text; None where there are none."""
        if self._document is None:
            return None
        span = self.looked_at
        block = block_at(self._document, span.start if span else self.query_one(DocumentView).top)
        return block.place.page if block else None

    @property
    def looked_at(self) -> Span | None:
        """The highlighted place one looks at."""
        current = self.query_one(DocumentView).current
        return self._marks[current] if 0 <= current < len(self._marks) else None

    # ── drawing ─────────────────────────────────────────────────────────────────────────────

    def _index_of(self, target: Span | None) -> int:
        if target is None:
            return -1
        return next(i for i, mark in enumerate(self._marks) if mark.end >= target.end)

    def _show_marks(self, marks: tuple[Span, ...], noun: str) -> None:
        self._marks, self._noun = marks, noun
        self.query_one(DocumentView).mark(marks)
        self._draw_title()

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
            count = f"{self._noun} {current + 1} of {len(self._marks)} "
            room = self.size.width - len(count) - 1
            title = title.truncate(room, ellipsis=True, pad=True) + Content.styled(f" {count}", "$accent")
        self.query_one("#document-title", Static).update(title)

    def _stale(self, document: Document) -> Content:
        """Return what to say of another version than the cited one; the quote, if it is not in its place."""
        said = Content("This file has changed since the answer; the highlights may have moved.")
        span = self._span or Span(0, 0)
        return said if document.text[span.start : span.end] == self._quote else self._with_quote(said)

    def _with_quote(self, said: Content) -> Content:
        if not self._quote:
            return said
        return Content.assemble(said, "\n", (f"It said: “{one_line(self._quote)}”", "$foreground italic"))

    def _notice(self, content: Content, kind: str) -> None:
        notice = self.query_one("#document-notice", Static)
        notice.update(content)
        notice.add_class(kind)


def for_citation(bridge: Bridge, graphics: Graphics, citation: Citation, answer: Answer) -> DocumentScreen:
    """Return a screen that shows a citation where it stands, with all evidence of the same file."""
    quotes = [Span(c.start, c.end) for c in answer.citations if c.file.address == citation.file.address]
    spans = (*quotes, *_evidence(answer.passages, citation.file))
    target = Span(citation.start, citation.end)
    return DocumentScreen(bridge, graphics, citation.file, spans, target, citation.quote)


def for_passage(
    bridge: Bridge, graphics: Graphics, passage: Passage, passages: tuple[Passage, ...]
) -> DocumentScreen:
    """Return a screen that shows a passage where it stands, with all evidence of the same file."""
    chunk = passage.chunk
    target = passage.highlights[0] if passage.highlights else Span(chunk.start, chunk.end)
    return DocumentScreen(bridge, graphics, passage.file, _evidence(passages, passage.file), target)


def for_file(bridge: Bridge, graphics: Graphics, item: FileStatus) -> DocumentScreen:
    """Return a screen that shows an indexed file from its beginning, whatever its version."""
    file = FileVersion(
        item.path, item.folder, "", item.title, item.modified, item.attachment, item.author, item.date
    )
    return DocumentScreen(bridge, graphics, file, (), None)


def _evidence(passages: tuple[Passage, ...], file: FileVersion) -> tuple[Span, ...]:
    return tuple(span for p in passages if p.file.address == file.address for span in p.highlights)
