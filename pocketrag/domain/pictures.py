"""Pages as a person sees them, and the quotes that are marked in them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of a page's text, and what stands around it there, to tell it from others that read alike."""

    text: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of a picture, in pixels from its upper left corner; right and bottom are outside of it."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A picture of a page."""

    png: bytes
    """True colour, 8 bits each, no transparency."""
    width: int
    """In pixels, as `height`."""
    height: int
    marks: tuple[Box, ...] = ()
    """Where the quote is marked, line by line; empty where none was asked for, or it was not found."""
