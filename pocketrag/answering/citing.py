"""Citing: what the model wrote, checked sentence by sentence against the evidence.

A sentence is verified if one span of evidence supports it: every number in it stands in that span
too, every name does, its content words do for the most part, and none of them comes from another
span. Nothing else gets a marker.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pocketrag.answering.evidence import Evidence
from pocketrag.answering.words import FUNCTION_WORDS, fold, numbers, stem, stems
from pocketrag.domain import Sentence
from pocketrag.reading.sentences import sentence_spans

MIN_COVER = 0.7
"""Share of a sentence's content words that its evidence must hold; question words count as held."""

MARKER = re.compile(r"\s*\[\d+(?:\s*,\s*\d+)*\]")
NEGATION = frozenset("no not never none neither nor cannot without kein keine nicht nie".split())
NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-ZÄÖÜ][\w'-]+")


def check(written: str, question: str, evidence: Sequence[Evidence]) -> list[Sentence]:
    """Return the sentences of what the model wrote, each with the evidence that supports it.

    A sentence's citation is the number of its evidence, from 1; none if nothing supports it.
    Markers that the model wrote are dropped: only ours are shown.
    """
    text = MARKER.sub("", written)
    sentences = (text[span.start : span.end] for span in sentence_spans(text))
    return [_checked(sentence, question, evidence) for sentence in sentences]


def supports(quote: str, sentence: str, question: str, others: Sequence[str] = ()) -> float:
    """Return how well a quote supports a sentence: its cover of the words, 0 to 1, or 0 if it cannot.

    A word that the quote lacks but one of the `others` has means that two facts were mixed.
    """
    if not numbers(sentence) <= numbers(quote) | numbers(question):
        return 0.0
    if bool(_negations(sentence)) != bool(_negations(quote)):
        return 0.0
    held, asked, said = stems(quote), stems(question), stems(sentence)
    if any(stem(fold(name)) not in held | asked for name in NAME.findall(sentence)):
        return 0.0
    elsewhere = {word for other in others for word in stems(other)}
    if not (said - asked) & held or (said - held) & elsewhere:
        return 0.0
    return len(said & (held | asked)) / len(said)


def _checked(sentence: str, question: str, evidence: Sequence[Evidence]) -> Sentence:
    quotes = [e.text for e in evidence]
    covers = [
        supports(quote, sentence, question, quotes[:n] + quotes[n + 1 :]) for n, quote in enumerate(quotes)
    ]
    best = max(range(len(covers)), key=covers.__getitem__, default=None)
    if best is None or covers[best] < MIN_COVER:
        return Sentence(sentence, (), verified=False)
    return Sentence(sentence, (best + 1,), verified=True)


def _negations(text: str) -> set[str]:
    found = {word for word in re.findall(r"[\w']+", fold(text)) if word in NEGATION or word.endswith("n't")}
    return found - (FUNCTION_WORDS - NEGATION)
