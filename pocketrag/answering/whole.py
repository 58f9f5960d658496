"""Questions about documents as wholes: lists, counts, comparisons, summaries.

Each has a way of its own that needs no more than a small context, and no language model. Where a question is
no such one, or names no document that is there, passages answer it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from pocketrag.answering.all_documents import AllDocuments
from pocketrag.answering.comparing import Comparisons
from pocketrag.answering.kinds import Comparison, Listing, Summary, kind_of
from pocketrag.answering.listing import Lists
from pocketrag.answering.naming import Family, Naming, named_words
from pocketrag.answering.quoting import OpenDocument
from pocketrag.answering.refusing import refusal_text
from pocketrag.answering.summarising import Summaries
from pocketrag.domain import Answer, AnswerEvent, Filters, Refusal, RefusalReason, Refused, Timings
from pocketrag.models.embedder import Embedder
from pocketrag.models.loading import Loading
from pocketrag.plain import one_line
from pocketrag.storage.lookup import Lookup
from pocketrag.storage.mounts import Mounts

SUGGESTED = 6
"""Documents that a question is given back with, when it names several."""


class WholeDocuments:
    """Answers questions about whole documents of one library."""

    def __init__(
        self,
        lookup: Lookup,
        every: AllDocuments,
        mounts: Mounts,
        load_embedder: Callable[[], Loading[Embedder]],
    ) -> None:
        """Answer from this library; the embedder is loaded only for what has to do with meaning."""
        self._lookup = lookup
        self._mounts = mounts
        self._naming = Naming(lookup, mounts)
        self._lists = Lists(lookup, every)
        self._comparisons = Comparisons(lookup, self._naming, mounts, load_embedder)
        self._summaries = Summaries(lookup, load_embedder)

    def answer(self, question: str, asked: str, filters: Filters) -> Iterator[AnswerEvent] | None:
        """Return the events of an answer; None where the question is to be answered from passages.

        `asked`: the question without filters.
        """
        match kind_of(asked):
            case Listing() as listing:
                return self._lists.answer(question, listing, filters)
            case Comparison() as comparison:
                return self._comparisons.answer(question, comparison, filters)
            case Summary() as summary:
                return self._summary(question, summary, filters)
            case None:
                return None

    def narrowed(self, asked: str, filters: Filters) -> Filters:
        """Return the filters, narrowed to an older version where the question is about that alone."""
        older = () if filters.within else self._naming.older_versions(asked, filters)
        return replace(filters, within=older) if older else filters

    def _summary(self, question: str, asked: Summary, filters: Filters) -> Iterator[AnswerEvent] | None:
        words = named_words(asked.of)
        meant = self._naming.meant(words, filters)
        if len(meant) == 1:
            newest = OpenDocument.stored(meant[0][0], self._lookup, self._mounts.away())
            return self._summaries.answer(question, asked, newest)
        if asked.sure and meant:
            return self._which(question, asked, meant)
        return None

    def _which(self, question: str, asked: Summary, meant: Sequence[Family]) -> Iterator[AnswerEvent]:
        """Yield the question back: which document is meant?"""
        names = [one_line(family[0].version.shown) for family in meant[:SUGGESTED]]
        begun = "fasse zusammen" if asked.german else "summarise"
        more = [f"… and {len(meant) - SUGGESTED:,} others."] if len(meant) > SUGGESTED else []
        hints = (*(f'Ask: {begun} in:"{name}"' for name in names), *more)
        refusal = Refusal(RefusalReason.SEVERAL_MEANT, asked.of, hints, 0.0)
        counts = self._lookup.counts()
        yield Refused(
            Answer(question, asked.of, refusal_text(refusal), (), (), (), refusal, "", counts, Timings())
        )
