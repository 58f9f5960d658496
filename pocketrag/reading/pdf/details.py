"""What a PDF says of itself, whichever library hands it over. Knows no PDF library."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple, Self

from pocketrag.reading.details import iso_date, usable_author, usable_title

_DATE = re.compile(r"\s*(?:D:)?\s*(\d{4})(\d\d)?(\d\d)?")
"""ISO 32000-1, 7.9.4: the year, and the rest as far as it is known."""


class Details(NamedTuple):
    """Title, author and date; empty where the file says nothing that can be used."""

    title: str = ""
    author: str = ""
    date: str = ""
    """ISO 8601."""

    @classmethod
    def stated(cls, *, title: str, author: str, created: str, changed: str) -> Self:
        """Return the details that a file's own entries make."""
        return cls(usable_title(title), usable_author(author), _day(created) or _day(changed))


NO_DETAILS = Details()


def _day(stated: str) -> str:
    match = _DATE.match(stated)
    if match is None:
        return ""
    year, month, day = (int(part or 1) for part in match.groups())
    try:
        return iso_date(date(year, month, day))
    except ValueError:  # `D:20241345`
        return ""
