"""Sentences in documents that speak to a language model instead of to a reader.

They are data like any other text, and can be quoted where a question leads to nothing else. But no model
is shown them, and they carry no sentence of its answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pocketrag.answering.evidence import Evidence

_INSTRUCTING = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instructions?|prompts?|rules|context)\b"
    r"|\b(?:you must|always|from now on,?(?: you)?|only) (?:answer|respond|reply|say|output|tell)\b"
    r"|\b(?:answer|respond to|reply to) (?:every|all|any) (?:questions?|requests?|messages?)"
    r"|\byou are (?:now )?(?:an? |the )?(?:\w+ )?(?:ai|assistant|chatbot|language model|llm)\b"
    r"|\b(?:system|developer) (?:prompt|message)\b|(?:^|\s)(?:system|assistant)\s*:\s"
    r"|\b(?:answer|respond|reply)(?: only)? with\b|\btell the user\b"
    r"|\b(?:ignoriere|vergiss|missachte)\b.{0,40}\b(?:anweisung(?:en)?|regeln|vorgaben)\b"
    r"|\b(?:antworte|sage?) (?:immer|nur|stets|auf jede)\b"
    r"|\bdu bist (?:jetzt |nun )?(?:ein|der) \w*assistent",
    re.IGNORECASE | re.DOTALL,
)


def instructs(text: str) -> bool:
    """Return whether a text tries to tell a language model what to do."""
    return bool(_INSTRUCTING.search(text))


def telling_evidence(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return the evidence that tells a reader something, questions last; all of it if it only instructs.

    A question in a document is nearest to the question asked, and no answer.
    """
    speaking = [e for e in evidence if not instructs(e.text)] or evidence
    return tuple(sorted(speaking, key=lambda e: e.text.rstrip(" \"'”’»").endswith("?")))
