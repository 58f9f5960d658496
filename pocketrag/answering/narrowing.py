"""Filters that leave nothing to look in: which of them it was, and what there is instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from itertools import islice

from pocketrag.domain import Filters
from pocketrag.storage.lookup import Lookup

NAMED = 8
"""Endings and languages that are named as being there, the commonest first."""


def narrowed_to_nothing(filters: Filters, lookup: Lookup) -> tuple[str, ...]:
    """Return which filters let no indexed file through, and what would; nothing where some file is left."""
    if not filters.active or lookup.passing(filters):
        return ()
    blocking = [one for one in _one_by_one(filters) if not lookup.passing(one)]
    if blocking:
        return tuple(_said(one, lookup) for one in blocking)
    return (
        "Each filter lets some files through, but no file passes all of them: ask again with fewer filters.",
    )


def _one_by_one(filters: Filters) -> Iterator[Filters]:
    """Yield each filter that is set, alone."""
    unset = Filters()
    for field in fields(Filters):
        value = getattr(filters, field.name)
        if value != getattr(unset, field.name):
            yield Filters(**{field.name: value})


def _said(alone: Filters, lookup: Lookup) -> str:
    """Return what one filter asks for in vain, and what there is."""
    if alone.folder is not None or alone.within:
        places = _listed(str(place) for place in (alone.folder, *alone.within) if place)
        return f"No indexed file lies in {places}; `pocketrag folders` names the library's folders."
    if alone.types:
        there = _listed(f".{kind}" for kind in lookup.kinds() if kind)
        return f"No indexed file is of type {', '.join(alone.types)}; there are {there}."
    if alone.languages:
        there = _listed(language for language in lookup.languages() if language)
        return f"No indexed document is in {', '.join(alone.languages)}; there are {there}."
    if alone.phrases:
        held = _listed(f"“{phrase}”" for phrase in alone.phrases)
        return f"No passage holds {held} word for word; ask again without the quotation marks."
    if alone.without:
        return f"Every passage holds {_listed(alone.without)}; ask again without leaving it out."
    oldest, newest = lookup.days()
    if alone.since:
        return f"No indexed file is dated {alone.since} or later; the newest is of {newest}."
    return f"No indexed file is dated {alone.until} or earlier; the oldest is of {oldest}."


def _listed(names: Iterable[str]) -> str:
    return ", ".join(islice(names, NAMED)) or "none that say"
