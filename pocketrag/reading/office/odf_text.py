"""What OpenDocument files of all kinds share: names, a paragraph's text, styles, the numbers of lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element

from pocketrag.reading.office.docx_styles import written
from pocketrag.reading.xml_tree import deeper

_NAMESPACE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}%s"
_FULL_NAMES = {"draw": "drawing"}
_MAX_INHERITANCE = 20
_MAX_BLANKS = 200


def name(prefix: str, local: str) -> str:
    """Return an OpenDocument name as ElementTree writes it: `name("text", "p")`."""
    return _NAMESPACE % (_FULL_NAMES.get(prefix, prefix), local)


def names(prefix: str, locals_: str) -> frozenset[str]:
    """Return several names of one prefix, given with blanks between them."""
    return frozenset(name(prefix, local) for local in locals_.split())


PARAGRAPH, HEADING, NOTE = name("text", "p"), name("text", "h"), name("text", "note")
SHAPES = names(
    "draw", "frame custom-shape rect ellipse circle line polyline polygon path connector caption g"
)
_SIGNS = {name("text", "tab"): "\t", name("text", "line-break"): "\n"}
_NO_TEXT = (
    SHAPES
    | {NOTE, *names("office", "annotation annotation-end forms"), *names("text", "ruby-text hidden-text")}
    | {*names("text", "tracked-changes"), *names("draw", "image object object-ole a")}
)


def text_of(node: Element) -> str:
    """Return a paragraph's visible text, without its notes, comments, and the shapes anchored in it."""
    return "".join(_pieces(node, 0))


def _pieces(node: Element, depth: int) -> Iterator[str]:
    depth = deeper(depth)
    yield _unwrapped(node.text)
    for child in node:
        if child.tag == name("text", "s"):
            yield " " * min(number(child, name("text", "c"), 1), _MAX_BLANKS)
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag not in _NO_TEXT:
            yield from _pieces(child, depth)
        yield _unwrapped(child.tail)


def _unwrapped(text: str | None) -> str:
    """Return text as the format has it: line ends and tabs of the XML are blanks."""
    return " ".join(f".{text}.".split())[1:-1] if text else ""


def number(node: Element, attribute: str, default: int) -> int:
    """Return a whole number that an attribute sets, else `default`."""
    value = node.get(attribute, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else default


class _Level(NamedTuple):
    """One depth of a list style."""

    shape: str
    """`1`, `a`, `A`, `i`, `I`; empty for a bullet or no mark at all."""
    before: str
    after: str
    start: int


_BULLET = _Level("", "", "", 1)
_SHAPES = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}


class Styles:
    """Looks up what a paragraph's or a list's style means."""

    def __init__(self, parts: Iterable[Element]) -> None:
        self._parents: dict[str, str] = {}
        self._levels: dict[str, int] = {}
        self._lists: dict[str, dict[int, _Level]] = {}
        for part in parts:
            for style in part.iter(name("style", "style")):
                self._take_style(style)
            for style in part.iter(name("text", "list-style")):
                self._lists[style.get(name("style", "name"), "")] = _list_levels(style)

    def _take_style(self, style: Element) -> None:
        own = style.get(name("style", "name"), "")
        self._parents[own] = style.get(name("style", "parent-style-name"), "")
        level = number(style, name("style", "default-outline-level"), 0)
        if level:
            self._levels[own] = level

    def heading_level(self, paragraph: Element) -> int:
        """Return the depth of a heading that a paragraph's style makes of it: 1 for a title, 0 for none."""
        style = paragraph.get(name("text", "style-name"), "")
        for _ in range(_MAX_INHERITANCE):
            if style == "Title":
                return 1
            if not style or style in self._levels:
                return self._levels.get(style, 0)
            style = self._parents.get(style, "")
        return 0

    def marker(self, style: str, depth: int, count: int) -> str:
        """Return what stands before the list's item number `count` (from 0): `-`, `3.`, `b)`."""
        level = self._lists.get(style, {}).get(depth, _BULLET)
        if not level.shape:
            return "-"
        return f"{level.before}{written(level.start + count, _SHAPES.get(level.shape, ''))}{level.after}"


def _list_levels(style: Element) -> dict[int, _Level]:
    return {
        number(level, name("text", "level"), 1): _Level(
            level.get(name("style", "num-format"), ""),
            level.get(name("style", "num-prefix"), "").strip(),
            level.get(name("style", "num-suffix"), "").strip(),
            number(level, name("text", "start-value"), 1),
        )
        for level in style
        if level.tag == name("text", "list-level-style-number")
    }
