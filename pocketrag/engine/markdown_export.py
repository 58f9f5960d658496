"""A kept conversation as Markdown that reads well, and that nothing foreign can write in.

Questions, answers, quotes and file names are data: what would make a link, an image, HTML or any other
markup of them is escaped by backslashes (https://spec.commonmark.org/0.31.2/#backslash-escapes). Two
things of an answer's text stay: the `>` before a quoted line, and a citation's `[1]`.
"""

from __future__ import annotations

import re
from typing import Final

from pocketrag.domain import Answer, Citation, Freshness, KeptConversation, KeptTurn
from pocketrag.plain import one_line, plain
from pocketrag.wording import freshness_in_words, moment_in_words, place_in_words, plural, source_in_words

_MARKUP: Final = re.compile(r"[\\`*_\[<~|$@#]|&(?=#?\w+;)")
_LINE_START: Final = re.compile(r"^(?:[>+=-]|\d+(?=[.)]))")
_ADDRESS: Final = re.compile(r":(?=//)|(?<=www)\.|(?<=mailto):", re.IGNORECASE)
"""What makes a link of a bare address where a reader links those by itself."""
_MARKER: Final = re.compile(r"\\\[(\d+)\](?![(:])")
_QUOTED: Final = re.compile(r"^ {0,3}>[ ]?")
_SHA_SHOWN: Final = 12
"""Hexadecimal digits of a file's SHA-256 that are shown; the JSON export has all."""


def conversation_markdown(kept: KeptConversation) -> str:
    """Return a conversation: each question a heading, then its answer and its sources."""
    entry = kept.entry
    begun = f"{plural(entry.turns, 'question')}, {moment_in_words(entry.created)}"
    parts = [f"# {_inline(entry.title)}", begun, *(_turn(turn) for turn in kept.turns)]
    return "\n\n".join(parts) + "\n"


def _turn(turn: KeptTurn) -> str:
    answer = turn.answer
    parts = [f"## {_inline(answer.question)}", _answer_text(answer), *_refusal(answer)]
    if answer.citations:
        cited = zip(answer.citations, turn.freshness, strict=True)
        parts.append("Sources:")
        parts.append("\n\n".join(_source(citation, freshness) for citation, freshness in cited))
    marked = f"marked {turn.mark}" if turn.mark else ""
    small = " · ".join(filter(None, (_inline(answer.model), moment_in_words(turn.at), marked)))
    return "\n\n".join([*parts, f"*{small}*"])


def _answer_text(answer: Answer) -> str:
    """Return an answer's text; the lines that quote stay quotes."""
    lines = []
    for line in plain(answer.text).split("\n"):
        quoted = _QUOTED.match(line)
        text = _MARKER.sub(r"[\1]", _escaped(line[quoted.end() :] if quoted else line))
        lines.append(f"> {text}".rstrip() if quoted else text)
    return "\n".join(lines)


def _refusal(answer: Answer) -> list[str]:
    if answer.refusal is None:
        return []
    return [f"Looked for: {_inline(answer.refusal.looked_for)}"]


def _source(citation: Citation, freshness: Freshness) -> str:
    """Return a list's item: file, place, marks and version, and below it the quote."""
    where = [f"**{_inline(source_in_words(citation))}**", _inline(place_in_words(citation.place))]
    if not citation.verified:
        where.append("*not verified*")
    if freshness is not Freshness.FRESH:
        where.append(f"*{freshness_in_words(freshness)}*")
    where.append(f"sha256 {citation.file.sha256[:_SHA_SHOWN]}…")
    lines = (_escaped(line) for line in plain(citation.quote).split("\n"))
    quote = "\n".join(f"  > {line}".rstrip() for line in lines)
    return f"- [{citation.marker}] {' · '.join(filter(None, where))}\n\n{quote}"


def _inline(text: str) -> str:
    """Return a text on one line, without markup."""
    return _escaped(one_line(text))


def _escaped(line: str) -> str:
    """Return a line that reads as what it is, wherever it stands in Markdown."""
    safe = _ADDRESS.sub(r"\\\g<0>", _MARKUP.sub(r"\\\g<0>", line.strip()))
    return _LINE_START.sub(_escaped_start, safe)


def _escaped_start(match: re.Match[str]) -> str:
    # a number is not escaped itself: the point or bracket after it is
    return f"{match[0]}\\" if match[0].isdigit() else f"\\{match[0]}"
