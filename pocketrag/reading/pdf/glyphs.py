"""The text of one of PDFium's pages → pieces, each a stretch set in one go, with its place.

A page has thousands of characters and a call takes half a microsecond. So only the first and the last
character of a text object's stretch of a line, where that will not do of each word, are asked about, and
what holds for a whole object is asked once. The calls go through prototypes that take plain numbers,
and what is handed over in every call is made ready once: pypdfium2's own, which look at the type of every
argument and wrap every pointer in an object, take several times as long.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from ctypes import (
    PYFUNCTYPE,
    byref,
    c_char_p,
    c_double,
    c_int,
    c_void_p,
    cast,
    create_string_buffer,
)
from math import atan2, degrees, hypot
from typing import Any, NamedTuple

from pypdfium2 import raw

from pocketrag.reading.normalise import BULLET_GLYPHS
from pocketrag.reading.pdf.lines import Piece, is_bold, letter_width, width_of

_CUT = "\ufffe"
"""What PDFium says for a hyphen at the end of a line, and for the line end after it."""
_LINE = re.compile(rf"[^\s{_CUT}](?:[^\n{_CUT}]*[^\s{_CUT}])?{_CUT}?")
_WORD = re.compile(r"\S+")
_BULLET = re.compile(f"[{''.join(map(chr, BULLET_GLYPHS))}]")
_NEXT_WORD = re.compile(r"\s+(?=\S)")
_WIDE_GAP = 0.6
"""Units of the letters' size; a blank in justified text is narrower."""
_ERROR, _HIDDEN_GAP = 1.02, 0.5
"""Times, and units of the letters' size more, that a line may be as wide as estimated."""
_TELLING = 15
"""Characters of a line from which a font's widths can be told."""
_NARROW_GAP = 0.12
"""Units of the letters' size; a blank is wider."""
_OVERLAP, _SHIFT, _CELL_RISE = 0.3, 0.6, 2.2
"""Units of the letters' size: of letters that are raised, and of a cell of one line beside one of four."""
_STEP = 16_384
"""Bytes: a new size of a buffer is a new type to Python, which takes longer to make than to fill."""
_STROKED = 2
"""The way to paint letters that some programs take for bold: filled, and drawn around."""

_count = cast(raw.FPDFText_CountChars, PYFUNCTYPE(c_int, c_void_p))
_text_of = cast(raw.FPDFText_GetText, PYFUNCTYPE(c_int, c_void_p, c_int, c_int, c_char_p))
_text_index = cast(raw.FPDFText_GetTextIndexFromCharIndex, PYFUNCTYPE(c_int, c_void_p, c_int))
_mode_of = cast(raw.FPDFTextObj_GetTextRenderMode, PYFUNCTYPE(c_int, c_void_p))
_font_of = cast(raw.FPDFTextObj_GetFont, PYFUNCTYPE(c_void_p, c_void_p))
_name_of = cast(raw.FPDFFont_GetBaseFontName, PYFUNCTYPE(c_int, c_void_p, c_char_p, c_int))


def _unchecked(function: object, result: type) -> Callable[..., Any]:
    """Return a function of PDFium that takes its arguments as they are: numbers, and what `_handle` makes."""
    made: Callable[..., Any] = cast(function, PYFUNCTYPE(result))  # type: ignore[arg-type]  # a pointer
    return made


_object_at = _unchecked(raw.FPDFText_GetTextObject, c_void_p)
_is_generated = _unchecked(raw.FPDFText_IsGenerated, c_int)
_origin_at = _unchecked(raw.FPDFText_GetCharOrigin, c_int)
_matrix_at = _unchecked(raw.FPDFText_GetMatrix, c_int)
_size_at = _unchecked(raw.FPDFText_GetFontSize, c_double)
_handle = c_void_p.from_param


class _Setting(NamedTuple):
    """How a text object is set."""

    size: float
    """Height of its letters, in points."""
    bold: bool
    font: int | None
    """The font's address."""
    along: tuple[float, float]
    """Direction of its lines, of length 1."""
    across: tuple[float, float]
    """Direction of its letters' height, of length 1."""
    turn: int
    """The angle of its lines, in degrees."""


