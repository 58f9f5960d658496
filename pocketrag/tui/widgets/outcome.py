"""How an exchange ended, in words: the footnote of an answer, a refusal, an error."""

from __future__ import annotations

import re
from typing import Final

from textual.content import Content

from pocketrag.domain import Answer, KeptTurn, Mark, Refusal, RefusalReason
from pocketrag.plain import one_line, plain
from pocketrag.wording import duration, moment_in_words, place_in_words, plural, source_in_words

_REASONS: Final = {
    RefusalReason.NOTHING_RELEVANT: "Nothing in your files answers this.",
    RefusalReason.NOT_IN_EVIDENCE: "The nearest passages do not answer this.",
    RefusalReason.NO_FILES: "There are no files to look in yet.",
    RefusalReason.FILTERED_OUT: "The filters leave no file to look in.",
    RefusalReason.SEVERAL_MEANT: "Which of them is meant?",
    RefusalReason.UNKNOWN_NAME: "This name stands in none of your files.",
    RefusalReason.MODEL_FAILED: "The language model gave no answer.",
}


_LINES: Final = 12
_LONGEST: Final = 1_500
"""Lines and characters of a question that are drawn; a longer one was pasted."""
_MARKER: Final = re.compile(r"[ \t]*\[\d{1,3}\]")


def footnote(answer: Answer) -> Content:
    """Return the small print of an answer: time, model, and what it could not take into account."""
    parts = [duration(answer.timings.total_ms / 1000)]
    if answer.model:
        parts.append(one_line(answer.model))
    elif not answer.refused:
        parts.append("quoted, no model asked")
    if not answer.refused and one_line(answer.query).casefold() != one_line(answer.question).casefold():
        parts.append(f"searched: {one_line(answer.query)}")
    note = Content.styled(" · ".join(parts), "$foreground 45%")
    doubted = sum(not sentence.verified for sentence in answer.sentences)
    if doubted:
        note += Content.styled(f" · {doubted} of {len(answer.sentences)} unverified", "$warning")
    if answer.words_only:
        note += Content.styled(" · words only", "$warning")
    if answer.counts.waiting:
        note += Content.styled(f" · {plural(answer.counts.waiting, 'file')} not yet indexed", "$warning")
    return note


def mark_in_words(mark: Mark | None) -> Content:
    """Return what a person said of an answer, as it goes before a footnote."""
    match mark:
        case Mark.RIGHT:
            return Content.styled("✓ marked right · ", "$success")
        case Mark.WRONG:
            return Content.styled("✗ marked wrong · ", "$error")
        case None:
            return Content("")


def kept_footnote(turn: KeptTurn) -> Content:
    """Return the small print of an answer that was kept: when it came, and the model."""
    parts = [moment_in_words(turn.at), one_line(turn.answer.model)]
    return Content.styled(" · ".join(part for part in parts if part), "$foreground 45%")


def refusal_panel(refusal: Refusal, answer: Answer) -> Content:
    """Return an honest no: what was looked for, what to try, and where the nearest passages are."""
    lines = [
        Content.styled(_REASONS[refusal.reason], "bold"),
        Content.assemble(("Looked for  ", "$foreground 60%"), (one_line(refusal.looked_for), "")),
    ]
    if refusal.suggestions:
        lines.append(Content.styled("You could", "$foreground 60%"))
        lines.extend(Content(f"  · {one_line(suggestion)}") for suggestion in refusal.suggestions)
    if answer.passages:
        lines.append(Content.styled("The nearest passages are listed under Sources.", "$foreground 60%"))
    return Content("\n").join(lines)


def error_panel(text: str, remedy: str) -> Content:
    """Return what went wrong, then what to do about it."""
    return Content("\n").join([Content.styled(one_line(text), "bold"), Content(one_line(remedy))])


def without_sources(answer: Answer) -> str:
    """Return an answer as plain text, its markers left out, to be pasted elsewhere."""
    return _MARKER.sub("", plain(answer.text))


def with_sources(answer: Answer) -> str:
    """Return an answer with its sources as plain text, to be pasted elsewhere."""
    lines = [plain(answer.text)]
    if answer.citations:
        lines.append("")
    for citation in answer.citations:
        place = place_in_words(citation.place)
        where = f"{source_in_words(citation)}, {place}" if place else source_in_words(citation)
        lines.append(f"[{citation.marker}] {where}: “{one_line(citation.quote)}”")
    return "\n".join(lines)


def shortened(question: str) -> Content:
    """Return a question as it is drawn: of a long one, the beginning."""
    text = plain(question)
    lines = text[:_LONGEST].split("\n")[:_LINES]
    shown = "\n".join(lines)
    if len(shown) == len(text):
        return Content(text)
    return Content.assemble(shown, (f"\n… {len(text) - len(shown):,} more characters", "$foreground 60%"))
