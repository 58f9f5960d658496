"""Marked answers as question lines: what a person said was right, or wrong, is what `eval` measures.

Of an answer marked right, its text and its quotes are the gold answers, and the quotes the evidence.
One marked wrong becomes a question without them: whoever knows the right answer writes it in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from pocketrag.codec import Json
from pocketrag.domain import Answer, KeptConversation, KeptTurn, Mark
from pocketrag.plain import one_line

_MARKER: Final = re.compile(r"\s*\[\d{1,3}\]")
_QUOTING: Final = re.compile(r"^\s*>\s?", re.MULTILINE)


def question_lines(conversations: Iterable[KeptConversation]) -> Iterator[Json]:
    """Yield a question line for each marked answer, in order; its id names conversation and answer."""
    for kept in conversations:
        for turn in kept.turns:
            if turn.mark is not None:
                yield _line(kept.entry.id, turn, turn.mark)


def _line(conversation: int, turn: KeptTurn, mark: Mark) -> Json:
    answer = turn.answer
    right = mark is Mark.RIGHT
    return {
        "id": f"{conversation}-{turn.id}",
        "question": answer.query if one_line(answer.query) else answer.question,
        "answers": _golden(answer) if right else [],
        "answerable": answer.refused is not right,
        "evidence": [{"file": c.file.relative, "quote": c.quote} for c in answer.citations] if right else [],
        "kind": f"marked {mark}",
    }


def _golden(answer: Answer) -> list[str]:
    """Return what a right answer says: its text without markers, then each quote; nothing of a refusal."""
    said = one_line(_MARKER.sub("", _QUOTING.sub("", answer.text)))
    return list(dict.fromkeys(filter(None, (said, *(one_line(c.quote) for c in answer.citations)))))
