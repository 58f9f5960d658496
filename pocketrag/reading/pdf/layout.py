"""Lines of a PDF's pages → paragraphs, headings, lists and tables, by what the page shows.

Knows no PDF library: what counts is the size and weight of the letters, and the gaps between and
within lines. It is careful with headings, since a false one labels everything below it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise, takewhile

from pocketrag.domain import Place
from pocketrag.reading.builder import DocumentBuilder
from pocketrag.reading.lines import LIST_MARKER, plain_marker
from pocketrag.reading.normalise import one_line
from pocketrag.reading.pdf.lines import Line, Page, without_furniture
from pocketrag.reading.pdf.outline import Bookmark, Entry, outlined
from pocketrag.reading.pdf.tables import add_lines_as_table, table_at

_MAX_HEADING = 120
"""Characters of a line that can be a heading."""
_MAX_LEVEL = 6
_LARGER = 1.12
"""Times the body's size from which a line is set off by its size."""
_MIN_COLUMN_LINES = 4
"""Lines in a row, each with two long stretches, from which a page is taken to have two columns."""
_MARKER = re.compile(rf"{LIST_MARKER.pattern}|(\d{{1,2}}(?:\.\d{{1,2}})+\.?)\s+(?=\S)")
"""What opens an item or a numbered clause."""
_HYPHENS = "-\u2010\u2011\u00ad"
_WITHOUT_BLANKS = "\u2e7f"
"""From here on are the scripts that are written without blanks between words."""
_BULLETS = "•‣◦▪●○■–—*-"
Style = tuple[float, bool]
"""Size, in half points, and weight of a line's letters."""


def add_pages(builder: DocumentBuilder, pages: Sequence[Page], bookmarks: Sequence[Bookmark] = ()) -> str:
    """Add the pages' blocks; returns the first heading of the highest level, if on page 1 or 2."""
    pages = without_furniture(pages)
    look = _Look(pages, outlined(pages, bookmarks))
    title = ""
    for number, page in enumerate(pages, start=1):
        renderer = _PageRenderer(builder, look, Place(page=number), page)
        renderer.render()
        title = title or (renderer.title if number <= 2 else "")
    return title


class _Look:
    """What the document's letters and lines look like as a whole."""

    def __init__(self, pages: Sequence[Page], outline: dict[Line, Entry]) -> None:
        self.outline = outline
        lines = [line for page in pages for line in page if line is not None]
        letters: Counter[Style] = Counter()
        for line in lines:
            letters[_style(line)] += len(line.text)
        self._body, self._body_is_bold = letters.most_common(1)[0][0] if letters else (0.0, False)
        headings = sorted({_style(line) for line in lines if self._is_set_off(line)}, reverse=True)
        self._levels = {style: min(level, _MAX_LEVEL) for level, style in enumerate(headings, start=1)}
        self._below = max((entry.level for entry in outline.values()), default=0)
        self._before = set(takewhile(lambda line: line not in outline, lines))
        """The lines of a title page, before the outline's first heading."""
        self.leading = _leading(pages)

    def is_heading(self, line: Line) -> bool:
        """Whether the outline or the looks of a line say so."""
        return line in self.outline or self._is_set_off(line)

    def _is_set_off(self, line: Line) -> bool:
        """Whether a line is set off as a heading is: larger or bolder than the body, short, no sentence."""
        text = line.text
        size, bold = _style(line)
        set_off = size >= _LARGER * self._body or (bold and not self._body_is_bold and size >= self._body - 1)
        return (
            set_off
            and not line.aside
            and len(line.cells) == 1
            and len(text) <= _MAX_HEADING
            and text[-1] not in ".,;"
            and text[0] not in _BULLETS
            and sum(map(str.isalpha, text)) >= max(2, len(text) / 3)
        )

    def opens(self, line: Line) -> bool:
        """Whether the outline has a heading begin with this line."""
        return line in self.outline and self.outline[line].opens

    def is_chapter(self, line: Line) -> bool:
        """Whether the outline has the line as one of several of its highest level: then it is no title."""
        highest = [entry for entry in self.outline.values() if entry.level == 1 and entry.opens]
        return line in self.outline and len(highest) > 1

    def level(self, line: Line) -> int:
        """Return the depth of a heading: from the outline, else by size, then weight."""
        if line in self.outline:
            return min(self.outline[line].level, _MAX_LEVEL)
        level = self._levels[_style(line)]
        return level if line in self._before else min(self._below + level, _MAX_LEVEL)


def _style(line: Line) -> Style:
    return round(line.size * 2), line.bold


def _leading(pages: Sequence[Page]) -> float:
    """Return the most common distance between base lines, in units of the letters' size."""
    steps: Counter[float] = Counter()
    for page in pages:
        for above, below in pairwise(page):
            if above is not None and below is not None and 0 < above.y - below.y < 4 * below.size:
                steps[round((above.y - below.y) / below.size, 1)] += 1
    return steps.most_common(1)[0][0] if steps else 1.2


