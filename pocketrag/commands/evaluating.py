"""The command that scores answers to questions whose answers are known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pocketrag.commands.options import as_json, common, opened, write_lines

if TYPE_CHECKING:
    from pocketrag.engine.protocol import Engine


@click.command(name="eval")
@click.argument("questions", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--files",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Index this folder in a throw-away library, and ask that.",
)
@click.option("--retrieval-only", is_flag=True, help="Only search: no language model.")
@click.option("--split", metavar="NAME", help='Only questions of this split, such as "dev" or "test".')
@click.option("--limit", metavar="N", type=click.IntRange(1), help="Only so many questions, evenly spread.")
@click.option(
    "--out", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Outcomes, one a line."
)
@click.option(
    "--compare",
    "runs",
    nargs=2,
    metavar="BEFORE AFTER",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Ask nothing: compare what two runs wrote with --out, question by question.",
)
@as_json
@common
def evaluate(
    questions: Path | None,
    files: Path | None,
    retrieval_only: bool,
    split: str | None,
    limit: int | None,
    out: Path | None,
    runs: tuple[Path, Path] | None,
    as_json: bool,
) -> None:
    """Ask questions with known answers, and score what comes back; or compare two such runs."""
    if (questions is None) == (runs is None):
        raise click.UsageError("Give either QUESTIONS or --compare BEFORE AFTER.")
    if runs is not None:
        _compare(*runs, as_json=as_json)
    elif questions is not None:
        _evaluate(questions, files, retrieval_only, split, limit, out, as_json)


def _compare(before: Path, after: Path, *, as_json: bool) -> None:
    """Show what became of the questions that two runs asked."""
    from pocketrag.console import show_comparison
    from pocketrag.evaluation.comparing import compared, comparison_json, read_run

    comparison = compared(read_run(before), read_run(after))
    if as_json:
        click.echo(json.dumps(comparison_json(comparison)))
    else:
        show_comparison(comparison)


def _evaluate(
    questions: Path,
    files: Path | None,
    retrieval_only: bool,
    split: str | None,
    limit: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Ask the questions, and show the scores."""
    from pocketrag.console import counted, show_scores
    from pocketrag.evaluation.questions import chosen_questions
    from pocketrag.evaluation.runner import by_kind, outcome_json, score_questions

    asked = chosen_questions(questions, split, limit)
    engine = _throw_away(files) if files is not None else opened()
    outcomes = list(counted(score_questions(engine, asked, retrieval_only=retrieval_only), len(asked)))
    if out is not None:
        write_lines(out, (outcome_json(outcome) for outcome in outcomes))
    table = by_kind([outcome.score for outcome in outcomes])
    if as_json:
        click.echo(json.dumps(table))
    else:
        show_scores(table)


def _throw_away(files: Path) -> Engine:
    """Return a library that holds this folder's files, and is deleted when the command ends."""
    import tempfile

    from pocketrag.console import show_index
    from pocketrag.engine.client import open_library
    from pocketrag.paths import LibraryPaths

    context = click.get_current_context()
    folder = context.with_resource(tempfile.TemporaryDirectory(prefix="pocketrag-eval-"))
    engine = open_library(LibraryPaths(Path(folder)))
    context.call_on_close(engine.close)
    engine.add(files)
    show_index(engine.index(), engine.folders(), to_stderr=True)
    return engine
