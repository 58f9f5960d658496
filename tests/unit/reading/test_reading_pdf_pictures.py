"""Pictures of pages: drawn, the quote marked where it stands, and nothing else believed to be one."""

from __future__ import annotations

import struct
import zlib
from email.message import EmailMessage
from hashlib import sha256

import pytest
from fpdf import FPDF
from pdf_by_hand import PAGE, by_hand, pixels_of, text_at

from pocketrag.domain import Box, PagePicture, Quote
from pocketrag.errors import Encrypted, ReadingError, Unreadable, Unsupported
from pocketrag.reading.attached import Attached
from pocketrag.reading.png import Pixels, png, size_of
from pocketrag.reading.reader import page_picture

WIDTH = 612
"""Pixels, one a point."""
TERMS = by_hand(
    text_at(
        (72, 700, "The rent is 840 euros."),
        (72, 600, "Notice must be given in writ-"),
        (72, 586, "ing, three months ahead."),
        (72, 400, "The rent is 840 euros."),
        (72, 386, "From May on."),
    )
)


def marked(picture: PagePicture) -> list[range]:
    """Return the heights, in points from the bottom, at which a one-line mark begins and ends."""
    assert all(70 <= mark.left < mark.right < 300 for mark in picture.marks)
    return [range(792 - mark.bottom, 792 - mark.top) for mark in picture.marks]


def yellow(picture: PagePicture, box: Box) -> bool:
    """Return whether a picture is coloured just inside of a box, and white just outside of it."""
    width, _, rows = pixels_of(picture.png)

    def blue(x: int, y: int) -> int:
        return rows[y * (1 + 3 * width) + 3 + 3 * x]

    inside, outside = blue(box.left, box.top), blue(box.left - 1, box.top - 1)
    return inside < 120 and outside == 255


def test_a_page_is_drawn_as_wide_as_asked() -> None:
    png = page_picture(by_hand("0 0 1 rg 0 0 306 792 re f"), 1, 200).png
    width, height, rows = pixels_of(png)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert (width, len(rows)) == (200, height * (1 + 3 * width))
    assert abs(height - 200 * 792 / 612) <= 1
    assert rows[1:4] == b"\x00\x00\xff"  # blue at the left
    assert rows[3 * width - 2 : 3 * width + 1] == b"\xff\xff\xff"  # white at the right


def mail_with(*carried: bytes | EmailMessage) -> EmailMessage:
    """Return a mail that these came in: PDFs, or mails."""
    mail = EmailMessage()
    mail["Subject"] = "Plans"
    mail.set_content("See below.")
    for one in carried:
        if isinstance(one, bytes):
            mail.add_attachment(one, maintype="application", subtype="pdf", filename="plan.pdf")
        else:
            mail.add_attachment(one)
    return mail


@pytest.mark.parametrize("mail", [mail_with(b"%PDF-broken", TERMS), mail_with(mail_with(TERMS), b"%PDF-")])
def test_a_page_of_a_file_that_came_in_a_mail_is_drawn(mail: EmailMessage) -> None:
    wanted = Attached(".eml", sha256(TERMS).hexdigest())
    quote = Quote("From May on.")
    assert page_picture(mail.as_bytes(), 1, WIDTH, quote, wanted) == page_picture(TERMS, 1, WIDTH, quote)


@pytest.mark.parametrize("mail", [b"", b"\0\1\2", mail_with(b"%PDF-another").as_bytes(), TERMS])
def test_where_the_file_no_longer_came_in_the_mail_nothing_is_drawn(mail: bytes) -> None:
    with pytest.raises(ReadingError):
        page_picture(mail, 1, WIDTH, None, Attached(".eml", sha256(b"a plan").hexdigest()))


def test_a_picture_is_never_larger_than_a_page_needs() -> None:
    width, height, _ = pixels_of(page_picture(by_hand("0 0 306 792 re f"), 1, 10**9).png)
    assert 10_000_000 < width * height < 20_000_000


def test_a_page_that_cannot_be_drawn_is_reported() -> None:
    pdf = FPDF()
    pdf.set_encryption(owner_password="owner", user_password="secret")
    pdf.add_page()
    with pytest.raises(Encrypted):
        page_picture(bytes(pdf.output()), 1, 200)
    for page in (0, 2):
        with pytest.raises(Unreadable, match=f"no page {page}"):
            page_picture(by_hand("0 0 306 792 re f"), page, 200)


def test_only_pdfs_are_drawn() -> None:
    with pytest.raises(Unsupported, match="PDF"):
        page_picture(b"PK\x03\x04 a document of another kind", 1, 200)


def test_a_quote_is_marked_where_it_stands() -> None:
    picture = page_picture(TERMS, 1, WIDTH, Quote("Notice must be given in writing, three months ahead."))
    first, second = marked(picture)
    assert 600 in first
    assert 586 in second
    assert all(yellow(picture, mark) for mark in picture.marks)
    assert 840 not in first


