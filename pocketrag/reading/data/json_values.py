"""JSON values → lines that a person reads (`customer.name: Ann`), for whole files and for lines of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pocketrag.domain import Document, Place
from pocketrag.errors import Damaged
from pocketrag.reading.builder import DocumentBuilder, Row
from pocketrag.reading.details import usable_author, usable_title
from pocketrag.reading.encoding import decode
from pocketrag.reading.text.plain import split_lines
from pocketrag.reading.text.source_code import read_code

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

_MAX_DEPTH = 60
"""Nesting that is written out; what lies deeper is named as too deep."""
_MAX_LINES_OF_BLOCK = 30
_LONG_TEXT = 200
"""Characters from which a text stands in a paragraph of its own."""
_MAX_DIGITS = 4_000


def read_json(data: bytes) -> Document:
    """Return the file's values, a block for each record of a list; places are rows of the outermost list.

    What is not quite JSON (comments, several values) is read as code.
    """
    try:
        value = parse_json(decode(data, "utf-8"))
    except json.JSONDecodeError:
        return read_code(data)
    builder = DocumentBuilder()
    if isinstance(value, list):
        for number, record in enumerate(value, start=1):
            add_record(builder, record, Place(row=number))
    elif isinstance(value, dict):
        _add_members(builder, value)
    else:
        add_record(builder, value, Place())
    fields = value if isinstance(value, dict) else {}
    return builder.build(
        title=usable_title(_text(fields, "title") or _text(fields, "name")),
        author=usable_author(_text(fields, "author")),
    )


def read_json_lines(data: bytes) -> Document:
    """Return one record a line; a line that is no JSON is kept as it stands."""
    builder = DocumentBuilder()
    for number, line in enumerate(split_lines(decode(data, "utf-8")), start=1):
        try:
            add_record(builder, parse_json(line) if line.strip() else None, Place(line=number))
        except json.JSONDecodeError:
            builder.paragraph(line, Place(line=number))
    return builder.build()


def parse_json(text: str) -> Json:
    """Return the value; raises `Damaged` for one too deep, and json's own error for broken text."""
    try:
        value: Json = json.loads(text.lstrip("\ufeff"), parse_int=_whole_number)
    except RecursionError as error:
        raise Damaged("The JSON is nested too deeply.", "Leave it out, or flatten it.") from error
    return value


def add_record(builder: DocumentBuilder, value: Json, place: Place) -> None:
    """Add one value: long texts as paragraphs, the rest as lines of `path: value`."""
    lines: list[str] = []
    for path, leaf in _leaves(value, "", 0):
        if len(leaf) > _LONG_TEXT or "\n" in leaf.strip():
            _add_lines(builder, lines, place)
            lines = []
            builder.paragraph(f"{path}: {leaf}" if path else leaf, place)
        else:
            lines.append(f"{path}: {leaf}" if path else leaf)
            if len(lines) >= _MAX_LINES_OF_BLOCK:
                _add_lines(builder, lines, place)
                lines = []
    _add_lines(builder, lines, place)


def _add_lines(builder: DocumentBuilder, lines: list[str], place: Place) -> None:
    builder.paragraph("\n".join(lines), place)


def _add_members(builder: DocumentBuilder, value: dict[str, Json]) -> None:
    """Add an object's members, plain ones that follow each other as one block."""
    plain: dict[str, Json] = {}
    for key, part in value.items():
        if isinstance(part, dict | list):
            add_record(builder, plain, Place())
            plain = {}
            _add_member(builder, key, part)
        else:
            plain[key] = part
    add_record(builder, plain, Place())


def _add_member(builder: DocumentBuilder, key: str, value: Json) -> None:
    """Add a member of the outermost object; a list of flat records becomes a table."""
    if isinstance(value, list) and _is_table(value):
        columns = list(dict.fromkeys(column for record in value for column in _record(record)))
        rows = (Row([_shown(_record(record).get(column)) for column in columns]) for record in value)
        builder.heading(key, 1)
        builder.table(Row(columns), rows)
        builder.leave_sections()
    elif isinstance(value, list) and value and isinstance(value[0], dict | list):
        builder.heading(key, 1)
        for number, record in enumerate(value, start=1):
            add_record(builder, record, Place(row=number))
        builder.leave_sections()
    else:
        add_record(builder, {key: value}, Place())


def _is_table(records: list[Json]) -> bool:
    """Whether all are objects of the same few plain values."""
    if len(records) < 2 or not all(isinstance(record, dict) and record for record in records):
        return False
    columns = set(_record(records[0]))
    return len(columns) <= 30 and all(
        set(_record(record)) <= columns
        and not any(isinstance(value, dict | list) for value in _record(record).values())
        and all(len(_shown(value)) <= _LONG_TEXT for value in _record(record).values())
        for record in records
    )


def _record(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _leaves(value: Json, path: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield each plain value with the path to it; a list of short values on one line."""
    if depth > _MAX_DEPTH:
        yield path, "(nested too deeply)"
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _leaves(part, f"{path}.{key}" if path else key, depth + 1)
    elif isinstance(value, list):
        texts = [] if any(isinstance(part, dict | list) for part in value) else list(map(_shown, value))
        if texts and sum(map(len, texts)) <= 2 * _LONG_TEXT:
            yield path, ", ".join(filter(None, texts))
            return
        for number, part in enumerate(value, start=1):
            yield from _leaves(part, f"{path}[{number}]", depth + 1)
    else:
        text = _shown(value)
        if text:
            yield path, text


def _shown(value: Json) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case _:
            return str(value)


def _text(fields: dict[str, Json], key: str) -> str:
    value = fields.get(key)
    return value if isinstance(value, str) else ""


def _whole_number(digits: str) -> Json:
    """Return a whole number; one of thousands of digits, which Python refuses to convert, as text."""
    return int(digits) if len(digits) < _MAX_DIGITS else digits
