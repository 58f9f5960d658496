"""How a query is read before anything is searched: its words that tell, its codes, its language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pocketrag.answering.words import QUERY_WORDS, codes, query_words, words
from pocketrag.models.embedder import EmbeddedQuery, Vectors
from pocketrag.models.languages import languages_of
from pocketrag.reading.language import likeliest
from pocketrag.storage.lookup import Lookup
from pocketrag.storage.terms import indexed, is_plain
from pocketrag.storage.word_search import WordSearch

COMMON_SHARE = 0.25
"""Words in more than this share of all chunks are left out of the lexical query, if rarer ones remain."""

MOST_HELD = 10_000
"""Chunks that may hold the words of a lexical query, added up: BM25 takes a microsecond and a half for each.
The commonest words are left out that would make it more; the rarest one never is."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as it is searched."""

    query: EmbeddedQuery
    words: list[str]
    """Those of its words that tell chunks from one another."""
    named: frozenset[str]
    """Its terms: of files with equal text it means the one whose path holds most of them."""
    codes: list[str]
    rare_codes: list[str]
    """Those that few enough chunks hold for them to be proposed for it: not a year."""
    language: str
    """Empty where that cannot be told."""
    known: frozenset[str]
    """Languages that the embedder knows; empty for all."""
    total: int
    """Chunks that are searched."""

    @classmethod
    def of(cls, query: EmbeddedQuery, lookup: Lookup) -> Asked:
        """Return a query as it is searched in this catalog."""
        text, known = query.text, languages_of(query.embedder)
        among = {*known, *lookup.languages()} if known else set()
        total = lookup.chunk_count()
        return cls(
            query=query,
            words=telling(text, lookup.words, total),
            named=frozenset(indexed(" ".join(query_words(text))).split()),
            codes=codes(text),
            rare_codes=_rare(codes(text), lookup.words),
            language=likeliest(text, among),
            known=known,
            total=total,
        )

    @property
    def vector(self) -> Vectors:
        """The query's vector, embedded when it is first asked for."""
        return self.query.vector

    @property
    def fits_all(self) -> bool:
        """Whether the embedder can compare the query with chunks in any language."""
        return not self.known or self.language in self.known


def telling(query: str, known: WordSearch, total: int) -> list[str]:
    """Return the words that tell `total` chunks from one another; misspelt ones as they were meant."""
    terms = query_words(query) or words(query)[:QUERY_WORDS]
    frequencies = known.frequencies(terms)
    meant = (_meant(term, known) for term in terms if not frequencies[term])
    corrected = known.frequencies([word for word in meant if word])
    frequencies |= corrected
    present = [term for term in frequencies if frequencies[term]]
    rare = [term for term in present if frequencies[term] <= total * COMMON_SHARE]
    return _within(MOST_HELD, rare or present, frequencies)


def _rare(terms: Sequence[str], known: WordSearch) -> list[str]:
    frequencies = known.frequencies(terms)
    return [term for term in terms if frequencies[term] <= MOST_HELD]


def _meant(word: str, known: WordSearch) -> str:
    """Return the known word that was meant by one that stands nowhere; empty if that cannot be told."""
    may_be_misspelt = is_plain(word) and not any(c.isdigit() for c in word)
    return known.spelling(word) if may_be_misspelt else ""


def _within(most: int, words: Sequence[str], frequencies: Mapping[str, int]) -> list[str]:
    """Return the words, in order, without the commonest, so that at most so many chunks hold one of them."""
    by_rarity = sorted(words, key=frequencies.__getitem__)
    upto = accumulate(frequencies[word] for word in by_rarity)
    kept = {word for n, (word, held) in enumerate(zip(by_rarity, upto, strict=True)) if not n or held <= most}
    return [word for word in words if word in kept]
