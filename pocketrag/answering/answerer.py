"""The path of a question: words → passages → evidence → cited answer, as typed events.

Evidence first: passages are out before the model's first word. The model is the last and least
trusted step: what it writes is checked, and what the evidence does not carry gives way to quotes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pocketrag.answering.answerability import EvidenceSignals, evidence_signals
from pocketrag.answering.asked_names import note_on_names, unknown_names
from pocketrag.answering.citing import check
from pocketrag.answering.cleaning import is_thinking
from pocketrag.answering.composing import compose
from pocketrag.answering.evidence import Evidence
from pocketrag.answering.instructing import telling_evidence
from pocketrag.answering.passages import Evidenced, PassageFinder
from pocketrag.answering.prompting import answer_messages
from pocketrag.answering.query import narrowed, read_query
from pocketrag.answering.refusing import refusal, refusal_text
from pocketrag.answering.small_talk import small_talk
from pocketrag.answering.standalone import standalone
from pocketrag.answering.tables.answers import TableAnswers
from pocketrag.answering.tables.telling import note_on_rows
from pocketrag.answering.whole import WholeDocuments
from pocketrag.domain import (
    Answer,
    AnswerEvent,
    AnswerReady,
    Citation,
    Counts,
    Document,
    Filters,
    Passage,
    PassagesFound,
    Refusal,
    Refused,
    Timings,
    Token,
    Turn,
)
from pocketrag.models.embedder import EmbeddedQuery, Embedder
from pocketrag.models.loading import Loading
from pocketrag.models.slm import LanguageModel
from pocketrag.settings import Settings
from pocketrag.storage.lookup import Lookup

PROMPT_SENTENCES = 4
"""Sentences of evidence that the model sees: a tiny model does worse with more."""

SMALL = 500_000_000
"""Parameters below which a model's words count only where the quote has them all. Half of what the bundled
one (135 million) put in other words was wrong (docs/decisions/0011-answers-checked-by-kind-of-fact.md)."""


@dataclass(slots=True)
class _Clock:
    """Milliseconds since the question was asked, and what was counted on the way."""

    began: float = field(default_factory=time.monotonic)
    evidence_ms: float = 0.0
    first_token_ms: float = 0.0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def now(self) -> float:
        """Return the milliseconds since the question was asked."""
        return (time.monotonic() - self.began) * 1000

    def timings(self) -> Timings:
        """Return what an answer tells of the time and the tokens it took."""
        return Timings(
            self.evidence_ms, self.first_token_ms, self.now(), self.prompt_tokens, self.completion_tokens
        )


class Answerer:
    """Answers questions from one library."""

    def __init__(
        self,
        lookup: Lookup,
        finder: PassageFinder,
        whole: WholeDocuments,
        tables: TableAnswers,
        load_embedder: Callable[[], Loading[Embedder]],
        load_language_model: Callable[[], Loading[LanguageModel]],
        settings: Settings,
    ) -> None:
        """Answer with these models; the language model is loaded only if there is evidence."""
        self._lookup = lookup
        self._finder = finder
        self._whole = whole
        self._tables = tables
        self._load_embedder = load_embedder
        self._load_language_model = load_language_model
        self._settings = settings

    def ask(self, question: str, turns: tuple[Turn, ...], filters: Filters) -> Iterator[AnswerEvent]:
        """Yield `PassagesFound`, then `Token`s and `AnswerReady`, or `Refused`; `AnswerReady` to small talk.

        Closing the iterator stops the model. Raises QueryError, ModelMissing or ModelDamaged.
        """
        if (reply := small_talk(question)) is not None:
            yield AnswerReady(_reply(question, reply, self._lookup.counts()))
            return
        asked = read_query(question)
        query = standalone(asked.text, tuple(t for t in turns if small_talk(t.question) is None))
        filters = narrowed(asked, filters, self._lookup)
        if self._lookup.chunk_count() == 0:  # no model is needed to say so
            yield from self._refuse_early(question, query, filters)
            return
        if (events := self._whole.answer(question, asked.text, filters)) is not None:
            yield from events
            return
        embedder = yield from self._load_embedder()
        clock = _Clock()
        searched = EmbeddedQuery(query, embedder)
        look = self._finder.look(searched)  # a question that no table answers is searched for twice
        if (events := self._tables.answer(question, asked.text, searched, filters, look)) is not None:
            yield from events
            return
        among = self._whole.narrowed(asked.text, filters)
        evidenced = self._finder.find_among(searched, among, self._settings.search.passages, look)
        clock.evidence_ms = clock.now()
        yield PassagesFound(evidenced.results)
        passing = self._lookup.passing(filters)
        refused = refusal(
            query,
            self._seen(searched, evidenced),
            evidenced.results.counts,
            filters,
            passing,
            self._settings.answer.strictness,
            evidenced.results.suggestions,
            unknown_names(asked.text, self._lookup),
        )
        if refused is not None:
            yield Refused(_refusal_answer(question, evidenced, refused, clock.timings()))
            return
        yield from self._answer(question, asked.text, evidenced, embedder, clock)

    @staticmethod
    def _seen(query: EmbeddedQuery, evidenced: Evidenced) -> EvidenceSignals | None:
        """Return what is seen of the evidence."""
        contexts = [passage.chunk.context for passage in evidenced.results.passages]
        return evidence_signals(query, evidenced.evidence, contexts)

    def _refuse_early(self, question: str, query: str, filters: Filters) -> Iterator[AnswerEvent]:
        counts = self._lookup.counts()
        refused = refusal(query, None, counts, filters, 0, 1.0)
        assert refused is not None
        empty = Evidenced.nothing(query, counts)
        yield PassagesFound(empty.results)
        yield Refused(_refusal_answer(question, empty, refused, Timings()))

    def _answer(
        self, question: str, asked: str, evidenced: Evidenced, embedder: Embedder, clock: _Clock
    ) -> Iterator[AnswerEvent]:
        """Yield the answer to a question; `asked` is what is asked in it, without filters."""
        model = yield from self._load_language_model()
        evidence = telling_evidence(evidenced.evidence)[:PROMPT_SENTENCES]
        written: list[str] = []
        for token in self._write(asked, evidence, model, clock):
            written.append(token)
            if not is_thinking("".join(written)):
                yield Token(token)
        query = evidenced.results.query
        passages = evidenced.results.passages
        above = [_above(passages[e.passage]) for e in evidence]
        around = [passages[e.passage].chunk.text for e in evidence]
        plainly = 0 < model.parameters < SMALL
        checked = check("".join(written), query, evidence, embedder, above, around, plainly=plainly)
        stored = cache(lambda address: self._lookup.document(address)[1])  # each is opened once
        text, sentences, citations = compose(checked, evidence, passages, lambda p: stored(p.file.address))
        names = note_on_names(asked, lambda: _said(citations, stored), self._lookup)
        text = "\n\n".join(filter(None, (text, note_on_rows(asked, citations), names)))
        yield AnswerReady(
            Answer(
                question=question,
                query=query,
                text=text,
                sentences=sentences,
                citations=citations,
                passages=passages,
                refusal=None,
                model=model.name if clock.prompt_tokens else "",
                counts=evidenced.results.counts,
                timings=clock.timings(),
                words_only=evidenced.results.words_only,
            )
        )

    def _write(
        self, question: str, evidence: tuple[Evidence, ...], model: LanguageModel, clock: _Clock
    ) -> Iterator[str]:
        """Yield what the model writes, token by token."""
        most = self._settings.answer.max_tokens
        messages = answer_messages(question, evidence, model, most)
        if not messages:
            return
        clock.prompt_tokens = model.count_tokens(messages)
        for token in model.stream(messages, most):
            clock.first_token_ms = clock.first_token_ms or clock.now()
            clock.completion_tokens += 1
            yield token


def _reply(question: str, text: str, counts: Counts) -> Answer:
    """Return an answer to small talk: nothing was searched, so nothing is cited."""
    return Answer(question, question, text, (), (), (), None, "", counts, Timings())


def _said(citations: Sequence[Citation], stored: Callable[[Path], Document]) -> Iterator[str]:
    """Yield all that the cited files say, and what they are called."""
    for file in {citation.file.address: citation.file for citation in citations}.values():
        yield f"{file.shown} {file.title}"
        yield stored(file.address).text


def _above(passage: Passage) -> str:
    """Return what stands above a passage without being in it: file name, title, headings."""
    return " ".join((passage.file.shown, passage.file.title, passage.chunk.context))


def _refusal_answer(question: str, evidenced: Evidenced, refused: Refusal, timings: Timings) -> Answer:
    return Answer(
        question=question,
        query=evidenced.results.query,
        text=refusal_text(refused),
        sentences=(),
        citations=(),
        passages=evidenced.results.passages,
        refusal=refused,
        model="",
        counts=evidenced.results.counts,
        timings=timings,
        words_only=evidenced.results.words_only,
    )
