"""The catalog's full-text search: which chunks and files hold words, how many do, how they are spelt."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from pocketrag.domain import Filters
from pocketrag.storage.database import Database
from pocketrag.storage.narrowing import conditions
from pocketrag.storage.remembered import Remembered
from pocketrag.storage.terms import phrase

ALPHABETS = ("abcdefghijklmnopqrstuvwxyz", "абвгдежзийклмнопрстуфхцчшщъыьэюя", "αβγδεζηθικλμνξοπρστυφχψως")
"""Letters that may have been meant, script by script; the others are corrected by what was typed alone."""

MISSPELT = 5
"""Letters that a word has, at least, that may be another one with a slip: shorter ones have too many near."""

BATCH = 500

BEGINNING = 100
"""Terms with one beginning that are looked at, at most."""

HOLDING = 10_000
"""Chunks that hold a code, at most: what more of them hold tells none apart."""


class WordSearch:
    """Words of chunks and of paths, in one catalog."""

    def __init__(self, database: Database) -> None:
        """Read from an open database."""
        self._database = database
        self._remembered = Remembered(database)

    def chunks(self, words: Sequence[str], limit: int, filters: Filters) -> dict[str, float]:
        """Return vector keys of the chunks that hold any of these words, each with its BM25, best first.

        Words in the text count fully, words of its context (title, headings) half.
        """
        match = _any_of(words)
        if not match:
            return {}
        where, values = conditions(filters)
        passes = (
            "AND EXISTS (SELECT 1 FROM chunks c JOIN files f ON f.document_id = c.document_id"
            f" WHERE c.id = chunk_words.rowid AND {where})"
        )
        found = self._database.connection.execute(
            "SELECT c.key, best.fit FROM"
            " (SELECT rowid, -bm25(chunk_words, 1.0, 0.5) AS fit FROM chunk_words"
            f" WHERE chunk_words MATCH ? {passes if filters.active else ''} ORDER BY fit DESC LIMIT ?) best"
            " CROSS JOIN chunks c ON c.id = best.rowid ORDER BY best.fit DESC",
            (match, *(values if filters.active else ()), limit),
        )
        best: dict[str, float] = {}
        for key, fit in found.fetchall():
            best.setdefault(key, fit)
        return best

    def holding(self, word: str) -> set[int]:
        """Return the ids of chunks that hold a word or code, in their text or above it."""
        match = phrase(word)
        if not match:
            return set()
        sql = "SELECT rowid FROM chunk_words WHERE chunk_words MATCH ? LIMIT ?"
        return {row[0] for row in self._database.connection.execute(sql, (match, HOLDING)).fetchall()}

    def files(self, words: Sequence[str], limit: int) -> dict[int, float]:
        """Return the ids of files whose folders or name hold any of these words, best BM25 first."""
        match = _any_of(words)
        if not match:
            return {}
        found = self._database.connection.execute(
            "SELECT rowid, -bm25(path_words) AS fit FROM path_words"
            " WHERE path_words MATCH ? ORDER BY fit DESC LIMIT ?",
            (match, limit),
        )
        return dict(found.fetchall())

    def frequencies(self, words: Sequence[str]) -> dict[str, int]:
        """Return in how many chunks each folded word stands; words that stand nowhere map to 0."""
        return {word: self._remembered.get(word, partial(self._matching, word)) for word in words}

    def spelling(self, word: str) -> str:
        """Return the commonest known word one slip of the fingers away from a folded one.

        Empty if there is none, and for short words.
        A letter too many or too few, another letter, or two that changed places (Damerau, CACM 7, 1964).
        """
        if len(word) < MISSPELT:
            return ""
        known = self._in_vocabulary(list(_one_slip_away(word)))
        return max(known, key=lambda near: (known[near], near), default="")

    def beginning(self, prefix: str) -> list[str]:
        """Return the terms of chunks that begin so, a folded prefix; the first few dozen."""
        found = self._database.connection.execute(
            "SELECT term FROM chunk_vocabulary WHERE term >= ? AND term < ? LIMIT ?",
            (prefix, prefix + "\U0010ffff", BEGINNING),
        )
        return [term for (term,) in found]

    def _in_vocabulary(self, terms: Sequence[str]) -> dict[str, int]:
        """Return those of the terms that stand in chunks, and in how many."""
        found: dict[str, int] = {}
        for start in range(0, len(terms), BATCH):
            batch = terms[start : start + BATCH]
            marks = ",".join("?" * len(batch))
            found.update(
                self._database.connection.execute(
                    f"SELECT term, doc FROM chunk_vocabulary WHERE term IN ({marks})", batch
                )
            )
        return found

    def _matching(self, word: str) -> int:
        match = phrase(word)
        if not match:
            return 0
        (number,) = self._database.connection.execute(
            "SELECT count(*) FROM chunk_words WHERE chunk_words MATCH ?", (match,)
        ).fetchone()
        return int(number)


def _any_of(words: Sequence[str]) -> str:
    return " OR ".join(filter(None, map(phrase, words)))


def _one_slip_away(word: str) -> set[str]:
    letters = next((alphabet for alphabet in ALPHABETS if word[0] in alphabet), "".join(set(word)))
    parts = [(word[:n], word[n:]) for n in range(len(word) + 1)]
    less = {left + right[1:] for left, right in parts if right}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in parts if len(right) > 1}
    other = {left + letter + right[1:] for left, right in parts if right for letter in letters}
    more = {left + letter + right for left, right in parts for letter in letters}
    return (less | swapped | other | more) - {word}
