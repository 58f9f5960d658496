"""Whether a language model fits into memory, told from its file's header before anything is loaded."""

from __future__ import annotations

from collections.abc import Callable

from pocketrag.errors import ModelTooLarge
from pocketrag.memory import Memory, computer_memory
from pocketrag.models.gguf import Gguf, read_gguf
from pocketrag.models.hub import ModelFile
from pocketrag.models.known import known_models

SHORTEST = 1024
"""The shortest context that is proposed: a question with its evidence and an answer."""

look: Callable[[], Memory] = computer_memory
"""Tells the computer's memory."""


def refuse_too_large(file: ModelFile, context_tokens: int) -> None:
    """Return if the model fits into the memory that is free. Raises ModelTooLarge, which says what would."""
    about, memory = read_gguf(file.path), look()
    needed = about.needed_bytes(context_tokens)
    if needed <= memory.available:
        return
    raise ModelTooLarge(
        f"The language model {file.name} takes about {needed / 1e9:.1f} GB of memory with a context of "
        f"{context_tokens:,} tokens; {memory.available / 1e9:.1f} GB are free.",
        _what_would(about, context_tokens, memory.available),
    )


def _what_would(about: Gguf, context_tokens: int, available: int) -> str:
    """Return what would fit: the model with a shorter context, else other models."""
    spare = available - about.needed_bytes(0)
    shorter = min(spare // max(about.kv_bytes_per_token, 1) // 512 * 512, context_tokens)
    if shorter >= SHORTEST:
        return f"With models.context_tokens = {shorter} it would fit."
    listed = [one for one in known_models() if one.role == "language"]
    fitting = [one.name for one in listed if one.needed_bytes(context_tokens) <= available]
    if not fitting:
        return "End other programs first: none of the models on the list would fit either."
    names = " or ".join(reversed(fitting[-2:]))
    return f"{names} would fit (`pocketrag models list`); or end other programs first."
