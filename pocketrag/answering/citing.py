"""Citing: what the model wrote, checked sentence by sentence against the evidence.

A sentence is verified if one span of evidence supports it: by its figures and names, by what it denies
and orders, and by its words and their meaning. Nothing else gets a marker.
"""

from __future__ import annotations

from collections.abc import Sequence

from pocketrag.answering.checking.bearing import bears_on
from pocketrag.answering.checking.meaning import Meanings
from pocketrag.answering.checking.names import is_german
from pocketrag.answering.checking.supporting import Ground, holds_plainly, support
from pocketrag.answering.cleaning import written_words
from pocketrag.answering.evidence import CLOSE, Evidence
from pocketrag.answering.instructing import instructs
from pocketrag.domain import Sentence
from pocketrag.models.embedder import Embedder
from pocketrag.reading.sentences import sentence_spans


def check(
    written: str,
    question: str,
    evidence: Sequence[Evidence],
    embedder: Embedder,
    contexts: Sequence[str] = (),
    passages: Sequence[str] = (),
    *,
    plainly: bool = False,
) -> list[Sentence]:
    """Return the sentences of what the model wrote, each with the evidence that supports it.

    A sentence's citation is the number of its evidence, from 1; none if nothing supports it. Markers that
    the model wrote are dropped: only ours are shown. `contexts` are the headings, title and file name above
    each piece of evidence, `passages` what it stands in. With `plainly`, a sentence is only verified if its
    evidence has all of its telling words.
    """
    text = written_words(written)
    best = max((e.relevance for e in evidence), default=0.0)
    none = [""] * len(evidence)
    all_grounds = _grounds(evidence, contexts or none, passages or none)
    grounds = [
        ground if e.relevance >= best - CLOSE and not instructs(e.text) else None
        for e, ground in zip(evidence, all_grounds, strict=True)
    ]
    meanings = Meanings(embedder)
    spans = sentence_spans(text, language="de" if is_german(f"{text} {question}") else "")
    sentences = [text[span.start : span.end] for span in spans]
    return [
        _checked(
            sentence,
            _answered(sentence, question, grounds, alone=len(spans) == 1, plainly=plainly),
            question,
            meanings,
        )
        for sentence in sentences
    ]


def _answered(
    sentence: str, question: str, grounds: Sequence[Ground | None], *, alone: bool, plainly: bool
) -> list[Ground | None]:
    """Return the grounds on which a sentence may be an answer.

    With `plainly`, those that have its words, and it must answer as well as any of them does: a small model
    says something else where it does not know what to say.
    """
    quotes = [ground.quote for ground in grounds if ground is not None]
    if plainly and not bears_on(sentence, question, quotes, alone=alone):
        return [None] * len(grounds)

    def carries(ground: Ground) -> bool:
        """Return whether the sentence may rest on this one."""
        if plainly:
            return holds_plainly(sentence, ground)
        return bears_on(sentence, question, [ground.quote], alone=alone)

    return [ground if ground is not None and carries(ground) else None for ground in grounds]


def _grounds(evidence: Sequence[Evidence], contexts: Sequence[str], passages: Sequence[str]) -> list[Ground]:
    pairs = [(e.text, f"{context} {e.head}".strip()) for e, context in zip(evidence, contexts, strict=True)]
    wholes = [f"{context} {quote}" for quote, context in pairs]
    return [
        Ground(
            quote,
            context,
            others=tuple(wholes[:n] + wholes[n + 1 :]),
            before=_before(evidence[n], evidence),
            passage=passages[n],
            apart=tuple(w for w, e in zip(wholes, evidence, strict=True) if e.passage != evidence[n].passage),
        )
        for n, (quote, context) in enumerate(pairs)
    ]


def _before(one: Evidence, evidence: Sequence[Evidence]) -> str:
    """Return the evidence that stands before in the same passage: what `it` and `she` may mean."""
    earlier = [e for e in evidence if e.passage == one.passage and e.span.start < one.span.start]
    return " ".join(e.text for e in sorted(earlier, key=lambda e: e.span.start))


def _checked(sentence: str, grounds: Sequence[Ground | None], question: str, meanings: Meanings) -> Sentence:
    supports = [support(sentence, question, ground, meanings) if ground else 0.0 for ground in grounds]
    best = max(range(len(supports)), key=supports.__getitem__, default=None)
    if best is None or not supports[best]:
        return Sentence(sentence, (), verified=False)
    return Sentence(sentence, (best + 1,), verified=True)
