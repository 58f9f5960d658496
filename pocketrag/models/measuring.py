"""How fast a language model reads and writes here, and whether one form of it says what another does.

Speeds are the best of several rounds, the ways that are compared taking turns: whatever else the computer
does then slows all of them, and most of it none of the best.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from pocketrag.errors import ModelDamaged
from pocketrag.memory import computer_memory, resident_bytes
from pocketrag.models.faithfulness import read_probes
from pocketrag.models.slm import Running

if TYPE_CHECKING:
    from llama_cpp import Llama

PROMPT_TOKENS, WRITTEN_TOKENS = 256, 24
"""Tokens that are read, and written, in a round."""

SENSE_TOKENS = 64
"""That show whether a model knows any language."""

ROUNDS = 4

ROUND_SECONDS = 8.0
"""What a round should take at most: of a large model, fewer tokens are read."""

CONTEXTS = 512, 2560
"""Tokens of the two contexts whose memory is compared."""

LOSS = 1.01
"""The most that a form's perplexity on the probes may be, as a multiple of the original's: half of what
llama.cpp's own table tells between Q5_K_M and Q6_K (its tools/quantize/README.md)."""

AGREEMENT = 0.93
"""How often the likeliest next token must be the original's. The bundled model's own weights, their sums in
another order (flash attention), agree in 0.956 of the cases: at the others two tokens are about as likely."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Tokens a second, and what a first token takes."""

    prompt: float
    generation: float
    own_prompt: float = 0.0
    own_generation: float = 0.0
    """The same two as llama.cpp's own counters have them."""
    first_token_seconds: float = 0.0
    """From a prompt of 256 tokens to the first token of an answer."""

    def seconds(self, prompt_tokens: int = 400, written_tokens: int = 40) -> float:
        """Return what an answer takes that reads and writes so much."""
        return prompt_tokens / self.prompt + written_tokens / self.generation


@dataclass(frozen=True, slots=True)
class Way:
    """A form of a model, and how it is run."""

    file: Path
    running: Running


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near what one form says is to what another does."""

    perplexity_ratio: float
    agreement: float
    """Share of the probes' tokens after which both find the same one likeliest."""

    @property
    def enough(self) -> bool:
        """Whether the form may stand for the original."""
        return self.perplexity_ratio <= LOSS and self.agreement >= AGREEMENT


def probe_text() -> str:
    """Return the built-in text that models are measured with."""
    return "\n".join(read_probes().passages)


def compared(ways: Sequence[Way], rounds: int = ROUNDS) -> list[Rates]:
    """Return the rates of each way, the best of so many rounds. Raises ModelDamaged."""
    best = [Rates(0.0, 0.0) for _ in ways]
    with ExitStack() as stack:
        kept = {way: stack.enter_context(closing(opened(way))) for way in ways if _fit_together(ways)}
        for _ in range(rounds):
            for n, way in enumerate(ways):
                with nullcontext(kept[way]) if kept else closing(opened(way)) as model:
                    few = _affordable(model)  # touches every page of the weights
                    best[n] = _better(best[n], _round(model, few))
    return best


def _fit_together(ways: Sequence[Way]) -> bool:
    """Whether all ways can be in memory at once: some forms are laid out anew each time they are opened."""
    return sum(way.file.stat().st_size for way in ways) < computer_memory().available / 2


def opened(way: Way, *, all_scores: bool = False) -> Llama:
    """Return a model of llama.cpp with a context for measuring. Raises ModelDamaged."""
    import llama_cpp

    try:
        return llama_cpp.Llama(
            str(way.file),
            n_ctx=PROMPT_TOKENS + 2 * WRITTEN_TOKENS,
            logits_all=all_scores,
            verbose=False,
            **way.running.arguments(),
        )
    except (ValueError, OSError, RuntimeError, AssertionError) as error:
        raise ModelDamaged(
            f"The language model {way.file} cannot be loaded: {error}.", "Use another."
        ) from error


def _affordable(model: Llama) -> list[int]:
    """Return as many tokens of a prompt as a round can take."""
    tokens = model.tokenize(probe_text().encode())[:PROMPT_TOKENS]
    began = time.perf_counter()
    _emptied(model).eval(tokens[:32])
    rate = 32 / (time.perf_counter() - began)
    return tokens[: max(32, int(rate * ROUND_SECONDS))]


def _emptied(model: Llama) -> Llama:
    """Return the model with nothing in its context."""
    import llama_cpp

    model.reset()  # type: ignore[no-untyped-call]
    llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(model.ctx), True)
    return model


