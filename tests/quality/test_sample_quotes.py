"""Every gold quote of the sample documents stands where `questions.jsonl` says it does."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from pocketrag.domain import Block, Document, Place
from pocketrag.reading.reader import read

SAMPLES = Path(__file__).parents[2] / "sample_docs"


Label = dict[str, str | int | list[str]]


class Evidence(NamedTuple):
    """One label: a quote, and where a person would find it."""

    question: str
    file: str
    quote: str
    place: Label


def _labels() -> list[Evidence]:
    """Return every evidence of every question."""
    lines = (SAMPLES / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line) for line in lines if line.strip()]
    return [
        Evidence(question["id"], label["file"], label["quote"], _without(label, "file", "quote"))
        for question in questions
        for label in question["evidence"]
    ]


def _without(label: Label, *names: str) -> Label:
    return {name: value for name, value in label.items() if name not in names}


@cache
def _document(file: str) -> Document:
    return read(SAMPLES / file)


def _folded(text: str) -> str:
    return " ".join(text.split())


def _is_at(place: Place, wanted: Label) -> bool:
    """Whether a block's place is the one the label names; a line is the first of its block."""
    for name, value in wanted.items():
        match name:
            case "page" | "slide" | "sheet" | "row":
                fits = getattr(place, name) == value
            case "line":
                fits = place.line is not None and isinstance(value, int) and place.line <= value
            case "section":
                fits = isinstance(value, list) and place.section == tuple(value)
            case "message":
                fits = place.message is not None and place.message.startswith(str(value))
            case _:
                fits = False
        if not fits:
            return False
    return True


def _blocks_with(document: Document, quote: str) -> list[Block]:
    return [
        block
        for block in document.blocks
        if _folded(quote) in _folded(document.text[block.start : block.end])
    ]


@pytest.mark.parametrize("label", _labels(), ids=lambda label: label.question)
def test_quote_stands_where_its_label_says(label: Evidence) -> None:
    document = _document(label.file)
    found = _blocks_with(document, label.quote)
    assert found, f"no block of {label.file} holds {label.quote!r}"
    assert any(_is_at(block.place, label.place) for block in found), [block.place for block in found]
