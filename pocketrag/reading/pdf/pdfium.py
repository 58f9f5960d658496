"""PDFium, by way of pypdfium2: a PDF's pages as pieces of text with their places, and its outline.

PDFium decides what the text is: its order, its blanks, its lines. Where it stands is asked word by word
(`glyphs.py`). PDFium has state of its own and is used by one thread at a time.
"""

from __future__ import annotations

import re
from ctypes import c_void_p, cast
from math import ceil
from types import TracebackType
from typing import NamedTuple, Self

import pypdfium2
from pypdfium2 import raw

from pocketrag.domain import Box, Quote
from pocketrag.errors import TooLarge
from pocketrag.reading.normalise import one_line
from pocketrag.reading.pdf.details import Details
from pocketrag.reading.pdf.glyphs import pieces_by_line, text_of_page
from pocketrag.reading.pdf.lines import Page, lines_of
from pocketrag.reading.pdf.outline import Bookmark
from pocketrag.reading.pdf.quotes import place_on_page
from pocketrag.reading.png import Pixels

_MAX_BOOKMARKS, _MAX_DEPTH = 5_000, 6
_MAX_CHARACTERS = 3_000_000
"""Of one page; a page of a telephone book has some 30,000."""
_MOST_SEARCHED, _MOST_BOXES = 200_000, 2_000
"""Characters of a page that a quote is looked for in, and rectangles that it is marked with."""
_DRAWN = frozenset({raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING})
_LEFTWARD = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]{2}")


class Reading(NamedTuple):
    """What PDFium makes of a page."""

    lines: Page
    sure: bool
    """Whether that is all there is; not so where it loads no page, finds no letters in text or nothing
    at all, and where it puts the letters of ligatures and the blanks of a line written leftward wrongly."""


_NOTHING = Reading([], sure=False)


class PdfiumFile:
    """An open file; to be closed, as it holds memory that Python does not know of."""

    def __init__(self, file: pypdfium2.PdfDocument) -> None:
        self._file = file
        self._count = len(file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __len__(self) -> int:
        """Return how many pages there are."""
        return self._count

    @property
    def has_form(self) -> bool:
        """Whether there are fields to fill in."""
        return bool(self._file.get_formtype() != raw.FORMTYPE_NONE)

    def read(self, index: int) -> Reading:
        """Return a page's lines in reading order."""
        # the library's own objects, made to be closed by whoever comes last, cost as much as a short page
        page = raw.FPDF_LoadPage(self._file, index)
        with_text = raw.FPDFText_LoadPage(page) if page else None
        try:
            if not with_text:
                return _NOTHING
            lines = self._lines(with_text)
            return Reading(lines, sure=not _is_leftward(lines) if lines else _is_picture(page))
        finally:
            raw.FPDFText_ClosePage(with_text)
            raw.FPDF_ClosePage(page)

    def _lines(self, page: raw.FPDF_TEXTPAGE) -> Page:
        if raw.FPDFText_CountChars(page) > _MAX_CHARACTERS:
            raise TooLarge("A page of the PDF holds more text than can be read.", "Split the file.")
        handle = cast(page, c_void_p).value
        return lines_of(pieces_by_line(handle)) if handle else []

    def picture(
        self, index: int, width: int, at_most: int, quote: Quote | None
    ) -> tuple[Pixels, list[Box]] | None:
        """Return a page's picture, not more than so many pixels, and where the quote stands in it.

        None where the page cannot be drawn; no boxes where the quote is not found.
        """
        try:
            page = self._file[index]
        except pypdfium2.PdfiumError:
            return None
        try:
            bitmap = _drawn(page, width, at_most)
            if bitmap is None:
                return None
            pixels = Pixels(bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer))
            boxes = _boxes(page, bitmap, quote) if quote else []
            bitmap.close()
            return pixels, boxes
        finally:
            page.close()

    def details(self) -> Details:
        """Return title, author and date as far as the file states them."""
        stated = self._file.get_metadata_value
        return Details.stated(
            title=stated("Title"),
            author=stated("Author"),
            created=stated("CreationDate"),
            changed=stated("ModDate"),
        )

    def bookmarks(self) -> list[Bookmark]:
        """Return the outline's entries that lead to a page of this file."""
        found: list[Bookmark] = []
        for count, entry in enumerate(self._file.get_toc(max_depth=_MAX_DEPTH)):
            if count >= _MAX_BOOKMARKS:
                break
            target = entry.get_dest()
            page = target.get_index() if target is not None else None
            title = one_line(entry.get_title())
            if page is not None and 0 <= page < self._count and title:
                found.append(Bookmark(title, entry.level + 1, page + 1))
        return found


def open_with_pdfium(data: bytes) -> PdfiumFile | None:
    """Return the open file, an empty password tried; None where PDFium does not open it."""
    try:
        file = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return None
    return PdfiumFile(file)


def _drawn(page: pypdfium2.PdfPage, width: int, at_most: int) -> pypdfium2.PdfBitmap | None:
    across, down = page.get_width(), page.get_height()
    if not (across > 0 and down > 0):
        return None
    scale = min(max(width, 1) / across, (at_most / (across * down)) ** 0.5)
    if not 1 <= ceil(across * scale) * ceil(down * scale) <= 2 * at_most:  # a page as thin as a hair
        return None
    return page.render(scale=scale, rev_byteorder=True)


def _boxes(page: pypdfium2.PdfPage, bitmap: pypdfium2.PdfBitmap, quote: Quote) -> list[Box]:
    """Return the rectangles of the picture in which a quote stands, one or more a line."""
    with_text = page.get_textpage()
    try:
        handle = cast(with_text.raw, c_void_p).value
        if not handle or not 0 < raw.FPDFText_CountChars(with_text) <= _MOST_SEARCHED:
            return []
        found = place_on_page(text_of_page(handle), quote)
        if found is None:
            return []
        start, end = found
        count = min(with_text.count_rects(start, end - start), _MOST_BOXES)
        onto = bitmap.get_posconv(page)
        return [_box(onto, *with_text.get_rect(number)) for number in range(count)]
    finally:
        with_text.close()


def _box(onto: pypdfium2.PdfPosConv, left: float, bottom: float, right: float, top: float) -> Box:
    """Return a rectangle of the page as one of the picture, which may be turned."""
    (one, two), (three, four) = onto.to_bitmap(left, bottom), onto.to_bitmap(right, top)
    return Box(min(one, three) - 1, min(two, four) - 1, max(one, three) + 2, max(two, four) + 2)


def _is_leftward(page: Page) -> bool:
    """Whether some of a page is written from right to left: Hebrew to Arabic, with their other forms."""
    texts = (line.text for line in page if line is not None)
    return any(_LEFTWARD.search(text) for text in texts if not text.isascii())


def _is_picture(page: raw.FPDF_PAGE) -> bool:
    """Whether a page holds drawings and images, and neither text nor parts that may hold some."""
    count = raw.FPDFPage_CountObjects(page)
    kinds = {raw.FPDFPageObj_GetType(raw.FPDFPage_GetObject(page, index)) for index in range(count)}
    return bool(kinds) and kinds <= _DRAWN
