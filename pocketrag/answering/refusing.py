"""Refusing: whether the evidence carries an answer at all, and an honest no where it does not."""

from __future__ import annotations

from pocketrag.answering.answerability import EvidenceSignals, answerability
from pocketrag.answering.cleaning import shown_quote
from pocketrag.answering.words import query_words
from pocketrag.domain import Counts, Filters, Refusal, RefusalReason
from pocketrag.wording import plural

RELEVANT_COSINE = 0.35
"""Below this the nearest passage is about something else; above, on the topic but without the answer."""

UNKNOWN_NAME = 0.1
"""What an answer's likelihood is worth where a name in the question stands in no file. On dev it is so in
three answerable questions of a thousand, and in up to nine of ten about other things
(docs/decisions/0002-refusing-from-evidence.md). With strictness below this, the nearest quotes are shown."""


def refusal(
    query: str,
    seen: EvidenceSignals | None,
    counts: Counts,
    filters: Filters,
    passing: int,
    strictness: float,
    instead: tuple[str, ...] = (),
    unknown: tuple[str, ...] = (),
) -> Refusal | None:
    """Return why the question is not answered; None if the evidence is good enough.

    `seen` are the signals of what was found, None if nothing was; `passing` is how many indexed files the
    filters let through; `instead` what to suggest if there are none; `unknown` the names in the question that
    stand in no file.
    """
    looked_for = ", ".join(query_words(query)) or query[:200]
    if counts.indexed == passing == 0:
        return Refusal(RefusalReason.NO_FILES, looked_for, _without_files(counts), 0.0)
    if passing == 0:
        hints = (*instead, "Widen the filters, or ask without.")
        return Refusal(RefusalReason.FILTERED_OUT, looked_for, hints, 0.0)
    score = answerability(seen) * (UNKNOWN_NAME if unknown else 1)
    if score >= strictness:
        return None
    if unknown:
        named = ", ".join(unknown)
        hints = ("Is it spelt otherwise there? Or ask without the name.", *_suggestions(counts, filters)[:-1])
        return Refusal(RefusalReason.UNKNOWN_NAME, named, hints, round(score, 4))
    near = seen is not None and seen.cosine >= RELEVANT_COSINE
    reason = RefusalReason.NOT_IN_EVIDENCE if near else RefusalReason.NOTHING_RELEVANT
    return Refusal(reason, looked_for, _suggestions(counts, filters), round(score, 4))


def refusal_text(refused: Refusal) -> str:
    """Return the refusal as a person reads it."""
    match refused.reason:
        case RefusalReason.NO_FILES:
            return "There is nothing to answer from yet: no file is indexed."
        case RefusalReason.FILTERED_OUT:
            return "No indexed file passes the filters, so there is nothing to answer from."
        case RefusalReason.NOTHING_RELEVANT:
            return "Your files say nothing about this."
        case RefusalReason.NOT_IN_EVIDENCE:
            return "Your files touch on this, but I did not find the answer in them."
        case RefusalReason.SEVERAL_MEANT:
            return "More than one document may be meant: say which."
        case RefusalReason.UNKNOWN_NAME:
            return f"None of your files names {shown_quote(refused.looked_for)}."
        case RefusalReason.MODEL_FAILED:
            return "The language model failed."


def _without_files(counts: Counts) -> tuple[str, ...]:
    if counts.waiting:
        return ("Files are waiting to be indexed: run `pocketrag index`, or wait until it is done.",)
    return ("Add a folder with `pocketrag add FOLDER`, then run `pocketrag index`.",)


def _suggestions(counts: Counts, filters: Filters) -> tuple[str, ...]:
    hints = []
    if filters.active:
        hints.append("A filter is set: ask again without it.")
    if counts.waiting:
        hints.append(f"{plural(counts.waiting, 'file')} not indexed yet: ask again when that is done.")
    if counts.failed:
        hints.append(f"{plural(counts.failed, 'file')} could not be read: `pocketrag status` says why.")
    hints.append("Try the words that the paper itself might use.")
    return tuple(hints)
