"""A web page's tree: which nodes a reader sees, and the cells of its tables. Typed with selectolax's nodes.

The tree is walked without recursion: a page can nest deeper than Python's stack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_NEVER_TEXT = frozenset(
    "script style template noscript head svg canvas iframe object embed audio video map datalist annotation "
    "annotation-xml button input select textarea rt rp".split()
)
_BESIDE_TEXT = frozenset("nav footer aside menu dialog".split())
_BESIDE_ROLES = frozenset(
    "navigation banner contentinfo search menu menubar complementary dialog alert".split()
)
_NAVIGATION = frozenset("nav menu dialog navigation search menubar alert".split())
"""Tags and roles that are no text in a book either."""
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])|mso-hide\s*:\s*all", re.I
)
_PERMALINKS = frozenset({"headerlink", "mw-editsection"})
"""Classes of the marks that Sphinx and MediaWiki put behind headings."""


class Keep(Enum):
    """What of the visible text belongs to the document."""

    MAIN = "main"
    """The page's subject, without menus, headers, footers, and what stands aside."""
    BOOK = "book"
    """All but menus: in a book a header holds an epigraph, a footer a signature, an aside a footnote."""
    ALL = "all"


_FORMULA = "math"
_NOT_ALL_SHOWN = (
    "annotation, annotation-xml, [hidden], [role], [class~=headerlink], [class~=mw-editsection], "
    + ", ".join(f"[style*='{part}' i]" for part in ("display", "visibility", "font-size", "mso-hide"))
)
"""What may hide a part of a formula; without, its many small elements need not be visited."""

TEXT = "-text"
"""What selectolax calls a node of text."""


def visible(root: LexborNode, keep: Keep, stops: frozenset[str]) -> Iterator[tuple[LexborNode, str, bool]]:
    """Yield what is visible under `root`, in order: node, tag, and whether it is entered (or left again).

    Texts come once, and formulas as one text each; elements of the tags `stops` twice. Other elements are
    gone through without a stop: most of a page's elements only mark letters.
    """
    node: LexborNode | None = root.first_child
    while node is not None:
        tag, below = node.tag or "", None
        if tag == TEXT:
            yield node, tag, True
        elif node.is_element_node and not _is_dropped(node, tag, keep):
            below = node.first_child
            if tag == _FORMULA and node.css_first(_NOT_ALL_SHOWN) is None:
                yield node, TEXT, True
                below = None
            elif tag in stops:
                yield node, tag, True
                if below is None:
                    yield node, tag, False
        if below is not None:
            node = below
            continue
        while (after := node.next) is None:
            node = node.parent
            if node is None or node.mem_id == root.mem_id:  # `==` would compare their HTML
                return
            tag = node.tag or ""
            if tag in stops:
                yield node, tag, False
        node = after


def _is_dropped(node: LexborNode, tag: str, keep: Keep) -> bool:
    """Whether an element and all below it is no text, not visible, or beside the page's subject."""
    if tag in _NEVER_TEXT:
        return True
    role = ""
    if attributes := node.attributes:  # most elements have none
        role = (attributes.get("role") or "").lower()
        if _is_hidden(attributes) or role == "doc-pagebreak":
            return True
    if keep is Keep.ALL:
        return False
    if tag == "form":  # some systems wrap the whole page in one
        return node.css_first("p, table, h1, h2, h3") is None
    if keep is Keep.BOOK:
        return tag in _NAVIGATION or role in _NAVIGATION
    return tag in _BESIDE_TEXT or role in _BESIDE_ROLES


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    """Whether an element is not shown, or is no text: a mark behind a heading, or of a printed page."""
    style, classes = attributes.get("style"), attributes.get("class")
    if "hidden" in attributes or (style and _HIDDEN_STYLE.search(style)):
        return True
    if classes and not _PERMALINKS.isdisjoint(classes.split()):
        return True
    return "pagebreak" in (attributes.get("epub:type") or "")


class HtmlTable:
    """A table while its cells are read; a cell that spans rows is repeated in each of them."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.header_marked = False
        self._spanning: dict[int, tuple[str, int]] = {}
        """By column: a text, and how many more rows it is to be repeated in."""

    def start_row(self) -> None:
        """Begin a row."""
        self.rows.append([])
        self._repeat()

    def add_cell(self, node: LexborNode, text: str) -> None:
        """Add a cell to the last row, in each column that it spans."""
        if not self.rows:
            self.start_row()
        row = self.rows[-1]
        if len(self.rows) == 1:
            self.header_marked = node.tag == "th" and (self.header_marked or not row)
        rows_more = span(node, "rowspan") - 1
        if rows_more:
            self._spanning[len(row)] = (text, rows_more)
        row.extend([text, *[""] * (span(node, "colspan") - 1)])
        self._repeat()

    def _repeat(self) -> None:
        row = self.rows[-1]
        while self._spanning.get(len(row), ("", 0))[1]:
            text, left = self._spanning[len(row)]
            self._spanning[len(row)] = (text, left - 1)
            row.append(text)


def span(node: LexborNode, name: str) -> int:
    """Return a number from 1 that an attribute such as `colspan` sets; 1 where it sets none, 100 at most."""
    value = node.attributes.get(name) or ""
    return min(int(value), 100) if value.isdecimal() and value.isascii() and value != "0" else 1
