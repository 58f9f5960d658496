"""What was filled in in a PDF's form: text that stands in no page's content.

Knows pypdf's objects by their shape: mappings, lists, and references with a `get_object`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import NamedTuple

MAX_FIELDS = 2_000
_MAX_DEPTH = 20
"""Fields above a field; a loop among them must end."""

Dictionary = Mapping[str, object]


class Filled(NamedTuple):
    """A field with something in it."""

    page: int
    """From 1."""
    name: str
    value: str


def filled_fields(pages: Iterator[Dictionary]) -> list[Filled]:
    """Return the fields that are filled in, page by page; boxes that are ticked say `yes`."""
    return list(islice(_filled(pages), MAX_FIELDS))


def _filled(pages: Iterator[Dictionary]) -> Iterator[Filled]:
    for number, page in enumerate(pages, start=1):
        for widget in _widgets(page):
            value = _value(widget)
            if value:
                yield Filled(number, _said(widget, "/TU") or _said(widget, "/T"), value)


def _widgets(page: Dictionary) -> Iterator[Dictionary]:
    listed = _resolved(page.get("/Annots"))
    for entry in listed if isinstance(listed, list) else []:
        widget = _resolved(entry)
        if isinstance(widget, Mapping) and widget.get("/Subtype") == "/Widget":
            yield widget


def _value(widget: Dictionary) -> str:
    kind = _inherited(widget, "/FT")
    if kind == "/Btn":
        return "yes" if widget.get("/AS") not in (None, "/Off") else ""
    if kind not in ("/Tx", "/Ch"):
        return ""
    value = _inherited(widget, "/V")
    if isinstance(value, list):
        return ", ".join(str(_resolved(one)) for one in value)
    return value if isinstance(value, str) and not value.startswith("/") else ""


def _said(widget: Dictionary, key: str) -> str:
    found = _inherited(widget, key)
    return found if isinstance(found, str) else ""


def _inherited(widget: Dictionary, key: str) -> object:
    """Return what a field says, or the nearest one above it that says it."""
    current: object = widget
    for _ in range(_MAX_DEPTH):
        if not isinstance(current, Mapping):
            break
        if key in current:
            return _resolved(current[key])
        current = _resolved(current.get("/Parent"))
    return None


def _resolved(value: object) -> object:
    """Return what a reference leads to."""
    resolve = getattr(value, "get_object", None)
    return resolve() if callable(resolve) else value
