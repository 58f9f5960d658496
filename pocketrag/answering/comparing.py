"""Comparisons: what differs between two documents, quote beside quote."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pocketrag.answering.differing import Difference, differences
from pocketrag.answering.kinds import NEWER, OLDER, Comparison
from pocketrag.answering.naming import Family, Naming, holds, named_words
from pocketrag.answering.quoting import OpenDocument, Quote, Quoted, quote_lines, shown_name
from pocketrag.answering.versions import edition, newest_first
from pocketrag.answering.words import query_words, stem, stems
from pocketrag.domain import (
    AnswerEvent,
    AnswerReady,
    Filters,
    PassagesFound,
    SearchResults,
    Span,
)
from pocketrag.models.embedder import Embedder
from pocketrag.models.loading import Loading
from pocketrag.storage.lookup import Lookup
from pocketrag.storage.mounts import Mounts
from pocketrag.storage.stored import StoredFile
from pocketrag.wording import plural

SHOWN = 6
"""Differences that are shown, at most; those in which a figure differs go first."""

ALIKE = 0.2
"""Share of its sentences that the shorter document must have in common with the other one: what shares less
is no version of it, and nothing can be set side by side."""

SHOWN_ABOUT = 3
"""Differences that are shown where one point was asked about."""

ENOUGH = 0.5
"""Share of the words asked about that a difference must hold."""

LONGEST = 40
"""Words that are quoted of a sentence that only one document has."""

_VERSION: Final = frozenset(
    "version versions two both one ones draft drafts edition editions revision revisions zwei beide beiden"
    " fassung fassungen versionen entwurfe".split()
)
_WHICH: Final = re.compile(r"(?:19|20)\d\d|v?\d{1,3}|\d{1,2}(?:st|nd|rd|th)", re.IGNORECASE)
"""A year or a number: which version is meant, not what the document is called."""


@dataclass(frozen=True, slots=True)
class _Two:
    """The documents that are compared, the older one first."""

    before: OpenDocument
    after: OpenDocument


class Comparisons:
    """Compares documents of one library."""

    def __init__(
        self,
        lookup: Lookup,
        naming: Naming,
        mounts: Mounts,
        load_embedder: Callable[[], Loading[Embedder]],
    ) -> None:
        """Look in this library; the embedder is loaded only where one point is asked about."""
        self._load_embedder = load_embedder
        self._lookup = lookup
        self._naming = naming
        self._mounts = mounts

    def answer(self, question: str, asked: Comparison, filters: Filters) -> Iterator[AnswerEvent] | None:
        """Return the events of an answer; None where no two documents are named that are alike."""
        began = time.monotonic()
        files = self._named(asked, filters) if asked.named else self._spoken_of(asked, filters)
        if files is None:
            return None
        away, in_order = self._mounts.away(), reversed(newest_first(files, lambda one: one.version))
        two = _Two(*(OpenDocument.stored(file, self._lookup, away) for file in in_order))
        found = differences(
            two.before.document.text,
            (span for _, span in two.before.sentences()),
            two.after.document.text,
            (span for _, span in two.after.sentences()),
        )
        if found.alike < ALIKE:
            return None
        if not asked.about:
            return self._events(question, asked, two, found.found, began)
        about = _about(asked, found.found, two)
        return self._about_events(question, asked, two, about, began) if about else None

    def _about_events(
        self, question: str, asked: Comparison, two: _Two, about: Mapping[Difference, float], began: float
    ) -> Iterator[AnswerEvent]:
        """Yield the events of an answer about one point; of what holds as many words, the nearest first."""
        embedder = yield from self._load_embedder()
        texts = [" ".join(_said_of(one, two)[-1]) for one in about]
        cosines = embedder.embed_documents(texts) @ embedder.embed_query(asked.about)
        nearness = dict(zip(about, cosines.tolist(), strict=True))
        found = sorted(about, key=lambda one: (-about[one], -nearness[one]))
        yield from self._events(question, asked, two, found, began)

    def _named(self, asked: Comparison, filters: Filters) -> tuple[StoredFile, StoredFile] | None:
        """Return the two documents: each by a name of its own, or two versions by the name they share."""
        for one, other in asked.pairs():
            each = [self._naming.meant(found, filters) for found in map(named_words, (one, other)) if found]
            if len(each) == 2 and all(len(found) == 1 for found in each):
                first, second = each[0][0][0], each[1][0][0]
                if first.version.address != second.version.address:
                    return first, second
        said = named_words(asked.between)
        name = [word for word in said if not (_says_which(word) or word in _VERSION)]
        if not name and all(_WHICH.fullmatch(word) for word in said):
            return None  # "what changed in 2025?" names no document
        family = _only(self._naming.meant(name, filters))
        return _two_of(family, said) if family else None

    def _spoken_of(self, asked: Comparison, filters: Filters) -> tuple[StoredFile, StoredFile] | None:
        """Return the versions of the one document with versions whose name holds words of the question."""
        said = named_words(asked.between)
        family = _only(self._naming.touched([word for word in said if not _says_which(word)], filters))
        return _two_of(family, said) if family else None

    def _events(
        self, question: str, asked: Comparison, two: _Two, found: Sequence[Difference], began: float
    ) -> Iterator[AnswerEvent]:
        foremost = found[:SHOWN_ABOUT] if asked.about else _foremost(found)
        lines = [line for one in foremost if (line := _quotes(one, two, whole=bool(asked.about)))]
        quoted = Quoted.of([quote for line in lines for quote in line], self._lookup)
        counts = self._lookup.counts()
        yield PassagesFound(
            SearchResults(asked.between, quoted.passages, counts, (time.monotonic() - began) * 1000)
        )
        said = quote_lines([*_said(lines, quoted, two, asked.german)])
        rest = _rest(len(found) - len(lines), asked)
        text = "\n\n".join(filter(None, (_lead(two, len(found), asked), said, rest)))
        yield AnswerReady(quoted.answer(question, asked.between, text, counts, began))


def _says_which(word: str) -> bool:
    return word in OLDER or word in NEWER or bool(_WHICH.fullmatch(word))


def _only(found: Sequence[Family]) -> Family | None:
    """Return the one document among those named that has versions; None if several have, or none."""
    several = [family for family in found if len(family) > 1]
    return several[0] if len(several) == 1 else None


def _two_of(family: Family, said: Sequence[str]) -> tuple[StoredFile, StoredFile] | None:
    """Return the versions that are said; where that does not tell, the newest and the one before it."""
    named = [
        file for word in said if _WHICH.fullmatch(word) for file in family if holds(file.version, [word])
    ]
    if any(word in OLDER for word in said):
        named.append(_oldest(family, draft="draft" in said or "entwurf" in said))
    chosen = list({file.version.address: file for file in named}.values())[:2]
    chosen += [file for file in family if all(file.version.address != c.version.address for c in chosen)]
    return (chosen[0], chosen[1]) if len(chosen) > 1 else None


def _oldest(family: Family, *, draft: bool) -> StoredFile:
    """Return the first version; the last draft, if a draft is said and one calls itself so."""
    drafts = [file for file in family if edition(file.version).settled < 0] if draft else []
    return (drafts or list(reversed(family)))[0]


def _foremost(found: Sequence[Difference]) -> list[Difference]:
    """Return the differences to show: figures first, then other words, then what only one says; in order."""
    rank = sorted(
        range(len(found)),
        key=lambda n: (not found[n].figures, found[n].before is None or found[n].after is None, n),
    )
    return [found[n] for n in sorted(rank[:SHOWN])]


def _about(asked: Comparison, found: Sequence[Difference], two: _Two) -> dict[Difference, float]:
    """Return the differences that hold what they are to be about, and how many of its words.

    Words in the headings above count half; what holds less than half of what the best one does is left out,
    and all where that holds less than half of the words and the question names no documents.
    """
    named = {stem(word) for one in (two.before, two.after) for word in named_words(one.file.shown)}
    about = (word for word in query_words(asked.about) if not (_says_which(word) or word in _VERSION))
    wanted = {stem(word) for word in about} - named
    held = {one: _held(wanted, one, two) for one in found}
    most = max(held.values(), default=0.0)
    if not most or (most < len(wanted) * ENOUGH and not asked.named):
        return {}
    return {one: words for one, words in held.items() if words >= most * ENOUGH}


def _held(wanted: set[str], one: Difference, two: _Two) -> float:
    """Return how many of the words a difference holds."""
    each = [(stems(above), stems(said)) for above, said in _said_of(one, two)]
    return max(len(wanted & said) + len(wanted & above - said) / 2 for above, said in each)


def _said_of(one: Difference, two: _Two) -> list[tuple[str, str]]:
    """Return what stands above each side of a difference, and what it says."""
    sides = ((two.before, one.before), (two.after, one.after))
    return [(document.above(side.sentence), document.text(side.sentence)) for document, side in sides if side]


def _quotes(one: Difference, two: _Two, *, whole: bool) -> list[Quote]:
    """Return the quotes of a difference, the older document's first; with `whole`, the whole sentences."""
    sides = ((two.before, one.before), (two.after, one.after))
    spans = [(document, side.sentence if whole else side.differing) for document, side in sides if side]
    found = [document.quote(_short(document, span)) for document, span in spans]
    return [quote for quote in found if quote] if all(found) else []


