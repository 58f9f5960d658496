"""Passages and answers, with where they stand."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from rich.live import Live
from rich.text import Text

from pocketrag.console.terminal import err, stdout
from pocketrag.domain import (
    AllMatched,
    Answer,
    AnswerEvent,
    AnswerEvents,
    AnswerReady,
    Counts,
    DocumentMatched,
    Freshness,
    ModelLoading,
    ModelPreparing,
    Passage,
    PassagesFound,
    Refused,
    SearchEvent,
    SearchResults,
    Token,
)
from pocketrag.errors import EngineStopped
from pocketrag.evaluation.questions import Question
from pocketrag.plain import one_line, plain, shortened
from pocketrag.wording import (
    duration,
    freshness_in_words,
    loading_in_words,
    place_in_words,
    plural,
)

NEAREST = 160
"""Characters that are shown of what the nearest passages of a refusal say."""

SHOWN = 1_200
"""Characters of a passage that are printed: most have some 600, one without blanks may have 40,000."""


def show_results(results: SearchResults, behind: str) -> None:
    """Show the passages found, best first, the sentences that bear on the query in bold.

    `behind` is what stands between the index and the folders, in words.
    """
    for passage in results.passages:
        _show_passage(passage)
    if results.suggestions:
        stdout.print("The filters leave no file to look in.")
    elif not results.passages:
        stdout.print("Nothing found." if results.counts.indexed else "Nothing is indexed yet.")
    for hint in results.suggestions:
        stdout.print(Text(f"· {one_line(hint)}"))
    say_words_only(results.words_only)
    say_behind(results.counts, behind)


def show_all(events: Iterable[SearchEvent], behind: str) -> None:
    """Show every document that matches as it comes, with a sentence that matches; then their number."""
    for event in events:
        match event:
            case DocumentMatched(passage, passages):
                _show_document(passage, passages)
            case AllMatched():
                _show_sum(event)
                say_behind(event.counts, behind)


def _show_document(passage: Passage, passages: int) -> None:
    counted = plural(passages, "passage") if passages else "by its title or path"
    stdout.print(Text.assemble((f"{passage.rank:>3}  ", "bold"), _where(passage), (f"  {counted}", "dim")))
    for span in passage.highlights[:1]:
        start = passage.chunk.start
        said = one_line(passage.chunk.text[span.start - start : span.end - start])
        stdout.print(Text(f"     “{said}”", style="dim"))
    if passage.also_in:
        stdout.print(Text(f"     also in {', '.join(map(one_line, passage.also_in))}", style="dim"))


def _show_sum(done: AllMatched) -> None:
    """Show how many documents matched, and by what; or why none did."""
    held = ", ".join(map(one_line, done.words))
    if done.documents:
        passages = plural(done.passages, "passage")
        stdout.print(f"\n{plural(done.documents, 'document')}, {passages}.", end=" ")
        stdout.print(Text(f"Each holds all of these words, in one form or another: {held}.", style="dim"))
        return
    stdout.print("No document matches." if done.counts.indexed else "Nothing is indexed yet.")
    for hint in done.suggestions:
        stdout.print(Text(f"· {one_line(hint)}"))


def say_words_only(why: str) -> None:
    """Say that passages were looked for by their words alone, on standard error; nothing if they were not."""
    if why:
        err.print(Text(f"Searched by words alone, not by meaning. {one_line(why)}"), style="yellow")


def say_behind(counts: Counts, behind: str) -> None:
    """Say what an answer could not take into account, on standard error; nothing where nothing is known."""
    if counts.waiting:
        err.print(f"{plural(counts.waiting, 'new or changed file')} not indexed yet: run `pocketrag index`.")
    if behind:
        err.print(Text(f"The index may lack what has changed since: {behind}."))


def show_answer(events: AnswerEvents) -> Answer:
    """Show an answer as it comes: sources, the model's draft, then the checked answer; return it."""
    draft = ""
    with Live(console=err, transient=True, auto_refresh=False) as live:
        for event in events:
            match event:
                case AnswerReady(answer) | Refused(answer):
                    break
                case Token(text):
                    draft += plain(text)
            if sys.stderr.isatty():
                live.update(Text(_doing(event, draft), style="dim"), refresh=True)
        else:
            raise EngineStopped("The engine gave no answer.", "Ask again.")
    show_final(answer, [answer.freshness(citation) for citation in answer.citations])
    return answer


