"""How fast a language model writes answers, with tokens drafted from the prompt or without."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence

from pocketrag.models.faithfulness import read_probes
from pocketrag.models.slm import LlamaModel, Message

DRAFTS = 0, 4, 12
"""Tokens drafted at once, at most, as is tried. Where reading a few tokens together takes hardly longer than
one, as on graphics cards, many are better; where it takes much longer, none."""

QUOTES = 4
"""In the prompt of a question; one of them answers it."""

MOST = 40
"""Tokens of an answer."""

ROUNDS = 2

PATIENCE = 8.0
"""Seconds that questions are asked for, at least one of each way."""


def answer_rates(model: LlamaModel, drafts: Sequence[int] = DRAFTS) -> list[float]:
    """Return the tokens a second of answers with so many drafted; the best of two rounds, taking turns.

    Questions and quotes are the built-in probes, put as the engine puts them.
    """
    best: dict[tuple[int, int], tuple[int, float]] = {}
    until = time.perf_counter() + PATIENCE
    for number, messages in enumerate(_prompts()):
        for draft in [*drafts] * ROUNDS:
            model.draft_tokens = draft
            tokens, seconds = _timed(model.stream(messages, MOST))
            known = best.get((number, draft), (tokens, seconds))
            best[number, draft] = min(known, (tokens, seconds), key=lambda found: found[1])
        if time.perf_counter() > until:
            break
    return [_rate(found for (_, of), found in best.items() if of == draft) for draft in drafts]


def _rate(found: Iterable[tuple[int, float]]) -> float:
    """Return tokens a second, of pairs of both."""
    pairs = list(found)
    seconds = sum(taken for _, taken in pairs)
    return sum(tokens for tokens, _ in pairs) / seconds if seconds else 0.0


def _timed(pieces: Iterable[str]) -> tuple[int, float]:
    """Return how many pieces came after the first, and the seconds that they took."""
    moments = [time.perf_counter() for _ in pieces]
    return (len(moments) - 1, moments[-1] - moments[0]) if moments else (0, 0.0)


def _prompts() -> Iterator[list[Message]]:
    probes = read_probes()
    for number, question in enumerate(probes.questions[::5]):
        quotes = probes.passages[5 * number : 5 * number + QUOTES]
        asked = "\n".join(f'"{quote}"' for quote in quotes) + f"\n\nQuestion: {question}"
        yield [Message("system", "Answer in one short sentence, from the quotes."), Message("user", asked)]
