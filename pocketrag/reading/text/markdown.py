"""Markdown → a `Document` whose places are headings and lines. Owns markdown-it-py."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from pocketrag.domain import Document, Place
from pocketrag.reading.builder import DocumentBuilder, Row
from pocketrag.reading.details import find_iso_date, usable_author, usable_title
from pocketrag.reading.encoding import decode
from pocketrag.reading.lines import add_lines
from pocketrag.reading.text.plain import split_lines
from pocketrag.reading.web.html import add_html

_FRONT_MATTER_LINES = 200
_MAX_NESTING = 60
"""Depth of lists and quotes, two for a list; what lies deeper is left out by the library."""
_LONG_PARAGRAPH = 10_000
"""Characters of a paragraph, or of a table's cell, in which marks are looked for."""
_MARK = re.compile(r"[\\`*_~\[<&]")
"""What any mark within a paragraph has in it."""
_KEPT_LINE_END = "  \n"
_FIELD = re.compile(r"([A-Za-z][\w -]{0,40}):\s*(.*)")


def read_markdown(data: bytes) -> Document:
    """Return the headings, paragraphs, lists, tables and code, each with its line in the file."""
    lines = split_lines(decode(data))
    matter = _front_matter(lines)
    builder = DocumentBuilder()
    if matter:
        builder.paragraph("\n".join(matter), Place(line=2))
        lines[: len(matter) + 2] = [""] * (len(matter) + 2)
    first_heading = _Renderer(builder).render("\n".join(lines))
    if not builder:  # everything lies too deep, or is taken for marks
        add_lines(builder, lines, Place(), first_line=1)
    fields = _fields(matter)
    return builder.build(
        title=usable_title(fields.get("title")) or first_heading,
        author=usable_author(fields.get("author") or fields.get("authors")),
        date=find_iso_date(fields.get("date", "")),
    )


def _front_matter(lines: Sequence[str]) -> list[str]:
    """Return the lines between the `---` that opens a file and the next one."""
    if lines[0].rstrip().lstrip("\ufeff") != "---":
        return []
    for index, line in enumerate(lines[1:_FRONT_MATTER_LINES], start=1):
        if line.rstrip() in {"---", "..."}:
            return list(lines[1:index])
    return []


def _fields(matter: Sequence[str]) -> dict[str, str]:
    """Return the simple `key: value` lines; enough of YAML for a title, an author and a date."""
    matches = (_FIELD.fullmatch(line.rstrip()) for line in matter)
    return {match.group(1).lower(): match.group(2).strip("\"'[] ") for match in matches if match}


def add_markdown(builder: DocumentBuilder, text: str, place: Place) -> str:
    """Add Markdown that stands within another document, all at one place; returns its first heading."""
    return _Renderer(builder, place).render(text)


class _Parser(MarkdownIt):
    """Leaves the addresses of links as they are: nobody sees them."""

    def normalizeLink(self, url: str) -> str:
        """Return the address itself."""
        return url


@cache
def _parser() -> MarkdownIt:
    """Return the parser, which leaves what stands within a paragraph to us: most hold no marks at all."""
    parser = _Parser("commonmark", {"maxNesting": _MAX_NESTING})
    return parser.enable(["table", "strikethrough"]).disable("inline")


class _Renderer:
    """Walks the flat list of block tokens; knows which list, table or heading it is in."""

    def __init__(self, builder: DocumentBuilder, fixed_place: Place | None = None) -> None:
        self._builder = builder
        self._fixed_place = fixed_place
        self._parser = _parser()
        self._links: dict[str, object] = {}
        """What the parser keeps from one part of the text to the next: the addresses of links."""
        self._first_heading = ""
        self._lists: list[int | None] = []
        """Numbers of the next items of the open lists, outermost first; None for bullets."""
        self._marker = ""
        """The marker of the item that has just begun, until its first text has been added."""
        self._heading_level = 0
        self._rows: list[tuple[list[str], Place]] | None = None
        self._line = 1

    def render(self, text: str) -> str:
        """Add everything to the builder; returns the first heading of level 1."""
        for token in self._parser.parse(text, self._links):
            if token.map is not None and token.type != "table_close":
                self._line = token.map[0] + 1
            self._take(token)
        return self._first_heading

    def _take(self, token: Token) -> None:
        match token.type:
            case "heading_open":
                self._heading_level = int(token.tag[1:])
            case "heading_close":
                self._heading_level = 0
            case "bullet_list_open":
                self._lists.append(None)
            case "ordered_list_open":
                self._lists.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_open":
                self._marker = self._next_marker(token.markup)
            case "inline":
                self._take_inline(self._inline_text(token.content))
            case "fence" | "code_block":
                self._builder.code(token.content, self._place())
            case "html_block":
                add_html(self._builder, token.content, self._place())
            case _:
                self._take_table(token)

    def _take_table(self, token: Token) -> None:
        match token.type:
            case "table_open":
                self._rows = []
            case "tr_open" if self._rows is not None:
                self._rows.append(([], self._place()))
            case "table_close" if self._rows:
                # the syntax knows no table without a header
                header, *rows = [Row(*row) for row in self._rows]
                self._builder.table(header, rows)
                self._rows = None

    def _take_inline(self, text: str) -> None:
        if self._rows is not None:
            self._rows[-1][0].append(text)
        elif self._heading_level:
            self._builder.heading(text, self._heading_level, self._place())
            if self._heading_level == 1:
                self._first_heading = self._first_heading or text
        elif self._lists:
            self._builder.list_item(text, self._place(), self._marker)
            self._marker = ""
        else:
            self._builder.paragraph(text, self._place())

    def _inline_text(self, content: str) -> str:
        """Return what a reader sees of a paragraph; in an endless one, marks would take quadratic time."""
        if len(content) > _LONG_PARAGRAPH:
            return content
        if not _MARK.search(content) and _KEPT_LINE_END not in content:
            return content.replace("\n", " ")
        return inline_text(self._parser.inline.parse(content, self._parser, self._links, []))

    def _next_marker(self, markup: str) -> str:
        number = self._lists[-1]
        if number is None:
            return "-"
        self._lists[-1] = number + 1
        return f"{number}{markup}"

    def _place(self) -> Place:
        return self._fixed_place or Place(line=self._line)


def inline_text(tokens: Sequence[Token]) -> str:
    """Return what a reader sees of inline Markdown: no marks, no addresses, no tags."""
    return "".join(map(_piece, tokens))


def _piece(token: Token) -> str:
    match token.type:
        case "text" | "text_special" | "code_inline" | "image":  # of a picture, its description
            return token.content
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "html_inline":
            return "\n" if token.content.lower().startswith("<br") else ""
        case _:
            return ""
