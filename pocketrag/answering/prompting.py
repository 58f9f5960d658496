"""Prompting: evidence and question become messages within the model's context window.

What never changes comes first, so that the model reuses it. Text from documents is fenced and
loses anything that looks like a chat template's special token: documents cannot instruct.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources

from pocketrag.answering.cleaning import SPECIAL_TOKEN
from pocketrag.answering.evidence import Evidence
from pocketrag.models.slm import LanguageModel, Message


def answer_messages(
    question: str, evidence: Sequence[Evidence], model: LanguageModel, max_tokens: int
) -> list[Message]:
    """Return the messages that ask the model, with as many quotes as its context window allows."""
    for count in range(len(evidence), 0, -1):
        messages = _messages(question, evidence[:count])
        if model.count_tokens(messages) + max_tokens <= model.context_tokens:
            return messages
    return _messages(question[: model.context_tokens // 2], [])


def neutral(text: str) -> str:
    """Return a document's text as one line in which nothing is a special token of a chat template."""
    return " ".join(SPECIAL_TOKEN.sub(" ", text).split())


def _messages(question: str, evidence: Sequence[Evidence]) -> list[Message]:
    quotes = "\n".join(f'"{neutral(e.text)}"' for e in evidence)
    return [
        Message("system", _instructions()),
        Message("user", f"Quotes:\n{quotes}\n\nQuestion: {neutral(question)}"),
    ]


def _instructions() -> str:
    return resources.files(__package__).joinpath("prompts", "answer.md").read_text(encoding="utf-8").strip()
