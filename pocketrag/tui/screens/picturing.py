"""The half of the document screen that shows a page as a picture, where that can be drawn."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from pocketrag.domain import Document, FileVersion, Span
from pocketrag.plain import one_line
from pocketrag.tui.bridge import Bridge
from pocketrag.tui.covered import Covered
from pocketrag.tui.graphics import WIDTH, Graphics
from pocketrag.tui.jobs import Job
from pocketrag.tui.messages import PageDrawn, PageFailed
from pocketrag.tui.widgets.document_layout import block_at, first_of_page, is_on_page
from pocketrag.tui.widgets.document_view import DocumentView
from pocketrag.tui.widgets.page_view import PageView

_NOT_FOUND = "The quote could not be found in the picture: v shows it in the text."
_NOT_DRAWN = (
    "This terminal draws no pictures: it would need Sixel graphics, or Kitty's of version 0.28 or later."
    " “Pictures in blocks” among all commands (ctrl+p) draws them coarsely."
)


class PicturingScreen(Covered[None]):
    """Turns from text to picture and back, page by page; the screen must hold a `DocumentView`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "picture", "Page picture", id="document.picture"),
        Binding("left", "turn(-1)", "Page before", key_display="←"),
        Binding("right", "turn(1)", "Page after", key_display="→"),
    ]

    def __init__(self, bridge: Bridge, file: FileVersion, graphics: Graphics) -> None:
        super().__init__()
        self._bridge = bridge
        self._file = file
        self._graphics = graphics
        self._document: Document | None = None
        self._page_drawn: int | None = None
        """The page that is shown, or being drawn; None while text is shown."""
        self._drawing: Job | None = None

    def compose_picture(self) -> ComposeResult:
        """Lay out the picture, and below it the line that says what it is.

        Below, as Sixels come in bands of six pixels: one that ended where the screen does would scroll it.
        """
        with Vertical(id="document-picture"):
            yield PageView(self._graphics)
            yield Static(id="picture-note")

    # ── what the screen must tell ───────────────────────────────────────────────────────────

    @property
    def page(self) -> int | None:
        """The page one looks at in the text; None where there are none."""
        raise NotImplementedError

    @property
    def looked_at(self) -> Span | None:
        """The highlighted place one looks at, which is to be marked in the picture."""
        raise NotImplementedError

    # ── what one may do ─────────────────────────────────────────────────────────────────────

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer pictures of documents with pages alone, and turning pages while one is shown."""
        if action == "picture":
            return self.page is not None
        if action == "turn":
            return self._page_drawn is not None
        return super().check_action(action, parameters)

    async def action_picture(self) -> None:
        """Turn to the picture of the page one looks at, or back to the text, at the same page."""
        if self._page_drawn is not None:
            self.show_text()
        elif not await self._graphics.can_draw(self.app):
            self.notify(_NOT_DRAWN, severity="warning", markup=False)
        else:
            self.draw_page(self.page or 1)

    def action_turn(self, step: int) -> None:
        """Turn to the page before (-1) or after (1)."""
        pages = self._document.pages if self._document else None
        if self._page_drawn is not None and pages and 1 <= self._page_drawn + step <= pages:
            self.draw_page(self._page_drawn + step)

    def draw_page(self, page: int) -> None:
        """Have a page drawn, and shown in place of the text."""
        if self._drawing is not None:
            self._drawing.stop()
        self._page_drawn = page
        self.add_class("-picture")
        self._note(f"Drawing page {page:,}…")
        self.query_one(PageView).focus()
        self.refresh_bindings()
        self._drawing = self._bridge.documents.picture(self, self._file.address, page, WIDTH, self.looked_at)

    def show_text(self) -> None:
        """Show the text again, at the page that was shown."""
        page, self._page_drawn = self._page_drawn, None
        if self._drawing is not None:
            self._drawing.stop()
        self.remove_class("-picture")
        self.refresh_bindings()
        view = self.query_one(DocumentView)
        view.focus()
        first = first_of_page(self._document, page) if self._document and page and page != self.page else None
        if first is not None:
            self.call_after_refresh(view.show_position, first.start)

    def leave_picture(self) -> None:
        """Show the text, if a picture is shown."""
        if self._page_drawn is not None:
            self.show_text()

    # ── what is told ────────────────────────────────────────────────────────────────────────

    async def on_page_drawn(self, event: PageDrawn) -> None:
        """Show the page; say so if the quote is not marked in it."""
        event.stop()
        if event.page != self._page_drawn:
            return
        await self.query_one(PageView).show(event.picture)
        pages = self._document.pages if self._document else None
        said = f"Page {event.page:,} of {pages:,}" if pages else f"Page {event.page:,}"
        missed = self._is_quoted_on(event.page) and not event.picture.marks
        self._note(said, _NOT_FOUND if missed else "")

    def on_page_failed(self, event: PageFailed) -> None:
        """Say why there is no picture, and show the text."""
        event.stop()
        self.notify(one_line(f"{event.text} {event.remedy}"), severity="warning", markup=False)
        self.show_text()

    def _is_quoted_on(self, page: int) -> bool:
        span = self.looked_at
        block = block_at(self._document, span.start) if self._document and span else None
        return block is not None and is_on_page(block, page)

    def _note(self, said: str, warning: str = "") -> None:
        note = Content.styled(f" {said}", "$foreground 60%")
        self.query_one("#picture-note", Static).update(note + Content.styled(f"  {warning}", "$warning"))
