"""Compare the language model's door with bare llama.cpp: first token, tokens a second, what a prompt reuses.

    python -m benchmarks.generation [--rounds N] [--threads N]

Every round asks the same prompts of `LlamaModel` and of llama-cpp-python itself, given the same tokens,
in turn, each with its own context, so that whatever else the machine does falls on both. Medians of the
rounds' ratios.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from unittest import mock

import llama_cpp

from pocketrag.answering.evidence import Evidence
from pocketrag.answering.prompting import answer_messages
from pocketrag.domain import Span
from pocketrag.models.hub import language_model
from pocketrag.models.slm import LlamaModel, Message
from pocketrag.settings import BUNDLED, Settings

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
        with mock.patch.object(model._llama, "eval", wraps=model._llama.eval) as evaluate:
            next(iter(model.stream(messages, 1)), "")
        evaluated.append(len(evaluate.call_args_list[0].args[0]))
    common = [shared(a, b) for a, b in pairwise(tokens)]
    kept = [min(n, len(t) - e) for n, t, e in zip(common, tokens[1:], evaluated[1:], strict=True)]
    return sum(kept) / sum(common)


def main() -> None:
    """Measure in turn, and print the ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=0, help="1 where others work on the machine")
    options = parser.parse_args()
    file, context = language_model(BUNDLED), Settings().models.context_tokens
    ours = LlamaModel(file, context, options.threads)
    threads = options.threads or None
    plain = llama_cpp.Llama(
        str(file.path), n_ctx=context, n_threads=threads, n_threads_batch=threads, verbose=False
    )
    asked = prompts(ours)
    first, rate = [], []
    for _ in range(options.rounds):
        for messages in asked:
            theirs = timed(bare(plain, ours._tokens(messages)))
            mine = timed(ours.stream(messages, MOST))
            first.append(mine[0] / theirs[0])
            rate.append(mine[1] / theirs[1] if theirs[1] else 1.0)
    print(f"first token {statistics.median(first):.2f} x bare llama.cpp")
    print(f"tokens a second {statistics.median(rate):.2f} x")
    print(f"shared tokens reused: {reused(ours, asked):.3f} of prompts one after another")


if __name__ == "__main__":
    main()
