"""The models: what is here or can be fetched, what fits this computer, what is in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.content import Content

from pocketrag.plain import one_line
from pocketrag.tui.bridge import Bridge
from pocketrag.tui.jobs import Job
from pocketrag.tui.messages import Failed, ModelFetched, ModelFetching, ModelsTold, SettingsChanged
from pocketrag.tui.screens.narrowing import WordsScreen
from pocketrag.tui.screens.sure import SureScreen
from pocketrag.tui.widgets.passage_card import elided_end
from pocketrag.wording import duration, plural

if TYPE_CHECKING:
    from pocketrag.models.overview import ListedModel, Overview


class ModelsScreen(WordsScreen["ListedModel"]):
    """A table of models; typing narrows it, Enter takes one into use or fetches it."""

    PLACEHOLDER = "Type to narrow: a name, what it is good for, a language…"
    COLUMNS = (
        "Model",
        "Here",
        "Size",
        "Memory",
        "Answer",
        "Role",
    )  # what matters most first: there may be little room
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back"),
        Binding("enter", "choose", "Use, or fetch", key_display="⏎"),
    ]

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._overview: Overview | None = None
        self._passages = 0
        self._fetching: Job | None = None

    def on_mount(self) -> None:
        """Ask for the models."""
        self._bridge.models.tell(self)

    def on_models_told(self, event: ModelsTold) -> None:
        """Show the models, the cursor where it was."""
        event.stop()
        self._overview, self._passages = event.overview, event.passages
        self.know(event.overview.models)

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
        """Nothing is on its way any more; what did not work is said by every list."""
        self._fetching = None

    def action_leave(self) -> None:
        """Go back; a model that is on its way stops, and goes on from there the next time."""
        if self._fetching is not None:
            self._fetching.stop()
        self.app.pop_screen()

    def action_choose(self) -> None:
        """Ask whether to take the selected model into use, or to fetch it."""
        model = self.selected
        if model is None or model.in_use or self._fetching is not None:
            return

        def take(sure: bool | None) -> None:
            """Use the model, or fetch it, if one is sure."""
            if sure and model.here:
                self._bridge.models.use(self, model.name)
            elif sure:
                self._fetching = self._bridge.models.fetch(self, model.name)

        self.app.push_screen(_question(model, self._passages), take)

    def words_of(self, item: ListedModel) -> str:
        """Return its name, its role, and what it is good for."""
        return f"{item.name} {item.role} {item.purpose} {item.languages}"

    def summary(self) -> Content:
        """Return what this computer has, and which models are recommended for it."""
        if self._overview is None:
            return Content.assemble(("Models", "bold"))
        best = " · ".join(f"{best.role}: {one_line(best.name)}" for best in self._overview.recommended)
        said = f"  {self._overview.computer.in_words}\nrecommended here: {best}"
        return Content.assemble(("Models", "bold"), (said, "$foreground 60%"))

    def row_of(self, item: ListedModel) -> tuple[Text, ...]:
        """Return what it takes, what it gives, and whether it is here."""
        model, colours = item, self.app.theme_variables
        fits = "" if model.fit == "fits" else f" ({model.fit})"
        return (
            Text(elided_end(one_line(model.name), max(16, self.size.width - 36))),
            Text("in use" if model.in_use else "yes" if model.here else "", style=colours["accent"]),
            Text(f"{model.size_bytes / 1e6:,.0f} MB"),
            Text(f"{model.needed_bytes / 1e6:,.0f} MB{fits}", style=colours["warning"] if fits else ""),
            Text(f"~{duration(model.answer_seconds)}" if model.answer_seconds else ""),
            Text(model.role, style=colours["secondary"]),
        )

    def about(self, item: ListedModel | None) -> Content:
        """Return what a model is good for."""
        if item is None:
            return Content("")
        recommended = self._overview.recommended if self._overview else ()
        why = [f"recommended: {best.reason}" for best in recommended if best.name == item.name]
        known = (one_line(item.purpose), item.licence, ", ".join(item.languages), *why)
        return Content.assemble(
            (one_line(item.name), "bold"), "\n", (" · ".join(filter(None, known)), "$foreground 60%")
        )

    def tell_about(self, item: ListedModel | None) -> None:
        """Say more about a model, unless how far another one has come is said there."""
        if self._fetching is None:
            super().tell_about(item)


def _question(model: ListedModel, passages: int) -> SureScreen:
    if not model.here:
        size = f"{model.size_bytes / 1e6:,.0f} MB"
        note = f"{size} come over the network, from the hub: the one thing that reaches beyond this computer."
        if model.fit == "too large":
            note += (
                f" It would not fit into this computer's memory: it takes {model.needed_bytes / 1e6:,.0f} MB."
            )
        return SureScreen("Fetch this model?", model.name, note, "fetches it")
    if model.role == "embedding":
        note = "Everything is embedded anew beside the index that answers, which takes over when it is whole"
        if passages and model.passages_per_second:
            takes = duration(passages / model.passages_per_second)
            note += f": {plural(passages, 'passage')}, about {takes} here"
        return SureScreen("Find passages with this model?", model.name, f"{note}.", "uses it")
    note = "It takes over once it is loaded; if it cannot be used here, everything stays as it is."
    return SureScreen("Answer with this model?", model.name, note, "uses it")
