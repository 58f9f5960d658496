"""Metrics: how well found passages and answers agree with gold labels. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pocketrag.domain import Answer, Passage, Place
from pocketrag.evaluation.questions import Gold, Question

LOOKED_AT = 1_000
"""Characters of a passage that count, from its start: long passages win nothing."""

BLANKLESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff]")
"""Characters of scripts that put no blanks between words: Thai to Khmer, Chinese, Japanese."""

TOP = 10
"""How deep the mean reciprocal rank looks."""


@dataclass(frozen=True, slots=True)
class Score:
    """One question's outcome, in numbers."""

    kind: str
    answerable: bool
    document_rank: int | None
    """Rank, from 1, of the first passage of a gold document; None if there is none."""
    place_rank: int | None
    """Rank, from 1, of the first passage at a gold place; None if there is none."""
    passage_length: float
    """Mean characters of a passage."""
    answered: Answered | None
    """None where only retrieval was measured."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What one answer is worth."""

    refused: bool
    contains_gold: bool
    f1: float
    words: int
    citations: int
    citations_resolved: int
    """Citations whose quote equals the stored text at its span."""
    citations_at_gold: int
    cites_gold: bool
    evidence_ms: float
    first_token_ms: float
    total_ms: float


def is_hit(rank: int | None, depth: int) -> bool:
    """Return whether a rank, from 1, is among the first `depth`; None is not found at all."""
    return rank is not None and rank <= depth


def reciprocal_rank(rank: int | None) -> float:
    """Return what a rank adds to MRR@10: 1 for the first, a half for the second; 0 beyond the tenth."""
    return 1 / rank if rank is not None and rank <= TOP else 0.0


def folded(text: str) -> str:
    """Return the text as it is compared: NFKC, lower case, punctuation and blanks folded."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.sub(r"[^\w]+", " ", text).split())


def contains(text: str, wanted: str) -> bool:
    """Return whether the text contains what is wanted: whole words, where blanks part words."""
    sought, there = folded(wanted), folded(text)
    if BLANKLESS.search(sought):
        return sought in there
    return bool(sought) and f" {sought} " in f" {there} "


def token_f1(text: str, answers: Sequence[str]) -> float:
    """Return the best F1 of the text's words against any gold answer (Rajpurkar et al., 2016)."""
    return max((_f1(folded(text).split(), folded(a).split()) for a in answers), default=0.0)


def document_rank(passages: Sequence[Passage], question: Question) -> int | None:
    """Return the rank of the first passage out of a gold document."""
    wanted = {gold.file for gold in question.evidence}
    return next((p.rank for p in passages if wanted & {p.file.relative, *p.also_in}), None)


def place_rank(passages: Sequence[Passage], question: Question) -> int | None:
    """Return the rank of the first passage at a gold place: on the gold page, or holding the gold text."""
    return next((p.rank for p in passages if _at_gold(p, question)), None)


def answered(answer: Answer, question: Question) -> Answered:
    """Return what the answer is worth."""
    at_gold = [_cites_gold(c.file.relative, c.place, c.quote, question) for c in answer.citations]
    return Answered(
        refused=answer.refused,
        contains_gold=any(contains(answer.text, gold) for gold in question.answers),
        f1=token_f1(answer.text, question.answers),
        words=len(answer.text.split()),
        citations=len(answer.citations),
        citations_resolved=sum(c.verified for c in answer.citations),
        citations_at_gold=sum(at_gold),
        cites_gold=any(at_gold),
        evidence_ms=answer.timings.evidence_ms,
        first_token_ms=answer.timings.first_token_ms,
        total_ms=answer.timings.total_ms,
    )


def _f1(said: list[str], gold: list[str]) -> float:
    common = sum((Counter(said) & Counter(gold)).values())
    if not common:
        return 0.0
    precision, recall = common / len(said), common / len(gold)
    return 2 * precision * recall / (precision + recall)


def _at_gold(passage: Passage, question: Question) -> bool:
    text = passage.chunk.text[:LOOKED_AT]
    return _cites_gold(passage.file.relative, passage.chunk.place, text, question)


def _cites_gold(file: str, place: Place, text: str, question: Question) -> bool:
    return any(_is_gold(file, place, text, gold, question) for gold in question.evidence)


def _is_gold(file: str, place: Place, text: str, gold: Gold, question: Question) -> bool:
    """Return whether a stretch of text is at a gold place; any copy of the gold text counts."""
    if gold.quote and (contains(text, gold.quote) or (len(folded(text)) > 20 and contains(gold.quote, text))):
        return True
    if gold.page is not None:
        last = place.page_end or place.page
        on_page = place.page is not None and last is not None and place.page <= gold.page <= last
        return file == gold.file and on_page
    if gold.quote:
        return False
    return file == gold.file and any(contains(text, answer) for answer in question.answers)
