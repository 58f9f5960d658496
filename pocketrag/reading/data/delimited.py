"""Comma-separated and similar values → a `Document` whose places are rows. Owns the csv module."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from io import StringIO
from itertools import islice
from typing import Literal

from pocketrag.domain import Document, Place
from pocketrag.reading.builder import DocumentBuilder, Row
from pocketrag.reading.encoding import decode
from pocketrag.reading.grid import add_table

_DELIMITERS = ",;\t|"
_SAMPLE_RECORDS = 50
_MAX_FIELD = 1_000_000
"""Characters of one field; the module's own limit of 131,072 is met by real exports."""


def read_delimited(data: bytes) -> Document:
    """Return one table; a row's number counts records from 1, the header and empty ones included."""
    text = decode(data)
    delimiter = sniff_delimiter(text)
    csv.field_size_limit(_MAX_FIELD)
    try:
        rows = _rows(text, delimiter, csv.QUOTE_MINIMAL)
    except (
        csv.Error
    ):  # a quotation mark that never closes swallows the rest of the file: take marks as letters
        rows = _rows(text, delimiter, csv.QUOTE_NONE)
    builder = DocumentBuilder()
    add_table(builder, rows)
    return builder.build()


def sniff_delimiter(text: str) -> str:
    """Return the delimiter that cuts the first records into the most even number of fields."""
    return max(_DELIMITERS, key=lambda delimiter: _evenness(text, delimiter))


def _evenness(text: str, delimiter: str) -> tuple[float, int]:
    """Return the share of records that have the most common number of fields (0 if that is one), and it."""
    try:
        records = islice(
            csv.reader(StringIO(text[:200_000], newline=""), delimiter=delimiter), _SAMPLE_RECORDS
        )
        widths = Counter(len(record) for record in records if record)
    except csv.Error:
        return 0.0, 0
    if not widths:
        return 0.0, 0
    width, times = widths.most_common(1)[0]
    return (times / widths.total(), width) if width > 1 else (0.0, 0)


def _rows(text: str, delimiter: str, quoting: Literal[0, 3]) -> Sequence[Row]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, quoting=quoting)
    return [Row(record, Place(row=number)) for number, record in enumerate(reader, start=1)]
