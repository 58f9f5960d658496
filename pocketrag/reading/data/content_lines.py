"""Calendars (iCalendar, RFC 5545) and contacts (vCard, RFC 6350) → blocks that a person reads.

Both are lines of `NAME;PARAMETER=…:value`, folded at 75 bytes.
"""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from collections.abc import Iterator
from quopri import decodestring
from typing import NamedTuple

from pocketrag.domain import Document, Place
from pocketrag.reading.builder import DocumentBuilder
from pocketrag.reading.details import find_iso_date, usable_title
from pocketrag.reading.encoding import decode
from pocketrag.reading.text.plain import split_lines

_LINE = re.compile(r"(?:[\w-]{1,40}\.)?([A-Za-z][\w-]{0,60})((?:;(?:[^:;\"]|\"[^\"]*\")*)*):(.*)", re.DOTALL)
_ESCAPED = re.compile(r"\\([\\;,nN])")
_TIME = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d)(?::?\d\d)?(Z?))?")
_TYPE = re.compile(r"(?:TYPE=)?\"?(home|work|cell|mobile|fax|private|business)\b", re.IGNORECASE)
_ENTRIES = {"VEVENT": "Event", "VTODO": "Task", "VJOURNAL": "Journal", "VCARD": "Contact"}
_MAX_VALUE = 20_000
_MAX_LINES_OF_ENTRY = 300

_LABELS = {
    "SUMMARY": "",
    "DTSTART": "Begins",
    "DTEND": "Ends",
    "DUE": "Due",
    "DURATION": "Takes",
    "RRULE": "Repeats",
    "LOCATION": "Where",
    "ORGANIZER": "Organizer",
    "ATTENDEE": "With",
    "STATUS": "Status",
    "CATEGORIES": "Categories",
    "DESCRIPTION": "Description",
    "COMMENT": "Comment",
    "URL": "Web",
    "FN": "",
    "NICKNAME": "Nickname",
    "ORG": "Organization",
    "TITLE": "Position",
    "ROLE": "Role",
    "TEL": "Phone",
    "EMAIL": "Mail",
    "ADR": "Address",
    "BDAY": "Birthday",
    "ANNIVERSARY": "Anniversary",
    "NOTE": "Note",
}
"""The properties that are shown, and what they are called; the name of an entry stands first, alone."""

_PLAIN_LISTS = {"ORG", "ADR", "N", "CATEGORIES"}


class _Property(NamedTuple):
    """One unfolded line."""

    line: int
    name: str
    parameters: str
    value: str


def read_content_lines(data: bytes) -> Document:
    """Return one block for each event, task or contact; alarms and time zones are left out."""
    builder = DocumentBuilder()
    title = ""
    entry: list[_Property] = []
    within: list[str] = []
    for item in _properties(split_lines(decode(data, "utf-8"))):
        if item.name == "BEGIN":
            within.append(item.value.strip().upper())
            entry = [item] if within[-1] in _ENTRIES else entry
        elif item.name == "END":
            if within and within.pop() in _ENTRIES:
                _add(builder, entry)
                entry = []
        elif item.name == "X-WR-CALNAME":
            title = _unescaped(item.value)
        elif entry and within and within[-1] in _ENTRIES:
            entry.append(item)
    _add(builder, entry)
    return builder.build(title=usable_title(title))


def _properties(lines: list[str]) -> Iterator[_Property]:
    """Yield the lines, unfolded; in old cards, quoted-printable ones go on after a `=`."""
    index = 0
    while index < len(lines):
        first, parts = index, [lines[index]]
        index += 1
        quoted = "QUOTED-PRINTABLE" in parts[0].upper()
        while quoted and parts[-1].endswith("=") and index < len(lines):
            parts[-1] = parts[-1][:-1]
            parts.append(lines[index])
            index += 1
        while index < len(lines) and lines[index][:1] in {" ", "\t"}:
            parts.append(lines[index][1:])
            index += 1
        match = _LINE.fullmatch("".join(parts)[:_MAX_VALUE])
        if match:
            name, parameters, value = match.groups()
            yield _Property(first + 1, name.upper(), parameters, _decoded(value, parameters))


def _decoded(value: str, parameters: str) -> str:
    if "QUOTED-PRINTABLE" not in parameters.upper():
        return value
    charset = re.search(r"CHARSET=([\w-]+)", parameters, re.IGNORECASE)
    try:
        return decode(decodestring(value.encode("latin-1", "replace")), charset.group(1) if charset else "")
    except (Base64Error, ValueError):
        return value


def _add(builder: DocumentBuilder, entry: list[_Property]) -> None:
    """Add an entry: its name, then one line for each thing that is known of it."""
    if not entry:
        return
    named: list[str] = []
    others: list[str] = []
    for item in entry[1:_MAX_LINES_OF_ENTRY]:
        value = _shown(item) if item.name in _LABELS else ""
        label = _LABELS.get(item.name, "")
        kind = _TYPE.search(item.parameters) if item.name in {"TEL", "EMAIL", "ADR"} else None
        label = f"{label} ({kind.group(1).lower()})" if kind else label
        if value:
            (others if label else named).append(f"{label}: {value}" if label else value)
    if named or others:
        what = _ENTRIES[entry[0].value.strip().upper()]
        builder.paragraph("\n".join([f"{what}: {' '.join(named)}", *others]), Place(line=entry[0].line))


def _shown(item: _Property) -> str:
    if item.name in {"DTSTART", "DTEND", "DUE", "BDAY", "ANNIVERSARY"}:
        return _moment(item)
    if item.name in {"ATTENDEE", "ORGANIZER"}:
        name = re.search(r"CN=\"?([^\";:]+)", item.parameters)
        address = re.sub(r"(?i)^mailto:", "", item.value)
        return f"{name.group(1)} <{address}>" if name and "@" in address else address
    if item.name == "RRULE":
        return item.value.replace(";", ", ").replace("=", " ").lower()
    if item.name in _PLAIN_LISTS:
        return ", ".join(filter(None, map(_unescaped, re.split(r"(?<!\\)[;,]", item.value))))
    return _unescaped(re.sub(r"(?i)^(?:tel|mailto):", "", item.value))


def _moment(item: _Property) -> str:
    """Return `2025-05-01 10:00` with its time zone where one is told, or the day."""
    match = _TIME.match(item.value)
    if match is None or not find_iso_date(f"{match.group(1)}-{match.group(2)}-{match.group(3)}"):
        return _unescaped(item.value)
    day, hour = "-".join(match.group(1, 2, 3)), match.group(4)
    zone = re.search(r"TZID=\"?([^\";:]+)", item.parameters)
    zone_name = "UTC" if match.group(6) else (zone.group(1) if zone else "")
    return f"{day} {hour}:{match.group(5)} {zone_name}".strip() if hour else day


def _unescaped(value: str) -> str:
    return _ESCAPED.sub(lambda match: "\n" if match.group(1) in "nN" else match.group(1), value).strip()
