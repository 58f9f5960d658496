"""Compare the language model's door with bare llama.cpp, and the model as prepared with itself as it came.

    python -m benchmarks.generation [--rounds N] [--threads N] [--samples N]

Every round asks the same prompts of `LlamaModel` and of llama-cpp-python itself, given the same tokens,
in turn, each with its own context, so that whatever else the machine does falls on both: first token,
tokens a second, and what a prompt reuses. Then it asks the bundled model as it came, in the form and run in
the way that `pocketrag models prepare` has found best here, and with tokens drafted from the prompt. Medians
of the rounds' ratios.

With `--samples` the prompts are those that the engine makes of so many questions of sample_docs/, which are
indexed first (a minute), instead of five made up here.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from unittest import mock

import llama_cpp

from pocketrag.answering.evidence import Evidence
from pocketrag.answering.prompting import answer_messages
from pocketrag.domain import Filters, Span
from pocketrag.engine.library import Library
from pocketrag.evaluation.questions import read_questions
from pocketrag.models.drafting import DRAFTS
from pocketrag.models.hub import language_model
from pocketrag.models.slm import LlamaModel, Message, Running
from pocketrag.models.tuned import TunedModels
from pocketrag.paths import LibraryPaths, models_folder
from pocketrag.settings import BUNDLED, ModelSettings, Settings

SAMPLES = Path(__file__).parents[1] / "sample_docs"

PAPERS = (
    (
        "How much notice must the tenant give?",
        "The tenant may end the lease by giving two months' written notice.",
    ),
    ("When is the rent due?", "The rent of £840 is payable in advance on the first day of every month."),
    ("Who repairs the boiler?", "The landlord keeps the boiler and the pipes in repair at his own expense."),
    (
        "What does the policy pay for a stolen bicycle?",
        "For each stolen bicycle the policy pays at most £1,000.",
    ),
    (
        "Which temperature does the glaze need?",
        "Fire the white glaze at 1,220 degrees and hold it for twenty minutes.",
    ),
)
"""Questions, each with a sentence that answers it; every prompt holds all sentences, its own first."""

MOST = 48
"""Tokens of an answer."""


def prompts(model: LlamaModel) -> list[list[Message]]:
    """Return the messages of each question."""
    sentences = [sentence for _, sentence in PAPERS]
    found = []
    for number, (question, _) in enumerate(PAPERS):
        order = [sentences[number], *sentences[:number], *sentences[number + 1 :]]
        evidence = [Evidence(n, Span(0, len(s)), s, 0.5, 0.5, 1.0) for n, s in enumerate(order)]
        found.append(answer_messages(question, evidence, model, MOST))
    return found


def sample_prompts(count: int) -> list[list[Message]]:
    """Return the messages that the engine makes of questions of the sample papers."""
    made: list[list[Message]] = []

    def record(_: LlamaModel, messages: Sequence[Message], most: int) -> Iterator[str]:
        made.append(list(messages))
        yield "."

    settings = Settings(models=ModelSettings(prepare=False))
    recording = mock.patch.object(LlamaModel, "stream", record)
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Library(LibraryPaths(Path(folder)), settings)) as library,
        recording,
    ):
        library.add(SAMPLES)
        list(library.index())
        for question in read_questions(SAMPLES / "questions.jsonl"):
            if len(made) < count and not question.after:
                list(library.ask(question.question, (), Filters()))
    return made


def timed(pieces: Iterable[object]) -> tuple[float, float]:
    """Return seconds to the first piece, and pieces a second after it."""
    began = time.perf_counter()
    first = last = 0.0
    count = 0
    for _ in pieces:
        last = time.perf_counter()
        first = first or last
        count += 1
    return first - began, (count - 1) / (last - first) if count > 1 else 0.0


def bare(llama: llama_cpp.Llama, tokens: Sequence[int]) -> Iterator[int]:
    """Yield what llama-cpp-python makes of the same tokens, as greedily, at most as long."""
    for count, token in enumerate(llama.generate(tokens, top_k=1, temp=0.0, repeat_penalty=1.1)):
        if token == llama.token_eos() or count >= MOST:
            return
        yield token


def shared(one: Sequence[int], other: Sequence[int]) -> int:
    """Return how many tokens two prompts have in common at their beginning."""
    return next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def reused(model: LlamaModel, asked: Sequence[list[Message]]) -> float:
    """Return the share of the tokens a prompt shares with the one before that are not evaluated again."""
    tokens = [model._tokens(messages) for messages in asked]
    evaluated = []
    for messages in asked:
        with mock.patch.object(model._decoding, "_read", wraps=model._decoding._read) as read:
            next(iter(model.stream(messages, 1)), "")
        evaluated.append(len(read.call_args_list[0].args[0]))
    common = [shared(a, b) for a, b in pairwise(tokens)]
    kept = [min(n, len(t) - e) for n, t, e in zip(common, tokens[1:], evaluated[1:], strict=True)]
    return sum(kept) / sum(common)


Way = Callable[[list[Message]], Iterable[object]]


def compared(name: str, asked: Sequence[list[Message]], rounds: int, ways: Sequence[Way]) -> None:
    """Print the second way's time to the first token and its rate, as multiples of the first way's."""
    first, rate = [], []
    for _ in range(rounds):
        for messages in asked:
            theirs, ours = (timed(way(messages)) for way in ways)
            first.append(ours[0] / theirs[0])
            if theirs[1] and ours[1]:
                rate.append(ours[1] / theirs[1])
    first_token, tokens = statistics.median(first), statistics.median(rate)
    print(f"{name}: first token {first_token:.2f} x, tokens a second {tokens:.2f} x", flush=True)


def asking(model: LlamaModel, draft: int = 0, *, anew: bool = False) -> Way:
    """Return how a model is asked; `anew`: with nothing of the prompt in its context."""

    def ask(messages: list[Message]) -> Iterator[str]:
        if anew:
            model._decoding._keep(0)
        model.draft_tokens = draft
        return model.stream(messages, MOST)

    return ask


def prepared(context: int) -> LlamaModel | None:
    """Return the bundled model as it was prepared for this computer; None if it was not."""
    file, kept = language_model(BUNDLED), TunedModels(models_folder())
    found = kept.find(file)
    return LlamaModel(kept.weights(file, found), context, found.running) if found else None


def main() -> None:
    """Measure in turn, and print the ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=0, help="1 where others work on the machine")
    parser.add_argument("--samples", type=int, default=0)
    options = parser.parse_args()
    file, context = language_model(BUNDLED), Settings().models.context_tokens
    came = LlamaModel(file, context, Running(options.threads, options.threads))
    asked = sample_prompts(options.samples) if options.samples else prompts(came)
    threads = options.threads or None
    plain = llama_cpp.Llama(
        str(file.path), n_ctx=context, n_threads=threads, n_threads_batch=threads, verbose=False
    )
    ways = [lambda messages: bare(plain, came._tokens(messages)), asking(came)]
    compared("our door, to bare llama.cpp", asked, options.rounds, ways)
    print(f"shared tokens reused: {reused(came, asked):.3f} of prompts one after another")
    if (ours := prepared(context)) is None:
        print("not prepared yet: `pocketrag models prepare`")
        return
    before, after = asking(came, anew=True), asking(ours, ours.draft_tokens, anew=True)
    compared("prepared, to as it came", asked, options.rounds, [before, after])
    for draft in DRAFTS[1:]:
        ways = [asking(ours, anew=True), asking(ours, draft, anew=True)]
        compared(f"{draft} tokens drafted, to none", asked, options.rounds, ways)


if __name__ == "__main__":
    main()