def pieces_by_line(page: int) -> Iterator[list[Piece]]:
    """Yield the pieces of each line; `page` is the address of PDFium's text page."""
    glyphs = _Glyphs(page)
    line: list[Piece] = []
    for start, end in glyphs.lines():
        pieces = glyphs.pieces(start, end)
        if line and _stands_beside(line[-1], pieces[0]):
            _append(line, pieces)
        else:
            yield line
            line = pieces
    yield line


def _stands_beside(piece: Piece, following: Piece) -> bool:
    """Whether what PDFium takes for a new line goes on to the right of the last one.

    Close to it, a little higher or lower: before and after a footnote's number. Across a gap, and not
    below it: a table's next cell, where the cells hold different numbers of lines.
    """
    size = max(piece.size, following.size)
    gap, rise = following.x - piece.right, following.y - piece.y
    if piece.turn != following.turn or gap < -_OVERLAP * size:
        return False
    return -_SHIFT * size < rise < (_SHIFT if gap < _WIDE_GAP * size else _CELL_RISE) * size


def _append(line: list[Piece], pieces: list[Piece]) -> None:
    """Add what stands beside a line to it; only what is raised and small follows without a blank."""
    last, following = line[-1], pieces[0]
    size = max(last.size, following.size)
    if abs(last.size - following.size) < 0.1 * size or following.x - last.right > _NARROW_GAP * size:
        line[-1] = last._replace(text=f"{last.text} ")
    line += pieces


class _Glyphs:
    """A page's characters, and where they stand."""

    def __init__(self, page: int) -> None:
        self._page = _handle(page)
        text = text_of_page(page)
        self._text = text.translate(BULLET_GLYPHS) if _BULLET.search(text) else text
        self._settings = _Settings(page)
        self._stretch: dict[int | None, float] = {}
        """By font, how its widths compare with the estimated ones."""
        self._x, self._y = c_double(), c_double()
        self._at_x, self._at_y = byref(self._x), byref(self._y)

    def lines(self) -> Iterator[tuple[int, int]]:
        """Yield start and end of what PDFium takes for a line, the blanks around it left out."""
        for match in _LINE.finditer(self._text):
            yield match.span()

    def pieces(self, start: int, end: int) -> list[Piece]:
        """Return a line's pieces, cut where a text object ends and at wide gaps; blanks are kept."""
        pieces: list[Piece] = []
        for first, behind, address in self._runs(start, end):
            setting = self._settings.of(address, first)
            pieces += self._in_one_go(first, behind, setting) or self._word_by_word(first, behind, setting)
        return pieces

    def _runs(self, start: int, end: int) -> Iterator[tuple[int, int, int | None]]:
        """Yield start, end and text object of a line's stretches, each with the blanks after it."""
        address = _object_at(self._page, start)
        if address != _object_at(self._page, end - 1):
            for match in _NEXT_WORD.finditer(self._text, start, end):
                behind = match.end()
                its = _object_at(self._page, behind)
                if its != address:
                    yield start, behind, address
                    start, address = behind, its
        yield start, end, address

    def _in_one_go(self, start: int, end: int, setting: _Setting) -> list[Piece]:
        """Return the piece that a stretch of one text object is; none where it may have wide gaps."""
        inked = start + len(self._text[start:end].rstrip())
        if self._has_gaps(start, inked):
            return []
        left, base = self._place(start, setting)
        right = self._place(inked - 1, setting)[0] + setting.size * letter_width(self._text[inked - 1])
        several = " " in self._text[start:inked]
        if several and not 0 < right - left <= self._expected(start, inked, setting):
            return []
        return [self._piece(start, end, min(left, right), right, base, setting)]

    def _expected(self, start: int, end: int, setting: _Setting) -> float:
        """Return how wide a line is at most that hides no wide gap; 0 while that cannot be told."""
        stretch = self._stretch.get(setting.font)
        if stretch is None:
            return 0.0
        return (_ERROR * stretch * width_of(self._text[start:end]) + _HIDDEN_GAP) * setting.size

    def _learn(self, start: int, end: int, piece: Piece, setting: _Setting) -> None:
        """Take note of how a font's widths compare with the estimated ones, from a line without gaps."""
        text = self._text[start:end].rstrip()
        if len(text) >= _TELLING and setting.size > 0:
            estimate = setting.size * width_of(text)
            self._stretch[setting.font] = (piece.right - piece.x) / estimate

    def _has_gaps(self, start: int, end: int) -> bool:
        """Whether PDFium put in a blank where there is but a gap."""
        blank = self._text.find(" ", start, end)
        while blank >= 0:
            if _is_generated(self._page, blank):
                return True
            blank = self._text.find(" ", blank + 1, end)
        return False

    def _word_by_word(self, start: int, end: int, setting: _Setting) -> list[Piece]:
        """Return the pieces that a stretch of one text object is, cut at wide gaps."""
        pieces: list[Piece] = []
        begin, left, base, right = start, 0.0, 0.0, 0.0
        for match in _WORD.finditer(self._text, start, end):
            first, behind = match.span()
            x, y = self._place(first, setting)
            last = self._place(behind - 1, setting)[0]
            if first == start:
                left, base = min(x, last), y
            elif min(x, last) - right > _WIDE_GAP * setting.size:
                pieces.append(self._piece(begin, first, left, right, base, setting))
                begin, left, base = first, min(x, last), y
            right = max(x, last) + setting.size * letter_width(self._text[behind - 1])
        pieces.append(self._piece(begin, end, left, right, base, setting))
        if len(pieces) == 1:
            self._learn(start, end, pieces[0], setting)
        return pieces

    def _place(self, index: int, setting: _Setting) -> tuple[float, float]:
        """Return where a character begins, along its line, and the height of its base line."""
        _origin_at(self._page, index, self._at_x, self._at_y)
        x, y = self._x.value, self._y.value
        if not setting.turn:
            return x, y
        (a, b), (c, d) = setting.along, setting.across
        return x * a + y * b, x * c + y * d

    def _piece(
        self, start: int, end: int, left: float, right: float, base: float, setting: _Setting
    ) -> Piece:
        text = self._text[start:end].replace(_CUT, "-")
        return Piece(text, left, right, base, setting.size, setting.bold, setting.turn)


