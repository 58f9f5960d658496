"""Filters as SQL conditions."""

from __future__ import annotations

from typing import Any

from pocketrag.domain import Filters
from pocketrag.storage import rows
from pocketrag.storage.terms import phrase

Condition = tuple[str, list[Any]]
"""An SQL condition, and the values of its marks."""


def conditions(filters: Filters) -> Condition:
    """Return what holds of `chunks c` in `files f` where they pass the filters."""
    return _all_of([*_of_files(filters), *_of_chunks(filters)])


def file_conditions(filters: Filters) -> Condition:
    """Return what holds of `files f` that pass the filters, with one chunk or another."""
    clauses = _of_files(filters)
    of_chunks = _of_chunks(filters)
    if of_chunks:
        where, values = _all_of(of_chunks)
        clauses.append((f"f.document_id IN (SELECT c.document_id FROM chunks c WHERE {where})", values))
    return _all_of(clauses)


def _all_of(clauses: list[Condition]) -> Condition:
    where = " AND ".join(["1", *(clause for clause, _ in clauses)])
    return where, [value for _, values in clauses for value in values]


def _of_files(filters: Filters) -> list[Condition]:
    clauses: list[Condition] = []
    if filters.folder is not None:
        clause, *prefixes = rows.at_or_below(filters.folder)
        clauses.append((clause, prefixes))
    if filters.within:
        each = [rows.at_or_below(place) for place in filters.within]
        any_of = " OR ".join(clause for clause, *_ in each)
        clauses.append((f"({any_of})", [value for _, *values in each for value in values]))
    if filters.types:
        clauses.append((f"f.kind IN ({_marks(filters.types)})", [*filters.types]))
    if filters.languages:
        among = f"SELECT id FROM documents WHERE language IN ({_marks(filters.languages)})"
        clauses.append((f"f.document_id IN ({among})", [*filters.languages]))
    if filters.since:
        clauses.append(("f.day >= ?", [filters.since]))
    if filters.until:
        clauses.append(("f.day <= ?", [filters.until]))
    return clauses


def _of_chunks(filters: Filters) -> list[Condition]:
    wanted = [expression for held in filters.phrases if (expression := phrase(held))]
    unwanted = [expression for held in filters.without if (expression := phrase(held))]
    clauses: list[Condition] = []
    if wanted:
        clauses.append((f"c.id IN ({_MATCHING})", [" AND ".join(wanted)]))
    if unwanted:
        clauses.append((f"c.id NOT IN ({_MATCHING})", [" OR ".join(unwanted)]))
    return clauses


_MATCHING = "SELECT rowid FROM chunk_words WHERE chunk_words MATCH ?"


def _marks(values: tuple[str, ...]) -> str:
    return ",".join("?" * len(values))
