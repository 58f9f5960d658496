"""XML → a tree, safely: nothing from outside, no entities, no trees that do not fit the memory.

The standard library's parser fetches no external entities, and libexpat 2.4 and later stops
entities that swell. A tree may be deeper than Python's stack: those who walk it count the depth.
"""

from __future__ import annotations

from xml.etree import ElementTree

from pocketrag.errors import Damaged, TooLarge

MAX_XML = 80_000_000
"""Bytes of XML that become one tree; in memory it takes about ten times as much."""

MAX_DEPTH = 150
"""Nesting that a walk follows; real documents stay below 40."""


def parse_xml(data: bytes) -> ElementTree.Element:
    """Return the root of `data`; raises `TooLarge`, or `Damaged` where the rules of XML are broken."""
    if len(data) > MAX_XML:
        raise TooLarge("The file unpacks to more than can be read.", "Split it, or save it as PDF.")
    if b"<!ENTITY" in data:
        raise Damaged("The file's XML declares entities, which are not read.", "Save it anew in its program.")
    try:
        return ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as error:  # also an unknown encoding
        raise Damaged(
            f"The file's XML is broken ({error}).", "Open it in its program and save it anew."
        ) from error


def deeper(depth: int) -> int:
    """Return the next depth of a walk; raises `Damaged` beyond what documents have."""
    if depth >= MAX_DEPTH:
        raise Damaged("The file is nested too deeply.", "Open it in its program and save it anew, or as PDF.")
    return depth + 1
