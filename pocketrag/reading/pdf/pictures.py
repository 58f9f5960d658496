"""A PDF's page → a picture of it: what a person sees, for pages without text and to look things up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from pocketrag.domain import Box, PagePicture, Quote
from pocketrag.errors import Damaged, Unreadable
from pocketrag.reading.pdf.pdfium import open_with_pdfium
from pocketrag.reading.pdf.second_opinion import SecondOpinion
from pocketrag.reading.png import MAX_PIXELS, Pixels, png

_PEN: Final = tuple(bytes(round(value * share) for value in range(256)) for share in (1.0, 0.86, 0.35))
"""What the highlighter leaves of red, green and blue: white becomes yellow, black stays black."""


def page_picture(data: bytes, page: int, width: int, quote: Quote | None = None) -> PagePicture:
    """Return the picture of a page (from 1), `width` pixels wide; less where it would be too large.

    The quote is marked in it, if it is found there. Raises `Encrypted`, `Damaged` or, where there is no such
    page, `Unreadable`.
    """
    file = open_with_pdfium(data)
    if file is None:
        SecondOpinion(data).page_count()  # knows why, and says so
        raise _not_drawn()
    with file:
        if not 1 <= page <= len(file):
            raise Unreadable(f"The PDF has no page {page}.", f"Ask for one from 1 to {len(file)}.")
        drawn = file.picture(page - 1, width, MAX_PIXELS, quote)
    if drawn is None:
        raise _not_drawn()
    pixels, boxes = drawn
    marks = tuple(_within(boxes, pixels))
    return PagePicture(png(_marked(pixels, marks)), pixels.width, pixels.height, marks)


def _not_drawn() -> Damaged:
    return Damaged("The page cannot be drawn.", "Open the file in a viewer and print it to a new PDF.")


def _within(boxes: Iterable[Box], pixels: Pixels) -> Iterator[Box]:
    """Yield what of the boxes lies on the picture."""
    for box in boxes:
        left, right = max(0, box.left), min(pixels.width, box.right)
        top, bottom = max(0, box.top), min(pixels.height, box.bottom)
        if left < right and top < bottom:
            yield Box(left, top, right, bottom)


def _marked(pixels: Pixels, marks: tuple[Box, ...]) -> Pixels:
    """Return the picture with a highlighter gone over it, once wherever there are marks."""
    rgb = bytearray(pixels.rgb)
    for y, stretches in _by_row(marks).items():
        for left, right in stretches:
            for colour, pen in enumerate(_PEN):
                start, end = y * pixels.stride + 3 * left + colour, y * pixels.stride + 3 * right
                rgb[start:end:3] = rgb[start:end:3].translate(pen)
    return pixels._replace(rgb=rgb)


def _by_row(marks: tuple[Box, ...]) -> dict[int, list[tuple[int, int]]]:
    """Return the stretches that the marks cover of each row, those that meet made one."""
    rows: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for mark in sorted(marks, key=lambda mark: mark.left):
        for y in range(mark.top, mark.bottom):
            row = rows[y]
            if row and mark.left <= row[-1][1]:
                row[-1] = (row[-1][0], max(row[-1][1], mark.right))
            else:
                row.append((mark.left, mark.right))
    return rows
