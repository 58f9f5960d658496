"""One exchange: the question, the answer as it is written, then the checked answer or a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from pocketrag.domain import Answer, Freshness, KeptTurn, Mark, SearchResults
from pocketrag.plain import one_line
from pocketrag.tui.messages import AnswerArrived, AskFailed, Marked, PassagesArrived, WordsArrived
from pocketrag.tui.requests.answers import KeptIn
from pocketrag.tui.widgets.answer_actions import Action, AnswerActions
from pocketrag.tui.widgets.choices import Choice, clickable
from pocketrag.tui.widgets.citations import CitationList
from pocketrag.tui.widgets.exchange import Exchange, TurnState
from pocketrag.tui.widgets.outcome import (
    error_panel,
    footnote,
    kept_footnote,
    mark_in_words,
    refusal_panel,
    shortened,
)
from pocketrag.wording import plural

if TYPE_CHECKING:
    from pocketrag.tui.widgets.answer_text import AnswerText

_SPINNER: Final = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_LIVE: Final = (TurnState.SEARCHING, TurnState.READING, TurnState.WRITING)


class TurnView(Vertical):
    """A question and what became of it."""

    @dataclass
    class Finished(Message):
        """An exchange is over, answered or not."""

        turn: TurnView

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "want('copy')", "Copy", show=False, id="answer.copy"),
        Binding("s", "want('copy_sources')", "With sources", show=False, id="answer.copy_sources"),
        Binding("a", "want('again')", "Ask again", show=False, id="answer.again"),
        Binding("e", "want('edit')", "Edit", show=False, id="answer.edit"),
        Binding("plus,equals_sign", "want('right')", "Right", key_display="+", show=False, id="answer.right"),
        Binding("minus", "want('wrong')", "Wrong", key_display="-", show=False, id="answer.wrong"),
        Binding("up,k", "leave(-1)", show=False),
        Binding("down,j", "leave(1)", show=False),
    ]

    @dataclass
    class Wanted(Message):
        """Something is to be done with an exchange."""

        turn: TurnView
        action: Action

    @dataclass
    class Left(Message):
        """The cursor is to go to the exchange before (-1) or after (1)."""

        turn: TurnView
        step: int

    def __init__(self, question: str, waiting_for: str = "", told: Exchange | None = None) -> None:
        """Show a question that waits, or an exchange that is over, whole from the start."""
        super().__init__()
        self.question = question
        """The question as it was typed."""
        self.results: SearchResults | None = None
        """The passages found for it; None until they are."""
        self.answer: Answer | None = None
        """The checked answer; None until there is one."""
        self.state = TurnState.QUEUED
        """How far this exchange has come."""
        self.kept_in = KeptIn()
        """The conversation that it is kept in."""
        self.mark: Mark | None = None
        """What a person said of the answer."""
        self._waiting_for = waiting_for
        self._kept: KeptTurn | None = None
        self._standings: tuple[Freshness, ...] = ()
        self._frame = 0
        if told is not None:
            self._restore(told)

    def _restore(self, told: Exchange) -> None:
        """Be an exchange that is over, before anything is mounted: all is styled and laid out once."""
        self.answer, self._standings = told.answer, told.standings
        self._kept, self.kept_in, self.mark, self.results = told.kept, told.kept_in, told.mark, told.results
        self.state = TurnState.STOPPED if told.answer is None else TurnState.DONE
        self.set_class(told.answer is None, "-stopped")
        self.add_class("-over")
        self.can_focus = told.answer is None or not told.answer.citations

    def compose(self) -> ComposeResult:
        """Lay out question, text, outcome and the line that says what is going on."""
        from pocketrag.tui.widgets.answer_text import AnswerText  # Markdown: not before the first question

        refusal = self.answer.refusal if self.answer is not None else None
        yield Static(shortened(self.question), classes="question")
        if self.answer is not None and refusal is not None:
            yield Static(refusal_panel(refusal, self.answer), classes="outcome -refusal")
        else:
            yield AnswerText(self.answer)
            yield Static(Content(""), classes="outcome")
        if self.answer is not None and self.answer.citations:
            yield CitationList(self.answer, self._standings)
        yield Static(self._note(), classes="note")
        yield AnswerActions(self.answer)

    def on_mount(self) -> None:
        """Let the spinner turn, where animations are welcome."""
        if not self.over and self.app.animation_level != "none":
            self.set_interval(0.1, self._turn_spinner)

    @property
    def _text(self) -> AnswerText:
        from pocketrag.tui.widgets.answer_text import AnswerText

        return self.query_one(AnswerText)

    @property
    def live(self) -> bool:
        """Whether an answer is being sought right now."""
        return self.state in _LIVE

    def begin(self) -> None:
        """Show that the search has begun."""
        self._move(TurnState.SEARCHING)

    def wait_for(self, reason: str) -> None:
        """Show what a queued question is waiting for."""
        self._waiting_for = reason
        self._move(self.state)

    async def stop(self) -> None:
        """Show at once that the answer was called off; what was written stays, as a draft."""
        self._move(TurnState.STOPPED)
        await self._text.stop()

    def on_passages_arrived(self, event: PassagesArrived) -> None:
        """Keep the passages; the screen shows them at the side."""
        if self.live:
            self.results = event.results
            self._move(TurnState.READING)
        else:
            event.stop()

    async def on_words_arrived(self, event: WordsArrived) -> None:
        """Append to the draft."""
        event.stop()
        if self.live:
            if self.state is not TurnState.WRITING:
                self._move(TurnState.WRITING)
            await self._text.write(event.text)

    async def on_answer_arrived(self, event: AnswerArrived) -> None:
        """Replace the draft by the checked answer, or by the refusal."""
        event.stop()
        if not self.live:
            return
        answer = event.answer
        await self._show(answer, tuple(answer.freshness(citation) for citation in answer.citations))
        self._finish(TurnState.DONE)

    @property
    def told(self) -> Exchange:
        """What the view of an exchange that is over can be made of anew."""
        return Exchange(
            self.question, self.answer, self._standings, self.kept_in, self._kept, self.mark, self.results
        )

    async def _show(self, answer: Answer, standings: tuple[Freshness, ...]) -> None:
        self.answer, self._standings = answer, standings
        text, outcome = self._text, self.query_one(".outcome", Static)
        self.can_focus = not answer.citations
        if answer.refusal is not None:
            await text.stop()
            await text.remove()
            outcome.update(refusal_panel(answer.refusal, answer))
            outcome.add_class("-refusal")
            return
        await text.show(answer)
        if answer.citations:
            await self.mount(CitationList(answer, standings), before=self.query_one(".note"))

    async def on_ask_failed(self, event: AskFailed) -> None:
        """Say what went wrong and what to do, in place of the answer."""
        if not self.live:
            event.stop()
            return
        await self._text.stop()
        outcome = self.query_one(".outcome", Static)
        outcome.update(error_panel(event.text, event.remedy))
        outcome.add_class("-error")
        self._finish(TurnState.STOPPED)

    @property
    def kept_number(self) -> int | None:
        """What tells its kept answer from others; None for one of this session."""
        return self._kept.id if self._kept is not None else None

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in (TurnState.STOPPED, TurnState.DONE)

    def on_marked(self, event: Marked) -> None:
        """Show what a person says of the answer."""
        event.stop()
        self.mark = event.mark
        self._move(self.state)

    def action_want(self, action: Action) -> None:
        """Ask for something to be done with this exchange."""
        self.post_message(self.Wanted(self, action))

    def action_leave(self, step: int) -> None:
        """Go to the exchange before or after."""
        self.post_message(self.Left(self, step))

    def on_answer_actions_pressed(self, event: AnswerActions.Pressed) -> None:
        """Do what was clicked."""
        event.stop()
        self.action_want(event.action)

    def on_citation_list_left(self, event: CitationList.Left) -> None:
        """Go on to the exchange before or after."""
        event.stop()
        self.action_leave(event.step)

    def on_answer_text_marker_clicked(self, event: AnswerText.MarkerClicked) -> None:
        """Open the citation whose mark was clicked."""
        event.stop()
        self.open_marker(event.number)

    def open_marker(self, number: int) -> None:
        """Open the citation with this marker, if the answer has it."""
        answer = self.answer
        cited = {citation.marker: citation for citation in answer.citations} if answer is not None else {}
        if answer is not None and number in cited:
            self.post_message(CitationList.Opened(cited[number], answer))

    def _finish(self, state: TurnState) -> None:
        if self.live:  # it may have been called off while the answer was being drawn
            self._move(state)
        self.post_message(self.Finished(self))

    def _move(self, state: TurnState) -> None:
        self.state = state
        self.set_class(state is TurnState.STOPPED, "-stopped")
        self.set_class(self.over, "-over")
        if state is TurnState.STOPPED:
            self.can_focus = True
        self.query_one(AnswerActions).offer_for(self.answer)
        self.query_one(".note", Static).update(self._note())

    def _note(self) -> Content:
        match self.state:
            case TurnState.QUEUED:
                return Content.styled(f"◌ {self._waiting_for}", "$foreground 60% italic")
            case TurnState.SEARCHING:
                return self._busy("searching your files…")
            case TurnState.READING:
                found = plural(len(self.results.passages), "passage") if self.results else ""
                return self._busy(f"reading {found}…")
            case TurnState.WRITING:
                return self._busy("draft, not yet checked")
            case TurnState.STOPPED:
                return Content.styled("■ stopped", "$foreground 60%")
            case TurnState.DONE:
                return self._footnote()

    def _footnote(self) -> Content:
        said = (
            kept_footnote(self._kept) if self._kept else footnote(self.answer) if self.answer else Content("")
        )
        return mark_in_words(self.mark) + said

    def _busy(self, what: str) -> Content:
        mark = _SPINNER[self._frame % len(_SPINNER)]
        stop = clickable(Choice("esc", "stops", "screen.stop"))
        return Content.assemble(
            (f"{mark} ", "$accent"), (one_line(what), "$foreground 60% italic"), "  ", stop
        )

    def _turn_spinner(self) -> None:
        if self.live:
            self._frame += 1
            self.query_one(".note", Static).update(self._note(), layout=False)
