"""Org files (Emacs) → a `Document` whose places are lines and headings."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from pocketrag.domain import Document, Place
from pocketrag.reading.builder import DocumentBuilder, Row
from pocketrag.reading.details import find_iso_date, usable_author, usable_title
from pocketrag.reading.encoding import decode
from pocketrag.reading.grid import add_table
from pocketrag.reading.lines import add_lines
from pocketrag.reading.text.plain import split_lines
from pocketrag.reading.text.source_code import add_code

_PRIORITY = re.compile(r"\[#\w\] ?")
_HEADING = re.compile(r"(\*{1,12})\s+(.*?)(?:\s+:[\w@#%:]{1,200}:)?\s*$")
_KEYWORD = re.compile(r"\s*#\+(\w{1,40}):\s*(.*)", re.IGNORECASE)
_BEGIN = re.compile(r"\s*#\+begin_(\w{1,40})", re.IGNORECASE)
_DRAWER = re.compile(r"\s*:[\w-]{1,40}:\s*$")
_PLANNING = re.compile(r"\s*(?:CLOCK|SCHEDULED|DEADLINE|CLOSED):")
_LINK = re.compile(r"\[\[([^\[\]]{1,500})\](?:\[([^\[\]]{1,500})\])?\]")
_MARKS = re.compile(r"(?<![\w*/=~+_])([*/=~+_])(\S(?:[^*/=~+_]{0,300}\S)?)\1(?![\w*/=~+_])")
_RULE = re.compile(r"\s*\|[-+]+\|?\s*")
_CODE = frozenset("src example export".split())
_MAX_LINE = 20_000


def read_org(data: bytes) -> Document:
    """Return headings, paragraphs, lists, tables and code, each with its line in the file."""
    reader = _Reader(split_lines(decode(data)))
    reader.read()
    said = reader.keywords
    return reader.builder.build(
        title=usable_title(said.get("title")) or reader.first_heading,
        author=usable_author(said.get("author")),
        date=find_iso_date(said.get("date", "")),
    )


class _Reader:
    """Goes through the lines; prose is collected until something else comes."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.builder = DocumentBuilder()
        self.keywords: dict[str, str] = {}
        """What `#+TITLE:` and its like say."""
        self.first_heading = ""
        self._lines = lines
        self._at = 0
        self._prose: list[str] = []
        self._ends: dict[str, list[int]] = {}
        """Where the lines stand that end a kind of block."""

    def read(self) -> None:
        """Add everything to the builder."""
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if heading := _HEADING.match(line[:_MAX_LINE]):
                self._flush()
                text = _plain(_PRIORITY.sub("", heading.group(2)))
                self.builder.heading(text, len(heading.group(1)), Place(line=self._at + 1))
                self.first_heading = self.first_heading or text
            elif line.lstrip().startswith("|"):
                self._flush()
                self._take_table()
                continue
            elif not self._take_meta(line):
                self._prose.append(_plain(line))
            self._at += 1
        self._flush()

    def _flush(self) -> None:
        """Add the prose collected so far, which ends right above the current line."""
        add_lines(self.builder, self._prose, Place(), first_line=self._at - len(self._prose) + 1)
        self._prose = []

    def _take_meta(self, line: str) -> bool:
        """Take a line that is not prose: keyword, block, drawer, comment; an empty line stands for it."""
        begin, keyword = _BEGIN.match(line), _KEYWORD.match(line)
        if begin and begin.group(1).lower() in _CODE:
            self._flush()
            self._take_code(begin.group(1))
        elif keyword:
            self.keywords.setdefault(keyword.group(1).lower(), keyword.group(2))
            self._prose.append("")
        elif _DRAWER.match(line) and line.strip().upper() != ":END:":
            self._flush()
            self._at = self._find(":end:")
        elif re.match(r"\s*#(?:\+|\s|$)", line) or _PLANNING.match(line) or line.strip().upper() == ":END:":
            self._prose.append("")
        else:
            return False
        return True

    def _take_code(self, kind: str) -> None:
        start = self._at + 1
        self._at = self._find(f"#+end_{kind.lower()}")
        add_code(self.builder, self._lines[start : self._at], start + 1)

    def _find(self, end: str) -> int:
        """Return the index of the line that ends a block; without one, the block is a single line."""
        if end not in self._ends:
            self._ends[end] = [
                index for index, line in enumerate(self._lines) if line.strip().lower().startswith(end)
            ]
        ends = self._ends[end]
        following = bisect_right(ends, self._at)
        return ends[following] if following < len(ends) else self._at

    def _take_table(self) -> None:
        rows: list[Row] = []
        ruled = False
        while self._at < len(self._lines) and self._lines[self._at].lstrip().startswith("|"):
            line = self._lines[self._at].strip()
            if _RULE.fullmatch(line):
                ruled = ruled or len(rows) == 1
            else:
                rows.append(
                    Row([_plain(cell) for cell in line.strip("|").split("|")], Place(line=self._at + 1))
                )
            self._at += 1
        add_table(self.builder, rows, header_marked=ruled)


def _plain(line: str) -> str:
    """Return a line without the marks of inline markup; of a link, what it is called."""
    if len(line) > _MAX_LINE:
        return line
    return _MARKS.sub(r"\2", _LINK.sub(lambda match: match.group(2) or match.group(1), line))
