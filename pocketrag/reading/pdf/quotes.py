"""Where a quote of a document's text stands on its page, among the characters that PDFium tells of there.

The document's text was put in order and cleaned; the page's was not. So only letters and digits are
compared, in their simplest forms. A quote that is not there as a whole, or there more than once in the same
surroundings, counts as not found: a wrong mark would be worse than none.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from pocketrag.domain import Quote

CONTEXT = 80
"""Letters and digits around a quote that are compared, each way."""


def place_on_page(page: str, quote: Quote) -> tuple[int, int] | None:
    """Return start and end of a quote in a page's characters; None where that cannot be told."""
    letters, places = _skeleton(page)
    wanted, _ = _skeleton(quote.text)
    starts = _starts(letters, wanted)
    if len(starts) > 1:
        starts = _in_their_surroundings(letters, starts, len(wanted), quote)
    if len(starts) != 1:
        return None
    (start,) = starts
    return places[start], places[start + len(wanted) - 1] + 1


def _starts(letters: str, wanted: str) -> list[int]:
    starts: list[int] = []
    at = letters.find(wanted) if wanted else -1
    while at >= 0:
        starts.append(at)
        at = letters.find(wanted, at + 1)
    return starts


def _in_their_surroundings(letters: str, starts: list[int], length: int, quote: Quote) -> list[int]:
    """Return those of the places around which most stands as it does around the quote."""
    before, after = _skeleton(quote.before)[0][-CONTEXT:], _skeleton(quote.after)[0][:CONTEXT]

    def alike(start: int) -> int:
        """Return how many characters around a place stand as they do around the quote."""
        ahead = letters[max(0, start - CONTEXT) : start][::-1]
        behind = letters[start + length : start + length + CONTEXT]
        return _common(ahead, before[::-1]) + _common(behind, after)

    scores = {start: alike(start) for start in starts}
    best = max(scores.values())
    return [start for start, score in scores.items() if score == best]


def _common(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    return next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _skeleton(text: str) -> tuple[str, list[int]]:
    """Return a text's letters and digits in their simplest forms, and the place of each."""
    simple = [(letter, place) for place, character in enumerate(text) for letter in _simple(character)]
    return "".join(letter for letter, _ in simple), [place for _, place in simple]


@lru_cache(maxsize=4096)
def _simple(character: str) -> str:
    forms = unicodedata.normalize("NFKD", character).casefold()
    return "".join(letter for letter in forms if letter.isalnum())
