"""Joining: neighbouring chunks become one passage where the evidence runs over the boundary between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pocketrag.answering.evidence import Evidence
from pocketrag.answering.retrieved import Found
from pocketrag.domain import Chunk, Span


@dataclass(frozen=True, slots=True)
class Joined:
    """Passages and their evidence, those joined that belong together."""

    found: list[Found]
    marked: list[tuple[Span, ...]]
    """Of each passage, its most relevant sentences."""
    evidence: list[Evidence]


def joined(
    found: Sequence[Found], marked: Sequence[tuple[Span, ...]], evidence: Sequence[Evidence]
) -> Joined:
    """Return the passages, neighbours joined where the sentences at both sides of the boundary are marked.

    They take the better one's place. A chunk is joined with one other at most: a passage stays short.
    """
    partner = _partners(found, marked)
    kept = [n for n in range(len(found)) if partner.get(n, n) >= n]
    place = {n: kept.index(min(n, partner.get(n, n))) for n in range(len(found))}
    return Joined(
        [_with(found, n, partner.get(n, n)) for n in kept],
        [marked[n] if n not in partner else (*marked[n], *marked[partner[n]]) for n in kept],
        [replace(e, passage=place[e.passage]) for e in evidence],
    )


def _partners(found: Sequence[Found], marked: Sequence[tuple[Span, ...]]) -> dict[int, int]:
    """Return for each passage that is to be joined with another one which, by their numbers."""
    partner: dict[int, int] = {}
    for n, before in enumerate(found):
        for m, after in enumerate(found):
            free = n not in partner and m not in partner
            if (
                free
                and _follows(before, after)
                and _runs_over(before.stored.chunk, marked[n], after, marked[m])
            ):
                partner[n], partner[m] = m, n
    return partner


def _follows(before: Found, after: Found) -> bool:
    same = before.file.version.address == after.file.version.address
    return same and before.stored.chunk.end == after.stored.chunk.start


def _runs_over(before: Chunk, ends: Sequence[Span], after: Found, begins: Sequence[Span]) -> bool:
    """Return whether the last sentence before the boundary and the first one after it are both marked."""
    chunk = after.stored.chunk
    last = before.start + len(before.text.rstrip())
    first = chunk.end - len(chunk.text.lstrip())
    return any(span.end >= last for span in ends) and any(span.start <= first for span in begins)


def _with(found: Sequence[Found], n: int, m: int) -> Found:
    """Return a passage with its partner's text before or after its own; as it is if it is its own partner."""
    if n == m:
        return found[n]
    here, other = found[n], found[m]
    first, second = sorted((here.stored.chunk, other.stored.chunk), key=lambda chunk: chunk.start)
    last_page = second.place.page_end or second.place.page
    whole = replace(
        first,
        end=second.end,
        text=first.text + second.text,
        place=replace(first.place, page_end=last_page if last_page != first.place.page else None),
    )
    also_in = tuple(name for name in here.also_in if name in other.also_in)
    return replace(here, stored=replace(here.stored, chunk=whole), also_in=also_in)
