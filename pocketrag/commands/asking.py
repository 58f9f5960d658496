"""Commands that ask: for passages, and for answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from pocketrag.commands.options import as_json, batching, check_batch, common, narrowing, opened, write_lines

if TYPE_CHECKING:
    from pocketrag.domain import Filters, KeptConversation
    from pocketrag.engine.protocol import Engine


@click.command()
@click.argument("query", required=False)
@click.option("-k", "limit", default=10, show_default=True, type=click.IntRange(1, 1000), help="Passages.")
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Every document that holds all the words, in any of their forms; with their number.",
)
@narrowing
@batching
@as_json
@common
def search(
    query: str | None,
    limit: int,
    everything: bool,
    narrowed: Callable[[Engine], Filters],
    questions: Path | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Find passages, best first; or with --all every document that matches, newest first."""
    from pocketrag.engine.shapes import search_json

    check_batch("QUERY", query, questions, out)
    if everything:
        _check_all(questions)
    engine = opened()
    filters = narrowed(engine)
    if everything:
        _search_all(engine, query or "", filters, as_json)
        return
    if questions is not None:
        from pocketrag.evaluation.questions import read_questions

        asked = read_questions(questions)
        write_lines(
            out, ({"id": q.id, **search_json(engine.search(q.question, filters, limit))} for q in asked)
        )
        return
    results = engine.search(query or "", filters, limit)
    if as_json:
        click.echo(json.dumps(search_json(results)))
    else:
        from pocketrag.console import show_results  # a program waits for nothing that draws

        show_results(results, engine.behind())


def _check_all(questions: Path | None) -> None:
    """Raise the usage error of what --all makes no sense with."""
    limited = click.get_current_context().get_parameter_source("limit") is ParameterSource.COMMANDLINE
    if limited or questions is not None:
        raise click.UsageError("--all answers one QUERY, with every document: leave -k and --questions out.")


def _search_all(engine: Engine, query: str, filters: Filters, as_json: bool) -> None:
    """Show every document that matches as it is found; with --json one object a line."""
    events = engine.search_all(query, filters)
    if as_json:
        from pocketrag.engine.shapes import match_json

        write_lines(None, map(match_json, events))
    else:
        from pocketrag.console import show_all

        show_all(events, engine.behind())


@click.command()
@click.argument("question", required=False)
@click.option("--continue", "go_on", is_flag=True, help="Go on with the last conversation.")
@click.option("--again", is_flag=True, help="Ask the last question once more, in its conversation.")
@narrowing
@batching
@as_json
@common
def ask(
    question: str | None,
    go_on: bool,
    again: bool,
    narrowed: Callable[[Engine], Filters],
    questions: Path | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Answer a question, with cited sources.

    Question and answer are kept (`pocketrag history`): as a new conversation, or with --continue at the
    end of the last one. Those of a file (--questions) are not. A question that the language model fails to
    answer is kept too; --again asks it once more.
    """
    from pocketrag.console import say_behind, show_answer, show_answers
    from pocketrag.engine.shapes import answer_json
    from pocketrag.evaluation.asking import answer_of, answers_of_file

    if again and (question is not None or questions is not None):
        raise click.UsageError("--again asks what was asked last: leave QUESTION and --questions out.")
    engine = opened()
    last = _last_conversation(engine) if go_on or again else None
    if again:
        question, last = _last_question(last)
    check_batch("QUESTION", question, questions, out)
    filters = narrowed(engine)
    if questions is not None:
        answers = answers_of_file(engine, questions, filters)
        if out is None and not as_json:
            show_answers(answers)
            return
        write_lines(out, ({"id": asked.id, **answer_json(answer)} for asked, answer in answers))
        return
    kept_in = last.entry.id if last else None
    events = engine.ask(question or "", last.said if last else (), filters)
    with _failure_kept(engine, question or "", kept_in):
        answer = answer_of(events) if as_json else show_answer(events)
    if as_json:
        click.echo(json.dumps(answer_json(answer)))
    else:
        say_behind(answer.counts, engine.behind())
    engine.keep_answer(answer, kept_in)


@contextmanager
def _failure_kept(engine: Engine, question: str, conversation: int | None) -> Iterator[None]:
    """Keep the question where the language model fails to answer it, and say how it is asked again."""
    from pocketrag.domain import Answer
    from pocketrag.errors import ModelError

    try:
        yield
    except ModelError as error:
        engine.keep_answer(Answer.failed(question, error), conversation)
        remedy = f"{error.remedy} The question is kept: `pocketrag ask --again` asks it once more."
        raise type(error)(error.message, remedy) from error


def _last_question(last: KeptConversation | None) -> tuple[str, KeptConversation]:
    """Return the last question, and its conversation as it was before. Raises UnknownConversation."""
    from pocketrag.errors import UnknownConversation

    if last is None:
        raise UnknownConversation("Nothing was asked yet.", "Ask a question: `pocketrag ask QUESTION`.")
    return last.turns[-1].answer.question, replace(last, turns=last.turns[:-1])


def _last_conversation(engine: Engine) -> KeptConversation | None:
    """Return the conversation that was held last; None if none is kept."""
    kept = engine.conversations()
    return engine.conversation(kept[0].id) if kept else None
