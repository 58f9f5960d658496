"""The path of a question: filters, passages, citations, answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pocketrag.domain.documents import Chunk, FileVersion, Freshness, Place, Span
from pocketrag.domain.status import Counts
from pocketrag.errors import PocketRagError


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is narrowed to; empty means everything."""

    folder: Path | None = None
    """Only files under this folder."""
    types: tuple[str, ...] = ()
    """Only these file name endings, without the dot, lower case."""
    languages: tuple[str, ...] = ()
    """Only documents mostly written in these languages: ISO 639 codes, such as `de`."""
    since: str = ""
    """Only files dated on or after this ISO day (the document's own date, else the file's)."""
    until: str = ""
    """Only files dated on or before this ISO day."""
    within: tuple[Path, ...] = ()
    """Only files under any of these folders."""
    phrases: tuple[str, ...] = ()
    """Only passages that hold each of these, word for word."""
    without: tuple[str, ...] = ()
    """Only passages that hold none of these words or phrases."""

    @property
    def active(self) -> bool:
        """Whether anything is narrowed at all."""
        return self != Filters()


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk found for a query, with where it stands and how well it fits."""

    rank: int
    """From 1."""
    score: float
    """Higher fits better; comparable within one search only."""
    file: FileVersion
    chunk: Chunk
    highlights: tuple[Span, ...]
    """The sentences that bear on the query, best first."""
    freshness: Freshness
    also_in: tuple[str, ...] = ()
    """Other files (relative paths) that hold the same text, or nearly the same."""
    versions: tuple[str, ...] = ()
    """Other versions of its document (relative paths) that say something else there, newest first."""


@dataclass(frozen=True, slots=True)
class SearchResults:
    """The passages found for a query, best first."""

    query: str
    passages: tuple[Passage, ...]
    counts: Counts
    search_ms: float
    suggestions: tuple[str, ...] = ()
    """Where the filters leave no file to look in: which of them it is, and what there is instead."""
    looked_at: int = 0
    """Passages that were looked at sentence by sentence, for their order: fewer than a dozen if there are no
    more, or if a slow computer or a large model had no time for more."""
    words_only: str = ""
    """Why passages were looked for by their words alone, in sentences; empty if by their meaning too."""


@dataclass(frozen=True, slots=True)
class DocumentMatched:
    """A document that holds every word of a query."""

    passage: Passage
    """The one that holds most of the words itself; its score is the share of them that it does."""
    passages: int
    """How many of the document's passages match; 0 where only its title, headings or path hold the words."""


@dataclass(frozen=True, slots=True)
class AllMatched:
    """Every document that matches has been told of; last event of its stream."""

    query: str
    words: tuple[str, ...]
    """What each of them holds, folded."""
    documents: int
    passages: int
    counts: Counts
    search_ms: float
    suggestions: tuple[str, ...] = ()
    """Where nothing matches: why, and what would."""


SearchEvent = DocumentMatched | AllMatched


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange of a conversation that is over."""

    question: str
    answer: str
    query: str
    """The stand-alone query that was searched."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A claim's exact source: at `start:end` of the file's stored text stands `quote`."""

    marker: int
    """The number in the answer's text: `[1]`."""
    file: FileVersion
    place: Place
    start: int
    end: int
    quote: str
    verified: bool
    """Whether the quote was found to equal the stored text at the span."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer, and the citations that carry it."""

    text: str
    """Without its markers."""
    citations: tuple[int, ...]
    verified: bool
    """Whether the cited spans were found to support it."""


class RefusalReason(StrEnum):
    """Why a question was not answered."""

    NOTHING_RELEVANT = "nothing relevant"
    NOT_IN_EVIDENCE = "not in the evidence"
    NO_FILES = "no files"
    FILTERED_OUT = "filtered out"
    SEVERAL_MEANT = "several meant"
    UNKNOWN_NAME = "unknown name"
    MODEL_FAILED = "model failed"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An honest no: what was looked for, why it was not answered, what to try."""

    reason: RefusalReason
    looked_for: str
    suggestions: tuple[str, ...]
    score: float
    """The evidence score that fell short, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Timings:
    """Where an answer's time went; milliseconds, and tokens."""

    evidence_ms: float = 0.0
    first_token_ms: float = 0.0
    total_ms: float = 0.0
    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """A question's whole outcome: cited sentences, or a refusal."""

    question: str
    query: str
    text: str
    """What a person reads, with markers such as `[1]`."""
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    refusal: Refusal | None
    """Set where the question was not answered; then there are no citations."""
    model: str
    """The language model's name; empty where it was not asked."""
    counts: Counts
    timings: Timings
    words_only: str = ""
    """Why its passages were looked for by their words alone; empty if by their meaning too."""

    @classmethod
    def failed(cls, question: str, error: PocketRagError) -> Answer:
        """Return what is kept of a question that the language model failed to answer."""
        refusal = Refusal(RefusalReason.MODEL_FAILED, "", (error.remedy,), 0.0)
        said = f"No answer: {error.message}"
        return cls(question, question, said, (), (), (), refusal, "", Counts(), Timings())

    @property
    def refused(self) -> bool:
        """Whether the question was not answered."""
        return self.refusal is not None

    @property
    def is_failure(self) -> bool:
        """Whether the language model failed; the files may well answer the question."""
        return self.refusal is not None and self.refusal.reason is RefusalReason.MODEL_FAILED

    def freshness(self, citation: Citation) -> Freshness:
        """Return how the file that a citation quotes compares with the index."""
        of = {passage.file.address: passage.freshness for passage in self.passages}
        return of.get(citation.file.address, Freshness.FRESH)
