"""PDF files → a `Document` whose places are pages.

PDFium reads, being many times as fast; pypdf is asked where PDFium does not open the file, finds no
letters on a page, or is known to order them wrongly. `layout.py` makes paragraphs,
tables and headings of what either hands over. See docs/decisions/0004.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from pocketrag.domain import Document, Place
from pocketrag.errors import Damaged, NoText, ReadingError, TooLarge
from pocketrag.reading.builder import DocumentBuilder
from pocketrag.reading.pdf.details import Details
from pocketrag.reading.pdf.form import Filled
from pocketrag.reading.pdf.layout import add_pages
from pocketrag.reading.pdf.lines import Page
from pocketrag.reading.pdf.outline import Bookmark
from pocketrag.reading.pdf.pdfium import Reading, open_with_pdfium
from pocketrag.reading.pdf.second_opinion import SecondOpinion

_MAX_PAGES = 20_000
_MAX_FAILED_SHARE = 0.5
"""Share of a file's pages that may be beyond reading before the file counts as damaged."""


class _Content(NamedTuple):
    """What a file holds, before it is laid out."""

    pages: list[Page | None]
    """The lines of each page; None for one that neither library reads."""
    bookmarks: list[Bookmark]
    fields: list[Filled]
    """What was filled in in its form."""
    details: Details


def read_pdf(data: bytes) -> Document:
    """Return the paragraphs, headings and tables of every page that holds text."""
    pages, bookmarks, fields, (title, author, date) = _content(data)
    failed = sum(page is None for page in pages)
    if not pages or failed >= max(1, _MAX_FAILED_SHARE * len(pages)):
        raise _damaged(f"{failed} of {len(pages)} pages cannot be read" if pages else "it has no pages")
    builder = DocumentBuilder()
    heading = add_pages(builder, [lines or [] for lines in pages], bookmarks)
    builder.leave_sections()
    for field in fields:
        builder.list_item(
            f"{field.name}: {field.value}" if field.name else field.value, Place(page=field.page)
        )
    if not builder:
        raise NoText(
            f"The PDF opened, but none of its pages ({len(pages)}) holds text: most likely a scan.",
            "Run text recognition (OCR) over it, for instance `ocrmypdf in.pdf out.pdf`.",
        )
    document = builder.build(title=title or heading, author=author, date=date, pages=len(pages))
    textful = {block.place.page for block in document.blocks}
    return replace(document, textless_pages=tuple(n for n in range(1, len(pages) + 1) if n not in textful))


def _content(data: bytes) -> _Content:
    opinion = SecondOpinion(data)
    file = open_with_pdfium(data)
    if file is None:
        count = _checked(opinion.page_count())
        pages = [opinion.lines(index) for index in range(count)]
        return _Content(pages, [], opinion.filled_fields(), opinion.details())
    with file:
        count = len(file)
        if count > _MAX_PAGES:  # so the file says
            count = _checked(opinion.page_count())
        pages = [_page(file.read(index), opinion, index) for index in range(count)]
        fields = opinion.filled_fields() if file.has_form else []
        return _Content(_existing(pages, opinion), file.bookmarks(), fields, file.details())


def _page(reading: Reading, opinion: SecondOpinion, index: int) -> Page | None:
    if reading.sure:
        return reading.lines
    second = opinion.lines(index)
    return second or reading.lines or second


def _existing(pages: list[Page | None], opinion: SecondOpinion) -> list[Page | None]:
    """Return the pages without the last ones that the file counts, but does not hold."""
    if pages and pages[-1] is None:
        try:
            count = opinion.page_count()
        except ReadingError:  # one library's word against the other's silence
            return pages
        while len(pages) > count and pages[-1] is None:
            pages.pop()
    return pages


def _checked(count: int) -> int:
    if count > _MAX_PAGES:
        raise TooLarge(f"The PDF has {count:,} pages; at most {_MAX_PAGES:,} are read.", "Split it.")
    return count


def _damaged(reason: str) -> Damaged:
    return Damaged(f"The PDF is damaged ({reason}).", "Open it in a viewer and print it to a new PDF.")
