"""Pictures as PNG (RFC 2083), of one form alone: written by a reader's worker, known again outside of it.

A worker that a file has taken over could hand on any bytes. So what it says is a picture is taken apart
before anybody else looks at it, and must be exactly what `png` writes: three colours of 8 bits, rows
without a filter.
"""

from __future__ import annotations

import struct
import zlib
from typing import NamedTuple

MAX_PIXELS = 16_000_000
"""Of one picture; a page of A4 in 400 dots per inch."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEAD = struct.Struct(">II5B")
_FORM = (8, 2, 0, 0, 0)
"""Bits of a colour, true colour, and the only compression, filters and order of rows that are used."""
_FEW = 3
"""How hard zlib tries: a page of text becomes hardly smaller above it."""


class Pixels(NamedTuple):
    """A picture."""

    width: int
    height: int
    stride: int
    """Bytes from one row to the next."""
    rgb: bytes | bytearray


def png(pixels: Pixels) -> bytes:
    """Return the pixels as PNG: header, one stream of rows with no filter, end."""
    row = 3 * pixels.width
    rows = b"".join(
        b"\0" + pixels.rgb[start : start + row]
        for start in range(0, pixels.stride * pixels.height, pixels.stride)
    )
    head = _HEAD.pack(pixels.width, pixels.height, *_FORM)
    return b"".join((_SIGNATURE, _chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(rows, _FEW)), _END))


def size_of(picture: bytes) -> tuple[int, int]:
    """Return width and height of a picture that `png` could have written. Raises ValueError for any other."""
    start = len(_SIGNATURE) + 12 + _HEAD.size
    width, height, *form = _HEAD.unpack(picture[start - 4 - _HEAD.size : start - 4].ljust(_HEAD.size, b"\0"))
    body = picture[start + 8 : -len(_END) - 4]
    if tuple(form) != _FORM or not 1 <= width * height <= 2 * MAX_PIXELS:
        raise ValueError("no picture of our form")
    head = _SIGNATURE + _chunk(b"IHDR", _HEAD.pack(width, height, *form))
    if picture != b"".join((head, _chunk(b"IDAT", body), _END)):
        raise ValueError("not the parts of a picture of ours")
    _check_rows(body, 1 + 3 * width, height)
    return width, height


def _check_rows(body: bytes, row: int, height: int) -> None:
    """Raise ValueError unless the stream holds just these rows, none of them filtered."""
    stream = zlib.decompressobj()
    try:
        rows = stream.decompress(body, row * height + 1)
    except zlib.error as error:
        raise ValueError("no stream of rows") from error
    if len(rows) != row * height or not stream.eof or stream.unused_data or any(rows[::row]):
        raise ValueError("not the rows of the picture")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


_END = _chunk(b"IEND", b"")
