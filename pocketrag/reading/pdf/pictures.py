"""A PDF's page → a picture of it, PNG: what a person sees, for pages without text and to look things up."""

from __future__ import annotations

import struct
import zlib

from pocketrag.errors import Damaged, Unreadable
from pocketrag.reading.pdf.pdfium import Pixels, open_with_pdfium
from pocketrag.reading.pdf.second_opinion import SecondOpinion

MAX_PIXELS = 16_000_000
"""Of one picture; a page of A4 in 400 dots per inch."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TRUECOLOUR = 2
_DEPTH = 8
"""Bits of each of a pixel's three colours."""


def page_picture(data: bytes, page: int, width: int) -> bytes:
    """Return the picture of a page (from 1) as PNG, `width` pixels wide; less where it would be too large.

    Raises `Encrypted`, `Damaged` or, where there is no such page, `Unreadable`.
    """
    file = open_with_pdfium(data)
    if file is None:
        SecondOpinion(data).page_count()  # knows why, and says so
        raise _not_drawn()
    with file:
        if not 1 <= page <= len(file):
            raise Unreadable(f"The PDF has no page {page}.", f"Ask for one from 1 to {len(file)}.")
        pixels = file.pixels(page - 1, width, MAX_PIXELS)
    if pixels is None:
        raise _not_drawn()
    return _png(pixels)


def _not_drawn() -> Damaged:
    return Damaged("The page cannot be drawn.", "Open the file in a viewer and print it to a new PDF.")


def _png(pixels: Pixels) -> bytes:
    """Return the pixels as PNG (RFC 2083): header, one stream of rows with no filter, end."""
    row = 3 * pixels.width
    rows = b"".join(
        b"\0" + pixels.rgb[start : start + row]
        for start in range(0, pixels.stride * pixels.height, pixels.stride)
    )
    header = struct.pack(">IIBBBBB", pixels.width, pixels.height, _DEPTH, _TRUECOLOUR, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
