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


def test_a_books_epigraphs_signatures_and_footnotes_are_text(read_as: ReadAs, shown: Shown) -> None:
    page = (
        "<html><body><header><h1>One</h1><p>For Ann.</p></header><p>It went.</p><footer>A. P.</footer>"
        '<aside epub:type="footnote"><article>See the mill.</article></aside><nav>Two</nav></body></html>'
    )
    assert shown(read_as("a.epub", book({"one.xhtml": page})))[:5] == [
        ("heading1", "One"),
        ("paragraph", "For Ann."),
        ("paragraph", "It went."),
        ("paragraph", "A. P."),
        ("paragraph", "See the mill."),
    ]


DRAWN = """<svg xmlns="http://www.w3.org/2000/svg"><rect/><text>The Mill</text>
<text><tspan y="10">There </tspan><tspan y="10">was</tspan><tspan y="20">a mill.</tspan></text></svg>"""


@pytest.mark.parametrize(
    ("page", "text"),
    [(DRAWN, "The Mill\n\nThere was\na mill."), ("<svg", ""), ('<!DOCTYPE svg [<!ENTITY e "x">]><svg/>', "")],
)
def test_pages_that_are_drawn(read_as: ReadAs, page: str, text: str) -> None:
    opf = OPF.replace('<item id="pic" href="a.png" media-type="image/png"/>', "").replace(
        "</manifest>", '<item id="pic" href="p.svg" media-type="image/svg+xml"/></manifest>'
    )
    document = read_as("a.epub", book({"OEBPS/book.opf": opf, "OEBPS/p.svg": page}))
    assert document.text == "\n\n".join(
        ["One", "There was a mill.", "Two", "Then it was gone."] + [text] * bool(text)
    )
