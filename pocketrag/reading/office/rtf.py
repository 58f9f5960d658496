"""Rich text (RTF) → a `Document` whose places are headings. Needs no library.

The one small library for it (striprtf) gives text without structure; what headings, lists and tables
need is little more than its tokens.
"""

from __future__ import annotations

import codecs
import re
from copy import copy
from dataclasses import dataclass

from pocketrag.domain import Document
from pocketrag.errors import Damaged
from pocketrag.reading.builder import NOWHERE, DocumentBuilder, Row
from pocketrag.reading.details import find_iso_date, usable_author, usable_title
from pocketrag.reading.grid import add_table
from pocketrag.reading.office.rtf_codes import CODEPAGES, NAMED, SIGNS, TEXTLESS, Token, tokens

_MAX_GROUPS = 1_000
"""Depth of groups within groups."""
_MAX_ROWS = 100_000
_HEADING_STYLE = re.compile(r"heading ([1-9])", re.IGNORECASE)
_TITLE_STYLES = {"title", "titel", "titre", "título"}


@dataclass(slots=True)
class _State:
    """What holds within a group, and ends with it."""

    destination: str = ""
    """`skip` for what is no text; empty for the body."""
    encoding: str = "cp1252"
    unicode_skip: int = 1
    """Characters that stand in for a Unicode one and are passed over."""
    hidden: bool = False
    level: int = 0
    """Depth of the heading that the paragraph is."""
    style: int = 0
    in_table: bool = False
    in_list: bool = False


def read_rtf(data: bytes) -> Document:
    """Return headings, paragraphs, lists, tables and footnotes; no page headers, no pictures."""
    reader = _Reader()
    for token in tokens(data):
        reader.take(token)
    reader.finish()
    info = reader.info
    return reader.builder.build(
        title=usable_title(info.get("title")) or reader.title,
        author=usable_author(info.get("author")),
        date=find_iso_date(info.get("revtim", "") or info.get("creatim", "")),
    )