def _short(document: OpenDocument, span: Span) -> Span:
    said = list(re.finditer(r"\S+", document.text(span)))[:LONGEST]
    return Span(span.start, span.start + said[-1].end())


def _said(lines: Sequence[Sequence[Quote]], quoted: Quoted, two: _Two, german: bool) -> Iterator[str]:
    """Yield each difference as it reads."""
    number = 0
    only = ("nur in der älteren", "nur in der neueren") if german else ("only the older", "only the newer")
    for line in lines:
        said = [quoted.said(number + n) for n in range(1, len(line) + 1)]
        number += len(line)
        if len(line) == 2:
            yield " → ".join(said)
        else:
            yield f"{said[0]} ({only[line[0].passage.file.address == two.after.file.address]})"


def _lead(two: _Two, count: int, asked: Comparison) -> str:
    before, after = (shown_name(one.file.shown) for one in (two.before, two.after))
    if asked.german:
        about = " zu dieser Frage" if asked.about else ""
        says = f"unterscheiden sich{about} in {'einem Satz' if count == 1 else f'{count} Sätzen'}"
        return f"{before} (älter) und {after} (neuer) {says if count else 'sagen Satz für Satz dasselbe'}."
    about = " about this" if asked.about else ""
    says = f"differ in {plural(count, 'sentence')}{about}"
    return f"{before} (older) and {after} (newer) {says if count else 'say the same, sentence by sentence'}."


def _rest(more: int, asked: Comparison) -> str:
    """Return how many differences are not shown, and how to see them."""
    if more <= 0:
        return ""
    if asked.german:
        return f"Und {more} weitere: fragen Sie nach einem Punkt, etwa „Wie hat sich der Preis … geändert?“"
    return f"And {more} more: ask about one point, such as “how did the price change between …?”"
