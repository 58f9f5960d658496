"""A small library and an answerer over it: real SQLite, words for an embedder, a scripted model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fakes import ScriptedModel
from house import House

from pocketrag.answering.all_documents import AllDocuments
from pocketrag.answering.answerer import Answerer
from pocketrag.answering.passages import PassageFinder
from pocketrag.answering.retriever import Retriever
from pocketrag.answering.tables.answers import TableAnswers
from pocketrag.answering.whole import WholeDocuments
from pocketrag.domain import Answer, AnswerEvent, AnswerReady, Filters, Refused, Turn
from pocketrag.models.loading import Loading
from pocketrag.models.slm import LanguageModel
from pocketrag.settings import Settings
from pocketrag.storage.every_match import EveryMatch


class Desk(House):
    """A small library and an answerer over it."""

    def __init__(self, tmp_path: Path) -> None:
        super().__init__(tmp_path)
        self.model = ScriptedModel()
        self.finder = PassageFinder(self.lookup, Retriever(self.lookup, self.vectors, self.mounts, 20))

    def write(self, name: str, text: str) -> Path:
        path = super().write(name, text)
        self.index()
        return path

    def load_model(self) -> Loading[LanguageModel]:
        yield from ()
        return self.model

    def events(
        self, question: str, turns: tuple[Turn, ...] = (), filters: Filters | None = None
    ) -> list[AnswerEvent]:
        return list(self.stream(question, turns, filters))

    def stream(
        self, question: str, turns: tuple[Turn, ...] = (), filters: Filters | None = None
    ) -> Iterator[AnswerEvent]:
        settings = Settings.model_validate({"answer": {"strictness": 0.5}})
        every = AllDocuments(self.lookup, EveryMatch(self.database), self.mounts)
        whole = WholeDocuments(self.lookup, every, self.mounts, self.embedder.load)
        tables = TableAnswers(self.lookup, self.finder, self.mounts)
        answerer = Answerer(
            self.lookup, self.finder, whole, tables, self.embedder.load, self.load_model, settings
        )
        return answerer.ask(question, turns, filters or Filters())

    def answer(self, question: str, turns: tuple[Turn, ...] = (), filters: Filters | None = None) -> Answer:
        last = self.events(question, turns, filters)[-1]
        assert isinstance(last, AnswerReady | Refused)
        return last.answer


def alone(desk: Desk, question: str) -> Answer:
    """Return an answer without a language model in it, each quote of which stands in its document."""
    answer = desk.answer(question)
    assert desk.model.asked == []
    assert answer.model == ""
    for citation in answer.citations:
        assert citation.verified
        text = desk.lookup.document(citation.file.address)[1].text
        assert text[citation.start : citation.end] == citation.quote
        assert f"[{citation.marker}]" in answer.text
    assert [s.citations for s in answer.sentences] == [(c.marker,) for c in answer.citations]
    return answer


def quotes(answer: Answer) -> list[tuple[str, str]]:
    """Return the name of the file and the words of each quote."""
    return [(citation.file.path.name, citation.quote) for citation in answer.citations]