class _Reader:
    """Takes the tokens one after the other; text is collected until a paragraph or a cell ends."""

    def __init__(self) -> None:
        self.builder = DocumentBuilder()
        self.title = ""
        """The first heading of level 1."""
        self.info: dict[str, str] = {}
        """What the file says of itself, by the destination it stood in."""
        self._state = _State()
        self._stack: list[_State] = []
        self._encoding = "cp1252"
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._levels: dict[int, int] = {}
        """Depth of the headings that styles make."""
        self._collected: dict[str, list[str]] = {"": []}
        """The text so far, by destination."""
        self._bytes = bytearray()
        """Text not yet decoded: a character may be split between tokens."""
        self._to_skip = 0
        self._cells: list[str] = []
        self._rows: list[Row] = []
        self._notes: list[str] = []
        self._optional = self._begins = False
        """Whether the next word may be passed over; whether a group has just begun: only there it may."""

    def take(self, token: Token) -> None:
        """Take one token."""
        begins, self._begins = self._begins, token.word == "{"
        if token.text:
            self._take_text(token.text)
            return
        self._decode()
        match token.word:
            case "{":
                self._open()
            case "}":
                self._close()
            case "*":
                self._optional = begins
                return
            case word:
                self._take_word(word, token.number)
        self._optional = False

    def finish(self) -> None:
        """End the last paragraph and table, and add the notes."""
        self._decode()
        self._state = _State()
        self._end_paragraph()
        self._end_table()
        self.builder.leave_sections()
        for number, note in enumerate(self._notes, start=1):
            self.builder.paragraph(f"Footnote {number}: {note}")

    # ── groups ──────────────────────────────────────────────────────────────────────────────

    def _open(self) -> None:
        if len(self._stack) >= _MAX_GROUPS:
            raise Damaged("The file is nested too deeply.", "Open it in Word and save it anew.")
        self._stack.append(self._state)
        self._state = copy(self._state)

    def _close(self) -> None:
        ended = self._state
        if self._stack:
            self._state = self._stack.pop()
        if ended.destination == "stylesheet":
            self._name_style(ended.style, _joined(self._collected.pop("stylesheet", [])))
        elif ended.destination not in {self._state.destination, "skip"}:
            self._end_destination(ended)

    def _end_destination(self, ended: _State) -> None:
        text = _joined(self._collected.pop(ended.destination, []))
        match ended.destination:
            case "footnote":
                self._notes.append(text)
            case "listtext" | "pntext":
                self._collected["marker"] = [text.strip()]
            case "shptxt":
                self._collected[self._state.destination] = [*self._text(), "\n", text, "\n"]
            case "title" | "author":
                self.info.setdefault(ended.destination, text)

    def _enter(self, destination: str) -> None:
        if self._state.destination != "skip":
            self._state.destination = destination

    # ── text ────────────────────────────────────────────────────────────────────────────────

    def _text(self) -> list[str]:
        return self._collected.setdefault(self._state.destination, [])

    def _take_text(self, text: bytes) -> None:
        if self._to_skip:
            passed = min(self._to_skip, len(text))
            self._to_skip -= passed
            text = text[passed:]
        if self._state.destination != "skip" and not self._state.hidden:
            self._bytes += text

    def _decode(self) -> None:
        if self._bytes:
            self._text().append(self._bytes.decode(self._state.encoding, errors="replace"))
            self._bytes.clear()

    def _add(self, text: str) -> None:
        if self._state.destination != "skip" and not self._state.hidden:
            self._text().append(text)

    # ── words ───────────────────────────────────────────────────────────────────────────────

    def _take_word(self, word: str, number: int | None) -> None:
        self._to_skip = 0
        if word in SIGNS:
            self._add(SIGNS[word])
        elif word == "u" and number is not None:
            self._add(chr(number % 0x10000))
            self._to_skip = self._state.unicode_skip
        elif word in TEXTLESS or (self._optional and word not in NAMED):
            self._enter("skip")
        elif word in NAMED:
            self._take_destination(word)
        elif self._state.destination in {"fonttbl", "stylesheet", "creatim", "revtim"}:
            self._take_definition(word, number or 0)
        else:
            self._take_format(word, number)

    def _take_destination(self, word: str) -> None:
        if word != "shpinst":  # whose text box, if it has one, is the next destination
            self._enter(word)

    def _take_definition(self, word: str, number: int) -> None:
        """Take a word in a table of fonts, of styles, or in a date."""
        match word:
            case "f":
                self._font = number
            case "fcharset":
                self._fonts[self._font] = CODEPAGES.get(number, self._encoding)
            case "s":
                self._state.style = number
            case "outlinelevel" if number < 9:
                self._levels[self._state.style] = number + 1
            case "yr":
                self.info[self._state.destination] = f"{number:04d}"
            case "mo" | "dy":
                self.info[self._state.destination] = f"{self.info.get(self._state.destination)}-{number:02d}"

    def _name_style(self, style: int, text: str) -> None:
        name = text.strip().rstrip(";").lower()
        heading = _HEADING_STYLE.fullmatch(name)
        if heading:
            self._levels[style] = int(heading.group(1))
        elif name in _TITLE_STYLES:
            self._levels[style] = 1

    def _take_format(self, word: str, number: int | None) -> None:
        state = self._state
        match word:
            case "par" | "sect" | "page" | "cell" | "row":
                self._end(word)
            case "pard":
                state.level = state.style = 0
                state.in_table = state.in_list = False
            case "s":
                state.style, state.level = number or 0, self._levels.get(number or 0, 0)
            case "outlinelevel" if number is not None:
                state.level = number + 1 if number < 9 else 0
            case "intbl":
                state.in_table = True
            case "ls" | "pnlvlblt" | "pnlvlbody":
                state.in_list = True
            case "v" | "deleted":
                state.hidden = number != 0
            case "plain":
                state.hidden = False
            case "uc" if number is not None:
                state.unicode_skip = min(max(number, 0), 10)
            case "f" if number in self._fonts:
                state.encoding = self._fonts[number]
            case "ansicpg" | "mac" | "pc" | "pca":
                self._set_encoding(word, number)

    def _set_encoding(self, word: str, number: int | None) -> None:
        name = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}.get(word, f"cp{number}")
        try:
            codecs.lookup(name)
        except LookupError:
            return
        self._encoding = self._state.encoding = name

    # ── paragraphs and tables ───────────────────────────────────────────────────────────────

    def _end(self, word: str) -> None:
        if self._state.destination:
            self._add("\n")  # of a note or a text box
        elif word == "cell":
            self._cells.append(_joined(self._collected[""]))
            self._collected[""].clear()
        elif word == "row":
            if len(self._rows) < _MAX_ROWS:
                self._rows.append(Row(self._cells))
            self._cells = []
        elif self._state.in_table:
            self._add("\n")
        else:
            self._end_paragraph()

    def _end_paragraph(self) -> None:
        text = _joined(self._collected[""])
        self._collected[""].clear()
        marker = _joined(self._collected.pop("marker", []))
        if not text.strip():
            return
        self._end_table()
        if self._state.level:
            self.builder.heading(f"{marker} {text}" if marker else text, self._state.level)
            self.title = self.title or (text if self._state.level == 1 else "")
        elif marker or self._state.in_list:
            has_number = any(character.isalnum() for character in marker) and len(marker) > 1
            self.builder.list_item(text, NOWHERE, marker if has_number else "-")
        else:
            self.builder.paragraph(text)

    def _end_table(self) -> None:
        if self._cells:
            self._rows.append(Row(self._cells))
            self._cells = []
        if max((len(row.cells) for row in self._rows), default=0) <= 1:
            for cell in (cell for row in self._rows for cell in row.cells):
                self.builder.paragraph(cell)
        else:
            add_table(self.builder, self._rows)
        self._rows = []


def _joined(parts: list[str]) -> str:
    """Return the collected text; characters beyond the first 65,536 came as two halves."""
    return "".join(parts).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