class _PageRenderer:
    """Groups one page's lines into blocks."""

    def __init__(self, builder: DocumentBuilder, look: _Look, place: Place, page: Page) -> None:
        self.title = ""
        """The page's first heading of the highest level."""
        self._builder = builder
        self._look = look
        self._place = place
        self._page = _in_columns(page)
        self._rights = _right_edges(self._page)
        self._headings = self._find_headings()
        self._open: list[Line] = []
        """The lines of the block that is being put together."""

    def render(self) -> None:
        """Add the page's blocks to the builder."""
        index = 0
        while index < len(self._page):
            rows = table_at(self._page, index)
            if rows:
                self._flush()
                add_lines_as_table(self._builder, self._page[index : index + rows], self._place)
                index += rows
            else:
                self._take(self._page[index])
                index += 1
        self._flush()

    def _find_headings(self) -> set[Line]:
        """Return the lines that are headings: set off, and not the first line of a sentence set in bold."""
        return {
            line
            for line, below in pairwise([*self._page, None])
            if line is not None and self._look.is_heading(line) and not self._runs_on(line, below)
        }

    def _runs_on(self, line: Line, below: Line | None) -> bool:
        return (
            below is not None
            and line not in self._look.outline
            and self._step(line, below) <= self._look.leading + 0.35
            and below.text[0].islower()
            and not self._look.is_heading(below)
        )

    def _take(self, line: Line | None) -> None:
        if line is None:
            self._flush()
            return
        if self._open and self._begins(line, self._open[-1]):
            self._flush()
        self._open.append(line)

    def _begins(self, line: Line, above: Line) -> bool:
        """Whether a new block begins with `line`."""
        step = self._step(above, line)
        heading = line in self._headings
        if heading != (above in self._headings) or step > self._look.leading + 0.35:
            return True
        if heading:
            return self._look.opens(line) or _style(line) != _style(above)
        if line.text[0] in _BULLETS and _MARKER.match(line.text):
            return True
        ended = self._is_short(above) or above.text[-1] in ".:;?!"
        if ended and _MARKER.match(self._open[0].text) and line.x <= self._open[0].x + 1:
            return True  # back at the margin, where the item's number or bullet hangs
        if step < 0:  # on to the next column
            return ended
        return bool(_MARKER.match(line.text)) and (ended or bool(_MARKER.match(self._open[0].text)))

    def _step(self, above: Line, below: Line) -> float:
        """Return the distance between two base lines in units of the letters' size."""
        return (above.y - below.y) / max(below.size, 0.1)

    def _is_short(self, line: Line) -> bool:
        """Whether a line ends well before the right edge of its column."""
        return line.right - line.x < 0.8 * (self._rights[_strip(line)] - line.x)

    def _flush(self) -> None:
        if not self._open:
            return
        first = self._open[0]
        if first in self._headings:
            text = "\n".join(line.text for line in self._open)
            level = self._look.level(first)
            self._builder.heading(text, level, self._place)
            self.title = self.title or (text if level == 1 and not self._look.is_chapter(first) else "")
        elif marker := _MARKER.match(first.text):
            item = "\n".join(line.text for line in self._open)[marker.end() :]
            self._builder.list_item(one_line(item), self._place, plain_marker(marker[0].strip()))
        else:
            self._builder.paragraph("\n".join(map(_joined, self._sentences())), self._place)
        self._open.clear()

    def _sentences(self) -> Iterator[list[str]]:
        """Yield the open lines, those together that were broken only because the column ended."""
        run = [self._open[0].text]
        for above, line in pairwise(self._open):
            if self._is_short(above) and not line.text[0].islower():
                yield run
                run = []
            run.append(line.text)
        yield run


def _joined(lines: Sequence[str]) -> str:
    """Return wrapped lines as one."""
    if any(line[-1] in _HYPHENS for line in lines) or max(map(max, lines)) > _WITHOUT_BLANKS:
        return one_line("\n".join(lines))
    return " ".join(lines)  # the same at a tenth of the time; the builder does the rest


def _right_edges(page: Page) -> dict[int, float]:
    """Return, by strip of the page's width, where most long lines that begin near it end."""
    ends: defaultdict[int, list[float]] = defaultdict(list)
    for line in page:
        if line is not None:
            strip = _strip(line)
            for near in (strip - 1, strip, strip + 1):
                ends[near].append(line.right)
    return {strip: sorted(rights)[int(0.9 * (len(rights) - 1))] for strip, rights in ends.items()}


def _strip(line: Line) -> int:
    return int(line.x // 36)


def _in_columns(page: Page) -> Page:
    """Return the page with two columns of prose, set line by line across both, one after the other."""
    ordered: Page = []
    for across, group in groupby(page, key=_is_two_columns):
        lines = [line for line in group if line is not None or not across]
        if across and len(lines) >= _MIN_COLUMN_LINES:
            halves = [[_half(line, side) for line in lines if line is not None] for side in (0, 1)]
            ordered.extend((*halves[0], None, *halves[1], None))
        else:
            ordered.extend(lines)
    return ordered


def _is_two_columns(line: Line | None) -> bool:
    return line is not None and len(line.cells) == 2 and min(len(cell.text) for cell in line.cells) > 25


def _half(line: Line, side: int) -> Line:
    cell = line.cells[side]
    return replace(line, text=cell.text, cells=(cell,), pieces=(cell,), right=cell.right)
