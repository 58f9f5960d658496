"""A conversation line by line, where there is no screen to draw on, or none is wanted.

For screen readers, dumb terminals and pipes: no colour, no cursor movement, nothing redrawn.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

from pocketrag.console.answers import say_behind, show_final
from pocketrag.console.terminal import say_error, stdout
from pocketrag.domain import Answer, AnswerReady, Filters, PassagesFound, Refused, Turn
from pocketrag.engine.protocol import Engine
from pocketrag.errors import EngineStopped, ModelError, PocketRagError
from pocketrag.plain import one_line
from pocketrag.wording import counts_in_words, place_in_words, plural

_HELP: Final = """\
Type a question and press Enter. Also:
  /sources   the passages of the last answer, with what they say
  /again     ask the last question once more
  /new       begin a new conversation
  /status    how the library stands
  /help      this
  /quit      leave (so does an end of input)"""


class Chat:
    """One conversation with a library, read from standard input and written to standard output."""

    def __init__(self, engine: Engine) -> None:
        """Begin a conversation."""
        self._engine = engine
        self._turns: list[Turn] = []
        self._kept: int | None = None
        self._last: Answer | None = None
        self._asked = ""

    def run(self) -> None:
        """Answer line after line until there are no more; an error is said, and the next line awaited."""
        self._status()
        stdout.print("Type a question, or /help.")
        for line in _lines():
            try:
                if line == "/quit":
                    return
                self._obey(line) if line.startswith("/") else self._answer(line)
            except PocketRagError as error:
                say_error(error, as_json=False)

    def _obey(self, line: str) -> None:
        match line:
            case "/new":
                self._turns, self._kept, self._last = [], None, None
                stdout.print("A new conversation.")
            case "/again" if self._asked:
                self._answer(self._asked)
            case "/sources":
                self._sources()
            case "/status":
                self._status()
            case _:
                stdout.print(_HELP)

    def _answer(self, question: str) -> None:
        self._asked = question
        try:
            answer = self._final(question)
        except ModelError as error:
            self._kept = self._engine.keep_answer(Answer.failed(question, error), self._kept)
            raise
        stdout.print("Answer:")
        show_final(answer, [answer.freshness(citation) for citation in answer.citations])
        doubted = sum(not sentence.verified for sentence in answer.sentences)
        if doubted:
            stdout.print(f"Careful: {plural(doubted, 'sentence')} could not be verified.")
        say_behind(answer.counts, "")
        self._last = answer
        self._turns.append(Turn(answer.question, answer.text, answer.query))
        self._kept = self._engine.keep_answer(answer, self._kept)

    def _final(self, question: str) -> Answer:
        """Return the checked answer; what is found before it is said as it comes."""
        for event in self._engine.ask(question, tuple(self._turns), Filters()):
            match event:
                case PassagesFound(results) if results.passages:
                    stdout.print(f"Reading {plural(len(results.passages), 'passage')}…")
                case AnswerReady(answer) | Refused(answer):
                    return answer
        raise EngineStopped("The engine gave no answer.", "Ask again.")

    def _sources(self) -> None:
        passages = self._last.passages if self._last is not None else ()
        if not passages:
            stdout.print("There are no sources to show.")
        for passage in passages:
            where = ", ".join(
                filter(None, (one_line(passage.file.shown), place_in_words(passage.chunk.place)))
            )
            stdout.print(f"{passage.rank}. {where}", soft_wrap=True)
            stdout.print(f"   {one_line(passage.chunk.text)}", soft_wrap=True)

    def _status(self) -> None:
        status = self._engine.status()
        stdout.print(f"Library: {counts_in_words(status.counts, status.chunks)}.")
        if not status.folders:
            stdout.print("No folder belongs to it yet: leave, and run `pocketrag add FOLDER`.")


def _lines() -> Iterator[str]:
    """Yield what is typed, line by line, without the blank ones."""
    while True:
        stdout.print("> ", end="")
        sys.stdout.flush()
        line = sys.stdin.readline()
        if not line:
            stdout.print()
            return
        if line.strip():
            yield line.strip()
