"""What a file's own metadata says of it, made fit to show: title, author, date."""

from __future__ import annotations

import re
from datetime import date, datetime

from pocketrag.reading.normalise import one_line

_MAX_DETAIL = 200
"""Characters; a longer title or author is not one."""

_PROGRAM_BEFORE_TITLE = re.compile(r"^Microsoft (?:Word|PowerPoint|Excel) - ", re.IGNORECASE)
_FILE_NAME = re.compile(
    r"^\S+\.(?:docx?|xlsx?|pptx?|pdf|odt|ods|odp|rtf|txt|tex|dvi|indd|qxd|html?|pub)$", re.I
)
_NO_TITLE = re.compile(
    r"(?:untitled|unbenannt|ohne titel|sin título|sans titre)?[ _-]*\d*"
    r"|(?:new )?(?:word|powerpoint|slide) ?(?:document|presentation|title)"
    r"|powerpoint-präsentation|document ?\d*",
    re.IGNORECASE,
)
_NO_AUTHOR = {
    "",
    "python-docx",
    "python-pptx",
    "openpyxl",
    "unknown",
    "anonymous",
    "user",
    "admin",
    "administrator",
}
"""Authors that programs put in by themselves."""

_TEMPLATE_DATES = {"2013-12-23", "2013-01-27"}
"""What the built-in templates of python-docx and python-pptx carry."""

_ISO_DATE = re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)")


def usable_title(text: str | None) -> str:
    """Return a metadata title if a person wrote it, else nothing: no "untitled", no file name."""
    title = _PROGRAM_BEFORE_TITLE.sub("", _detail(text))
    return "" if _NO_TITLE.fullmatch(title) or _FILE_NAME.match(title) else title


def usable_author(text: str | None) -> str:
    """Return a metadata author if a person is meant, else nothing."""
    author = _detail(text)
    return "" if author.lower() in _NO_AUTHOR else author


def iso_date(moment: date | None) -> str:
    """Return the day as `2025-03-14`; nothing for no date, and for the years that mean "not set"."""
    if moment is None or not 1970 < moment.year < 2200:
        return ""
    day = moment.date() if isinstance(moment, datetime) else moment
    return "" if day.isoformat() in _TEMPLATE_DATES else day.isoformat()


def find_iso_date(text: str) -> str:
    """Return the first valid ISO day in `text`, else nothing."""
    for match in _ISO_DATE.finditer(text[:_MAX_DETAIL]):
        try:
            return iso_date(date.fromisoformat(match.group()))
        except ValueError:  # the 31st of February
            continue
    return ""


def _detail(text: str | None) -> str:
    line = one_line((text or "")[: 2 * _MAX_DETAIL])
    return line if len(line) <= _MAX_DETAIL else ""
