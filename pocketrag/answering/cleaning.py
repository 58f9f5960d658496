"""Foreign text made plain: what a model wrote before it is checked, what a document says before it is shown.

Neither can bring markers of its own, links that could be followed, pictures that would be fetched, or
characters that a terminal obeys. The words stay.
"""

from __future__ import annotations

import re

from pocketrag.plain import plain

SPECIAL_TOKEN = re.compile(
    r"<\|[^|<>]{0,40}\|?>|<｜[^｜<>]{0,40}｜>|</?s>|\[/?INST\]|<</?SYS>>|</?(?:start|end)_of_turn>"
    r"|<(?:bos|eos|pad|unk)>"
    r"|\[/?(?:AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|SYSTEM_PROMPT)\]|</?(?:think|tool_call)>",
    re.IGNORECASE,
)
"""How chat templates mark turns and thoughts: ChatML, Llama, Mistral, Gemma, Phi, DeepSeek and Qwen."""

MARKER = re.compile(
    r"\s*[\[【]\^?\s*(?:(?:source|quote|doc|document|quelle|zitat)\.?\s*)?\d{1,3}(?:\s*[,;–-]\s*\^?\d{1,3})*"
    r"(?:†[^\]】]*)?\s*[\]】]",
    re.IGNORECASE,
)
"""A citation as models write them: `[1]`, `[1, 2]`, `[^1]`, `[Source 3]`, `【4†lease.pdf】`."""

_THOUGHTS = ("think", "thinking", "thought", "reasoning")
_THOUGHT = re.compile(r"<(think|thinking|thought|reasoning)>.*?(?:</\1>|\Z)", re.IGNORECASE | re.DOTALL)
_THOUGHT_ENDS = re.compile(r"\A.*</(?:think|thinking|thought|reasoning)>", re.IGNORECASE | re.DOTALL)
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\([^)\n]*\)")
_LINK = re.compile(r"\[([^\]\n]+)\]\([^)\n]*\)")
_TAG = re.compile(r"<(?=[A-Za-z/!?])[^<>\n]{0,2000}>")
_EMPHASIS = re.compile(r"(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1")
_LINE_MARK = re.compile(r"^[ \t]*(?:[-*+•]|#{1,6}|>)[ \t]+", re.MULTILINE)
_CLAUSE_NUMBER = re.compile(r"^[ \t]*\d+(?:\.\d+)+\.?\s+(?=[\"“„])", re.MULTILINE)
"""The number of a clause before its words in quotation marks: by itself it would pass for a sentence."""
_LEAD_IN = re.compile(r"\A\s*(?:assistant|answer|antwort)\s*:\s*", re.IGNORECASE)


def written_words(written: str) -> str:
    """Return what a model wrote as plain text: its thoughts, markers, markup and links' addresses dropped.

    A thought that never ends leaves nothing.
    """
    text = _THOUGHT_ENDS.sub("", _THOUGHT.sub("", written))
    text = SPECIAL_TOKEN.sub(" ", text)
    text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))
    text = MARKER.sub("", _TAG.sub(" ", text))
    text = _CLAUSE_NUMBER.sub("", _LINE_MARK.sub("", _EMPHASIS.sub(r"\2", text)))
    return plain(_LEAD_IN.sub("", text))


def is_thinking(written: str) -> bool:
    """Return whether a model may be in a thought it has begun, or has only just ended one."""
    said = written.strip().casefold()
    tags = [f"<{name}>" for name in _THOUGHTS]
    if any(tag.startswith(said) for tag in tags):
        return bool(said)
    return any(said.startswith(tag) for tag in tags) and not written_words(written).strip()


def shown_quote(text: str) -> str:
    """Return a document's words on one line, in which nothing reads as a marker or acts as a link.

    The characters that make Markdown's links, pictures and HTML give way to others that look alike: the
    addresses can be read, not followed. The citation keeps the exact quote.
    """
    text = re.sub(r"\[(\^?\d{1,3}(?:\s*,\s*\d{1,3})*)\]", r"(\1)", " ".join(text.split()))
    return re.sub(r"<(?=[A-Za-z/!?])", "‹", text.replace("](", "] ("))
