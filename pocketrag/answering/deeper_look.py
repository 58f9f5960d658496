"""The deeper look: the passages found first are looked at again, sentence by sentence, and reordered.

The quick ranking sees what a passage is about, the look whether one of its sentences may hold the answer
(docs/decisions/0019-deeper-look.md).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from pocketrag.answering.evidence import Evidence, Sentence, above, sentences, word_weights
from pocketrag.answering.late_interaction import QueryTokens
from pocketrag.answering.retrieved import Found
from pocketrag.domain import Chunk
from pocketrag.models.embedder import EmbeddedQuery, Tokens
from pocketrag.models.languages import tokens_of_whole

LOOKED_AT = 12
"""Passages, at most: some 2,000 tokens, which take as long as 40 sentences by themselves."""

AT_ONCE = 6
"""Passages that are embedded together."""

SECONDS = 1.0
"""How long the look may take: once that is over, no more passages are looked at."""

QUICK_WEIGHT = 2.0
"""What the quick ranking's score counts beside the relevance of the best sentence: on the public sets 1.2
does as well as 2.5, but only the quick ranking knows the names and folders that people's own files have."""

OLDER = 0.25
"""What it costs a sentence that its passage is an older version of one before it: what the new lease says of
the rent is the answer, unless the old one says much more of what is asked."""


@dataclass(frozen=True, slots=True)
class _Looked:
    """A passage as it was found, and its sentences."""

    found: Found
    sentences: tuple[Sentence, ...]

    @property
    def score(self) -> float:
        """What passages are reordered by."""
        best = max((one.relevance for one in self.sentences), default=0.0)
        return QUICK_WEIGHT * self.found.score + best


class DeeperLook:
    """Looks at passages for one query, at each once."""

    def __init__(self, query: EmbeddedQuery, frequencies: Mapping[str, int], total: int) -> None:
        """Look at nothing yet. `frequencies`: in how many of `total` chunks each content word stands."""
        self._query = query
        self._weights = word_weights(query.text, frequencies, total)
        self._looked: dict[str, _Looked] = {}
        self._seconds = 0.0

    @property
    def looked_at(self) -> int:
        """How many passages were looked at."""
        return len(self._looked)

    def settled(self, found: Iterable[Found]) -> Iterator[Found]:
        """Yield the passages, those that are looked at reordered; the others follow as they were."""
        left = iter(found)
        first = list(islice(left, LOOKED_AT))
        self._look_at(first)
        for again in first:  # a passage may be proposed once more, with another score
            if (known := self._looked.get(again.stored.key)) is not None:
                self._looked[again.stored.key] = replace(known, found=again)
        looked = [self._looked[one.stored.key] for one in first if one.stored.key in self._looked]
        ordered = sorted(looked, key=lambda one: one.score, reverse=True)
        share = 1.0
        for one in ordered:
            share = max(0.0, one.score / ordered[0].score) if ordered[0].score > 0 else 0.0
            yield replace(one.found, score=share)
        for later in (*(one for one in first if one.stored.key not in self._looked), *left):
            yield replace(later, score=share * later.score)

    def evidence(self, found: Sequence[Found]) -> list[Evidence]:
        """Return the sentences of these passages, the most relevant first, of those that may be looked at."""
        self._look_at(found[:LOOKED_AT])
        older = _older_versions(found)
        evidence = [
            sentence.in_passage(number, looked.found.score, OLDER if number in older else 0.0)
            for number, one in enumerate(found)
            if (looked := self._looked.get(one.stored.key)) is not None
            for sentence in looked.sentences
        ]
        return sorted(evidence, key=lambda e: e.relevance, reverse=True)

    def _look_at(self, found: Sequence[Found]) -> None:
        """Look at the passages that were not looked at before, in order, while there is time."""
        left = [one for one in found if one.stored.key not in self._looked]
        while left and self._seconds < SECONDS:
            some, left = left[:AT_ONCE], left[AT_ONCE:]
            began = time.monotonic()
            for one, tokens in zip(some, self._tokens([one.stored.chunk for one in some]), strict=True):
                self._looked[one.stored.key] = _Looked(one, self._sentences(one, tokens))
            self._seconds += time.monotonic() - began

    def _sentences(self, one: Found, tokens: Tokens) -> tuple[Sentence, ...]:
        return sentences(one, tokens, self._query.text, self._asked, self._weights)

    @cached_property
    def _asked(self) -> QueryTokens:
        return QueryTokens(self._query, self._weights)

    def _tokens(self, chunks: Sequence[Chunk]) -> list[Tokens]:
        """Return the tokens of each chunk's text, the header of its table before it if it has one."""
        return tokens_of_whole(self._query.embedder, [f"{above(chunk)}{chunk.text}" for chunk in chunks])


def _older_versions(found: Sequence[Found]) -> set[int]:
    """Return the numbers of the passages that stand behind another version of their document."""
    named: set[str] = set()
    older = set()
    for number, one in enumerate(found):
        if one.file.version.shown in named:
            older.add(number)
        named.update(one.versions)
    return older
