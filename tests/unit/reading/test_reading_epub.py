"""EPUB books: chapters in the order of the spine, and books that are locked or broken."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest

from pocketrag.domain import Document
from pocketrag.errors import Damaged, Encrypted

ReadAs = Callable[[str, bytes], Document]
Shown = Callable[[Document], list[tuple[str, str]]]

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
)
OPF = """<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">
<metadata><dc:title>The Mill</dc:title>
<dc:creator>Ann Poole</dc:creator><dc:date>1999-05-04</dc:date></metadata>
<manifest><item id="two" href="two%20b.xhtml" media-type="application/xhtml+xml"/>
<item id="one" href="../one.xhtml" media-type="application/xhtml+xml"/>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="out" href="../../../../etc/passwd" media-type="application/xhtml+xml"/>
<item id="pic" href="a.png" media-type="image/png"/></manifest>
<spine><itemref idref="nav"/><itemref idref="one"/><itemref idref="two"/><itemref idref="pic"/>
<itemref idref="out"/><itemref idref="none"/></spine></package>"""


def book(extra: dict[str, str] | None = None) -> bytes:
    """Return a book of two chapters; `extra` adds or replaces parts."""
    parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/book.opf": OPF,
        "OEBPS/two b.xhtml": "<html><body><h2>Two</h2><p>Then it was gone.</p></body></html>",
        "one.xhtml": (
            "<html><body><h1>One</h1><p>There was a <ruby>mill<rt>MILL</rt></ruby>."
            '<span epub:type="pagebreak">3</span></p></body></html>'
        ),
        "OEBPS/nav.xhtml": "<html><body><nav><ol><li>One</li></ol></nav></body></html>",
        "OEBPS/a.png": "x",
        **(extra or {}),
    }
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return stream.getvalue()


@pytest.mark.parametrize("name", ["mill.epub", "mill", "mill.zip"])
def test_chapters_in_the_order_of_the_spine(read_as: ReadAs, shown: Shown, name: str) -> None:
    document = read_as(name, book())
    assert shown(document) == [
        ("heading1", "One"),
        ("paragraph", "There was a mill."),
        ("heading2", "Two"),
        ("paragraph", "Then it was gone."),
    ]
    assert document.blocks[3].place.section == ("Two",)
    assert (document.title, document.author, document.date) == ("The Mill", "Ann Poole", "1999-05-04")


def _encrypted_with(algorithm: str) -> dict[str, str]:
    return {
        "META-INF/encryption.xml": f'<encryption><EncryptionMethod Algorithm="{algorithm}"/></encryption>'
    }


def test_a_locked_book_says_so_but_obfuscated_fonts_do_not_matter(read_as: ReadAs) -> None:
    with pytest.raises(Encrypted):
        read_as("a.epub", book(_encrypted_with("http://www.w3.org/2001/04/xmlenc#aes128-cbc")))
    assert read_as("b.epub", book(_encrypted_with("http://www.idpf.org/2008/embedding"))).text


def test_broken_books(read_as: ReadAs) -> None:
    for part in ("META-INF/container.xml", "OEBPS/book.opf"):
        with pytest.raises(Damaged):
            read_as(
                "a.epub", book({part: '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'})
            )
    deep = "<div>" * 3000 + "deep" + "</div>" * 3000
    assert read_as("b.epub", book({"one.xhtml": deep})).text.startswith("deep")
