"""Score whole answers, beside the same model's when the passages are simply put into its prompt.

    python -m benchmarks.answers QA_DIR/squad2-rendered [QA_DIR/xquad-en …] [--questions N] [--bare N]

Asks the answerable questions of the test split, evenly spread, through the engine's own door. Prints in
what share the answer contains a gold one, cites the gold place, and shows words of the model's own; what
those add to the quotes; how long answers are. The bare line puts the first five passages and the question
into one prompt, with no checking: what the model says, as it says it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from unittest import mock

from pocketrag.answering.cleaning import shown_quote, written_words
from pocketrag.domain import Answer, Filters
from pocketrag.engine.library import Library
from pocketrag.engine.protocol import Engine
from pocketrag.evaluation.asking import answer_of
from pocketrag.evaluation.metrics import Answered, answered, contains
from pocketrag.evaluation.questions import Question, chosen_questions
from pocketrag.models.hub import language_model
from pocketrag.models.slm import LanguageModel, LlamaModel, Message, Running
from pocketrag.paths import LibraryPaths
from pocketrag.settings import BUNDLED, Settings

STUFFED = 5
"""Passages in the bare prompt."""

BARE = "Answer the question in one short sentence, from the passages."


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one question."""

    id: str
    outcome: Answered
    own: bool
    """Whether words of the model's own are shown."""
    quotes_contain: bool
    """Whether the quotes alone contain the gold answer."""
    own_contain: bool
    """Whether the model's own words do."""
    verified: int
    sentences: int
    text: str


def row(question: Question, answer: Answer) -> Row:
    """Return what an answer is worth, its quotes and the model's own words apart."""
    quotes = {shown_quote(citation.quote) for citation in answer.citations}
    own = " ".join(s.text for s in answer.sentences if s.text not in quotes)
    return Row(
        id=question.id,
        outcome=answered(answer, question),
        own=bool(own),
        quotes_contain=any(contains(" ".join(quotes), gold) for gold in question.answers),
        own_contain=any(contains(own, gold) for gold in question.answers),
        verified=sum(s.verified for s in answer.sentences),
        sentences=len(answer.sentences),
        text=answer.text,
    )


def stuffed(engine: Engine, question: Question, model: LanguageModel) -> bool:
    """Return whether the bare answer contains a gold one."""
    passages = engine.search(question.question, Filters(), STUFFED).passages
    texts = "\n\n".join(passage.chunk.text for passage in passages)
    messages = [Message("system", BARE), Message("user", f"{texts}\n\nQuestion: {question.question}")]
    said = written_words("".join(model.stream(messages, Settings().answer.max_tokens)))
    return any(contains(said, gold) for gold in question.answers)


def share(found: Sequence[bool]) -> str:
    """Return a share as it is printed."""
    return f"{statistics.fmean(found):.3f}" if found else "-"


def report(name: str, rows: Sequence[Row], bare: Sequence[bool]) -> None:
    """Print the figures of a set."""
    outcomes = [r.outcome for r in rows]
    lengths = [o.words for o in outcomes if not o.refused]
    own = [r for r in rows if r.own]
    citations = sum(o.citations for o in outcomes)
    figures = {
        "questions": str(len(rows)),
        "refused": share([o.refused for o in outcomes]),
        "answer contains gold": share([o.contains_gold for o in outcomes]),
        "cites the gold place": share([o.cites_gold for o in outcomes]),
        "of all citations at gold": f"{sum(o.citations_at_gold for o in outcomes) / max(1, citations):.3f}",
        "quotes equal their span": f"{sum(o.citations_resolved for o in outcomes) / max(1, citations):.3f}",
        "sentences verified": f"{sum(r.verified for r in rows) / max(1, sum(r.sentences for r in rows)):.3f}",
        "words, median / most": f"{statistics.median(lengths)} / {max(lengths)}",
        "own words shown": share([r.own for r in rows]),
        "of these, gold in own words": share([r.own_contain for r in own]),
        "gold in own words, not in quotes": share([r.own_contain and not r.quotes_contain for r in own]),
        "gold in quotes alone": share([r.quotes_contain for r in rows]),
        f"bare, top {STUFFED} in the prompt": f"{share(bare)} of {len(bare)}",
    }
    print(name)
    for label, figure in figures.items():
        print(f"    {label:34} {figure}")


def measured(
    folder: Path, count: int, bare: int, split: str, settings: Settings
) -> tuple[list[Row], list[bool]]:
    """Return the rows of a set's questions, and whether the bare answers to some of them contain gold."""
    asked = [q for q in chosen_questions(folder / "questions.jsonl", split, None) if q.answerable]
    asked = asked[:: max(1, len(asked) // count)][:count]
    threads = settings.models.threads
    model = LlamaModel(language_model(BUNDLED), settings.models.context_tokens, Running(threads, threads))
    with tempfile.TemporaryDirectory() as place:
        library = Library(LibraryPaths(Path(place)), settings)
        library.add(folder / "files")
        for _ in library.index():
            pass
        rows = [row(q, answer_of(library.ask(q.question, (), Filters()))) for q in asked]
        said = [stuffed(library, q, model) for q in asked[:: max(1, len(asked) // max(1, bare))][:bare]]
        library.close()
    return rows, said


def main() -> None:
    """Ask and report, set by set."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--bare", type=int, default=30)
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("--silent", action="store_true", help="the model says nothing: quotes alone, quickly")
    parser.add_argument("--threads", type=int, default=0, help="1 where others work on the machine")
    parser.add_argument("--out", type=Path, help="keep every question's row here")
    options = parser.parse_args()
    if options.silent:
        mock.patch.object(LlamaModel, "stream", lambda *_: iter(())).start()
    settings = Settings.model_validate({"models": {"threads": options.threads}})
    kept = {}
    for folder in options.sets:
        rows, bare = measured(folder, options.questions, options.bare, options.split, settings)
        report(folder.name, rows, bare)
        kept[folder.name] = [asdict(r) for r in rows]
    if options.out:
        options.out.write_text(json.dumps(kept))


if __name__ == "__main__":
    main()
