"""Queries as they are typed: words, and among them filters, exact phrases and words to leave out.

    in:Taxes  in:"My Papers"   in folders of this name or path
    type:pdf,md                with these file name endings
    lang:de                    in this language
    after:2025-01              dated then or later; a month or a year begins with its first day
    before:2025-06             dated earlier, as in Gmail; since: and until: both include the day named
    "exact phrase"             these words next to each other, in this order
    -word  -"two words"        not with these

What the question says of a folder, of types, languages or days counts instead of what was set beside it.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from pocketrag.domain import Filters
from pocketrag.errors import QueryError
from pocketrag.storage.lookup import Lookup
from pocketrag.storage.terms import phrase

_QUOTED = "|".join(f"{left}[^{left}{right}]+{right}" for left, right in ('""', "“”", "„“", "„”", "«»"))
_PART = re.compile(
    rf"(?<!\S)(?P<name>in|type|lang|language|after|since|before|until):(?P<value>{_QUOTED}|[^\s\"]\S*)"
    rf"|(?<!\S)-(?P<without>{_QUOTED}|[^\W\d_][^\s\"]*)"
    rf"|(?<![^\s(])(?P<phrase>{_QUOTED})(?!\w)",
    re.IGNORECASE,
)
_DAY = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class Query:
    """A query taken apart."""

    text: str
    """What is looked for, as a person would say it: without filters, with the words of phrases."""
    filters: Filters
    """Those named in it; folders are not among them."""
    folders: tuple[str, ...] = ()
    """Names or paths of folders, as typed."""


def read_query(typed: str) -> Query:
    """Return what a query asks for.

    Raises QueryError if a filter's value is none, or nothing but filters is there.
    """
    parts = list(_PART.finditer(typed))
    text = " ".join(_PART.sub(lambda part: _bare(part["phrase"]) if part["phrase"] else " ", typed).split())
    if parts and not phrase(text):
        raise QueryError("The question holds nothing but filters.", "Add the words to look for.")
    filters = Filters(
        types=tuple(name.lstrip(".") for name in _names(parts, "type")),
        languages=tuple(_names(parts, "lang", "language")),
        since=max(_days(parts, "after", "since"), default=""),
        until=min(_days(parts, "before", "until"), default=""),
        phrases=tuple(_bare(part["phrase"]) for part in parts if part["phrase"]),
        without=tuple(_bare(part["without"]) for part in parts if part["without"]),
    )
    return Query(text if parts else typed, filters, tuple(_values(parts, "in")))


def narrowed(query: Query, beside: Filters, lookup: Lookup) -> Filters:
    """Return the filters set beside a query, less those that it sets itself, and these."""
    own = query.filters
    found = replace(
        beside,
        types=own.types or beside.types,
        languages=own.languages or beside.languages,
        since=own.since or beside.since,
        until=own.until or beside.until,
        phrases=own.phrases,
        without=own.without,
    )
    if not query.folders:
        return found
    places = [place for name in query.folders for place in lookup.folders_named(name) or [Path(name)]]
    return replace(found, folder=None, within=tuple(dict.fromkeys(places)))


def _values(parts: list[re.Match[str]], *names: str) -> Iterator[str]:
    """Yield the values of the filters with these names, unquoted, in order."""
    for part in parts:
        if part["name"] and part["name"].lower() in names:
            yield _bare(part["value"])


def _names(parts: list[re.Match[str]], *names: str) -> Iterator[str]:
    """Yield what stands between the commas, lower case."""
    for value in _values(parts, *names):
        yield from (name.strip().lower() for name in value.split(",") if name.strip())


def _days(parts: list[re.Match[str]], after: str, also: str) -> Iterator[str]:
    """Yield the ISO days that filters of these two names mean, both included in the range."""
    for part in parts:
        name = (part["name"] or "").lower()
        if name in (after, also):
            first, last = _span(_bare(part["value"]))
            day = {"before": first - timedelta(days=1), "until": last}.get(name, first)
            yield day.isoformat()


def _span(value: str) -> tuple[date, date]:
    """Return the first and the last day of a year, a month or a day."""
    found = _DAY.fullmatch(value)
    try:
        if found is None:
            raise ValueError(value)
        year, month, day = (int(found[part] or 0) for part in ("year", "month", "day"))
        last_month = month or 12
        return (
            date(year, month or 1, day or 1),
            date(year, last_month, day or calendar.monthrange(year, last_month)[1]),
        )
    except (ValueError, OverflowError) as error:
        raise QueryError(f"“{value}” is no day.", "Write 2025, 2025-01 or 2025-01-31.") from error


def _bare(value: str) -> str:
    """Return a value without its quotation marks."""
    return value[1:-1] if re.fullmatch(_QUOTED, value) else value
