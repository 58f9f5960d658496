"""Sources: of the files that hold a text, the one that stands for it, and how it compares with the index."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from pocketrag.answering.versions import edition, newest_first
from pocketrag.domain import Freshness
from pocketrag.storage.freshness import freshness_of
from pocketrag.storage.stored import StoredChunk, StoredFile
from pocketrag.storage.terms import indexed

_COPY = re.compile(
    r"(?<![^\W_])(bak|back-?up|old|orig|copy|copies|kopie|copie|copia|duplicate)s?(?![^\W_])|~$|\(\d+\)(?=\.\w+$|$)",
    re.IGNORECASE,
)
"""What says in a path that a file is a copy of another one: `lease.pdf.bak`, `Backup/`, `lease (2).pdf`."""

_BY_FRESHNESS = (Freshness.FRESH, Freshness.CHANGED, Freshness.AWAY)


class Source(NamedTuple):
    """A place where a text stands."""

    chunk: StoredChunk
    file: StoredFile
    freshness: Freshness


def sources(equal: Iterable[StoredChunk], asked: frozenset[str], away: frozenset[Path]) -> list[Source]:
    """Return where some equal chunks stand, the file that people mean first; deleted ones are left out.

    `asked`: the query's terms. A file whose path holds more of them is meant rather.
    """
    there = [
        Source(chunk, file, state)
        for chunk in equal
        for file in chunk.files
        if (state := freshness_of(file, away)) is not Freshness.DELETED
    ]
    if len(there) < 2:
        return there
    return _newest_version_first(sorted(there, key=lambda source: _is_meant_less(source, asked)), asked)


def _is_meant_less(source: Source, asked: frozenset[str]) -> tuple[int, bool, int, int, int]:
    """Return what sorts the file that people mean before its copies, of files that hold the same text."""
    name = source.file.version.shown
    return (
        _BY_FRESHNESS.index(source.freshness),
        bool(_COPY.search(name)),
        -len(asked.intersection(indexed(name).split())),
        len(name),
        -source.file.mtime_ns,
    )


def _newest_version_first(there: Sequence[Source], asked: frozenset[str]) -> list[Source]:
    """Return the places; of versions of the first one's document that are meant as much, the newest first."""
    meant, stem = _is_meant_less(there[0], asked)[:3], edition(there[0].file.version).stem
    versions = [
        source
        for source in there
        if stem and _is_meant_less(source, asked)[:3] == meant and edition(source.file.version).stem == stem
    ]
    newest = newest_first(versions, lambda source: source.file.version)
    return [*newest, *(source for source in there if source not in versions)]