def _round(model: Llama, tokens: Sequence[int]) -> Rates:
    """Return the rates of one round."""
    import llama_cpp

    llama_cpp.llama_perf_context_reset(_emptied(model).ctx)
    began = time.perf_counter()
    _evaluated(model, tokens)
    read = time.perf_counter()
    first = 0.0
    for token in tokens[:WRITTEN_TOKENS]:
        _evaluated(model, [token])
        first = first or time.perf_counter()
    written = time.perf_counter()
    own = llama_cpp.llama_perf_context(model.ctx)
    return Rates(
        prompt=len(tokens) / (read - began),
        generation=min(WRITTEN_TOKENS, len(tokens)) / (written - read),
        own_prompt=1000 * own.n_p_eval / own.t_p_eval_ms if own.t_p_eval_ms else 0.0,
        own_generation=1000 * own.n_eval / own.t_eval_ms if own.t_eval_ms else 0.0,
        first_token_seconds=first - began,
    )


def _evaluated(model: Llama, tokens: Sequence[int]) -> None:
    """Have tokens read, and counted by llama.cpp, which does so when it is waited for."""
    import llama_cpp

    model.eval(tokens)
    llama_cpp.llama_synchronize(model.ctx)


def _better(a: Rates, b: Rates) -> Rates:
    return Rates(
        max(a.prompt, b.prompt),
        max(a.generation, b.generation),
        max(a.own_prompt, b.own_prompt),
        max(a.own_generation, b.own_generation),
        min(filter(None, (a.first_token_seconds, b.first_token_seconds))),
    )


def context_bytes(way: Way) -> int:
    """Return the memory that each token of a context takes; 0 where the system does not tell.

    Raises ModelDamaged.
    """
    with closing(opened(way)) as model:
        short, long = (_context_taking(model, tokens) for tokens in CONTEXTS)
    return max(long - short, 0) // (CONTEXTS[1] - CONTEXTS[0])


def _context_taking(model: Llama, tokens: int) -> int:
    """Return the memory that a context of so many tokens takes, beside the one that the model has."""
    import llama_cpp

    wanted = model.context_params
    wanted.n_ctx = tokens
    before = resident_bytes()
    made = llama_cpp.llama_init_from_model(model.model, wanted)
    try:
        return resident_bytes() - before
    finally:
        llama_cpp.llama_free(made)


def likeness(form: Way, original: Way) -> Likeness:
    """Return how near a form is to its original, on the built-in probes. Raises ModelDamaged."""
    (ours, our_best), (theirs, their_best) = read_by(form), read_by(original)
    return Likeness(float(np.exp(ours - theirs)), float(np.mean(our_best == their_best)))


def read_by(way: Way) -> tuple[float, npt.NDArray[np.intp]]:
    """Return the mean surprise at a token of the probes (nats), and the likeliest token after each."""
    with closing(opened(way, all_scores=True)) as model:
        pieces = list(_pieces(model.tokenize(probe_text().encode())))
        read = [_surprises(model, tokens) for tokens in pieces]
    surprises, best = zip(*read, strict=True)
    return float(np.mean(np.concatenate(surprises))), np.concatenate(best)


def _surprises(model: Llama, tokens: list[int]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.intp]]:
    """Return the surprise at each token but the first (nats), and the token likeliest in its place."""
    _emptied(model).eval(tokens)
    scores = np.array(model.scores[: len(tokens) - 1], np.float32)
    scores -= scores.max(axis=1, keepdims=True)
    likely = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return -likely[np.arange(len(tokens) - 1), tokens[1:]], likely.argmax(axis=1)


def refuse_senseless(way: Way) -> None:
    """Return if a text surprises the model less than if it knew nothing. Raises ModelDamaged.

    Knowing nothing is finding all tokens equally likely: 10.8 nats a token for the bundled model, to which
    English comes to 4.0, and Japanese, byte by byte, to 3.1; with damaged weights, to more or to no number.
    """
    with closing(opened(way, all_scores=True)) as model:
        tokens = model.tokenize(probe_text().encode())[:SENSE_TOKENS]
        surprise, nothing = float(_surprises(model, tokens)[0].mean()), float(np.log(model.n_vocab()))
    if not surprise < nothing:  # nor is a surprise that is no number
        raise ModelDamaged(
            f"The language model {way.file} makes no sense of any text: its weights are damaged.",
            "Fetch or copy the file again (`pocketrag models list` names others), "
            'or set models.language to "bundled".',
        )


def _pieces(tokens: list[int]) -> Iterator[list[int]]:
    for start in range(0, min(len(tokens), 4 * PROMPT_TOKENS), PROMPT_TOKENS):
        yield tokens[start : start + PROMPT_TOKENS]
