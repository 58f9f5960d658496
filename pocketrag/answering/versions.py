"""Versions of one document: told from their names and their text, and ordered by date.

Two files are versions of one document where their names differ only by what says which version each is
(`Lease 2023` and `Lease 2024`, `contract v1` and `contract v2 FINAL`), or have the same title in the same
folder, and where the passages found in them are alike. Nobody who asks what holds means the one that was
replaced: of two such passages, the newer version's goes first, unless the query says which it means.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cmp_to_key, lru_cache
from pathlib import PurePath
from typing import NamedTuple, TypeVar

from pocketrag.answering.words import fold
from pocketrag.domain import FileVersion

_Item = TypeVar("_Item")

_DATE = re.compile(
    r"(?<!\d)(?:(?<![^\W_])(?:(?P<day>\d{1,2})[-._ ])?(?P<month>\d{1,2})[-._ ])?(?P<year>(?:19|20)\d\d)"
    r"(?:[-._ ]?(?P<month2>0[1-9]|1[0-2])(?:[-._ ]?(?P<day2>0[1-9]|[12]\d|3[01]))?)?(?:[-/]\d\d)?(?!\d)"
)
_NUMBER = re.compile(
    r"(?<![^\W_])(?:v|ver|vers|version|rev|revision|fassung|edition|draft|entwurf)"
    r"[ ._-]?(\d{1,3}(?:\.\d+)*)(?!\w)"
)
_SETTLED = re.compile(
    r"(?<![^\W_])"
    r"(?:final|signed|executed|approved|current|unterschrieben|unterzeichnet|endfassung|definitif)(?![^\W_])"
)
_UNSETTLED = re.compile(r"(?<![^\W_])(?:draft|entwurf|brouillon|borrador|wip|old|alt|superseded)(?![^\W_])")
_COPY_MARK = re.compile(
    r"(?<![^\W_])(?:copy(?: of)?|kopie(?: von)?|copie|copia|backup|bak|orig)(?: ?\d+)?(?![^\W_])|\(\d+\)"
)

_SAYS_WHICH = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?!\d)|\bv(?:ersion)? ?\d"
    r"|\b(?:old(?:er|est)?|previous(?:ly)?|former(?:ly)?|earlier|earliest|before|first|original(?:ly)?"
    r"|draft|used to|past|chang\w*|differ\w*|alte[rnsm]?|früher\w*|vorherig\w*|vorher|ursprünglich\w*"
    r"|entwurf|erste[rnsm]?)\b",
    re.IGNORECASE,
)
"""What says in a query that not simply the version that holds now is meant."""


class Edition(NamedTuple):
    """What a file's name says of which version of a document it is."""

    stem: str
    """The rest of the name, folded: what versions of one document share; empty if nothing remains."""
    date: str
    """As much of an ISO date as the name tells."""
    number: tuple[int, ...]
    """Of `v2` or `rev 1.3`; empty for none."""
    settled: int
    """1 for what calls itself final or signed, -1 for a draft, else 0."""


def edition(file: FileVersion) -> Edition:
    """Return what a file's name says of which version it is."""
    return _edition(file.attachment or file.path.name)


@lru_cache(maxsize=10_000)
def _edition(name: str) -> Edition:
    name = fold(PurePath(name).stem)
    date, number = _DATE.search(name), _NUMBER.search(name)
    settled = bool(_SETTLED.search(name)) - bool(_UNSETTLED.search(name))
    for mark in (_DATE, _NUMBER, _SETTLED, _UNSETTLED, _COPY_MARK):
        name = mark.sub(" ", name)
    return Edition(
        stem=" ".join(re.findall(r"[^\W_]+", name)),
        date=_iso(date) if date else "",
        number=tuple(map(int, number[1].split("."))) if number else (),
        settled=settled,
    )


def are_versions(one: FileVersion, other: FileVersion) -> bool:
    """Return whether two files may be versions of one document, as far as names and titles tell."""
    if one.address == other.address:
        return False
    stem = edition(one).stem
    if stem and stem == edition(other).stem:
        return True
    titled = bool(one.title) and fold(one.title) == fold(other.title)
    return titled and one.address.parent == other.address.parent


def newest_first(items: Iterable[_Item], file: Callable[[_Item], FileVersion]) -> list[_Item]:
    """Return things in files that are versions of one document, the newest version's first."""

    def compared(one: _Item, other: _Item) -> int:
        """Return less than 0 where the first is the newer one."""
        return _compared(file(other), file(one))

    return sorted(items, key=cmp_to_key(compared))


def says_which(query: str) -> bool:
    """Return whether a query says which version it is about: then the order they were found in stays."""
    return bool(_SAYS_WHICH.search(query))


def _compared(one: FileVersion, other: FileVersion) -> int:
    """Return more than 0 where one is the newer, by the first thing that both tell and that differs."""
    a, b = edition(one), edition(other)
    if a.date and b.date and a.date != b.date:
        return 1 if a.date > b.date else -1
    if a.number and b.number and a.number != b.number:
        return 1 if a.number > b.number else -1
    last_a, last_b = (a.settled, one.day, one.modified), (b.settled, other.day, other.modified)
    return (last_a > last_b) - (last_a < last_b)


def _iso(found: re.Match[str]) -> str:
    month, day = found["month2"] or found["month"], found["day2"] or found["day"]
    return "-".join(part.zfill(2) for part in (found["year"], month, day) if part)
