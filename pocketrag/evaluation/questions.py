"""Questions files: one JSON object a line, for `--questions` and for `pocketrag eval`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pocketrag.errors import QuestionsFileError


@dataclass(frozen=True, slots=True)
class Gold:
    """Where an answer stands; the fields that the label gives."""

    file: str
    """Path relative to the folder of the documents."""
    page: int | None = None
    start: int | None = None
    """Offsets of characters into the raw file."""
    end: int | None = None
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a questions file."""

    id: str
    question: str
    answers: tuple[str, ...] = ()
    answerable: bool = True
    evidence: tuple[Gold, ...] = ()
    after: str = ""
    """The question whose conversation this one continues; empty for none."""
    kind: str = ""
    split: str = ""


def read_questions(file: Path) -> Iterator[Question]:
    """Yield the questions of a file, in order.

    Raises QuestionsFileError if it cannot be read, or a line is not a question.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise QuestionsFileError(
            f"The questions file {file} cannot be read: {reason}.", "Check it."
        ) from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _question(line, f"{file}, line {number}", str(number))


def chosen_questions(file: Path, split: str | None, limit: int | None) -> list[Question]:
    """Return the questions of one split (None: all), at most `limit` of them, evenly spread."""
    found = [q for q in read_questions(file) if split is None or q.split == split]
    if limit is None or len(found) <= limit:
        return found
    return [found[index * len(found) // limit] for index in range(limit)]


def _question(line: str, where: str, number: str) -> Question:
    try:
        found = json.loads(line)
        return Question(
            id=str(found.get("id", number)),
            question=found["question"],
            answers=tuple(found.get("answers", ())),
            answerable=bool(found.get("answerable", True)),
            evidence=tuple(_gold(gold) for gold in found.get("evidence", ())),
            after=str(found.get("after", "")),
            kind=found.get("kind", ""),
            split=found.get("split", ""),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise QuestionsFileError(
            f"{where} is not a question ({error}).", 'Each line: {"id": "…", "question": "…"}.'
        ) from error


def _gold(found: dict[str, Any]) -> Gold:
    known = {name: found[name] for name in ("page", "start", "end", "quote") if name in found}
    return Gold(file=found["file"], **known)
