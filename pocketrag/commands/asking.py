"""Commands that ask: for passages, and for answers."""

from __future__ import annotations

import json
from collections.abc import Callable
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
@narrowing
@batching
@as_json
@common
def ask(
    question: str | None,
    go_on: bool,
    narrowed: Callable[[Engine], Filters],
    questions: Path | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Answer a question, with cited sources.

    Question and answer are kept (`pocketrag history`): as a new conversation, or with --continue at the
    end of the last one. Those of a file (--questions) are not.
    """
    from pocketrag.console import say_behind, show_answer, show_answers
    from pocketrag.engine.shapes import answer_json
    from pocketrag.evaluation.asking import answer_of, answers_of_file

    check_batch("QUESTION", question, questions, out)
    engine = opened()
    filters = narrowed(engine)
    if questions is not None:
        answers = answers_of_file(engine, questions, filters)
        if out is None and not as_json:
            show_answers(answers)
            return
        write_lines(out, ({"id": asked.id, **answer_json(answer)} for asked, answer in answers))
        return
    last = _last_conversation(engine) if go_on else None
    events = engine.ask(question or "", last.said if last else (), filters)
    if as_json:
        answer = answer_of(events)
        click.echo(json.dumps(answer_json(answer)))
    else:
        answer = show_answer(events)
        say_behind(answer.counts, engine.behind())
    engine.keep_answer(answer, last.entry.id if last else None)


def _last_conversation(engine: Engine) -> KeptConversation | None:
    """Return the conversation that was held last; None if none is kept."""
    kept = engine.conversations()
    return engine.conversation(kept[0].id) if kept else None
