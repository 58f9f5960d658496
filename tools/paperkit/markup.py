"""Reading of the small markup in which the papers are written.

A paper is a text file: ``name: value`` lines (title, author, date, out, …),
a line ``===``, then the body. The body knows

* ``# ``, ``## ``, ``### `` headings and ``== `` for a sheet or a slide,
* paragraphs divided by blank lines; a backslash at a line's end keeps the break,
* ``- `` list items and ``3.1 text`` numbered clauses,
* tables of ``| a | b |`` rows; the first row is the heading row,
* ``@name rest`` directives such as ``@page``, ``@right …`` or ``@widths 2 5 3``.

``**bold**`` is kept in the text and left to whoever draws it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

_CLAUSE = re.compile(r"(\d{1,2}\.\d{1,2}(?:\.\d)?|\([a-z]\)) (\S.*)")
_MARKS = ("#", "==", "- ", "|", "@")


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 3; level 0 begins a sheet or a slide."""

    level: int
    text: str


@dataclass(frozen=True)
class Para:
    """A paragraph; line breaks inside it are meant."""

    text: str


@dataclass(frozen=True)
class Item:
    """One entry of a bullet list."""

    text: str


@dataclass(frozen=True)
class Clause:
    """A numbered clause such as ``3.1``."""

    number: str
    text: str


@dataclass(frozen=True)
class Table:
    """Rows of cells; the first row is the heading row."""

    rows: list[list[str]]


@dataclass(frozen=True)
class Directive:
    """An ``@name rest`` line."""

    name: str
    text: str


Block = Heading | Para | Item | Clause | Table | Directive


@dataclass(frozen=True)
class Paper:
    """One paper: where it goes, what its metadata say, and its blocks."""

    meta: dict[str, str]
    blocks: list[Block] = field(default_factory=list)

    @property
    def out(self) -> str:
        """Return the path of the finished file below ``sample_docs/``."""
        return self.meta["out"]

    @property
    def date(self) -> datetime:
        """Return the fixed date that goes into the file's metadata."""
        return datetime.fromisoformat(self.meta["date"])

    def get(self, name: str, default: str = "") -> str:
        """Return a metadata value, or ``default`` where it is not given."""
        return self.meta.get(name, default)


def read_paper(path: Path) -> Paper:
    """Return the paper written in the markup file ``path``."""
    head, _, body = path.read_text(encoding="utf-8").partition("\n===\n")
    pairs = (line.partition(":") for line in head.splitlines() if line.strip())
    meta = {name.strip(): value.strip() for name, _, value in pairs}
    return Paper(meta, parse(body))


def parse(body: str) -> list[Block]:
    """Return the blocks of a body, in order."""
    blocks: list[Block] = []
    lines = body.splitlines()
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
        elif lines[at].startswith("|"):
            at = _take_table(lines, at, blocks)
        elif lines[at].startswith(_MARKS):
            blocks.append(_single(lines[at]))
            at += 1
        else:
            at = _take_text(lines, at, blocks)
    return blocks


def cells(line: str) -> list[str]:
    """Return the cells of one ``| a | b |`` line, without their padding."""
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _single(line: str) -> Block:
    """Return the block that a one-line mark stands for."""
    if line.startswith("== "):
        return Heading(0, line[3:].strip())
    if line.startswith("- "):
        return Item(line[2:].strip())
    if line.startswith("@"):
        name, _, rest = line[1:].partition(" ")
        return Directive(name, rest.strip())
    marks, _, text = line.partition(" ")
    return Heading(len(marks), text.strip())


def _take_table(lines: list[str], at: int, blocks: list[Block]) -> int:
    """Append the table starting at line ``at``; return the line after it."""
    rows = []
    while at < len(lines) and lines[at].startswith("|"):
        rows.append(cells(lines[at]))
        at += 1
    blocks.append(Table(rows))
    return at


def _take_text(lines: list[str], at: int, blocks: list[Block]) -> int:
    """Append the paragraph or clause at line ``at``; return the line after it."""
    parts: list[str] = []
    while at < len(lines) and lines[at].strip() and not lines[at].startswith(_MARKS):
        line = lines[at].rstrip()
        if parts and _CLAUSE.match(line):
            break
        parts.append(line[:-1].rstrip() + "\n" if line.endswith("\\") else line + " ")
        at += 1
    text = "".join(parts).strip()
    clause = _CLAUSE.match(text)
    if clause:
        blocks.append(Clause(clause.group(1), text[clause.end(1) + 1 :]))
    else:
        blocks.append(Para(text))
    return at