def text_of_page(page: int) -> str:
    """Return the page's text, its positions those of PDFium's characters."""
    count = _count(page)
    size = 4 * count + 2  # two units of two bytes for characters beyond the BMP
    buffer = create_string_buffer(-(-size // _STEP) * _STEP)
    units = _text_of(page, 0, count, buffer)
    text = str(memoryview(buffer)[: 2 * units - 2], "utf-16-le", "replace")
    if len(text) == count:
        return text
    # it leaves out characters without meaning; a control character, which falls later, holds their place
    places = (_text_index(page, index) for index in range(count))
    return "".join(text[place] if 0 <= place < len(text) else "\0" for place in places)


class _Settings:
    """The settings of a page's text objects, most of which are set like another one."""

    def __init__(self, page: int) -> None:
        self._page = _handle(page)
        self._known: dict[tuple[object, ...], _Setting] = {}
        """By what PDFium says of an object."""
        self._bold: dict[int, bool] = {}
        self._name = create_string_buffer(256)
        self._matrix = raw.FS_MATRIX()
        self._at_matrix = byref(self._matrix)

    def of(self, address: int | None, index: int) -> _Setting:
        """Return how the object at an address is set, to which the character at `index` belongs."""
        matrix, font, stroked = self._matrix, None, False
        _matrix_at(self._page, index, self._at_matrix)
        if address is not None:
            font, stroked = _font_of(address), _mode_of(address) == _STROKED
        size = _size_at(self._page, index)
        told = (matrix.a, matrix.b, matrix.c, matrix.d, size, font, stroked)
        return self._known.get(told) or self._made(told, *told)

    def _made(
        self,
        told: tuple[object, ...],
        a: float,
        b: float,
        c: float,
        d: float,
        size: float,
        font: int | None,
        stroked: bool,
    ) -> _Setting:
        along, across = hypot(a, b) or 1.0, hypot(c, d) or 1.0
        setting = _Setting(
            size=abs(size) * across,
            bold=stroked or self._is_bold(font),
            font=font,
            along=(a / along, b / along),
            across=(c / across, d / across),
            turn=round(degrees(atan2(b, a))),
        )
        self._known[told] = setting
        return setting

    def _is_bold(self, font: int | None) -> bool:
        if font is None:
            return False
        if font not in self._bold:
            name = self._name
            known = 0 < _name_of(font, name, len(name)) <= len(name)
            self._bold[font] = known and is_bold(name.value.decode("utf-8", "replace"))
        return self._bold[font]
