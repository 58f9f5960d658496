"""What a Word paragraph is by its style and numbering: a heading of some depth, an item with its number."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING_NAME = re.compile(r"heading ([1-9])", re.IGNORECASE)
_MAX_INHERITANCE = 20
"""Styles based on styles, to this depth; a damaged file can have a circle."""
_PLACEHOLDER = re.compile(r"%([1-9])")
_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)


def tag(name: str) -> str:
    """Return a WordprocessingML name as lxml writes it."""
    return _WORD + name


def value_of(node: Element, default: str = "") -> str:
    """Return the `w:val` of an element."""
    return str(node.get(_WORD + "val", default))


def on(node: Element | None) -> bool:
    """Whether a switch such as `w:vanish` is there and not switched off."""
    return node is not None and value_of(node, "1") not in {"0", "false", "off"}


class Style(NamedTuple):
    """What matters of a paragraph's style."""

    level: int = 0
    """Depth of a heading, from 1; 0 for other text."""
    numbering: str = ""
    """Identifier of the numbering that the style brings; empty for none."""
    depth: int = 0
    """Depth within that numbering, from 0."""
    contents: bool = False
    """Whether it is a line of the table of contents, which only repeats the headings."""


class _Level(NamedTuple):
    """One depth of a numbering."""

    shape: str
    """`decimal`, `lowerLetter`, `bullet`, …"""
    template: str
    """The label with a place for each depth's number: `%1.%2`."""
    start: int


class Styles:
    """Looks up paragraphs, and counts the numbered ones as Word does."""

    def __init__(self, styles: Element | None, numbering: Element | None) -> None:
        found = styles.iterchildren(tag("style")) if styles is not None else ()
        self._elements = {style.get(tag("styleId"), ""): style for style in found}
        self._styles: dict[str, Style] = {}
        self._numberings = _read_numberings(numbering) if numbering is not None else {}
        self._counts: defaultdict[str, list[int]] = defaultdict(list)

    def of(self, paragraph: Element) -> Style:
        """Return what the paragraph's style makes of it, its own outline level first."""
        named = paragraph.find(f"{tag('pPr')}/{tag('pStyle')}")
        style = self._resolved(value_of(named)) if named is not None else Style()
        own = _outline_level(paragraph)
        return style if own is None else style._replace(level=own)

    def next_label(self, paragraph: Element) -> str | None:
        """Return the number Word would draw, `-` for a bullet, None where the paragraph is in no list."""
        style = self.of(paragraph)
        numbering, depth = _own_numbering(paragraph, style)
        levels = self._numberings.get(numbering)
        if not levels:
            return None if numbering in {"", "0"} else "-"
        depth = min(depth, len(levels) - 1)
        counts = self._counts[numbering]
        del counts[depth + 1 :]
        counts.extend(
            levels[i].start if i < depth else levels[i].start - 1 for i in range(len(counts), depth + 1)
        )
        counts[depth] += 1
        return _label(levels, counts)

    def _resolved(self, identifier: str) -> Style:
        """Return a style with what it inherits."""
        if identifier not in self._styles:
            self._styles[identifier] = self._inherited(identifier)
        return self._styles[identifier]

    def _inherited(self, identifier: str) -> Style:
        level, numbering, depth = 0, "", 0
        contents = _name(self._elements.get(identifier)).startswith("toc ")
        for _ in range(_MAX_INHERITANCE):
            element = self._elements.get(identifier)
            if element is None:
                break
            own_numbering, own_depth = _own_numbering(element, Style())
            level = level or _heading_level(element)
            numbering, depth = (numbering, depth) if numbering else (own_numbering, own_depth)
            parent = element.find(tag("basedOn"))
            identifier = value_of(parent) if parent is not None else ""
        return Style(level, numbering, depth, contents)


def _name(style: Element | None) -> str:
    """Return a style's name in lower case; Word keeps its own styles' English names in every language."""
    name = style.find(tag("name")) if style is not None else None
    return value_of(name).strip().lower() if name is not None else ""


def _heading_level(style: Element) -> int:
    text = _name(style)
    heading = _HEADING_NAME.fullmatch(text)
    if heading:
        return int(heading.group(1))
    return 1 if text == "title" else _outline_level(style) or 0


def _outline_level(node: Element) -> int | None:
    """Return the level that `w:outlineLvl` sets: 1 to 9, 0 for body text, None where it is not set."""
    outline = node.find(f"{tag('pPr')}/{tag('outlineLvl')}")
    value = value_of(outline) if outline is not None else ""
    return (int(value) + 1) % 10 if value.isdecimal() and int(value) < 10 else None


def _own_numbering(node: Element, style: Style) -> tuple[str, int]:
    properties = node.find(f"{tag('pPr')}/{tag('numPr')}")
    if properties is None:
        return style.numbering, style.depth
    number, depth = properties.find(tag("numId")), properties.find(tag("ilvl"))
    return (
        value_of(number) if number is not None else style.numbering,
        int(value_of(depth)) if depth is not None and value_of(depth).isdecimal() else style.depth,
    )


def _read_numberings(root: Element) -> dict[str, list[_Level]]:
    """Return each numbering's levels by its identifier."""
    abstract = {
        node.get(tag("abstractNumId"), ""): [_read_level(level) for level in node.iterchildren(tag("lvl"))]
        for node in root.iterchildren(tag("abstractNum"))
    }
    numberings = {}
    for number in root.iterchildren(tag("num")):
        reference = number.find(tag("abstractNumId"))
        if reference is not None:
            numberings[number.get(tag("numId"), "")] = abstract.get(value_of(reference), [])
    return numberings


def _read_level(level: Element) -> _Level:
    def child(name: str, default: str) -> str:
        """Return the value of an element in the level."""
        node = level.find(tag(name))
        return value_of(node, default) if node is not None else default

    start = child("start", "1")
    return _Level(child("numFmt", "decimal"), child("lvlText", ""), int(start) if start.isdecimal() else 1)


def _label(levels: list[_Level], counts: list[int]) -> str:
    own = levels[len(counts) - 1]
    if own.shape in {"bullet", "none"} or not _PLACEHOLDER.search(own.template):
        return "-" if own.shape == "bullet" else ""

    def number(match: re.Match[str]) -> str:
        """Return what a placeholder of the template stands for."""
        index = int(match.group(1)) - 1
        return written(counts[index], levels[index].shape) if index < len(counts) else ""

    return _PLACEHOLDER.sub(number, own.template)


def written(number: int, shape: str) -> str:
    """Return a number in one of Word's shapes: `decimal`, `lowerLetter`, `upperRoman` and so on."""
    match shape:
        case "lowerLetter" | "upperLetter":
            letter = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 5)
            return letter.upper() if shape == "upperLetter" else letter
        case "lowerRoman" | "upperRoman":
            return _roman(number).upper() if shape == "upperRoman" else _roman(number)
        case "decimalZero":
            return f"{number:02d}"
        case _:
            return str(number)


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    digits = ""
    for worth, letters in _ROMAN:
        digits += letters * (number // worth)
        number %= worth
    return digits
