"""Plain text → a `Document` whose places are lines."""

from __future__ import annotations

from pocketrag.domain import Document, Place
from pocketrag.reading.builder import DocumentBuilder
from pocketrag.reading.encoding import decode
from pocketrag.reading.lines import add_lines


def read_plain(data: bytes) -> Document:
    """Return the text's paragraphs, lists and underlined headings, each with the line it begins in."""
    builder = DocumentBuilder()
    add_lines(builder, split_lines(decode(data)), Place(), first_line=1)
    return builder.build()


def split_lines(text: str) -> list[str]:
    """Return the lines as editors count them: ended by LF, CR LF or CR, and by nothing else."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