def show_answers(answers: Iterable[tuple[Question, Answer]]) -> None:
    """Show question after question, each with its answer and sources."""
    for question, answer in answers:
        stdout.print(Text(f"» {one_line(question.question)}", style="bold"))
        stdout.print()
        show_final(answer, [answer.freshness(citation) for citation in answer.citations])
        stdout.print()


def _doing(event: AnswerEvent, draft: str) -> str:
    """Return what to show until the answer is checked."""
    match event:
        case ModelPreparing() | ModelLoading():
            return loading_in_words(event)
        case PassagesFound(results):
            found = ", ".join(dict.fromkeys(one_line(p.file.shown) for p in results.passages[:3]))
            return f"Reading {found}…"
        case _:
            return draft


def show_final(answer: Answer, standings: Sequence[Freshness], *, quotes: bool = False) -> None:
    """Show a checked answer, or a refusal; `standings`: of each citation's file, in order.

    With `quotes`, each source is followed by what it says.
    """
    say_words_only(answer.words_only)
    stdout.print(Text(plain(answer.text)))
    if answer.refusal is not None:
        if answer.refusal.looked_for:
            stdout.print(Text(f"Looked for: {one_line(answer.refusal.looked_for)}", style="dim"))
        for hint in answer.refusal.suggestions:
            stdout.print(Text(f"· {one_line(hint)}", style="dim"))
        if answer.passages:
            stdout.print(Text("\nNearest passages:", style="dim"))
        for passage in answer.passages[:3]:
            stdout.print(Text(f"  {_where(passage)}", style="dim"))
            if passage.highlights:
                stdout.print(Text(f"    “{_first_highlight(passage)}”", style="dim"))
        return
    if answer.citations:
        stdout.print()
    for citation, freshness in zip(answer.citations, standings, strict=True):
        where = " · ".join(x for x in (one_line(citation.file.shown), place_in_words(citation.place)) if x)
        stale = freshness_in_words(freshness)
        marks = [mark for mark in ("" if citation.verified else "not verified", stale) if mark]
        said = f"  ({', '.join(marks)})" if marks else ""
        stdout.print(Text.assemble((f"[{citation.marker}] ", "bold"), where, (said, "red")))
        if quotes:
            stdout.print(Text(f"    “{one_line(citation.quote)}”", style="dim"))
    if answer.model:
        by = f"{one_line(answer.model)} · {duration(answer.timings.total_ms / 1000)}"
        stdout.print(Text(by, style="dim"))


def _show_passage(passage: Passage) -> None:
    stdout.print(
        Text.assemble((f"{passage.rank:>2}  ", "bold"), _where(passage), (f"  {passage.score:.2f}", "dim"))
    )
    for line in _marked(passage).split("\n"):
        stdout.print(Text("    ").append_text(line))
    for said, names in (("also in", passage.also_in), ("other versions:", passage.versions)):
        if names:
            stdout.print(Text(f"    {said} {', '.join(map(one_line, names))}", style="dim"))
    stdout.print()


def _marked(passage: Passage) -> Text:
    """Return a passage's text, its highlights bold; of a very long one `SHOWN` characters from the first."""
    start = passage.chunk.start
    text = Text(plain(passage.chunk.text).rstrip())
    for span in passage.highlights:
        text.stylize("bold", span.start - start, span.end - start)
    if len(text) <= SHOWN:
        return text
    first = min((span.start - start for span in passage.highlights), default=0)
    begin = max(0, min(first, len(text) - SHOWN))
    shown = text[begin : begin + SHOWN]
    return Text("…" if begin else "").append_text(shown).append("…" if begin + SHOWN < len(text) else "")


def _first_highlight(passage: Passage) -> str:
    """Return the first of the sentences that bear on the question, on one line, at most `NEAREST` long."""
    span, start = passage.highlights[0], passage.chunk.start
    return shortened(passage.chunk.text[span.start - start : span.end - start], NEAREST)


def _where(passage: Passage) -> str:
    parts = (
        one_line(passage.file.shown),
        place_in_words(passage.chunk.place),
        passage.file.day,
        freshness_in_words(passage.freshness),
    )
    return " · ".join(part for part in parts if part)
