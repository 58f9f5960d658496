"""What an empty conversation shows: who this is, and something to try."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Center, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from pocketrag.domain import LibraryStatus
from pocketrag.plain import one_line
from pocketrag.wording import counts_in_words

_PAGE: Final = (
    "╭─────────╮",
    "│ ━━━━━━  │",
    "│ ━━━━━━━ │",
)
_POCKET: Final = (
    "▐█████████████▌",
    "▐             ▌",
    "▐█████████████▌",
    "▝▜███████████▛▘",
    "  ▝▀▀█████▀▀▘  ",
)
_STITCHES: Final = "╌╌╌╌╌╌╌╌╌╌╌╌╌"
_TAGLINE: Final = "Ask your own files. Offline, with receipts."


class Examples(OptionList):
    """A few questions to try; a number or Enter chooses one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Try it")]


class Welcome(Vertical):
    """The logo, a line about the library, and example questions."""

    class Chosen(Message):
        """An example question was chosen."""

        def __init__(self, question: str) -> None:
            super().__init__()
            self.question = question

    def __init__(self, examples: tuple[str, ...]) -> None:
        super().__init__()
        self.examples = tuple(one_line(example) for example in examples[:5])
        """The questions offered."""

    def compose(self) -> ComposeResult:
        """Lay out logo, tagline, hint and examples."""
        with Center():
            yield Static(logo(), id="logo")
        yield Static(Content.styled(_TAGLINE, "bold"), id="tagline")
        yield Static(Content("Opening your library…"), id="hint")
        with Center():
            yield Examples(*self._options(), markup=False, compact=True)

    def _options(self) -> list[Option]:
        return [
            Option(Content.assemble((f"{number} ", "bold $accent"), (example, "")))
            for number, example in enumerate(self.examples, 1)
        ]

    def tell(self, status: LibraryStatus) -> None:
        """Show how the library stands, and the examples where they can be answered."""
        empty = not status.counts.indexed
        self.query_one("#hint", Static).update(_hint(status))
        self.query_one(Examples).display = bool(self.examples) and not empty

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Pass on the example that was chosen."""
        event.stop()
        self.post_message(self.Chosen(self.examples[event.option_index]))


def _hint(status: LibraryStatus) -> Content:
    if status.counts.indexed:
        return Content(f"{counts_in_words(status.counts, status.chunks)}, on this computer only.")
    counts = status.counts
    if counts.waiting:
        return Content("Reading your files. You can ask as soon as the first ones are in.")
    if counts.failed or counts.skipped:
        return Content.assemble("None of your files could be read. ", ("f3", "bold $accent"), " shows why.")
    if status.folders:
        return Content("Looking through your folders…")
    return Content.assemble(
        "Nothing is indexed yet. Press ", ("ctrl+o", "bold $accent"), " to add a folder of yours."
    )


def logo() -> Content:
    """Return the mark: a written page, half in a pocket."""
    page = [Content.styled(f"  {line}  ", "$foreground 75%") for line in _PAGE]
    pocket = [Content.styled(line, "$accent") for line in _POCKET]
    seam = Content.styled(_STITCHES, "$background on $accent")
    pocket[1] = Content.assemble(("▐", "$accent"), seam, ("▌", "$accent"))
    return Content("\n").join([*page, *pocket])
