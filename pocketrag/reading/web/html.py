"""Web pages → a `Document` of their main text. Owns selectolax.

The tree is walked without recursion: a page can nest deeper than Python's stack.
"""

from __future__ import annotations

import re
from itertools import accumulate

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pocketrag.domain import Document, Place
from pocketrag.reading.builder import NOWHERE, DocumentBuilder, Row
from pocketrag.reading.details import find_iso_date, usable_author, usable_title
from pocketrag.reading.encoding import decode
from pocketrag.reading.grid import add_table
from pocketrag.reading.normalise import one_line
from pocketrag.reading.web.html_tree import TEXT, HtmlTable, Keep, span, visible

_CHARSET = re.compile(
    rb"""<(?:meta\b[^>]*?charset|\?xml\b[^>]*?encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.I
)

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre section summary "
    "table tbody td tfoot th thead tr ul".split()
)
_STOPS = _BLOCKS | {"br"}
_HEADING = re.compile(r"h([1-6])")
_NESTING_TAG = re.compile(
    r"<(/?)(?!(?:p|br|hr|img|li|td|tr|th|input|link|meta|option|dt|dd|area|col|wbr|source|script|style)\b)[A-Za-z]",
    re.IGNORECASE,
)
"""Tags that nest; the others close themselves, or each other."""
_STEP = {"": 1, "/": -1}
"""How much deeper what follows a tag lies, by what that pattern finds of it."""
_ANY_TAG = re.compile(r"<(?!/?(?:p|br|h[1-6]|script|style)\b)/?[A-Za-z][^<>]{0,2000}>", re.IGNORECASE)
_MAX_DEPTH = 5_000
"""Open elements at any point; pages that never close a tag stay far below it."""
_MAX_LAYOUT_TABLES = 12
"""Depth from which a table within tables is not looked at as a table any more."""


def read_html(data: bytes, charset: str = "") -> Document:
    """Return the page's main text: no scripts, menus, headers, footers, forms or hidden parts.

    `charset` is what somebody else says of the encoding; what the page says counts less.
    """
    tree = _parsed(decode_html(data, charset))
    builder = DocumentBuilder()
    _add_tree(builder, tree, NOWHERE)
    return builder.build(
        title=_title(tree),
        author=usable_author(_meta(tree, *_AUTHOR)),
        date=find_iso_date(_meta(tree, *_DATE)),
    )


def decode_html(data: bytes, charset: str = "") -> str:
    """Return a page's text; `charset` is what somebody else says of the encoding."""
    return decode(data, charset or declared_charset(data))


def declared_charset(data: bytes) -> str:
    """Return what a page says of its encoding; empty where it says nothing."""
    declared = _CHARSET.search(data[:4096])
    return declared.group(1).decode("ascii") if declared else ""


def add_html(builder: DocumentBuilder, text: str, place: Place) -> None:
    """Add the main text of a web page within another document, such as a mail."""
    _add_tree(builder, _parsed(text), place)


def add_chapter(builder: DocumentBuilder, text: str) -> None:
    """Add the text of a book's page, with its epigraphs, signatures and footnotes."""
    body = _parsed(text).body
    if body is not None:
        _Renderer(builder, NOWHERE, Keep.BOOK).render(body)


_AUTHOR = ("meta[name='author' i]", "meta[name='dcterms.creator' i]", "meta[property='article:author' i]")
_DATE = (
    "meta[property='article:published_time' i]",
    "meta[name='date' i]",
    "meta[name='dcterms.date' i]",
    "meta[name='dcterms.created' i]",
    "meta[itemprop='datePublished' i]",
)


def _parsed(text: str) -> LexborHTMLParser:
    """Return the tree; of a page whose nesting would take the parser quadratic time, the text without it."""
    if text.count("<") - text.count("</") > _MAX_DEPTH:  # as few pages
        steps = map(_STEP.__getitem__, _NESTING_TAG.findall(text))
        if max(accumulate(steps), default=0) > _MAX_DEPTH:
            text = _ANY_TAG.sub(" ", text)
    return LexborHTMLParser(text)


def _add_tree(builder: DocumentBuilder, tree: LexborHTMLParser, place: Place) -> None:
    """Add the main part's text; where that is nothing, since the page is all menu, everything visible."""
    before = len(builder)
    for root, keep in ((_main_part(tree), Keep.MAIN), (tree.body, Keep.ALL)):
        if root is not None and len(builder) == before:
            _Renderer(builder, place, keep).render(root)


def _main_part(tree: LexborHTMLParser) -> LexborNode | None:
    """Return the element that the page itself calls its main part, else the body."""
    mains = tree.css("main, [role='main' i]") or tree.css("article:not(:is(aside, nav, footer) *)")
    return mains[0] if len(mains) == 1 and mains[0].text(strip=True) else tree.body


def _meta(tree: LexborHTMLParser, *selectors: str) -> str:
    found = (tree.css_first(selector) for selector in selectors)
    return next((node.attrs.sget("content") for node in found if node is not None), "")


def _title(tree: LexborHTMLParser) -> str:
    for selector in ("h1", "head title"):
        node = tree.css_first(selector)
        title = usable_title(node.text()) if node is not None else ""
        if title:
            return title
    return ""


class _Renderer:
    """Turns the visible nodes into blocks; inline text is collected until a block begins or ends."""

    def __init__(self, builder: DocumentBuilder, place: Place, keep: Keep) -> None:
        self._builder = builder
        self._place = place
        self._keep = keep
        self._text: list[str] = []
        self._tables: list[HtmlTable | None] = []
        """The open tables, outermost first; None for one that only lays the page out."""
        self._lists: list[int | None] = []
        """Numbers of the next items of the open lists, outermost first; None for bullets."""
        self._marker = ""
        self._items = self._headers = self._preformatted = 0
        """How many of these elements are open."""

    def render(self, root: LexborNode) -> None:
        """Add everything visible under `root` to the builder."""
        for node, tag, entering in visible(root, self._keep, _STOPS):
            if tag == TEXT:
                self._take(node.text_content or " ".join(node.text().split()))
            elif tag == "br":
                self._text.append("\n" if entering else "")
            else:
                self._enter(node, tag) if entering else self._leave(node, tag)
        self._flush()

    def _take(self, text: str) -> None:
        """Collect a text; outside of preformatted ones, line ends and blanks before others say nothing."""
        if not self._preformatted:
            if not self._text and text.isspace():
                return
            if "\n" in text or "\r" in text:
                text = text.replace("\n", " ").replace("\r", " ")
        self._text.append(text)

    @property
    def _table(self) -> HtmlTable | None:
        return self._tables[-1] if self._tables else None

    def _enter(self, node: LexborNode, tag: str) -> None:
        if self._table is not None:
            self._enter_in_table(node, tag, self._table)
            return
        self._flush()
        match tag:
            case "table":
                self._tables.append(HtmlTable() if self._is_data(node) else None)
            case "ul" | "menu":
                self._lists.append(None)
            case "ol":
                self._lists.append(span(node, "start"))
            case "li":
                self._items += 1
                self._marker = self._next_marker()
            case "pre":
                self._preformatted += 1
            case "header":
                self._headers += 1

    def _leave(self, node: LexborNode, tag: str) -> None:
        if self._table is not None:
            self._leave_in_table(node, tag, self._table)
            return
        heading = _HEADING.fullmatch(tag)
        self._flush(heading_level=int(heading.group(1)) if heading else 0, code=tag == "pre")
        match tag:
            case "table":
                self._tables.pop()
            case "ul" | "menu" | "ol":
                self._lists.pop()
            case "li":
                self._items -= 1
            case "pre":
                self._preformatted -= 1
            case "header":
                self._headers -= 1

    def _enter_in_table(self, node: LexborNode, tag: str, table: HtmlTable) -> None:
        match tag:
            case "tr":
                table.start_row()
            case "td" | "th" | "caption":
                self._text.clear()
            case _:
                self._text.append(" ")

    def _leave_in_table(self, node: LexborNode, tag: str, table: HtmlTable) -> None:
        match tag:
            case "td" | "th":
                table.add_cell(node, one_line("".join(self._text)))
                self._text.clear()
            case "caption":
                self._flush()
            case "table":
                self._text.clear()
                self._tables.pop()
                rows = [Row(cells, self._place) for cells in table.rows]
                add_table(self._builder, rows, header_marked=table.header_marked)

    def _is_data(self, node: LexborNode) -> bool:
        """Whether a table holds data; tables that lay out a page hold tables, headings, or one column."""
        if len(self._tables) >= _MAX_LAYOUT_TABLES or node.attrs.sget("role").lower() in {
            "presentation",
            "none",
        }:
            return False
        layout = len(node.css("table")) > 1 or node.css_first("h1, h2, h3, h4, h5, h6") is not None
        return not layout and node.css_first("tr > :is(td, th) + :is(td, th)") is not None

    def _next_marker(self) -> str:
        number = self._lists[-1] if self._lists else None
        if number is None:
            return "-"
        self._lists[-1] = number + 1
        return f"{number}."

    def _flush(self, heading_level: int = 0, *, code: bool = False) -> None:
        if not self._text:
            return
        text = "".join(self._text)
        self._text.clear()
        if not text.strip():
            return
        if heading_level:
            self._builder.heading(text, heading_level, self._place)
        elif self._headers and self._keep is Keep.MAIN:
            return  # of a page's header, only its headings are content
        elif code:
            self._builder.code(text, self._place)
        elif self._items:
            self._builder.list_item(text, self._place, self._marker)
            self._marker = ""
        else:
            self._builder.paragraph(text, self._place)
