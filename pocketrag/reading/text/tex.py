"""LaTeX → a `Document` whose places are lines and sections. A plain reading: macros are not expanded.

Formulas stay as they are written; citations and references show their keys.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

from pocketrag.domain import Document, Place
from pocketrag.reading.builder import DocumentBuilder, Row
from pocketrag.reading.details import find_iso_date, usable_author, usable_title
from pocketrag.reading.encoding import decode
from pocketrag.reading.grid import add_table
from pocketrag.reading.normalise import one_line
from pocketrag.reading.text.source_code import add_code
from pocketrag.reading.text.tex_inline import LEVELS, argument_at, plain_tex

_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_STEP = re.compile(
    r"\\(?P<heading>part|chapter|(?:sub){0,2}section|(?:sub)?paragraph)\*?\s*(?:\[[^\]]{0,200}\])?\s*(?=\{)"
    r"|\\begin\{(?P<begin>[A-Za-z]{1,30}\*?)\}|\\end\{(?P<end>[A-Za-z]{1,30}\*?)\}"
    r"|\\(?P<item>item)\b[ \t]*(?:\[(?P<label>[^\]]{0,200})\])?"
    r"|\\(?P<meta>title|author|date|caption)\s*(?:\[[^\]]{0,200}\])?\s*(?=\{)|(?P<gap>\n[ \t]*\n\s*)"
)
_VERBATIM = frozenset("verbatim Verbatim lstlisting minted alltt comment filecontents tikzpicture".split())
_SILENT = frozenset("comment filecontents tikzpicture".split())
_LISTS = frozenset("itemize enumerate description compactitem compactenum".split())
_TABLES = frozenset("tabular tabularx longtable tabulary array supertabular".split())
_ROW_END = re.compile(r"\\\\(?:\[[^\]]{0,40}\])?|\\tabularnewline\b")
_RULES = re.compile(
    r"\\(?:hline|toprule|midrule|bottomrule|endhead|endfirsthead|endfoot|endlastfoot)\b"
    r"|\\(?:cline|cmidrule)(?:\([^)]{0,10}\))?\{[^}]{0,20}\}"
)
_LABEL = re.compile(r"\s*\\label\{[^{}]{0,200}\}")
_CELL_END = re.compile(r"(?<!\\)&")
_COLUMNS = re.compile(r"[ \t]*(?:(\[[^\]]{0,100}\])|\{)")
_FORMULAS = frozenset("equation align eqnarray gather multline displaymath alignat flalign math".split())
_OPTIONS = re.compile(r"[ \t]*\[[^\]\n]{0,200}\]")
_WITH_ARGUMENT = frozenset("minipage multicols thebibliography wrapfigure wraptable adjustbox".split())
_ABBREVIATION = re.compile(
    r"^[ \t]*\\(?:new|renew|provide)command\*?\s*\{?\\([A-Za-z]{2,30})\}?\s*\{([^{}\\#\n]{1,60})\}",
    re.MULTILINE,
)
_MAX_MACROS = 200
_MACRO = re.compile(
    r"^[ \t]*\\(?:(?:re|provide)?(?:new)?command|def|let|DeclareMathOperator|newtheorem|newenvironment)\b.*",
    re.MULTILINE,
)
_BEFORE_DOCUMENT = re.compile(r"\\begin\{document\}")


def read_tex(data: bytes) -> Document:
    """Return headings, paragraphs, lists, tables, captions and listings, each with its line."""
    text = decode(data).replace("\r\n", "\n").replace("\r", "\n")
    reader = _Reader(text)
    reader.read()
    return reader.builder.build(
        title=usable_title(reader.said.get("title")),
        author=usable_author(reader.said.get("author")),
        date=find_iso_date(reader.said.get("date", "")),
    )


class _Reader:
    """Goes from one command that matters to the next; what is between them is prose."""

    def __init__(self, text: str) -> None:
        self.builder = DocumentBuilder()
        self.said: dict[str, str] = {}
        """Title, author and date as the file states them."""
        self._raw = text = _with_words(text)
        self._text = _MACRO.sub(_blank, _COMMENT.sub(_blank, text))
        self._line_ends = list(accumulate(map(len, text.splitlines(keepends=True))))
        self._lists: list[int | None] = []
        """Numbers of the next items of the open lists; None for bullets."""
        self._marker: str | None = None
        """What stands before the text that is being collected, if it is an item's."""

    def read(self) -> None:
        """Add everything between the begin and the end of the document; of a part of one, everything."""
        begin = _BEFORE_DOCUMENT.search(self._text)
        if begin:
            self._take_preamble(begin.start())
        position = begin.end() if begin else 0
        while position < len(self._text):
            step = _STEP.search(self._text, position)
            if step is None:
                break
            self._add_prose(position, step.start())
            if step.group("end") == "document":
                return
            position = self._take(step)
        self._add_prose(position, len(self._text))

    def _take_preamble(self, end: int) -> None:
        """Remember title, author and date from before the document begins; add the title."""
        for step in _STEP.finditer(self._text, 0, end):
            if step.group("meta") in {"title", "author", "date"}:
                value, _ = argument_at(self._text, step.end())
                self.said.setdefault(step.group("meta"), plain_tex(value))
        self.builder.heading(self.said.get("title", ""), 1)

    def _place(self, position: int) -> Place:
        return Place(line=bisect_right(self._line_ends, position) + 1)

    def _add_prose(self, start: int, end: int) -> None:
        raw = self._text[start:end]
        text = plain_tex(raw)
        if not text:
            return
        place = self._place(start + len(raw) - len(raw.lstrip()))
        if self._marker is not None:
            self.builder.list_item(text, place, self._marker)
            self._marker = None
        else:
            self.builder.paragraph(text, place)

    def _take(self, step: re.Match[str]) -> int:
        """Take one command; returns where to go on."""
        if name := step.group("heading"):
            text, position = argument_at(self._text, step.end())
            self.builder.heading(plain_tex(text), LEVELS[name], self._place(step.start()))
            label = _LABEL.match(self._text, position)
            return label.end() if label else position
        if name := step.group("begin"):
            return self._take_environment(name.rstrip("*"), step)
        if step.group("item"):
            self._marker = self._next_marker(step.group("label"))
        elif name := step.group("meta"):
            text, position = argument_at(self._text, step.end())
            if name == "caption":
                self.builder.paragraph(plain_tex(text), self._place(step.start()))
            elif name not in self.said:
                self.said[name] = plain_tex(text)
                self.builder.heading(self.said[name] if name == "title" else "", 1, self._place(step.start()))
            return position
        elif (step.group("end") or "").rstrip("*") in _LISTS and self._lists:
            self._lists.pop()
            self._marker = None
        return step.end()

    def _take_environment(self, name: str, step: re.Match[str]) -> int:
        if name in _LISTS:
            self._lists.append(1 if "enum" in name else None)
            return step.end()
        begin = step.end()
        if options := _OPTIONS.match(self._text, begin):
            begin = options.end()
        if name in _WITH_ARGUMENT and self._text[begin : begin + 1] == "{":
            begin = argument_at(self._text, begin)[1]
        if name not in _VERBATIM | _TABLES | _FORMULAS:
            return begin
        end = self._raw.find(f"\\end{{{step.group('begin')}}}", begin)
        end = len(self._raw) if end < 0 else end
        if name in _TABLES:
            self._add_table(begin, end)
        elif name in _FORMULAS:
            self.builder.paragraph(one_line(self._text[begin:end]), self._place(begin))
        elif name not in _SILENT:
            lines = self._raw[begin:end].split("\n")
            add_code(self.builder, lines, self._place(begin).line or 1)
        return end

    def _add_table(self, begin: int, end: int) -> None:
        """Add a table: rows end with two backslashes, cells with an ampersand."""
        while opening := _COLUMNS.match(self._text, begin, end):
            begin = opening.end() if opening.group(1) else argument_at(self._text, opening.end() - 1)[1]
        rows, position = [], begin
        body = self._text[begin:end]
        for match in (*_ROW_END.finditer(body), None):
            stop = begin + match.start() if match else end
            raw = _RULES.sub(_blank, self._text[position:stop])
            at = self._place(position + len(raw) - len(raw.lstrip()))
            rows.append(Row([plain_tex(cell) for cell in _CELL_END.split(raw)], at))
            position = begin + match.end() if match else end
        add_table(self.builder, rows)

    def _next_marker(self, label: str | None) -> str:
        if label:
            return plain_tex(label)
        number = self._lists[-1] if self._lists else None
        if number is None:
            return "-"
        self._lists[-1] = number + 1
        return f"{number}."


def _with_words(text: str) -> str:
    """Return the text with the macros that stand for a few plain words replaced by them."""
    words: dict[str, str] = dict(_ABBREVIATION.findall(text)[:_MAX_MACROS])
    if not words:
        return text
    used = re.compile(rf"\\({'|'.join(words)})(?![A-Za-z])(?:\{{\}})?(?!\}}\s*\{{)")
    return used.sub(lambda match: words[match.group(1)], text)


def _blank(match: re.Match[str]) -> str:
    """Return as many blanks as were matched, so that positions stay true."""
    return " " * len(match.group())
