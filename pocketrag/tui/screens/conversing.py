"""The half of the main screen that converses: asking, and what one does with an answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pocketrag.domain import KeptConversation, Mark
from pocketrag.plain import one_line
from pocketrag.tui.messages import Exported, PassagesArrived, StatusTold
from pocketrag.tui.requests.answers import KeptAs
from pocketrag.tui.screens.library import LibraryScreen
from pocketrag.tui.widgets.answer_actions import Action
from pocketrag.tui.widgets.composer import Composer
from pocketrag.tui.widgets.conversation import Conversation
from pocketrag.tui.widgets.outcome import with_sources, without_sources
from pocketrag.tui.widgets.sources import SourcesPanel
from pocketrag.tui.widgets.suggestions import Suggestions
from pocketrag.tui.widgets.turn import TurnView
from pocketrag.tui.widgets.welcome import Welcome

if TYPE_CHECKING:
    from pocketrag.tui.widgets.completion import Known


class ConversingScreen(LibraryScreen):
    """Asks questions; the screen must hold a conversation, sources, a composer and suggestions."""

    _editing: TurnView | None = None
    """The exchange whose question is on the line again, to be asked in its place."""
    _known: Known | None = None
    """What questions can be narrowed to; None until that is asked for, and once files have changed."""
    _before = ""

    # ── asking ──────────────────────────────────────────────────────────────────────────────

    async def on_composer_sent(self, event: Composer.Sent) -> None:
        """Ask what was typed; in place of the last question, if that one was to be edited."""
        event.stop()
        self.query_one(Suggestions).show(None)
        edited, self._editing = self._editing, None
        if edited is not None:
            await self._take_away(edited)
        await self.ask(event.question)

    async def on_welcome_chosen(self, event: Welcome.Chosen) -> None:
        """Ask the example that was chosen."""
        event.stop()
        await self.ask(event.question)

    async def ask(self, question: str) -> None:
        """Put a question at the end of the conversation, and ask it when its turn comes."""
        turn = TurnView(question, self._questions.reason_to_wait)
        await self.query_one(Conversation).append(turn)
        self._questions.put(turn)
        self.query_one(Composer).focus()

    def on_passages_arrived(self, event: PassagesArrived) -> None:
        """Show the evidence, before the answer's first word."""
        event.stop()
        self.query_one(SourcesPanel).show(event.results)

    def on_turn_view_finished(self, event: TurnView.Finished) -> None:
        """Keep the exchange; go on with the next question."""
        event.stop()
        answered = self._questions.finish(event.turn)
        if answered is not None:
            self._bridge.answers.keep(self, *answered)

    async def action_stop(self) -> None:
        """Put away suggestions, or an edit; else call off the answer; else go back to the composer."""
        suggestions, composer = self.query_one(Suggestions), self.query_one(Composer)
        if suggestions.display:
            suggestions.show(None)
            composer.suggested = False
        elif self._editing is not None:
            self._editing = None
            composer.show_text("")
        elif not await self._questions.stop():
            composer.focus()

    async def action_new_conversation(self) -> None:
        """Begin anew."""
        self._editing = None
        await self._questions.forget()
        await self.query_one(Conversation).clear()
        self.query_one(SourcesPanel).show(None)
        if self._status is not None:
            self._tell_status(self._status)
        self.query_one(Composer).focus()

    @property
    def conversation(self) -> int | None:
        """The conversation that is shown; None before its first answer is kept."""
        return self._questions.conversation

    async def open_conversation(self, kept: KeptConversation) -> None:
        """Show a kept conversation, and go on with it."""
        self._editing = None
        await self._questions.resume(kept)
        await self.query_one(Conversation).restore(kept, self._questions.kept_in)
        self.query_one(SourcesPanel).show(None)
        composer = self.query_one(Composer)
        composer.remember(turn.answer.question for turn in kept.turns)
        composer.focus()

    # ── what one does with an answer ────────────────────────────────────────────────────────

    async def on_turn_view_wanted(self, event: TurnView.Wanted) -> None:
        """Do what was asked for."""
        event.stop()
        await self.do(event.action, event.turn)

    async def action_with_last(self, action: Action) -> None:
        """Do something with the newest exchange that is over."""
        await self.query_one(Conversation).to_end()
        turns = [turn for turn in self.query_one(Conversation).turns if turn.over]
        if turns:
            await self.do(action, turns[-1])
        else:
            self.notify("There is no answer yet.", markup=False)

    async def do(self, action: Action, turn: TurnView) -> None:
        """Do something with an exchange."""
        match action:
            case "copy" | "copy_sources":
                self._copy(turn, sources=action == "copy_sources")
            case "again":
                if self._is_last(turn):
                    await self._take_away(turn)
                await self.ask(turn.question)
            case "edit":
                self._editing = turn if self._is_last(turn) else None
                composer = self.query_one(Composer)
                composer.show_text(turn.question)
                composer.focus()
            case "right" | "wrong":
                self._mark(turn, Mark(action))

    def _copy(self, turn: TurnView, *, sources: bool) -> None:
        if turn.answer is None or turn.answer.refused:
            self.notify("There is no answer to copy.", markup=False)
            return
        self.app.copy_to_clipboard((with_sources if sources else without_sources)(turn.answer))
        said = "The answer and its sources are" if sources else "The answer is"
        self.notify(f"{said} on the clipboard.", markup=False)

    def _mark(self, turn: TurnView, mark: Mark) -> None:
        if turn.answer is None:
            self.notify("There is no answer to mark.", markup=False)
            return
        kept = KeptAs(turn.kept_in, turn.kept_number)
        self._bridge.answers.mark(turn, turn.answer, kept, None if turn.mark is mark else mark)

    def _is_last(self, turn: TurnView) -> bool:
        turns = self.query_one(Conversation).turns
        return bool(turns) and turns[-1] is turn

    async def _take_away(self, turn: TurnView) -> None:
        """Take an exchange off the screen and out of what is leant on; what is kept of it stays kept."""
        self._questions.retract(turn)
        await turn.remove()

    def action_export(self) -> None:
        """Ask where to write this conversation to."""
        from pocketrag.tui.screens.line import LineScreen

        number = self.conversation
        if number is None:
            self.notify("Nothing is kept of this conversation yet.", markup=False)
            return

        def export(file: str | None) -> None:
            """Write the conversation, if a file was named."""
            if file:
                self._bridge.history.export(self, number, Path(file).expanduser())

        asked = "Where should it go? A name that ends in .json makes JSON of it, any other Markdown."
        self.app.push_screen(LineScreen(asked, f"~/conversation {number}.md", "writes"), export)

    def on_exported(self, event: Exported) -> None:
        """Say where the conversation was written to."""
        event.stop()
        self.notify(one_line(str(event.file)), title="Exported", markup=False)

    # ── completing ──────────────────────────────────────────────────────────────────────────

    def on_composer_typed(self, event: Composer.Typed) -> None:
        """Suggest how to go on; the library's files are asked for once they are wanted."""
        from pocketrag.tui.widgets.completion import Known, wants_files

        event.stop()
        self._before = event.before
        if self._known is None and wants_files(event.before):
            self._known = Known()
            self._bridge.library.status(self)
        self._suggest()

    def _suggest(self) -> None:
        from pocketrag.tui.widgets.completion import Known, completion

        found = completion(self._before, self._known or Known())
        self.query_one(Suggestions).show(found)
        self.query_one(Composer).suggested = found is not None

    def on_status_told(self, event: StatusTold) -> None:
        """Know the files, if they are told of; forget them once there are others."""
        if any(not item.remedy for item in event.status.items):
            from pocketrag.tui.widgets.completion import known_of

            self._known = known_of(event.status.items)
            self._suggest()
        elif self._status is not None and self._status.counts != event.status.counts:
            self._known = None

    def on_composer_suggestion_wanted(self, event: Composer.SuggestionWanted) -> None:
        """Move among the suggestions, or take one; ask, if none is meant."""
        event.stop()
        suggestions = self.query_one(Suggestions)
        if event.step:
            suggestions.move(event.step)
        elif suggestions.meant:
            suggestions.take()
        else:
            self.query_one(Composer).action_send()

    def on_suggestions_taken(self, event: Suggestions.Taken) -> None:
        """Put a suggestion on the line."""
        event.stop()
        composer = self.query_one(Composer)
        composer.complete(event.text, event.length)
        composer.focus()
