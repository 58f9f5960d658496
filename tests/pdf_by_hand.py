"""PDFs written by hand, operator by operator, and the pixels of pictures of them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

HELVETICA = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
CATALOG = "<</Type/Catalog/Pages 2 0 R>>"
PAGE = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>"


def by_hand(
    content: str,
    *,
    font: str = HELVETICA,
    page: str = PAGE,
    count: int = 1,
    root: str = "1 0 R",
    more: Sequence[str] = (),
) -> bytes:
    """Return a PDF of one page with this content stream, the rest as it should be, or as given."""
    stream = f"<</Length {len(content)}>>stream\n{content}\nendstream"
    tree = f"<</Type/Pages/Kids[3 0 R]/Count {count}>>"
    data, places = b"%PDF-1.5\n", []
    for number, body in enumerate((CATALOG, tree, page, stream, font, *more), start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = f"trailer<</Size {len(places) + 1}/Root {root}>>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()


def text_at(*lines: tuple[int, int, str]) -> str:
    """Return a content stream that shows each text at its place, in letters 12 points high."""
    shown = (f"1 0 0 1 {x} {y} Tm ({text}) Tj" for x, y, text in lines)
    return f"BT /F1 12 Tf {' '.join(shown)} ET"


def pixels_of(png: bytes) -> tuple[int, int, bytes]:
    """Return width, height and the rows, each with its filter byte, of a PNG with one data chunk."""
    width, height = struct.unpack(">II", png[16:24])
    (length,) = struct.unpack(">I", png[33:37])
    return width, height, zlib.decompress(png[41 : 41 + length])
