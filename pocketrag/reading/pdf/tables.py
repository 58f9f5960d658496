"""Lines of a PDF page whose stretches stand under one another → tables.

A PDF has no tables, only text at places. Lines with wide gaps, one below the other, are taken for
one; where a cell holds several lines, they are put together again by the column they begin in.
"""

from __future__ import annotations

from collections.abc import Sequence

from pocketrag.domain import Place
from pocketrag.reading.builder import DocumentBuilder, Row
from pocketrag.reading.grid import is_header
from pocketrag.reading.pdf.lines import Line, Page

_ROW_STEP = 1.6
"""Units of the letters' size between two rows; lines of one cell stand closer."""
_MAX_ROW_STEP = 4.0
"""Units of the letters' size between two rows of one table."""


def table_at(page: Page, index: int) -> int:
    """Return how many lines from `index` on make up a table: two rows at least; 0 for none."""
    columns: list[float] = []
    last: Line | None = None
    rows, end = 0, index
    for at, line in enumerate(page[index:], start=index):
        if line is None:
            if last is None or at > end:  # one empty line may stand between rows
                break
            continue
        is_row = _is_row(line, columns)
        if last is not None and is_row and _starts_another(line, last):
            break
        if not is_row and not (last is not None and _is_near(line.x, columns[1:], line.size / 2)):
            break
        columns = sorted({*columns, *(cell.x for cell in line.cells)})
        rows, end, last = rows + is_row, at + 1, line
    return end - index if rows > 1 else 0


def _is_row(line: Line, columns: Sequence[float]) -> bool:
    """Whether a line has wide gaps, or goes on after a narrow one just where a column begins."""
    return len(line.cells) > 1 or any(_is_near(piece.x, columns[1:], 1) for piece in line.pieces[1:])


def _is_near(x: float, columns: Sequence[float], tolerance: float) -> bool:
    return any(abs(x - column) < tolerance for column in columns)


def _starts_another(line: Line, above: Line) -> bool:
    """Whether a row is another table's first: set off by a gap, or a bold row after others."""
    step = (above.y - line.y) / max(line.size, 0.1)
    return abs(step) > _MAX_ROW_STEP or (line.bold and not above.bold)


def add_lines_as_table(builder: DocumentBuilder, page: Page, place: Place) -> None:
    """Add lines that make up a table, cells under their columns."""
    lines = [line for line in page if line is not None]
    columns = [cell.x for cell in max(lines, key=lambda line: len(line.cells)).cells]
    rows: list[list[str]] = []
    for above, line in zip([lines[0], *lines], lines, strict=False):
        cells = _in_table(line, columns)
        beside_full = bool(rows) and all(full for full, cell in zip(rows[-1], cells, strict=True) if cell)
        apart = len(line.cells) > 1 and (above.y - line.y) > _ROW_STEP * line.size
        if not rows or _opens_row(line, columns) or (beside_full and apart):
            rows.append(cells)
        else:  # a row's cells come one after the other, in several lines where they hold several
            rows[-1] = [f"{upper}\n{cell}" for upper, cell in zip(rows[-1], cells, strict=True)]
    table = [Row(row, place) for row in rows]
    if is_header(rows[0]) and (len(columns) > 2 or (lines[0].bold and not lines[-1].bold)):
        builder.table(table[0], table[1:])
    else:
        builder.table(None, table)


def _opens_row(line: Line, columns: Sequence[float]) -> bool:
    """Whether a line begins where the first column does; or near it, further columns beside it."""
    if abs(line.x - columns[0]) < line.size:
        return True
    return len(line.cells) > 1 and abs(line.x - columns[0]) < min(abs(line.x - x) for x in columns[1:])


def _in_table(line: Line, columns: Sequence[float]) -> list[str]:
    """Return a line's texts by column: one begins after a wide gap, or where a column is known to."""
    texts = [""] * len(columns)
    after_gap = {cell.x for cell in line.cells}
    current = 0
    for piece in line.pieces:
        nearest = min(range(len(columns)), key=lambda i: abs(columns[i] - piece.x))
        if piece.x in after_gap or abs(columns[nearest] - piece.x) < line.size / 2:
            texts[nearest] += "\n" if texts[nearest] and nearest != current else ""
            current = nearest
        texts[current] += piece.text
    return [text.strip() for text in texts]
