"""The models: what is here or can be fetched, what fits this computer, what is in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import DataTable, Input

from pocketrag.plain import one_line
from pocketrag.tui.bridge import Bridge
from pocketrag.tui.jobs import Job
from pocketrag.tui.messages import Failed, ModelFetched, ModelFetching, ModelsTold, SettingsChanged
from pocketrag.tui.screens.narrowing import NarrowingScreen
from pocketrag.tui.screens.sure import SureScreen
from pocketrag.wording import duration

if TYPE_CHECKING:
    from pocketrag.models.overview import ListedModel, Overview


class ModelsScreen(NarrowingScreen[None]):
    """A table of models; typing narrows it, Enter takes one into use or fetches it."""

    PLACEHOLDER = "Type to narrow: a name, what it is good for, a language…"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "Use, or fetch", key_display="⏎"),
        Binding("escape", "leave", "Back"),
    ]

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._overview: Overview | None = None
        self._shown: list[ListedModel] = []
        self._fetching: Job | None = None

    def on_mount(self) -> None:
        """Ask for the models."""
        self._bridge.models.tell(self)

    def on_models_told(self, event: ModelsTold) -> None:
        """Show the models, the cursor where it was."""
        event.stop()
        self._overview = event.overview
        self._fill(self.table.cursor_row)

    def on_settings_changed(self, event: SettingsChanged) -> None:
        """Show what is in use now; the app opens the library anew."""
        self._bridge.models.tell(self)

    def on_model_fetching(self, event: ModelFetching) -> None:
        """Show how far a model has come."""
        event.stop()
        left = f", {duration(event.seconds_left)} left" if event.seconds_left is not None else ""
        done = f"{event.done / 1e6:,.0f} of {event.total / 1e6:,.0f} MB"
        self.tell(Content(f"Fetching {one_line(event.name)}: {done}, {event.rate / 1e6:,.1f} MB/s{left}"))

    def on_model_fetched(self, event: ModelFetched) -> None:
        """Say that a model is here."""
        event.stop()
        self._fetching = None
        self.notify(f"{one_line(event.name)} is here, whole.", markup=False)
        self._bridge.models.tell(self)

    def on_failed(self, event: Failed) -> None:
        """Say what did not work, and stay."""
        event.stop()
        self._fetching = None
        self.notify(one_line(f"{event.text} {event.remedy}"), severity="warning", markup=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the models to what was typed."""
        event.stop()
        self._fill(0)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Use or fetch the selected model."""
        event.stop()
        self.action_take()

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Say more about a model."""
        event.stop()
        if 0 <= event.cursor_row < len(self._shown) and self._fetching is None:
            self.tell(_about(self._shown[event.cursor_row]))

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Use or fetch the model that was clicked."""
        event.stop()
        self.action_take()

    def action_leave(self) -> None:
        """Go back; a model that is on its way stops, and goes on from there the next time."""
        if self._fetching is not None:
            self._fetching.stop()
        self.app.pop_screen()

    def action_take(self) -> None:
        """Ask whether to take the selected model into use, or to fetch it."""
        row = self.table.cursor_row
        if not 0 <= row < len(self._shown) or self._shown[row].in_use or self._fetching is not None:
            return
        model = self._shown[row]

        def take(sure: bool | None) -> None:
            if sure and model.here:
                self._bridge.models.use(self, model.name)
            elif sure:
                self._fetching = self._bridge.models.fetch(self, model.name)

        self.app.push_screen(_question(model), take)

    def _fill(self, cursor: int) -> None:
        if self._overview is None:
            return
        words = self.typed.casefold().split()
        self._shown = [
            model
            for model in self._overview.models
            if all(
                word in f"{model.name} {model.role} {model.purpose} {model.languages}".casefold()
                for word in words
            )
        ]
        best = " · ".join(f"{best.role}: {one_line(best.name)}" for best in self._overview.recommended)
        self.tell_summary(
            Content.assemble(("Models", "bold"), (f"  recommended here: {best}", "$foreground 60%"))
        )
        cursor = min(cursor, max(0, len(self._shown) - 1))
        columns = ("Model", "Role", "Size", "Memory", "An answer", "Here")
        self.fill(columns, [self._row(model) for model in self._shown], cursor)

    def _row(self, model: ListedModel) -> tuple[Text, ...]:
        colours = self.app.theme_variables
        fits = "" if model.fit == "fits" else f" ({model.fit})"
        return (
            Text(one_line(model.name)),
            Text(model.role, style=colours["secondary"]),
            Text(f"{model.size_bytes / 1e6:,.0f} MB"),
            Text(f"{model.needed_bytes / 1e6:,.0f} MB{fits}", style=colours["warning"] if fits else ""),
            Text(f"~{duration(model.answer_seconds)}" if model.answer_seconds else ""),
            Text("● in use" if model.in_use else "yes" if model.here else "", style=colours["accent"]),
        )


def _about(model: ListedModel) -> Content:
    known = (one_line(model.purpose), model.licence, ", ".join(model.languages))
    return Content.assemble(
        (one_line(model.name), "bold"), "\n", (" · ".join(filter(None, known)), "$foreground 60%")
    )


def _question(model: ListedModel) -> SureScreen:
    if not model.here:
        size = f"{model.size_bytes / 1e6:,.0f} MB"
        note = f"{size} come over the network, from the hub: the one thing that reaches beyond this computer."
        return SureScreen("Fetch this model?", model.name, note, "fetches it")
    if model.role == "embedding":
        note = "Everything is embedded anew beside the index that answers, which takes over when it is whole."
        return SureScreen("Find passages with this model?", model.name, note, "uses it")
    note = "It takes over once it is loaded; if it cannot be used here, everything stays as it is."
    return SureScreen("Answer with this model?", model.name, note, "uses it")
