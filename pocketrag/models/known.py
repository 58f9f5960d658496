"""The models that are known to work well here: what each is good for, and what it takes (`known.toml`).

Any other GGUF file and any other sentence-transformers folder works too; these save the search for one.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from pocketrag.domain import ModelRole

MEGABYTE = 1_000_000

LIBRARIES_MB = 150
"""What a model takes in memory beside its weights, its context and its scores."""

ANY_LANGUAGE = "many"


@dataclass(frozen=True, slots=True)
class KnownModel:
    """One model of the list."""

    name: str
    role: ModelRole
    purpose: str
    """What it is good for, in a few words."""
    licence: str
    languages: tuple[str, ...]
    """ISO 639, or `many`."""
    parameters_m: int
    """Millions of parameters: what an answer costs."""
    download_mb: int
    """Of 1,000,000 bytes each, rounded."""
    repo: str = ""
    """`owner/name` on the hub; empty for a model that comes with PocketRAG."""
    file: str = ""
    """The GGUF file in it; an embedding model is a folder of files."""
    window: int = 0
    """Tokens that an embedding model takes in at once."""
    kv_bytes_per_token: int = 0
    """Memory that a token of the context takes, keys and values in 16 bits (its configuration)."""
    vocabulary: int = 0
    """Tokens that a language model knows."""
    query_prompt: str = ""
    document_prompt: str = ""
    """What an embedding model wants before a question and a passage, where its own files do not say so."""

    @property
    def bundled(self) -> bool:
        """Whether it comes with PocketRAG."""
        return not self.repo

    def needed_bytes(self, context_tokens: int) -> int:
        """Return how much memory it takes with such a context."""
        weights = self.download_mb * MEGABYTE
        return needed_bytes(weights, context_tokens, self.kv_bytes_per_token, self.vocabulary)

    def knows(self, language: str) -> bool:
        """Return whether it was trained on a language."""
        return ANY_LANGUAGE in self.languages or language in self.languages


def scores_bytes(vocabulary: int) -> int:
    """Return what a batch's scores of every token take: 512 rows of 32 bits, computed and copied out."""
    return 2 * 512 * 4 * vocabulary


def needed_bytes(weights: int, context_tokens: int, kv_bytes_per_token: int, vocabulary: int) -> int:
    """Return how much memory a model takes whose weights take so much, with such a context."""
    context = context_tokens * kv_bytes_per_token
    return weights + context + scores_bytes(vocabulary) + LIBRARIES_MB * MEGABYTE


@cache
def known_models() -> tuple[KnownModel, ...]:
    """Return the list: language models, then embedding models, each from the smallest to the best."""
    found: dict[str, list[dict[str, Any]]] = tomllib.loads(
        files(__package__).joinpath("known.toml").read_text(encoding="utf-8")
    )
    roles: tuple[ModelRole, ...] = ("language", "embedding")
    return tuple(
        KnownModel(**{**row, "role": role, "languages": tuple(row["languages"])})
        for role in roles
        for row in found[role]
    )


def known(name: str) -> KnownModel | None:
    """Return the model of that name, however it is written; None if it is not on the list."""
    return next((model for model in known_models() if model.name.casefold() == name.casefold()), None)
