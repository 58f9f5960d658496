"""Prompting: evidence and question become messages within the model's context window.

What never changes comes first, so that the model reuses it. Text from documents is fenced and
loses anything that looks like a chat template's special token: documents cannot instruct.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources

from pocketrag.answering.cleaning import SPECIAL_TOKEN
from pocketrag.answering.evidence import Evidence
from pocketrag.answering.instructing import instructs
from pocketrag.models.slm import LanguageModel, Message
from pocketrag.plain import plain

CUT = 300
"""Characters that are kept of a question which leaves no room for a quote."""


def answer_messages(
    question: str, evidence: Sequence[Evidence], model: LanguageModel, max_tokens: int
) -> list[Message]:
    """Return the messages that ask the model, with as many quotes as its context window allows.

    A question too long to stand beside a quote is cut; none if not even then a quote fits, for without one
    there is nothing to ask.
    """
    for asked in (question, question[:CUT]):
        for count in range(len(evidence), 0, -1):
            messages = _messages(asked, evidence[:count])
            if model.count_tokens(messages) + max_tokens <= model.context_tokens:
                return messages
    return []


def neutral(text: str) -> str:
    """Return a document's text as one line that ends no quotation and holds no template's special token."""
    return " ".join(SPECIAL_TOKEN.sub(" ", plain(text)).replace('"', "'").split())


def _headed(evidence: Evidence) -> str:
    """Return a sentence after the headings that it stands under, in one line."""
    return ": ".join([*filter(None, evidence.head.splitlines()), evidence.text])


def _messages(question: str, evidence: Sequence[Evidence]) -> list[Message]:
    quotes = "\n".join(f'"{neutral(_headed(e))}"' for e in evidence if not instructs(e.text))
    return [
        Message("system", _instructions()),
        Message("user", f"Quotes:\n{quotes}\n\nQuestion: {neutral(question)}"),
    ]


def _instructions() -> str:
    return resources.files(__package__).joinpath("prompts", "answer.md").read_text(encoding="utf-8").strip()
