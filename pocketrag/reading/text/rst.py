"""reStructuredText → a `Document` whose places are lines and headings.

A plain reading of the text: titles, directives, literal blocks and tables are known, and inline
marks dropped. docutils would be exact, but runs directives, and knows none of Sphinx's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pocketrag.domain import Document, Place
from pocketrag.reading.builder import DocumentBuilder, Row
from pocketrag.reading.encoding import decode
from pocketrag.reading.grid import add_table
from pocketrag.reading.lines import add_lines
from pocketrag.reading.text.plain import split_lines
from pocketrag.reading.text.source_code import add_code

_ADORNMENT = re.compile(r"([=\-`:.'\"~^_*+#<>!$%&(),/;?@\[\]{|}\\])\1{1,}\s*")
_DIRECTIVE = re.compile(r"\s*\.\. +(?:\|[^|]{1,80}\| +)?([\w:.+-]{1,80})::(?:\s+(.*))?$")
_COMMENT_OR_TARGET = re.compile(r"\s*\.\.(?:\s|$)|\s*__ ")
_NOTE = re.compile(r"\s*\.\. +\[([^\]]{1,60})\]\s+(.*)")
_OPTION = re.compile(r"\s*:[\w -]{1,60}:(?:\s|$)")
_SIMPLE_BORDER = re.compile(r"\s*=+(?: +=+)+\s*")
_GRID_BORDER = re.compile(r"\s*\+(?:[-=]+\+)+\s*")

_CODE = frozenset(
    "code code-block sourcecode parsed-literal literalinclude doctest testcode ipython prompt".split()
)
_LEFT_OUT = frozenset("toctree contents include raw image index meta highlight default-role math".split())

_LINK = re.compile(r"`([^`<>]{1,300})<[^`<>]{1,500}>`_{0,2}")
_ROLE = re.compile(r":[\w:+.-]{1,40}:`([^`]{1,300})`")
_MARKS = re.compile(
    r"``([^`]{1,500})``|\*\*([^*]{1,500})\*\*|(?<![\w*])\*([^*\s][^*]{0,500})\*(?!\w)|`([^`]{1,300})`_{0,2}"
)
_REFERENCE = re.compile(r"(?<=\w)_{1,2}(?![\w_])")
_MAX_LINE = 20_000
"""Characters of a line in which marks are looked for."""


def read_rst(data: bytes) -> Document:
    """Return headings, paragraphs, lists, tables and code, each with its line in the file."""
    reader = _Reader(split_lines(decode(data)))
    reader.read()
    return reader.builder.build(title=reader.title)


class _Reader:
    """Goes through the lines; prose is collected until something else comes."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.builder = DocumentBuilder()
        self.title = ""
        self._lines = lines
        self._at = 0
        self._prose: list[str] = []
        self._levels: list[tuple[str, bool]] = []
        """Adornments in the order of their first use: that is what their level is."""

    def read(self) -> None:
        """Add everything to the builder."""
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if not (self._take_title() or self._take_table() or self._take_explicit(line)):
                self._prose.append("" if line.strip() == "::" else _plain(line))
                self._at += 1
                if line.rstrip().endswith("::"):
                    self._take_literal()
        self._flush()

    def _line(self, offset: int) -> str:
        return self._lines[self._at + offset] if self._at + offset < len(self._lines) else ""

    def _flush(self) -> None:
        """Add the prose collected so far, which ends right above the current line."""
        add_lines(self.builder, self._prose, Place(), first_line=self._at - len(self._prose) + 1)
        self._prose = []

    def _take_title(self) -> bool:
        """Take a title with its underline, and its overline if there is one."""
        over = bool(_ADORNMENT.fullmatch(self._line(0))) and self._line(2).rstrip() == self._line(0).rstrip()
        text, under = (self._line(1), self._line(2)) if over else (self._line(0), self._line(1))
        mark = _ADORNMENT.fullmatch(under)
        if not text.strip() or mark is None or _ADORNMENT.fullmatch(text) or text.startswith(" ") > over:
            return False
        if len(under.rstrip()) < min(len(text.strip()), 4) or (self._prose and self._prose[-1].strip()):
            return False
        self._flush()
        style = (mark.group(1), over)
        if style not in self._levels:
            self._levels.append(style)
        plain = _plain(text.strip())
        self.builder.heading(plain, self._levels.index(style) + 1, Place(line=self._at + 1 + over))
        self.title = self.title or plain
        self._at += 3 if over else 2
        return True

    def _take_table(self) -> bool:
        if _SIMPLE_BORDER.fullmatch(self._line(0)):
            self._flush()
            self._add_simple_table()
        elif _GRID_BORDER.fullmatch(self._line(0)):
            self._flush()
            self._add_grid_table()
        else:
            return False
        return True

    def _add_simple_table(self) -> None:
        """Add the table whose columns the runs of `=` in its border mark."""
        starts = [match.start() for match in re.finditer(r"=+", self._line(0))]
        ends = [*starts[1:], None]
        rows: list[Row] = []
        header = False
        self._at += 1
        while self._at < len(self._lines):
            line = self._line(0)
            if _SIMPLE_BORDER.fullmatch(line):
                last = not self._line(1).strip()
                header = header or (not last and len(rows) == 1)
                self._at += 1
                if last:
                    break
                continue
            if line.strip():
                cells = [_plain(line[start:end]) for start, end in zip(starts, ends, strict=True)]
                rows.append(Row(cells, Place(line=self._at + 1)))
            self._at += 1
        add_table(self.builder, rows, header_marked=header)

    def _add_grid_table(self) -> None:
        """Add the table drawn with `+---+`; lines of one row are joined."""
        rows: list[Row] = []
        parts: list[list[str]] = []
        first, header = self._at + 1, False
        while self._line(0).lstrip().startswith(("+", "|")):
            line = self._line(0).strip()
            if _GRID_BORDER.fullmatch(line):
                if parts:
                    rows.append(Row([" ".join(cell) for cell in parts], Place(line=first)))
                header = header or ("=" in line and len(rows) == 1)
                parts, first = [], self._at + 2
            else:
                cells = [_plain(cell.strip()) for cell in line.strip("|").split("|")]
                parts.extend([] for _ in range(len(cells) - len(parts)))
                for cell, text in zip(parts, cells, strict=False):
                    cell.append(text)
            self._at += 1
        add_table(self.builder, rows, header_marked=header)

    def _take_explicit(self, line: str) -> bool:
        """Take a directive, a footnote, a comment or a target."""
        directive, note = _DIRECTIVE.match(line), _NOTE.match(line)
        if directive is None and _COMMENT_OR_TARGET.match(line) is None:
            return False
        self._flush()
        self._at += 1
        if note:
            self.builder.paragraph(f"[{note.group(1)}] {_plain(note.group(2))}", Place(line=self._at))
        elif directive is None:
            self._indented(line)
        else:
            self._add_directive(line, directive.group(1).lower(), directive.group(2) or "")
        return True

    def _add_directive(self, line: str, name: str, argument: str) -> None:
        """Add code as code; of others the argument as text, while what is indented is read on as prose."""
        if name in _CODE:
            start, body = self._indented(line)
            options = next((i for i, text in enumerate(body) if not _OPTION.match(text)), len(body))
            add_code(self.builder, body[options:], start + options + 1)
        elif name in _LEFT_OUT:
            self._indented(line)
        else:
            place = Place(line=self._at)
            while _OPTION.match(self._line(0)):
                self._at += 1
            self.builder.paragraph(_plain(argument) if name != "figure" else "", place)

    def _take_literal(self) -> None:
        """Take the indented block after a paragraph that ends with `::`."""
        opener = self._lines[self._at - 1]
        blank = self._at
        while blank < len(self._lines) and not self._lines[blank].strip():
            blank += 1
        if blank < len(self._lines) and _indent(self._lines[blank]) > _indent(opener):
            self._flush()
            start, body = self._indented(opener)
            add_code(self.builder, body, start + 1)

    def _indented(self, opener: str) -> tuple[int, list[str]]:
        """Pass the block that is indented more than its opener; return its first index and its lines."""
        start = self._at
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if line.strip() and _indent(line) <= _indent(opener):
                break
            self._at += 1
        body = list(self._lines[start : self._at])
        margin = min((_indent(line) for line in body if line.strip()), default=0)
        return start, [line[margin:] for line in body]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _plain(line: str) -> str:
    """Return a line without the marks of inline markup."""
    if len(line) > _MAX_LINE:
        return line
    line = _ROLE.sub(lambda match: match.group(1).partition(" <")[0].lstrip("~!"), line)
    line = _LINK.sub(lambda match: match.group(1).strip(), line)
    line = _MARKS.sub(lambda match: next(filter(None, match.groups()), ""), line)
    return _REFERENCE.sub("", re.sub(r"::\s*$", ":", line))
