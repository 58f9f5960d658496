"""`docs/json.md` names every key that `--json` prints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tui.fake_engine import DONE, status
from tui.papers import FILES, HISTORY, notice_answer, refusal_answer

from pocketrag.domain import (
    AllMatched,
    Check,
    DocumentMatched,
    FileFailed,
    FileIndexed,
    FileRenamed,
    FileSkipped,
)
from pocketrag.engine import shapes
from pocketrag.typed_json import Json

PAGE = Path(__file__).parents[2] / "docs" / "json.md"
NAMED = set(re.findall(r"[a-z_0-9]+", " ".join(re.findall(r"`([^`]+)`", PAGE.read_text(encoding="utf-8")))))


def keys(shape: Json) -> Iterator[str]:
    """Yield every key of a shape, and of what is in it."""
    if isinstance(shape, dict):
        yield from shape
        for value in shape.values():
            yield from keys(value)
    elif isinstance(shape, list):
        for value in shape:
            yield from keys(value)


ANSWER = notice_answer()
EVENTS = (
    FileIndexed(Path("/a"), 1, 1, 0, (3,)),
    FileRenamed(Path("/b"), Path("/a")),
    FileFailed(Path("/a"), "damaged", "It is.", "Mend it."),
    FileSkipped(Path("/a"), "hidden"),
    DONE,
)
SHAPES = {
    "ask": shapes.answer_json(ANSWER),
    "a refusal": shapes.answer_json(refusal_answer()),
    "search --all": [
        shapes.match_json(DocumentMatched(ANSWER.passages[0], 2)),
        shapes.match_json(AllMatched("rent", ("rent",), 1, 2, ANSWER.counts, 1.0, ())),
    ],
    "status": shapes.status_json(replace(status(), items=FILES)),
    "index": [shapes.index_json(event) for event in EVENTS],
    "history": [shapes.entry_json(HISTORY[0].entry), shapes.conversation_json(HISTORY[0])],
    "doctor": shapes.checks_json([Check("disk", "ok", "Room.")], []),
    "engine status": shapes.no_engine_json(Path("/a"), 1, "killed", False),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_every_key_is_named(shape: Json) -> None:
    found = set(keys(shape))
    assert found
    assert found - NAMED == set()