@pytest.mark.parametrize(
    ("before", "after", "base"), [("", "Notice must", 700), ("three months ahead. ", "\nFrom May on.", 400)]
)
def test_of_two_that_read_alike_the_one_in_its_surroundings_is_marked(
    before: str, after: str, base: int
) -> None:
    (height,) = marked(page_picture(TERMS, 1, WIDTH, Quote("The rent is 840 euros.", before, after)))
    assert base in height


@pytest.mark.parametrize("text", ["The rent is 900 euros.", "The rent is 840 euros.", "—", ""])
def test_nothing_is_marked_where_it_cannot_be_told_what(text: str) -> None:
    picture = page_picture(TERMS, 1, WIDTH, Quote(text))
    assert picture == page_picture(TERMS, 1, WIDTH)
    assert picture.marks == ()


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_quote_is_marked_on_a_page_that_is_turned(turn: int) -> None:
    data = by_hand(
        text_at((72, 700, "Keep this.")), page=PAGE.replace("/Contents", f"/Rotate {turn}/Contents")
    )
    picture = page_picture(data, 1, WIDTH, Quote("Keep this."))
    (mark,) = picture.marks
    along = (mark.right - mark.left) > (mark.bottom - mark.top)
    assert along is (turn == 180)
    assert yellow(picture, mark)


def test_text_beyond_the_edge_of_the_page_is_not_marked() -> None:
    data = by_hand(text_at((72, 900, "Far above."), (72, 700, "On it.")))
    assert page_picture(data, 1, WIDTH, Quote("Far above.")).marks == ()


HOSTILE = {
    "no page": b"%PDF-1.7 and then nothing of use",
    "a page as thin as a hair": by_hand("", page=PAGE.replace("[0 0 612 792]", "[0 0 0.0001 90000]")),
    "a page above itself": by_hand("", page=PAGE.replace("/Type/Page/", "/Type/Pages/Kids[3 0 R]/")),
    "contents that never end": by_hand("q " * 200_000),
    "a form that draws itself": by_hand(
        "/F Do", page=PAGE.replace("/Font", "/XObject<</F 6 0 R>>/Font"),
        more=["<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 6 0 R>>>>/Length 5>>"
              "stream\n/F Do\nendstream"],
    ),
    "letters of no size": by_hand("BT /F1 0 Tf 72 700 Td (nothing) Tj ET"),
    "letters of endless size": by_hand("BT /F1 1e38 Tf 72 700 Td (nothing) Tj ET"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_gives_a_picture_or_a_reason(name: str) -> None:
    try:
        picture = page_picture(HOSTILE[name], 1, 200, Quote("nothing"))
    except ReadingError as error:
        assert error.remedy
    else:
        assert size_of(picture.png) == (picture.width, picture.height)


# ── what is believed to be a picture ────────────────────────────────────────────────────────

WHITE = Pixels(3, 2, 10, b"\xff" * 20)
GOOD = png(WHITE)


def forged(head: bytes, body: bytes, end: bytes = b"") -> bytes:
    """Return a PNG with right sums around these parts."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return GOOD[:8] + chunk(b"IHDR", head) + chunk(b"IDAT", body) + end + chunk(b"IEND", b"")


HEAD = struct.pack(">II5B", 3, 2, 8, 2, 0, 0, 0)
ROWS = bytes(2 * 10)
FORGED = {
    "nothing": b"",
    "half of one": GOOD[:40],
    "one with more behind it": GOOD + b"x",
    "a wrong sum": GOOD[:45] + bytes([GOOD[45] ^ 1]) + GOOD[46:],
    "another form": forged(struct.pack(">II5B", 3, 2, 16, 6, 0, 0, 0), zlib.compress(ROWS)),
    "too large": forged(struct.pack(">II5B", 2**31 - 1, 2, 8, 2, 0, 0, 0), zlib.compress(ROWS)),
    "no size": forged(struct.pack(">II5B", 0, 2, 8, 2, 0, 0, 0), zlib.compress(b"")),
    "too few rows": forged(HEAD, zlib.compress(ROWS[:-1])),
    "a bomb": forged(HEAD, zlib.compress(bytes(10_000_000))),
    "filtered rows": forged(HEAD, zlib.compress(b"\x04" + ROWS[1:])),
    "no stream": forged(HEAD, b"rows"),
    "a part of another kind": forged(HEAD, zlib.compress(ROWS), b"\0\0\0\0tEXt\0\0\0\0"),
}


def test_what_is_written_is_known_again() -> None:
    assert size_of(GOOD) == (3, 2)
    assert pixels_of(GOOD) == (3, 2, 2 * (b"\0" + b"\xff" * 9))
    assert size_of(forged(HEAD, zlib.compress(ROWS))) == (3, 2)


@pytest.mark.parametrize("name", FORGED)
def test_anything_else_is_no_picture(name: str) -> None:
    with pytest.raises(ValueError, match=r"picture|rows"):
        size_of(FORGED[name])
