"""Every document in which words stand: counted, not ranked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from pocketrag.domain import Filters
from pocketrag.storage.database import Database
from pocketrag.storage.narrowing import conditions
from pocketrag.storage.terms import phrase

Forms = Sequence[str]
"""A word in the forms that count as the same."""


class Match(NamedTuple):
    """A document that holds all the words."""

    document_id: int
    chunk_id: int
    """Of the passage that holds most of the words in its own text, the first of several."""
    passages: int
    """Passages that match, and hold one of the words at least in their own text."""


class EveryMatch:
    """Looks words up in one catalog."""

    def __init__(self, database: Database) -> None:
        """Read from an open database."""
        self._database = database

    def documents(self, words: Sequence[Forms], filters: Filters) -> list[Match]:
        """Return the documents with a passage that passes the filters and holds every word; newest first.

        A word counts in the passage's text, in the title and headings above it, and in the path of its file.
        """
        expressions = [_any_form(forms) for forms in words]
        if not all(expressions) or not expressions:
            return []
        where, values = conditions(filters)
        rarest = min(expressions, key=self._frequency)
        here = " + ".join([f"(c.id IN ({_IN_CHUNK}))"] * len(expressions))
        each = " AND ".join([f"(c.id IN ({_IN_CHUNK}) OR f.id IN ({_IN_PATH}))"] * len(expressions))
        found = self._database.connection.execute(
            "SELECT document_id, id, passages FROM ("
            "  SELECT document_id, id, max(here * 1000000000 - start),"
            "         count(DISTINCT iif(here > 0, id, NULL)) AS passages"
            f"  FROM (SELECT c.document_id, c.id, c.start, {here} AS here"
            "        FROM chunks c JOIN files f ON f.document_id = c.document_id"
            f"        WHERE c.id IN ({_IN_CHUNK} UNION {_CHUNKS_OF_PATHS}) AND {each} AND {where})"
            "  GROUP BY document_id) g"
            " ORDER BY (SELECT max(day) FROM files f WHERE f.document_id = g.document_id) DESC, document_id",
            (
                *(f"{{text}} : ({expression})" for expression in expressions),
                rarest,
                rarest,
                *(expression for expression in expressions for _ in range(2)),
                *values,
            ),
        )
        return [Match(*row) for row in found]

    def stands(self, forms: Forms) -> bool:
        """Return whether a word stands anywhere at all: in a passage, above one, or in a file's path."""
        expression = _any_form(forms)
        return bool(expression) and (
            self._frequency(expression, 1) > 0
            or self._one(f"SELECT 1 WHERE EXISTS ({_IN_PATH})", expression) > 0
        )

    def _frequency(self, expression: str, most: int = -1) -> int:
        return self._one(f"SELECT count(*) FROM ({_IN_CHUNK} LIMIT ?)", expression, most)

    def _one(self, sql: str, *values: Any) -> int:  # noqa: ANN401 - whatever SQLite takes
        row = self._database.connection.execute(sql, values).fetchone()
        return int(row[0]) if row else 0


_IN_CHUNK = "SELECT rowid FROM chunk_words WHERE chunk_words MATCH ?"
_IN_PATH = "SELECT rowid FROM path_words WHERE path_words MATCH ?"
_CHUNKS_OF_PATHS = (
    "SELECT named.id FROM path_words JOIN files ON files.id = path_words.rowid"
    " JOIN chunks named ON named.document_id = files.document_id WHERE path_words MATCH ?"
)


def _any_form(forms: Forms) -> str:
    return " OR ".join(filter(None, map(phrase, forms)))
