"""Which of the models that are known fit this computer, how fast they would answer, and which to take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from pocketrag.domain import ModelRole
from pocketrag.memory import Memory
from pocketrag.models.known import ANY_LANGUAGE, KnownModel
from pocketrag.wording import plural

Fit = Literal["fits", "tight", "too large"]

PROMPT_TOKENS, ANSWER_TOKENS = 400, 40
"""An answer as most are: that many tokens to read, and to write."""

READ_PER_WRITE = 6.0
"""How many tokens of a prompt are read in the time that one is written, roughly, on a processor."""

RATE_PER_CORE = 20e9
"""Parameters times prompt tokens that a core comes through in a second, with AVX2 or NEON."""

PLAIN_RATE_PER_CORE = 6e9
"""The same without either."""

PATIENCE = 15.0
"""Seconds that a recommended model may take for an answer."""

KEPT_FREE = 0.15
"""Share of the computer's memory that other programs should keep."""


@dataclass(frozen=True, slots=True)
class Computer:
    """What a model has to work with."""

    cores: int
    memory: Memory
    instruction_sets: tuple[str, ...]
    gpu: bool
    """Whether llama.cpp was built for a graphics card."""

    @property
    def rate(self) -> float:
        """Parameters times prompt tokens a second, as far as can be told without measuring."""
        quick = any(name.startswith(("AVX2", "AVX512", "NEON")) for name in self.instruction_sets)
        return self.cores * (RATE_PER_CORE if quick else PLAIN_RATE_PER_CORE)

    @property
    def in_words(self) -> str:
        """What the models have to work with, in a line."""
        sets = [name for name in self.instruction_sets if name.startswith(("AVX", "NEON", "FMA", "SVE"))]
        free, total = self.memory.available / 1e9, self.memory.total / 1e9
        return " · ".join(
            (
                plural(self.cores, "core"),
                f"{free:.1f} of {total:.1f} GB of memory free",
                ", ".join(sets) or "no vector instructions that llama.cpp uses",
                "a graphics card can be used"
                if self.gpu
                else "no graphics card that llama.cpp was built for",
            )
        )


@dataclass(frozen=True, slots=True)
class Fitted:
    """A known model, and how it would do here."""

    model: KnownModel
    fit: Fit
    needed_bytes: int
    answer_seconds: float
    """What an answer would take, roughly; 0 for an embedding model."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The model to take, and why."""

    name: str
    role: ModelRole
    reason: str


def this_computer() -> Computer:
    """Return what models have to work with here."""
    from pocketrag.memory import computer_memory, physical_cores
    from pocketrag.models.native import build

    made = build()
    return Computer(physical_cores(), computer_memory(), made.instruction_sets, made.gpu)


def fit_of(needed: int, memory: Memory) -> Fit:
    """Return whether so many bytes fit: at once, only if other programs make room, or never."""
    if needed > memory.total * (1 - KEPT_FREE):
        return "too large"
    return "fits" if needed <= memory.available else "tight"


def fitted(
    models: Iterable[KnownModel], computer: Computer, context_tokens: int, rate: float = 0.0
) -> tuple[Fitted, ...]:
    """Return how each model would do; `rate`: as measured here, parameters times prompt tokens a second."""
    return tuple(_fitted(model, computer, context_tokens, rate or computer.rate) for model in models)


def _fitted(model: KnownModel, computer: Computer, context_tokens: int, rate: float) -> Fitted:
    needed = model.needed_bytes(context_tokens)
    tokens = PROMPT_TOKENS + READ_PER_WRITE * ANSWER_TOKENS
    seconds = tokens * model.parameters_m * 1e6 / rate if model.role == "language" else 0.0
    return Fitted(model, fit_of(needed, computer.memory), needed, seconds)


def recommended_language_model(choice: Sequence[Fitted], language: str = "en") -> Recommendation:
    """Return the best language model that fits and answers within 15 seconds, and why that one."""
    able = [one for one in choice if one.model.role == "language" and one.model.knows(language)]
    quick = [one for one in able if one.fit == "fits" and one.answer_seconds <= PATIENCE]
    best = quick[-1] if quick else able[0]
    said = f"about {best.answer_seconds:.0f} s an answer, {best.needed_bytes / 1e9:.1f} GB of memory"
    better = able[able.index(best) + 1 :]
    if not better:
        return Recommendation(best.model.name, "language", f"the best on the list: {said}")
    next_one = better[0]
    why_not = (
        "does not fit into memory"
        if next_one.fit != "fits"
        else f"would take about {next_one.answer_seconds:.0f} s"
    )
    reason = f"the best that fits and is quick here: {said}; {next_one.model.name} {why_not}"
    return Recommendation(best.model.name, "language", reason)


def recommended_embedding_model(choice: Sequence[Fitted]) -> Recommendation:
    """Return the embedding model to take, and why: another than the bundled one is for other languages."""
    able = [one.model for one in choice if one.model.role == "embedding" and one.fit == "fits"]
    chosen = next(model for model in able if model.bundled)
    many = next((model.name for model in able if model.knows(ANY_LANGUAGE)), "")
    other = f"; for papers in other languages than English, {many}" if many else ""
    return Recommendation(chosen.name, "embedding", f"the quickest to index with{other}")
